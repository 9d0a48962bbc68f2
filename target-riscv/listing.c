/*
 * `-d insns`: each instruction before it is executed, and each trap, as Spike's -l has them.
 *
 *     core   0: >>>>  main
 *     core   0: 0x0000000080000000 (0x00000297) auipc   t0, 0x0
 *     core   0: exception trap_illegal_instruction, epc 0x0000000080000004
 *     core   0:           tval 0x0000000000000000
 *
 * An instruction that is executed again and again has one line, and another that says how often. What
 * does not belong here: the text of instructions (disas-spike.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/listing.h"

#include <inttypes.h>
#include <string.h>

#include "system/symbols.h"
#include "target-riscv/disas.h"
#include "util/log.h"

struct RISCVListing {
    bool waits;         /* what follows has no line yet */
    uint64_t pc;
    uint32_t raw;
    uint64_t last_pc;
    uint32_t last_raw;
    uint64_t executions; /* of that, in a row */
    GHashTable *names;   /* by address; NULL before somebody asks */
};

RISCVListing *riscv_listing_new(void)
{
    RISCVListing *l = g_new0(RISCVListing, 1);

    l->last_pc = 1; /* no instruction is there */
    l->executions = 1;
    return l;
}

void riscv_listing_free(RISCVListing *l)
{
    if (l) {
        g_clear_pointer(&l->names, g_hash_table_unref);
        g_free(l);
    }
}

/* ---- Names of places ---- */

/* Of several symbols of one name the last counts, wherever it is. */
static void note_name(const ElfSymbol *symbol, void *opaque)
{
    g_hash_table_insert(opaque, (char *)symbol->name, (ElfSymbol *)symbol);
}

/* Of several names of one place the first in the order of characters. */
static void note_place(gpointer key, gpointer value, gpointer opaque)
{
    const ElfSymbol *symbol = value;
    const char *name = g_hash_table_lookup(opaque, &symbol->value);

    if (!name || strcmp(key, name) < 0) {
        g_hash_table_replace(opaque, (uint64_t *)&symbol->value, key);
    }
}

static GHashTable *names_of_places(void)
{
    g_autoptr(GHashTable) symbols = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTable *names = g_hash_table_new(g_int64_hash, g_int64_equal);

    symbols_foreach_entry(current_symbols(), note_name, symbols);
    g_hash_table_foreach(symbols, note_place, names);
    return names;
}

static const char *name_of(RISCVListing *l, uint64_t pc)
{
    if (!l->names) {
        l->names = names_of_places();
    }
    return g_hash_table_lookup(l->names, &pc);
}

/* ---- Instructions ---- */

void riscv_listing_begin(RISCVListing *l, uint64_t pc, uint32_t raw)
{
    l->waits = log_filter_passes(pc);
    l->pc = pc;
    l->raw = raw;
}

void riscv_listing_drop(RISCVListing *l)
{
    l->waits = false;
}

void riscv_listing_put(CPURISCVState *env)
{
    RISCVListing *l = env->listing;
    g_autofree char *text = NULL;
    const char *name;

    if (!l->waits) {
        return;
    }
    l->waits = false;
    if (l->pc == l->last_pc && l->raw == l->last_raw) {
        l->executions++;
        return;
    }
    name = name_of(l, l->pc);
    if (name) {
        log_printf("core %3" PRIu64 ": >>>>  %s\n", env->hartid, name);
    }
    if (l->executions != 1) {
        log_printf("core %3" PRIu64 ": Executed %" PRIu64 " times\n", env->hartid, l->executions);
    }
    text = riscv_disas_as_spike(l->raw, &env->cfg_ext);
    log_printf("core %3" PRIu64 ": 0x%016" PRIx64 " (0x%08" PRIx32 ") %s\n", env->hartid, l->pc,
               l->raw, text);
    l->last_pc = l->pc;
    l->last_raw = l->raw;
    l->executions = 1;
}

/* ---- Traps ---- */

/* NULL: an interrupt, or one that Spike does not know. */
static const char *trap_name(uint64_t cause)
{
    static const char *const names[] = {
        [EXC_INSN_MISALIGNED] = "instruction_address_misaligned",
        [EXC_INSN_ACCESS] = "instruction_access_fault",
        [EXC_ILLEGAL] = "illegal_instruction",
        [EXC_BREAKPOINT] = "breakpoint",
        [EXC_LOAD_MISALIGNED] = "load_address_misaligned",
        [EXC_LOAD_ACCESS] = "load_access_fault",
        [EXC_STORE_MISALIGNED] = "store_address_misaligned",
        [EXC_STORE_ACCESS] = "store_access_fault",
        [EXC_ECALL_U] = "user_ecall",
        [EXC_ECALL_S] = "supervisor_ecall",
        [EXC_ECALL_M] = "machine_ecall",
        [EXC_INSN_PAGE_FAULT] = "instruction_page_fault",
        [EXC_LOAD_PAGE_FAULT] = "load_page_fault",
        [EXC_STORE_PAGE_FAULT] = "store_page_fault",
        [EXC_DOUBLE_TRAP] = "double_trap",
        [EXC_SOFTWARE_CHECK] = "software_check",
    };

    return cause < G_N_ELEMENTS(names) ? names[cause] : NULL;
}

static bool has_tval(uint64_t cause)
{
    return cause < EXC_ECALL_U || (cause > EXC_ECALL_M && cause != EXC_DOUBLE_TRAP);
}

void riscv_listing_trigger(CPURISCVState *env)
{
    riscv_listing_put(env);
    log_printf("core %3" PRIu64 ": trigger action 0\n", env->hartid);
}

void riscv_listing_trap(CPURISCVState *env, uint64_t cause, uint64_t tval)
{
    bool interrupt = cause & RISCV_CAUSE_INTERRUPT;
    const char *name = trap_name(cause);

    riscv_listing_put(env);
    if (name) {
        log_printf("core %3" PRIu64 ": exception trap_%s, epc 0x%016" PRIx64 "\n", env->hartid, name,
                   env->pc);
    } else {
        log_printf("core %3" PRIu64 ": exception %s #%" PRIu64 ", epc 0x%016" PRIx64 "\n", env->hartid,
                   interrupt ? "interrupt" : "trap", (uint64_t)(cause & ~RISCV_CAUSE_INTERRUPT), env->pc);
    }
    if (!interrupt && has_tval(cause)) {
        log_printf("core %3" PRIu64 ":           tval 0x%016" PRIx64 "\n", env->hartid, tval);
    }
}
