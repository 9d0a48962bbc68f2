/*
 * Verdicts: see include/system/verdict.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/verdict.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "system/machine.h"
#include "system/runstate.h"
#include "system/symbols.h"

/* The registry: a run has one verdict. */
static struct {
    GMutex lock;
    bool given;
    bool at_once; /* by somebody else than the guest, be it first or not */
    Verdict verdict;
    VerdictDebuggerFn *debugger;
    void *debugger_opaque;
    bool quiet;
    CPUPostMortem post_mortem;
} registry = { .post_mortem = POST_MORTEM_SHORT };

/* Takes over verdict.text. */
static void give(Verdict verdict, bool guests_own)
{
    bool first;

    g_mutex_lock(&registry.lock);
    first = !registry.given;
    registry.at_once |= !guests_own;
    if (first) {
        registry.given = true;
        registry.verdict = verdict;
    }
    g_mutex_unlock(&registry.lock);
    if (first) {
        system_shutdown_request(verdict.status);
    } else {
        g_free(verdict.text);
    }
}

/* Does the debugger take it? The text is the caller's still. */
static bool debugger_takes(const Verdict *verdict)
{
    VerdictDebuggerFn *fn;
    void *opaque;

    g_mutex_lock(&registry.lock);
    fn = registry.debugger;
    opaque = registry.debugger_opaque;
    g_mutex_unlock(&registry.lock);
    return fn && fn(verdict, opaque);
}

/* ---- What ends a run ---- */

static int guest_status(uint64_t code)
{
    return MIN(code, (uint64_t)STATUS_FAILED_LARGE);
}

void verdict_guest_exit(CPUState *cpu, uint64_t pc, uint64_t code, const char *fmt, ...)
{
    va_list ap;

    if (code == 0) {
        give((Verdict){ .kind = VERDICT_PASSED, .cpu = cpu, .pc = pc }, true);
        return;
    }
    va_start(ap, fmt);
    give((Verdict){
        .kind = VERDICT_FAILED,
        .status = guest_status(code),
        .code = code,
        .text = g_strdup_vprintf(fmt, ap),
        .cpu = cpu,
        .pc = pc,
    }, true);
    va_end(ap);
}

void verdict_quit(void)
{
    give((Verdict){ .kind = VERDICT_PASSED }, false);
}

/* Who has stopped to read our output is told nothing. */
void verdict_signal(int number)
{
    give((Verdict){
        .kind = VERDICT_SIGNAL,
        .status = 128 + number,
        .code = number,
        .text = number == SIGPIPE ? NULL : g_strdup_printf("ended by signal %d (%s)", number,
                                                           strsignal(number)),
    }, false);
}

void verdict_error(Error *err)
{
    error_report_err(err);
    give((Verdict){ .kind = VERDICT_ERROR, .status = STATUS_ERROR }, false);
}

static bool G_GNUC_PRINTF(5, 0) ask_and_give(VerdictKind kind, int status, CPUState *cpu,
                                             uint64_t pc, const char *fmt, va_list ap)
{
    Verdict verdict = {
        .kind = kind, .status = status, .text = g_strdup_vprintf(fmt, ap), .cpu = cpu, .pc = pc,
    };

    if (debugger_takes(&verdict)) {
        g_free(verdict.text);
        return false;
    }
    give(verdict, false);
    return true;
}

bool verdict_limit(CPUState *cpu, uint64_t pc, const char *fmt, ...)
{
    va_list ap;
    bool ends;

    va_start(ap, fmt);
    ends = ask_and_give(VERDICT_LIMIT, STATUS_LIMIT, cpu, pc, fmt, ap);
    va_end(ap);
    return ends;
}

bool verdict_dead(CPUState *cpu, uint64_t pc, const char *fmt, ...)
{
    va_list ap;
    bool ends;

    va_start(ap, fmt);
    ends = ask_and_give(VERDICT_DEAD, STATUS_DEAD, cpu, pc, fmt, ap);
    va_end(ap);
    return ends;
}

void verdict_set_debugger(VerdictDebuggerFn *fn, void *opaque)
{
    g_mutex_lock(&registry.lock);
    registry.debugger = fn;
    registry.debugger_opaque = opaque;
    g_mutex_unlock(&registry.lock);
}

/* ---- What is said about it ---- */

void verdict_set_quiet(bool quiet)
{
    registry.quiet = quiet;
}

bool verdict_set_post_mortem(const char *text)
{
    static const struct {
        const char *name;
        CPUPostMortem detail;
    } levels[] = {
        { "off", POST_MORTEM_OFF }, { "short", POST_MORTEM_SHORT }, { "full", POST_MORTEM_FULL },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(levels); i++) {
        if (strcmp(text, levels[i].name) == 0) {
            registry.post_mortem = levels[i].detail;
            return true;
        }
    }
    return false;
}

