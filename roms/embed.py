#!/usr/bin/env python3
"""Turns a file into a C array: embed.py FILE NAME prints `const uint8_t NAME[]` and `NAME_size`.

SPDX-License-Identifier: MIT
"""
import sys


def main(path, name):
    with open(path, "rb") as file:
        data = file.read()
    print("/* Made by roms/embed.py. */")
    print('#include "hw/roms.h"\n')
    print(f"const uint8_t {name}[] __attribute__((aligned(8))) = {{")
    for i in range(0, len(data), 12):
        print("    " + " ".join(f"0x{byte:02x}," for byte in data[i:i + 12]))
    print("};\n")
    print(f"const size_t {name}_size = sizeof({name});")


if __name__ == "__main__":
    main(*sys.argv[1:])
