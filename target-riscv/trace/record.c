/*
 * Records as words: see codec.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/trace/codec.h"

#include <string.h>

#include "target-riscv/cpu.h"

static uint64_t commit_shape(const RISCVCommit *c)
{
    return (uint64_t)RECORD_COMMIT << 62 | (uint64_t)c->store_count << 46 |
           (uint64_t)c->load_count << 41 | (uint64_t)c->reg_count << 36 |
           (uint64_t)(c->flen == 8) << 35 | (uint64_t)(c->len == 4) << 34 |
           (uint64_t)c->priv << 32 | c->raw;
}

unsigned record_from_commit(const RISCVCommit *c, uint64_t *words)
{
    unsigned keys = c->reg_count + c->store_count, n = 0;
    uint64_t shape = commit_shape(c);
    uint64_t *value = &words[1] + record_shape_words(shape);

    words[0] = c->pc;
    words[1] = shape;
    if (keys) {
        words[2] = c->reg_count ? c->keys[0] : c->stores[0].size; /* nearly always the only one */
    }
    if (keys > 1) {
        memset(&words[2], 0, (record_shape_words(shape) - 1) * sizeof(words[0]));
        for (unsigned i = 0; i < keys; i++) {
            uint64_t key = i < c->reg_count ? c->keys[i] : c->stores[i - c->reg_count].size;

            words[2 + i / 4] |= key << (16 * (i % 4));
        }
    }
    for (unsigned i = 0; i < c->reg_count; i++) {
        value[n++] = c->regs[i];
    }
    for (unsigned i = 0; i < c->load_count; i++) {
        value[n++] = c->loads[i];
    }
    for (unsigned i = 0; i < c->store_count; i++) {
        value[n++] = c->stores[i].addr;
        value[n++] = c->stores[i].value;
    }
    return value + n - words;
}

unsigned record_from_trap(const RISCVTracedTrap *trap, uint64_t *words)
{
    words[0] = trap->epc | 1;
    words[1] = (uint64_t)RECORD_TRAP << 62 | (uint64_t)trap->to << 51 | (uint64_t)trap->from << 32;
    words[2] = trap->cause;
    words[3] = trap->tval;
    return 4;
}

unsigned record_from_turn(uint64_t number, uint64_t *words)
{
    words[0] = TURN_PLACE;
    words[1] = (uint64_t)RECORD_TURN << 62;
    words[2] = number;
    return 3;
}

static void to_commit(const uint64_t *words, RISCVCommit *c)
{
    const uint64_t *shape = &words[1], *value = shape + record_shape_words(*shape);

    c->pc = words[0];
    c->raw = (uint32_t)*shape;
    c->priv = RECORD_PRIV(*shape);
    c->len = RECORD_LEN4(*shape) ? 4 : 2;
    c->flen = RECORD_FLEN8(*shape) ? 8 : 4;
    c->reg_count = RECORD_REGS(*shape);
    c->load_count = RECORD_LOADS(*shape);
    c->store_count = RECORD_STORES(*shape);
    for (unsigned i = 0; i < c->reg_count; i++) {
        c->keys[i] = record_key(shape, i);
        c->regs[i] = *value++;
    }
    for (unsigned i = 0; i < c->load_count; i++) {
        c->loads[i] = *value++;
    }
    for (unsigned i = 0; i < c->store_count; i++) {
        c->stores[i].size = record_key(shape, c->reg_count + i);
        c->stores[i].addr = *value++;
        c->stores[i].value = *value++;
    }
}

void record_to_item(const uint64_t *words, RISCVTraceItem *item)
{
    item->is_trap = RECORD_TYPE(words[1]) == RECORD_TRAP;
    if (item->is_trap) {
        item->trap = (RISCVTracedTrap){
            .epc = words[0] & ~1ull,
            .from = RECORD_PRIV(words[1]),
            .to = RECORD_TO(words[1]),
            .cause = words[2],
            .tval = words[3],
        };
    } else {
        to_commit(words, &item->commit);
    }
}

static bool key_ok(const uint64_t *shape, unsigned i)
{
    unsigned key = record_key(shape, i);

    if (i >= RECORD_REGS(*shape)) {
        return key == 0 || key == 1 || key == 2 || key == 4 || key == 8;
    }
    switch (COMMIT_KEY_KIND(key)) {
    case COMMIT_X:
    case COMMIT_F:
        return COMMIT_KEY_NUMBER(key) < 32;
    case COMMIT_CSR:
        return true;
    default:
        return false;
    }
}

bool record_shape_ok(const uint64_t *shape)
{
    if (RECORD_TYPE(*shape) != RECORD_COMMIT) {
        return RECORD_TYPE(*shape) <= RECORD_TURN && record_shape_words(*shape) == 1;
    }
    if (RECORD_REGS(*shape) > COMMIT_MAX_REGS || RECORD_LOADS(*shape) > COMMIT_MAX_ACCESSES ||
        RECORD_STORES(*shape) > COMMIT_MAX_ACCESSES) {
        return false;
    }
    for (unsigned i = 0; i < RECORD_REGS(*shape) + RECORD_STORES(*shape); i++) {
        if (!key_ok(shape, i)) {
            return false;
        }
    }
    return true;
}
