/*
 * gdb lets the machine run, and hears why it stopped. All vCPUs stop together ("all-stop").
 *
 * What does not belong here: how a vCPU notices that it has to stop (cpus.c and the accelerator).
 *
 * SPDX-License-Identifier: MIT
 */
#include "gdbstub-internal.h"

#include <string.h>

#include "system/runstate.h"

/* ---- what each thread is to do ---- */

typedef struct Action {
    char what;       /* c, s, r or t; 0: nothing was said */
    uint64_t start;  /* r: steps go on while pc is in [start, end) */
    uint64_t end;
    int thread;      /* 0 and -1: any */
} Action;

/* One of vCont's actions. Signals mean nothing to a hart. */
static bool take_action(GdbReader *r, Action *action)
{
    uint64_t value;

    *action = (Action){ .thread = -1 };
    if (gdb_take_char(r, 'c') || gdb_take_char(r, 's') || gdb_take_char(r, 't')) {
        action->what = r->at[-1];
    } else if (gdb_take_char(r, 'C') || gdb_take_char(r, 'S')) {
        action->what = g_ascii_tolower(r->at[-1]);
        if (!gdb_take_hex(r, &value)) {
            return false;
        }
    } else if (!gdb_take_char(r, 'r') || !gdb_take_hex(r, &action->start) ||
               !gdb_take_char(r, ',') || !gdb_take_hex(r, &action->end)) {
        return false;
    } else {
        action->what = 'r';
    }
    if (gdb_take_char(r, ':') && !gdb_take_word(r, "-1")) {
        if (!gdb_take_hex(r, &value) || value > INT32_MAX) {
            return false;
        }
        action->thread = value;
    }
    return true;
}

static bool runs(const Action *action)
{
    return action->what && action->what != 't';
}

/* As the CPU is to go on; without an action it stays where it is. */
static void apply(GdbServer *gdb, CPUState *cpu, const Action *action)
{
    CPUDebug *debug = &cpu->debug;

    debug->held = !runs(action);
    debug->single_step = action->what == 's' || action->what == 'r';
    debug->step_first = action->start;
    debug->step_size =
        action->what == 'r' && action->end > action->start ? action->end - action->start : 0;
    debug->step_interrupts = gdb->session.step_interrupts;
    if (debug->single_step) { /* over wfi as over any other instruction */
        CPU_GET_CLASS(cpu)->stop_waiting(cpu);
    }
}

/* ---- stopped ---- */

/* The CPU whose stop is reported: of several, one that a step would not tell gdb as well. */
static CPUState *find_event(void)
{
    CPUState *found = NULL;

    for (guint i = 0; i < cpu_list()->len; i++) {
        CPUState *cpu = g_ptr_array_index(cpu_list(), i);

        if (cpu->debug.event.kind > (found ? found->debug.event.kind : DEBUG_EVENT_NONE)) {
            found = cpu;
        }
    }
    return found;
}

static void append_registers(GString *text, CPUState *cpu)
{
    const CPUClass *cc = CPU_GET_CLASS(cpu);
    uint8_t buf[8];

    for (const uint8_t *n = cc->gdb_expedited_regs; *n != GDB_NO_REG; n++) {
        unsigned size = cc->gdb_read_reg(cpu, *n, buf);

        g_string_append_printf(text, "%02x:", *n);
        gdb_append_hex(text, buf, size);
        g_string_append_c(text, ';');
    }
}

static void append_reason(GString *text, const GdbSession *session, const DebugEvent *event)
{
    static const char *const names[] = {
        [DEBUG_BREAK_SOFTWARE] = "swbreak", [DEBUG_BREAK_HARDWARE] = "hwbreak",
        [DEBUG_WATCH_WRITE] = "watch", [DEBUG_WATCH_READ] = "rwatch",
        [DEBUG_WATCH_ACCESS] = "awatch",
    };
    bool known = event->point == DEBUG_BREAK_SOFTWARE ? session->swbreak : session->hwbreak;

    if (event->kind == DEBUG_EVENT_BREAKPOINT && known) {
        g_string_append_printf(text, "%s:;", names[event->point]);
    } else if (event->kind == DEBUG_EVENT_WATCHPOINT) {
        g_string_append_printf(text, "%s:%" PRIx64 ";", names[event->point], event->addr);
    }
}

/* "T": the CPU stands still for that reason, and is the one that gdb goes on to look at. */
static void send_stop(GdbServer *gdb, CPUState *cpu, int signal, const DebugEvent *event)
{
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_printf(text, "T%02xthread:%x;", (unsigned)signal, cpu->cpu_index + 1);
    append_registers(text, cpu);
    append_reason(text, &gdb->session, event);
    gdb->session.general = gdb->session.resume = cpu->cpu_index + 1;
    gdb->session.signal = signal;
    gdb->session.waiting = false;
    gdb_send_text(gdb, text->str);
}

/* What is not reported will come again, if gdb is still interested by then. */
static void forget_events(void)
{
    for (guint i = 0; i < cpu_list()->len; i++) {
        CPUDebug *debug = &CPU(g_ptr_array_index(cpu_list(), i))->debug;

        debug->single_step = false;
        debug->event.kind = DEBUG_EVENT_NONE;
    }
}

/* False: there is none. */
static bool report_event(GdbServer *gdb)
{
    CPUState *cpu = find_event();
    DebugEvent event;

    if (!cpu) {
        return false;
    }
    event = cpu->debug.event;
    forget_events();
    send_stop(gdb, cpu, GDB_SIGNAL_TRAP, &event);
    return true;
}

