/*
 * Post-mortem of a hart: where it is, the instructions and traps before that, registers.
 *
 * What does not belong here: finding these (history.c, stuck.c), and which harts are asked
 * (system/verdict.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/post-mortem.h"

#include <inttypes.h>

#include "system/symbols.h"
#include "system/verdict.h"
#include "target-riscv/disas.h"
#include "target-riscv/history.h"

enum { SHORT_INSNS = 8, FULL_INSNS = 32, SHORT_TRAPS = 4 };

static const char *mode_name(unsigned priv)
{
    return priv == PRIV_M ? "M-mode" : priv == PRIV_S ? "S-mode" : "U-mode";
}

static void print_where(CPURISCVState *env, FILE *f)
{
    g_autofree char *place = verdict_place(env->pc);

    fprintf(f, "hart %" PRIu64 ": in %s at %s, %" PRIu64 " instructions retired%s\n", env->hartid,
            mode_name(env->priv), place, riscv_instret(env, NULL),
            env->wfi ? ", waits for an interrupt" : "");
}

static void print_insns(CPURISCVState *env, unsigned max, FILE *f)
{
    RISCVPastInsn insns[FULL_INSNS];
    unsigned count = riscv_history(env, insns, max);

    if (count) {
        fprintf(f, "  last instructions%s:\n", env->spins ? " before that" : "");
    }
    for (unsigned i = 0; i < count; i++) {
        g_autofree char *line = riscv_disas_line(insns[i].pc, insns[i].raw, &env->ext, 64,
                                                 current_symbols());

        fprintf(f, "    %s%s\n", line, insns[i].trapped ? "  (trap)" : "");
    }
}

static void print_traps(const CPURISCVState *env, unsigned max, FILE *f)
{
    unsigned count = MIN(MIN(env->traps_taken, RISCV_TRAP_RECORDS), max);

    if (count) {
        fprintf(f, "  last traps, of %" PRIu64 ":\n", env->traps_taken);
    }
    for (unsigned i = count; i > 0; i--) {
        const RISCVTrapRecord *trap = &env->traps[(env->traps_taken - i) % RISCV_TRAP_RECORDS];
        g_autofree char *place = verdict_place(trap->epc);

        fprintf(f, "    %s in %s at %s, tval 0x%" PRIx64 ", after %" PRIu64 " instructions\n",
                riscv_cause_name(trap->cause), mode_name(trap->from), place, trap->tval,
                trap->instret);
    }
}

void riscv_cpu_post_mortem(CPUState *cs, CPUPostMortem detail, FILE *f)
{
    CPURISCVState *env = &RISCV_CPU(cs)->env;

    print_where(env, f);
    if (detail == POST_MORTEM_LINE) {
        return;
    }
    print_insns(env, detail == POST_MORTEM_FULL ? FULL_INSNS : SHORT_INSNS, f);
    print_traps(env, detail == POST_MORTEM_FULL ? RISCV_TRAP_RECORDS : SHORT_TRAPS, f);
    if (detail == POST_MORTEM_FULL) {
        fprintf(f, "  registers:\n");
        CPU_GET_CLASS(cs)->dump_state(cs, f);
    }
}
