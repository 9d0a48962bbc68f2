/*
 * Notes of blocks, and the way back by them: see include/target-riscv/history.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/history.h"

#include <string.h>

#include "target-riscv/decode.h"
#include "target-riscv/interp/interp.h"
#include "target-riscv/stuck.h"

RISCVHistory *riscv_history_new(void)
{
    return g_new0(RISCVHistory, 1);
}

void riscv_history_forget(RISCVHistory *history)
{
    history->count = 0;
}

/* A block as it was run. */
typedef struct Run {
    const RISCVNote *note;
    const RISCVBlock *block;
    uint32_t end;      /* index behind its operations */
    uint64_t insns;    /* that retired */
} Run;

/* What is remembered of the block's nth instruction; NULL: it has no operation. */
static const RISCVOpInfo *remembered(const RISCVCodeCache *cache, const Run *run, unsigned n,
                                     unsigned offset)
{
    for (uint32_t i = run->block->first; i < run->end; i++) {
        const RISCVOpInfo *info = &cache->info[i];

        if (info->len && info->retired == n && info->offset == offset) {
            return info;
        }
    }
    return NULL;
}

/* The bits in memory: of a jump within the page, or a no-op. */
static bool read_bits(CPURISCVState *env, uint64_t pc, RISCVPriv priv, uint32_t *raw)
{
    const uint8_t *page = riscv_code_page(env, pc, priv);

    *raw = page ? riscv_bits_at(page, pc & ~RISCV_PAGE_MASK) : 0;
    return page;
}

static bool trapped_at(const CPURISCVState *env, uint64_t pc, uint64_t instret)
{
    for (unsigned i = 0; i < MIN(env->traps_taken, RISCV_TRAP_RECORDS); i++) {
        const RISCVTrapRecord *trap = &env->traps[i];

        if (!(trap->cause & RISCV_CAUSE_INTERRUPT) && trap->epc == pc && trap->instret == instret) {
            return true;
        }
    }
    return false;
}

/*
 * The instructions of the block that were executed, and the one behind them if it raised an
 * exception. Returns their number; what cannot be found ends the list.
 */
static unsigned list_insns(CPURISCVState *env, const Run *run, RISCVPastInsn *list)
{
    const RISCVEngine *engine = env->engine;
    unsigned offset = run->block->offset, n;

    for (n = 0; n <= run->insns && n < run->block->insns; n++) {
        const RISCVOpInfo *info = remembered(engine->cache, run, n, offset);
        RISCVInsn insn;

        list[n] = (RISCVPastInsn){
            .pc = run->note->page + offset, .trapped = n == run->insns,
        };
        if (list[n].trapped && !trapped_at(env, list[n].pc, run->note->instret + n)) {
            break;
        }
        if (info) {
            list[n].raw = info->raw;
        } else if (!read_bits(env, list[n].pc, run->block->mode & 3, &list[n].raw)) {
            break;
        }
        if (!riscv_decode(list[n].raw, &env->ext, 64, &insn) && n < run->insns) {
            break;
        }
        list[n].raw = insn.raw;
        offset += insn.id == RISCV_INSN_jal ? insn.imm : insn.len;
    }
    return n;
}

/* Before the jump of an empty loop: what comes behind is the same again and again. */
static uint64_t insns_before_spin(const RISCVCodeCache *cache, const Run *run)
{
    for (uint32_t i = run->block->first; i < run->end; i++) {
        if (cache->ops[i].handler == riscv_handlers.spin) {
            return cache->info[i].retired;
        }
    }
    return 0;
}

/* The run that ended with `instret` instructions in all; false where the note does not fit. */
static bool find_run(const CPURISCVState *env, const RISCVNote *note, uint64_t instret, Run *run)
{
    const RISCVEngine *engine = env->engine;

    run->note = note;
    run->block = riscv_cache_block_of(engine->cache, note->op, &run->end);
    if (!run->block) {
        return false;
    }
    run->insns = instret - note->instret;
    if (run->insns > run->block->insns && env->spins) {
        run->insns = insns_before_spin(engine->cache, run);
    }
    return run->insns <= run->block->insns;
}

unsigned riscv_history(CPURISCVState *env, RISCVPastInsn *out, unsigned max)
{
    const RISCVEngine *engine = env->engine;
    const RISCVHistory *h = engine->history;
    uint64_t instret = riscv_instret(env, NULL);
    unsigned found = 0;

    for (uint64_t i = 0; h && i < MIN(h->count, RISCV_NOTES) && found < max; i++) {
        RISCVPastInsn list[RISCV_BLOCK_MAX_INSNS + 1];
        unsigned count, fit;
        Run run;

        if (!find_run(env, &h->notes[(h->count - 1 - i) % RISCV_NOTES], instret, &run)) {
            break;
        }
        count = list_insns(env, &run, list);
        if (count < run.insns) {
            break;
        }
        fit = MIN(count, max - found);
        memcpy(&out[max - found - fit], &list[count - fit], fit * sizeof(list[0]));
        found += fit;
        instret = run.note->instret;
    }
    memmove(out, &out[max - found], found * sizeof(out[0]));
    return found;
}
