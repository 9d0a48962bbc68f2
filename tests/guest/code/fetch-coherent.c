/*
 * Stores become visible to instruction fetch without a fence, in the end (Ziccid): one hart
 * executes an instruction over and over until it is another, which a second hart has stored. Nobody
 * executes fence.i, and the first hart neither traps nor changes its state.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define ROUNDS 50

#define LI_A0(n) (0x00000513u | (uint32_t)(n) << 20) /* addi a0, zero, n */
#define RET 0x00008067u

static volatile uint32_t code[2] __attribute__((aligned(8))) = { LI_A0(0), RET };
static uint64_t seen;

static uint64_t execute(uint64_t unused)
{
    for (uint64_t i = 1; i <= ROUNDS; i++) {
        while (((uint64_t(*)(void))code)() != i) {
        }
        __atomic_store_n(&seen, i, __ATOMIC_RELEASE);
    }
    return unused;
}

int main(void)
{
    hart_start(1, execute, 0);
    for (uint64_t i = 1; i <= ROUNDS; i++) {
        code[0] = LI_A0(i);
        while (__atomic_load_n(&seen, __ATOMIC_ACQUIRE) != i) {
        }
    }
    hart_wait(1);
    return 0;
}
