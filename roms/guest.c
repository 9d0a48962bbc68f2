/*
 * The built-in guest: says what machine it finds itself on, then powers off.
 *
 * Everything it says comes from the device tree. It is built for the smallest instruction set that
 * a 64-bit hart can have, so it runs whatever -cpu says; nothing but the compiler is needed to
 * build it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- HTIF ---- */

volatile uint64_t tohost;
volatile uint64_t fromhost;

#define SYS_WRITE 64

static void write_console(const char *text, size_t len)
{
    static volatile uint64_t call[8];

    call[0] = SYS_WRITE;
    call[1] = 1;
    call[2] = (uintptr_t)text;
    call[3] = len;
    __asm__ volatile("fence" ::: "memory");
    tohost = (uintptr_t)call;
    while (!fromhost) {
    }
    fromhost = 0;
}

static size_t length(const char *text)
{
    size_t len = 0;

    while (text[len]) {
        len++;
    }
    return len;
}

static void print(const char *text)
{
    write_console(text, length(text));
}

static void print_hex(uint64_t value)
{
    char text[19];
    char *p = text + sizeof(text);

    *--p = '\0';
    do {
        *--p = "0123456789abcdef"[value & 15];
        value >>= 4;
    } while (value);
    *--p = 'x';
    *--p = '0';
    print(p);
}

/* By subtraction: a hart need not be able to divide. */
static void print_decimal(uint64_t value)
{
    static const uint32_t powers[] = { 1000000000, 100000000, 10000000, 1000000, 100000,
                                       10000,      1000,      100,      10,      1 };
    char text[24];
    size_t len = 0;

    for (size_t i = 0; i < sizeof(powers) / sizeof(powers[0]); i++) {
        char digit = '0';

        while (value >= powers[i]) {
            value -= powers[i];
            digit++;
        }
        if (len > 0 || digit != '0' || powers[i] == 1) {
            text[len++] = digit;
        }
    }
    write_console(text, len);
}

/* ---- The device tree: Devicetree Specification 0.4, "Flattened Devicetree (DTB) Format" ---- */

enum { BEGIN_NODE = 1, END_NODE = 2, PROP = 3, NOP = 4 };

typedef struct Machine {
    const char *model;
    unsigned harts;
    const char *isa; /* of the first hart */
    uint64_t ram_base;
    uint64_t ram_size;
} Machine;

static uint32_t load_be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint64_t load_be64(const uint8_t *p)
{
    return (uint64_t)load_be32(p) << 32 | load_be32(p + 4);
}

static bool equal(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

static bool begins_with(const char *text, const char *start)
{
    while (*start && *text == *start) {
        text++;
        start++;
    }
    return !*start;
}

static void look_at_property(Machine *machine, const char *node, unsigned depth, const char *name,
                             const uint8_t *value)
{
    if (depth == 1 && equal(name, "model")) {
        machine->model = (const char *)value;
    } else if (depth == 2 && begins_with(node, "memory@") && equal(name, "reg")) {
        machine->ram_base = load_be64(value); /* two cells each, as the board has it */
        machine->ram_size = load_be64(value + 8);
    } else if (depth == 3 && begins_with(node, "cpu@") && equal(name, "riscv,isa") &&
               !machine->isa) {
        machine->isa = (const char *)value;
    }
}

static size_t padded(size_t len)
{
    return (len + 3) & ~(size_t)3;
}

static void read_tree(Machine *machine, const uint8_t *fdt)
{
    const uint8_t *p = fdt + load_be32(fdt + 8);
    const char *strings = (const char *)fdt + load_be32(fdt + 12);
    const char *node = "";
    unsigned depth = 0;

    for (;;) {
        uint32_t token = load_be32(p);

        p += 4;
        if (token == BEGIN_NODE) {
            node = (const char *)p;
            depth++;
            machine->harts += depth == 3 && begins_with(node, "cpu@");
            p += padded(length(node) + 1);
        } else if (token == END_NODE) {
            depth--;
        } else if (token == PROP) {
            uint32_t len = load_be32(p);

            look_at_property(machine, node, depth, strings + load_be32(p + 4), p + 8);
            p += 8 + padded(len);
        } else if (token != NOP) {
            return;
        }
    }
}

int main(const uint8_t *fdt)
{
    Machine machine = { .model = "unknown", .isa = NULL };

    if (load_be32(fdt) != 0xd00dfeed) {
        print("no device tree\n");
        return 1;
    }
    read_tree(&machine, fdt);
    print("machine: ");
    print(machine.model);
    print("\nharts:   ");
    print_decimal(machine.harts);
    print("\nISA:     ");
    print(machine.isa ? machine.isa : "unknown");
    print("\nRAM:     ");
    print_decimal(machine.ram_size >> 20);
    print(" MiB at ");
    print_hex(machine.ram_base);
    print("\n");
    return 0;
}