/* The first one counts, until gdb has heard of it. */
bool gdb_take_verdict(const Verdict *verdict, void *opaque)
{
    GdbServer *gdb = opaque;
    bool limit = verdict->kind == VERDICT_LIMIT;

    if (!gdb_server_attached(gdb)) {
        return false;
    }
    g_mutex_lock(&gdb->verdict_lock);
    if (!gdb->verdict) {
        gdb->verdict =
            g_strdup_printf("verdict: %s: %s\n", limit ? "limit" : "dead", verdict->text);
        gdb->verdict_cpu = verdict->cpu;
        gdb->verdict_signal = limit ? GDB_SIGNAL_XCPU : GDB_SIGNAL_ABRT;
    }
    g_mutex_unlock(&gdb->verdict_lock);
    system_stop_request();
    return true;
}

/* False: there is none. */
static bool report_verdict(GdbServer *gdb)
{
    static const DebugEvent none;
    g_autoptr(GString) hex = g_string_new("O");
    g_autofree char *text = NULL;

    g_mutex_lock(&gdb->verdict_lock);
    text = g_steal_pointer(&gdb->verdict);
    g_mutex_unlock(&gdb->verdict_lock);
    if (!text) {
        return false;
    }
    forget_events();
    gdb_append_hex(hex, text, strlen(text));
    gdb_send_text(gdb, hex->str);
    send_stop(gdb, gdb->verdict_cpu ? gdb->verdict_cpu : gdb_general_cpu(gdb), gdb->verdict_signal,
              &none);
    return true;
}

void gdb_machine_stopped(void *opaque)
{
    static const DebugEvent none;
    GdbServer *gdb = opaque;

    if (gdb_server_attached(gdb) && gdb->session.waiting && !report_verdict(gdb) &&
        !report_event(gdb) && !verdict_get()) { /* else the run's end is the answer */
        forget_events();
        send_stop(gdb, gdb_general_cpu(gdb), GDB_SIGNAL_INT, &none);
    }
}

/*
 * The instruction that ended the guest may be one that stops it, too: a step, a watchpoint. gdb is told
 * of that first.
 */
bool gdb_server_holds_end(GdbServer *gdb)
{
    if (!gdb_server_attached(gdb) || !verdict_is_guests_own()) {
        return false;
    }
    vm_stop();
    return !gdb->session.waiting;
}

void gdb_report_last_stop(GdbServer *gdb)
{
    static const DebugEvent none;
    int signal = gdb->session.signal;

    send_stop(gdb, gdb_general_cpu(gdb), signal ? signal : GDB_SIGNAL_TRAP, &none);
}

/* ---- going on ---- */

/* gdb takes out all breakpoints at each stop and puts them in again: that changes nothing. */
static void put_points_in_force(GdbServer *gdb)
{
    bool any = gdb->points->breakpoints->len || gdb->points->watchpoints->len;

    if (debug_points_equal(gdb->points, gdb->in_force)) {
        return;
    }
    debug_points_copy(gdb->in_force, gdb->points);
    for (guint i = 0; i < cpu_list()->len; i++) {
        CPU(g_ptr_array_index(cpu_list(), i))->debug.points = any ? gdb->in_force : NULL;
    }
    cpus_debug_points_changed();
}

static void go_on(GdbServer *gdb)
{
    gdb->session.waiting = gdb->session.resumed = true;
    put_points_in_force(gdb);
    vm_start();
}

bool gdb_resume_vcont(GdbServer *gdb, GdbReader *r)
{
    static const Action stay;
    g_autoptr(GArray) actions = g_array_new(FALSE, FALSE, sizeof(Action));
    guint count = cpu_list()->len, running = 0;
    g_autofree const Action **chosen = g_new0(const Action *, count);

    do {
        Action action;

        if (!take_action(r, &action)) {
            return false;
        }
        g_array_append_val(actions, action);
    } while (gdb_take_char(r, ';'));
    for (guint i = 0; i < count; i++) {
        chosen[i] = &stay;
        for (guint j = actions->len; j-- > 0;) { /* "the leftmost action" wins */
            const Action *action = &g_array_index(actions, Action, j);

            if (action->thread <= 0 || action->thread == (int)i + 1) {
                chosen[i] = action;
            }
        }
        running += runs(chosen[i]);
    }
    if (!gdb_at_end(r) || !running) {
        return false;
    }
    for (guint i = 0; i < count; i++) {
        apply(gdb, g_ptr_array_index(cpu_list(), i), chosen[i]);
    }
    go_on(gdb);
    return true;
}

bool gdb_resume_plain(GdbServer *gdb, GdbReader *r, bool step, bool has_signal)
{
    static const Action go = { .what = 'c' }, one = { .what = 's' }, stay;
    CPUState *cpu = gdb_cpu(gdb->session.resume), *named = cpu ? cpu : gdb_general_cpu(gdb);
    uint64_t value;

    if (has_signal && (!gdb_take_hex(r, &value) || (!gdb_at_end(r) && !gdb_take_char(r, ';')))) {
        return false;
    }
    if (!gdb_at_end(r)) {
        if (!gdb_take_hex(r, &value) || !gdb_at_end(r)) {
            return false;
        }
        CPU_GET_CLASS(named)->set_pc(named, value);
    }
    for (guint i = 0; i < cpu_list()->len; i++) {
        apply(gdb, g_ptr_array_index(cpu_list(), i), cpu ? &stay : &go);
    }
    apply(gdb, named, step ? &one : &go);
    go_on(gdb);
    return true;
}

void gdb_let_go(GdbServer *gdb)
{
    static const Action go = { .what = 'c' };

    for (guint i = 0; i < cpu_list()->len; i++) {
        apply(gdb, g_ptr_array_index(cpu_list(), i), &go);
    }
    forget_events();
    put_points_in_force(gdb);
}
