/*
 * Fetching an aligned instruction is atomic (Ziccif): while one hart stores one instruction, then
 * another to the same word, again and again, a second hart executes either of them, never half of
 * each.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define ROUNDS 300000

/* Four instructions can be made of the halves of these two; each gives another result for 3. */
#define ADDI_5 0x00558513u    /* addi a0, a1, 5: 8 */
#define XORI_7F2 0x7f25c513u  /* xori a0, a1, 0x7f2: 0x7f1 */
#define RET 0x00008067u

static volatile uint32_t code[2] __attribute__((aligned(8))) = { ADDI_5, RET };
static volatile bool stop;

static uint64_t execute(uint64_t unused)
{
    unsigned first = 0;

    (void)unused;
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t result = try_call((uint64_t)code, 3);

        CHECK(result == 8 || result == 0x7f1);
        first += result == 8;
        fence_i();
    }
    stop = true;
    return first;
}

int main(void)
{
    hart_start(1, execute, 0);
    while (!stop) {
        code[0] = XORI_7F2;
        code[0] = ADDI_5;
    }
    hart_wait(1);
    return 0;
}
