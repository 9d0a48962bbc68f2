/*
 * The same work on each of HARTS harts, none of which touches what another one writes: numbers
 * are drawn, kept in a heap, and taken out in order.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bench.h"

#define ROUNDS SIZE(2, 1400)
/* Of one hart; all harts' are the same. */
const uint64_t work_checksum = SIZE(0xde5d4a0e1a19d854, 0xeeca878bd27cdccf);

#define CELLS 1024

/* For two harts, and share() not specialised: both programs shall execute the same code. */
static struct own {
    uint32_t heap[CELLS + 1]; /* [1] is the least; below [i] are [2 * i] and [2 * i + 1] */
    uint64_t instructions;
} own[2] __attribute__((aligned(4096)));

static void push(uint32_t *heap, unsigned n, uint32_t value)
{
    for (; n > 1 && heap[n / 2] > value; n /= 2) {
        heap[n] = heap[n / 2];
    }
    heap[n] = value;
}

/* Take the least of n out. */
static uint32_t pop(uint32_t *heap, unsigned n)
{
    uint32_t least = heap[1], moving = heap[n];
    unsigned hole = 1, child;

    for (; (child = 2 * hole) < n; hole = child) {
        if (child + 1 < n && heap[child + 1] < heap[child]) {
            child++;
        }
        if (heap[child] >= moving) {
            break;
        }
        heap[hole] = heap[child];
    }
    heap[hole] = moving;
    return least;
}

static __attribute__((noipa)) uint64_t share(uint64_t index)
{
    struct own *mine = &own[index];
    uint64_t start = csr_read(minstret), seed = 0x707, sum = 0;

    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned n = 1; n <= CELLS; n++) {
            push(mine->heap, n, random_next(&seed) >> 35);
        }
        for (unsigned n = CELLS; n > 0; n--) {
            sum = sum * 31 + pop(mine->heap, n);
        }
    }
    mine->instructions = csr_read(minstret) - start;
    return sum;
}

uint64_t work(void)
{
    uint64_t sum;

    for (unsigned i = 1; i < HARTS; i++) {
        hart_start(i, share, i);
    }
    sum = share(0);
    work_instructions = own[0].instructions;
    for (unsigned i = 1; i < HARTS; i++) {
        hart_wait(i);
        CHECK_EQ(hart_by_id(i)->arg, sum);
        work_instructions += own[i].instructions;
    }
    return sum;
}
