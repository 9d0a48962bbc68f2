/*
 * Why a run ends: the verdict on the guest, its exit status, and the one line that says so.
 *
 * All that ends a run comes here: the guest itself, a limit, a guest found dead, a signal, the
 * user. The first verdict counts. What does not belong here: how the threads stop (system/runstate.h),
 * and errors of start-up, which are an Error.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_VERDICT_H
#define SYSTEM_VERDICT_H

#include "system/cpu.h"
#include "util/error.h"

/* STATUS_PASSED, STATUS_LIMIT, ...: see the table. */
enum {
#define EXIT_STATUS(name, first, last, shown, help) STATUS_##name = (first),
#include "system/statuses.def"
#undef EXIT_STATUS
};

typedef enum VerdictKind {
    VERDICT_PASSED, /* the guest says so, or the user ended it: nothing is printed */
    VERDICT_FAILED, /* the guest ended with a code that is not 0 */
    VERDICT_LIMIT,
    VERDICT_DEAD,
    VERDICT_SIGNAL,
    VERDICT_ERROR,  /* what was to be done at run time cannot be; already reported */
} VerdictKind;

typedef struct Verdict {
    VerdictKind kind;
    int status;      /* that the process ends with */
    uint64_t code;   /* VERDICT_FAILED: what the guest said; VERDICT_SIGNAL: the number */
    char *text;      /* what the line says behind the kind; NULL: no line */
    CPUState *cpu;   /* the hart whose instruction it was; NULL: none in particular */
    uint64_t pc;     /* of that instruction */
} Verdict;

/* ---- For those who end the run: any thread ---- */

/*
 * The guest ended itself with `code`; fmt says what that is, such as "test 5 (tohost 0xb)". It was
 * the instruction of `cpu` at `pc`, as cpu_access_pc() has it, which is put behind the text; NULL:
 * of none.
 */
void verdict_guest_exit(CPUState *cpu, uint64_t pc, uint64_t code, const char *fmt, ...)
    G_GNUC_PRINTF(4, 5);
/* The user ended it at the console, or by gdb. Status 0. */
void verdict_quit(void);
void verdict_signal(int number);
/* Something went wrong that is the user's to mend: `err` is reported and freed. Status 1. */
void verdict_error(Error *err);
/*
 * A limit was reached, or the guest is dead: all these go to the debugger first, if there is one.
 * `cpu` (or NULL) is at `pc`, which is put behind the text. True: the run ends. False: the debugger
 * has it, and the machine goes on when the debugger says so.
 */
bool verdict_limit(CPUState *cpu, uint64_t pc, const char *fmt, ...) G_GNUC_PRINTF(3, 4);
bool verdict_dead(CPUState *cpu, uint64_t pc, const char *fmt, ...) G_GNUC_PRINTF(3, 4);

/*
 * For a debugger while it is attached: it gets each verdict of kind LIMIT and DEAD and says whether
 * it stops the machine instead of letting the run end. Called in the thread that found out: a
 * vCPU's or the main loop's, with or without the big lock. `verdict` is gone when it returns. NULL: none.
 */
typedef bool VerdictDebuggerFn(const Verdict *verdict, void *opaque);
void verdict_set_debugger(VerdictDebuggerFn *fn, void *opaque);

/* ---- For the main thread ---- */

/* -quiet: no line and no post-mortem. */
void verdict_set_quiet(bool quiet);
/* -d postmortem=off|short|full; short is the default. False: `text` is none of these. */
bool verdict_set_post_mortem(const char *text);
/*
 * For how many instructions a hart shall remember which ones it executes: UINT64_MAX with "full", 0
 * with "off"; else as many as most programs have that fail, and so few that nobody waits for it.
 */
uint64_t verdict_history_insns(void);
/* The verdict, or NULL as long as there is none. */
const Verdict *verdict_get(void);
/* The guest has ended itself, and nobody else wants the run to end: a debugger may still look. */
bool verdict_is_guests_own(void);
/*
 * "test 5 (tohost 0xb) at <fail+0x10> 0x80000194, hart 0"; NULL where there is nothing to say. No
 * vCPU runs.
 */
char *verdict_describe(const Verdict *verdict);
/* When no vCPU runs any more: print the line on stderr, and where the harts are and have been. */
void verdict_report(void);
/* "<main+0x10> 0x80000010", or the address alone; the caller frees. */
char *verdict_place(uint64_t addr);
/* Forget all of it, the debugger too; runstate_clear() does. */
void verdict_clear(void);

#endif