uint64_t verdict_history_insns(void)
{
    const uint64_t young = 1 << 22; /* some thousandths of a second */

    if (registry.quiet || registry.post_mortem == POST_MORTEM_OFF) {
        return 0;
    }
    return registry.post_mortem == POST_MORTEM_FULL ? UINT64_MAX : young;
}

const Verdict *verdict_get(void)
{
    const Verdict *verdict;

    g_mutex_lock(&registry.lock);
    verdict = registry.given ? &registry.verdict : NULL;
    g_mutex_unlock(&registry.lock);
    return verdict;
}

bool verdict_is_guests_own(void)
{
    bool own;

    g_mutex_lock(&registry.lock);
    own = registry.given && !registry.at_once;
    g_mutex_unlock(&registry.lock);
    return own;
}

char *verdict_place(uint64_t addr)
{
    g_autofree char *symbol = NULL;

    if (current_machine) {
        symbol = symbols_describe(current_machine->symbols, addr);
    }
    return symbol ? g_strdup_printf("<%s> 0x%" PRIx64, symbol, addr)
                  : g_strdup_printf("0x%" PRIx64, addr);
}

static char *describe_at(const Verdict *verdict, const CPUState *cpu, uint64_t pc)
{
    g_autofree char *place = verdict_place(pc);

    return g_strdup_printf("%s at %s, hart %d", verdict->text, place, cpu->cpu_index);
}

/* A limit that concerns no hart in particular concerns the only one that there is. */
char *verdict_describe(const Verdict *verdict)
{
    const GPtrArray *cpus = current_machine ? cpu_list() : NULL;

    if (verdict->text && verdict->cpu) {
        return describe_at(verdict, verdict->cpu, verdict->pc);
    }
    if (verdict->text && verdict->kind == VERDICT_LIMIT && cpus && cpus->len == 1) {
        CPUState *cpu = cpus->pdata[0];

        return describe_at(verdict, cpu, CPU_GET_CLASS(cpu)->get_pc(cpu));
    }
    return g_strdup(verdict->text);
}

/* Which hart is to blame: that of the verdict, or each of them is, or the only one there is. */
static bool concerns(const Verdict *verdict, const CPUState *cpu)
{
    return verdict->cpu ? verdict->cpu == cpu
                        : verdict->kind == VERDICT_DEAD || cpu_list()->len == 1;
}

/* In short, harts that are not concerned have a line each, and some of many harts have to do. */
static void print_post_mortem(const Verdict *verdict)
{
    enum { SOME = 8 };
    const GPtrArray *list = cpu_list();
    bool full = registry.post_mortem == POST_MORTEM_FULL;
    guint shown = full ? list->len : MIN(list->len, SOME);

    for (guint i = 0; i < shown; i++) {
        CPUState *cpu = list->pdata[i];

        if (CPU_GET_CLASS(cpu)->post_mortem) {
            bool line = !full && !concerns(verdict, cpu);

            CPU_GET_CLASS(cpu)->post_mortem(cpu, line ? POST_MORTEM_LINE : registry.post_mortem,
                                            stderr);
        }
    }
    if (shown < list->len) {
        fprintf(stderr, "and %u more harts\n", list->len - shown);
    }
    if (!full && list->len) {
        fprintf(stderr, "('-d postmortem=full' also shows registers, and instructions however "
                        "long the run was)\n");
    }
}

void verdict_report(void)
{
    static const char *const names[] = {
        [VERDICT_FAILED] = "verdict: failed: ",
        [VERDICT_LIMIT] = "verdict: limit: ",
        [VERDICT_DEAD] = "verdict: dead: ",
        [VERDICT_SIGNAL] = "rvemu: ",
    };
    const Verdict *verdict = verdict_get();
    g_autofree char *text = NULL;

    if (!verdict || registry.quiet) {
        return;
    }
    text = verdict_describe(verdict);
    if (text) {
        fprintf(stderr, "%s%s\n", names[verdict->kind], text);
    }
    if (text && current_machine && registry.post_mortem != POST_MORTEM_OFF) {
        print_post_mortem(verdict);
    }
}

void verdict_clear(void)
{
    g_mutex_lock(&registry.lock);
    g_free(registry.verdict.text);
    registry.verdict = (Verdict){ 0 };
    registry.given = false;
    registry.at_once = false;
    registry.debugger = NULL;
    registry.debugger_opaque = NULL;
    registry.quiet = false;
    registry.post_mortem = POST_MORTEM_SHORT;
    g_mutex_unlock(&registry.lock);
}
