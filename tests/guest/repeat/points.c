/*
 * At which instructions do interrupts arrive? Hashes minstret and mepc of every one of some thousand
 * timer interrupts (CLINT and Sstc), of software interrupts that the hart sends itself, and what
 * mtime says in the middle of straight-line code. With -icount the hash is a number that may not
 * depend on anything but the shift: see repeat.py.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"
#include "mix.h"

#define INTERRUPTS 4000
#define SLEEPS 50

static volatile uint64_t count, late;
static uint64_t due[2]; /* the deadlines: CLINT's, Sstc's */

static void set_clint(uint64_t ticks)
{
    due[0] = clint_mtime + ticks;
    clint_mtimecmp(0) = due[0];
}

static void set_sstc(uint64_t ticks)
{
    due[1] = csr_read(time) + ticks;
    csr_write(stimecmp, due[1]);
}

static void check_due(uint64_t deadline, uint64_t time)
{
    late += time - deadline > 60; /* or early; other handlers may have come first */
}

static void __attribute__((interrupt("machine"), aligned(4))) handler(void)
{
    uint64_t cause = csr_read(mcause) & 0xff;

    mix(csr_read(minstret));
    mix(csr_read(mepc));
    mix(csr_read(mcause));
    mix(csr_read(time));
    if (cause == IRQ_MTI) {
        check_due(due[0], clint_mtime);
        set_clint(random_below(40));
    } else if (cause == IRQ_STI) {
        check_due(due[1], csr_read(time));
        set_sstc(random_below(60));
    } else {
        clint_msip(0) = 0;
    }
    count++;
}

/* Code of many kinds: blocks long and short, pairs, traps into the middle of anything. */
static uint64_t table[256];

static uint64_t work(uint64_t n)
{
    uint64_t v = n, sum = 0;

    for (uint64_t i = 0; i < 200; i++) {
        v ^= v << 13;
        v ^= v >> 7;
        v ^= v << 17;
        table[v & 255] += i;
        if (v & 8) {
            sum += table[i] / (i + 1);
        } else if (v & 16) {
            sum ^= (uint64_t)__atomic_fetch_add((uint32_t *)&table[i], 1, __ATOMIC_RELAXED);
        }
        sum += v + table[v >> 56];
    }
    return sum;
}

/* The device in the middle of a block: what it says, and an interrupt that comes of it at once. */
static void ask_devices(void)
{
    uint64_t a = 0, b = 0;

    asm volatile("addi %0, zero, 1\n"
                 "addi %1, %0, 2\n"
                 "xor %0, %0, %1\n"
                 "ld %0, 0(%2)\n" /* mtime */
                 "add %1, %0, %1\n"
                 "slli %1, %1, 1\n"
                 "sw %4, 0(%3)\n" /* msip */
                 "addi %1, %1, 3\n"
                 "add %1, %1, %0\n"
                 "slli %1, %1, 1\n"
                 : "=&r"(a), "=&r"(b)
                 : "r"(&clint_mtime), "r"(&clint_msip(0)), "r"(1)
                 : "memory");
    mix(a);
    mix(b);
}

/* A deadline in the middle of straight-line code, some few instructions after it was set. */
static void short_deadline(void)
{
    csr_clear(mstatus, MSTATUS_MIE); /* the handler sets it, too */
    set_clint(1);
    csr_set(mstatus, MSTATUS_MIE);
    asm volatile(".rept 150\n addi t0, t0, 1\n .endr" : : : "t0", "memory");
}

static void interrupts(void)
{
    csr_write(mtvec, handler);
    csr_set(menvcfg, MENVCFG_STCE);
    set_clint(10);
    set_sstc(15);
    csr_write(mie, IRQ_BIT(IRQ_MTI) | IRQ_BIT(IRQ_MSI) | IRQ_BIT(IRQ_STI));
    csr_set(mstatus, MSTATUS_MIE);
    for (uint64_t i = 0; count < INTERRUPTS; i++) {
        uint64_t sum = work(i + 1);

        csr_clear(mstatus, MSTATUS_MIE);
        mix(sum);
        csr_set(mstatus, MSTATUS_MIE);
        ask_devices();
        short_deadline();
    }
    csr_clear(mstatus, MSTATUS_MIE);
    csr_write(mie, 0);
}

/* Awake again at the very deadline, whatever time it was when the hart went to sleep. */
static void sleeps(void)
{
    csr_write(stimecmp, -1ul);
    csr_write(mie, IRQ_BIT(IRQ_MTI));
    for (uint64_t i = 0; i < SLEEPS; i++) {
        uint64_t when = clint_mtime + 50 + random_below(500), now;

        clint_mtimecmp(0) = when;
        asm volatile("wfi\n csrr %0, time" : "=r"(now) : : "memory");
        CHECK_EQ(now, when);
        mix(csr_read(minstret));
    }
}

int main(void)
{
    csr_write(mcounteren, -1ul);
    mix(csr_read(time));
    interrupts();
    sleeps();
    CHECK_EQ(late, 0);
    put_hex(hash);
    put_char(' ');
    put_dec(csr_read(minstret));
    put_char(' ');
    put_dec(csr_read(time));
    put_char('\n');
    return 0;
}
