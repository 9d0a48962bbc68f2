/*
 * A Linux program of several threads: atomic sums, a lock on a futex, floating point. It checks its results and prints one
 * line. It needs no library, so that any RISC-V compiler builds it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stddef.h>
#include <stdint.h>

enum { SYS_WRITE = 64, SYS_EXIT = 93, SYS_EXIT_GROUP = 94, SYS_FUTEX = 98, SYS_CLONE = 220 };
enum { FUTEX_WAIT = 0, FUTEX_WAKE = 1 };
#define CLONE_THREAD_FLAGS 0x350f00ul /* VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, PARENT_ and CHILD_CLEARTID */

#define THREADS 4
#define STACK_SIZE 16384
#define ROUNDS 20000

static long syscall6(long n, long a, long b, long c, long d, long e)
{
    register long a0 __asm__("a0") = a;
    register long a1 __asm__("a1") = b;
    register long a2 __asm__("a2") = c;
    register long a3 __asm__("a3") = d;
    register long a4 __asm__("a4") = e;
    register long a5 __asm__("a5") = 0;
    register long a7 __asm__("a7") = n;

    __asm__ volatile("ecall"
                     : "+r"(a0)
                     : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7)
                     : "memory");
    return a0;
}

static void futex_wait(int *word, int value)
{
    syscall6(SYS_FUTEX, (long)word, FUTEX_WAIT, value, 0, 0);
}

/* ---- a lock: 0 free, 1 taken, 2 taken and waited for ---- */

static int lock;

static void take(void)
{
    int expected = 0;

    if (__atomic_compare_exchange_n(&lock, &expected, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        return;
    }
    while (__atomic_exchange_n(&lock, 2, __ATOMIC_ACQUIRE) != 0) {
        futex_wait(&lock, 2);
    }
}

static void release(void)
{
    if (__atomic_exchange_n(&lock, 0, __ATOMIC_RELEASE) == 2) {
        syscall6(SYS_FUTEX, (long)&lock, FUTEX_WAKE, 1, 0, 0);
    }
}

/* ---- what the threads do ---- */

static uint64_t locked_sum, atomic_sum;
static uint32_t atomic_word;
static double sums[THREADS];
static char stacks[THREADS][STACK_SIZE] __attribute__((aligned(16)));
static int alive[THREADS];

static void work(int number)
{
    double sum = 0;

    for (int i = 1; i <= ROUNDS; i++) {
        __atomic_fetch_add(&atomic_sum, i, __ATOMIC_RELAXED);
        __atomic_fetch_xor(&atomic_word, 1u << (i % 32), __ATOMIC_RELAXED);
        if (i % 16 == 0) {
            take();
            locked_sum += i;
            release();
        }
        sum += 1.0 / i / i;
    }
    sums[number] = sum;
}

/* The kernel clears *alive and wakes who waits for it when the thread has ended. */
static long start(int number)
{
    register long a0 __asm__("a0") = CLONE_THREAD_FLAGS;
    register char *a1 __asm__("a1") = stacks[number] + STACK_SIZE;
    register int *a2 __asm__("a2") = &alive[number];
    register long a3 __asm__("a3") = 0;
    register int *a4 __asm__("a4") = &alive[number];
    register long a7 __asm__("a7") = SYS_CLONE;
    register void (*function)(int) __asm__("s2") = work;
    register long argument __asm__("s3") = number;

    alive[number] = 1;
    __asm__ volatile("ecall\n\t"
                     "bnez a0, 1f\n\t"
                     "mv a0, %[argument]\n\t"
                     "jalr %[function]\n\t"
                     "li a0, 0\n\t"
                     "li a7, 93\n\t" /* SYS_EXIT */
                     "ecall\n"
                     "1:"
                     : "+r"(a0)
                     : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a7), [function] "r"(function),
                       [argument] "r"(argument)
                     : "memory");
    return a0;
}

static void finish(const char *text, int status)
{
    size_t length = 0;

    while (text[length]) {
        length++;
    }
    syscall6(SYS_WRITE, 1, (long)text, length, 0, 0);
    syscall6(SYS_EXIT_GROUP, status, 0, 0, 0, 0);
}

void _start(void)
{
    uint64_t all = 0, sixteenth = 0;

    for (int i = 0; i < THREADS; i++) {
        if (start(i) < 0) {
            finish("threads: clone fails\n", 1);
        }
    }
    for (int i = 0; i < THREADS; i++) {
        int value;

        while ((value = __atomic_load_n(&alive[i], __ATOMIC_ACQUIRE)) != 0) {
            futex_wait(&alive[i], value);
        }
    }
    for (int i = 1; i <= ROUNDS; i++) {
        all += i;
        sixteenth += i % 16 == 0 ? i : 0;
    }
    if (atomic_sum != THREADS * all || atomic_word != 0 || locked_sum != THREADS * sixteenth) {
        finish("threads: a sum is wrong\n", 1);
    }
    for (int i = 1; i < THREADS; i++) {
        if (sums[i] != sums[0] || sums[i] < 1.64488 || sums[i] > 1.64494) {
            finish("threads: floating point is wrong\n", 1);
        }
    }
    finish("threads: right\n", 0);
}
