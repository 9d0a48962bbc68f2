#!/usr/bin/env python3
"""Turns a file into a C array: embed.py FILE NAME [HEADER] prints `const uint8_t NAME[]` and `NAME_size`.

HEADER declares them; it is hw/roms.h if it is not given.

SPDX-License-Identifier: MIT
"""
import sys


def main(path, name, header="hw/roms.h"):
    with open(path, "rb") as file:
        data = file.read()
    print("/* Made by roms/embed.py. */")
    print(f'#include "{header}"\n')
    print(f"const uint8_t {name}[] __attribute__((aligned(8))) = {{")
    for i in range(0, len(data), 12):
        print("    " + " ".join(f"0x{byte:02x}," for byte in data[i:i + 12]))
    print("};\n")
    print(f"const size_t {name}_size = sizeof({name});")


if __name__ == "__main__":
    main(*sys.argv[1:])
