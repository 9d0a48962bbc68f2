/*
 * vCPU threads: starting, stopping, sleeping and waking, work from other threads, and the big lock.
 *
 * With thread=multi each vCPU has a host thread; with thread=single one thread runs all of them in turn for a
 * fixed quantum of instructions. What does not belong here: executing guest code (the accelerator's exec()),
 * and time by instructions (icount.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/accel.h"

#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "system/dead.h"
#include "system/machine.h"
#include "system/runstate.h"

/* Instructions between two looks at what is not signalled by exit_request; as long as a store to code may
 * stay unseen without fence.i. */
#define MULTI_BUDGET (1 << 20)
/* A hart's turn: as Spike interleaves them. Alone it needs none. */
#define SINGLE_QUANTUM CPU_TURN

typedef struct WorkItem {
    CPUWorkFn *fn;
    void *opaque;
    uint32_t *pending; /* counts down when done; NULL if nobody waits. Reference counted by g_rc_box */
} WorkItem;

/* The registry of vCPUs. */
static struct {
    GMutex lock; /* guards what CPUState says it does, for every CPU */
    GCond stopped_cond;
    GPtrArray *list;    /* of CPUState */
    GThread *rr_thread; /* thread=single */
    CPUTurnFn *turn_fn; /* turns=spike: cpus_set_turn_function() */
    void *turn_opaque;
    bool has_membarrier;
    GMutex big_lock;
} cpus;

static __thread bool have_big_lock;
static __thread CPUState *current_cpu;

void bql_lock(void)
{
    g_mutex_lock(&cpus.big_lock);
    have_big_lock = true;
}

void bql_unlock(void)
{
    have_big_lock = false;
    g_mutex_unlock(&cpus.big_lock);
}

bool bql_locked(void)
{
    return have_big_lock;
}

GPtrArray *cpu_list(void)
{
    if (!cpus.list) {
        cpus.list = g_ptr_array_new();
    }
    return cpus.list;
}

void cpu_list_add(CPUState *cpu)
{
    cpu->cpu_index = cpu_list()->len;
    g_ptr_array_add(cpu_list(), cpu);
}

void cpu_list_remove(CPUState *cpu)
{
    g_ptr_array_remove(cpu_list(), cpu);
    if (cpu_list()->len == 0) {
        g_clear_pointer(&cpus.list, g_ptr_array_unref);
    }
}

CPUState *cpu_current(void)
{
    return current_cpu;
}

uint64_t cpu_access_pc(CPUState *cpu)
{
    return cpu ? CPU_GET_CLASS(cpu)->get_access_pc(cpu) : 0;
}

CPUState *cpu_hold_current(void)
{
    CPUState *cpu = cpus.rr_thread && current_cpu ? g_ptr_array_index(cpu_list(), 0) : current_cpu;

    if (!cpu) {
        return NULL;
    }
    g_mutex_lock(&cpus.lock);
    cpu->holds++;
    g_mutex_unlock(&cpus.lock);
    __atomic_store_n(&current_cpu->exit_request, 1, __ATOMIC_SEQ_CST);
    return CPU(object_ref(cpu));
}

void cpu_release(CPUState *cpu)
{
    g_mutex_lock(&cpus.lock);
    if (--cpu->holds == 0 && cpu->wake) {
        g_cond_broadcast(cpu->wake);
    }
    g_mutex_unlock(&cpus.lock);
    object_unref(cpu);
}

/* ---- requests ---- */

void cpu_kick(CPUState *cpu)
{
    __atomic_store_n(&cpu->exit_request, 1, __ATOMIC_SEQ_CST);
    if (!__atomic_load_n(&cpu->running, __ATOMIC_SEQ_CST)) {
        g_mutex_lock(&cpus.lock);
        g_cond_broadcast(cpu->wake);
        g_mutex_unlock(&cpus.lock);
    }
}

static void work_item_free(gpointer opaque)
{
    WorkItem *item = opaque;

    if (item->pending) {
        g_atomic_rc_box_release(item->pending);
    }
    g_free(item);
}

static void queue_item(CPUState *cpu, CPUWorkFn *fn, void *opaque, uint32_t *pending)
{
    WorkItem *item = g_new(WorkItem, 1);

    *item = (WorkItem){ fn, opaque, pending };
    g_mutex_lock(&cpus.lock);
    g_queue_push_tail(&cpu->work, item);
    g_mutex_unlock(&cpus.lock);
    cpu_kick(cpu);
}

void cpu_queue_work(CPUState *cpu, CPUWorkFn *fn, void *opaque)
{
    queue_item(cpu, fn, opaque, NULL);
}

void cpu_process_work(CPUState *cpu)
{
    for (;;) {
        g_autofree WorkItem *item = NULL;

        g_mutex_lock(&cpus.lock);
        item = g_queue_pop_head(&cpu->work);
        g_mutex_unlock(&cpus.lock);
        if (!item) {
            return;
        }
        item->fn(cpu, item->opaque);
        if (item->pending) {
            __atomic_fetch_sub(item->pending, 1, __ATOMIC_SEQ_CST);
            g_atomic_rc_box_release(item->pending);
        }
    }
}

void cpu_run_on_others(CPUState *self, CPUWorkFn *fn, void *opaque)
{
    g_autoptr(GPtrArray) waiting = g_ptr_array_new();
    g_autoptr(GPtrArray) counters = g_ptr_array_new_with_free_func(
        (GDestroyNotify)g_atomic_rc_box_release);

    g_assert(!bql_locked()); /* a vCPU that waits for the big lock could not answer */
    for (guint i = 0; i < cpu_list()->len; i++) {
        CPUState *cpu = g_ptr_array_index(cpu_list(), i);
        uint32_t *pending;

        if (cpu == self) {
            continue;
        }
        if (cpu->thread == g_thread_self()) { /* thread=single: the others stand still while we run */
            fn(cpu, opaque);
            continue;
        }
        pending = g_atomic_rc_box_new0(uint32_t);
        *pending = 1;
        g_ptr_array_add(waiting, cpu);
        g_ptr_array_add(counters, pending);
        queue_item(cpu, fn, opaque, g_atomic_rc_box_acquire(pending));
    }
    for (guint i = 0; i < waiting->len; i++) {
        CPUState *cpu = g_ptr_array_index(waiting, i);
        uint32_t *pending = g_ptr_array_index(counters, i);

        /* A vCPU that is not running serves its queue before its next instruction: see run_cpu(). */
        while (__atomic_load_n(pending, __ATOMIC_SEQ_CST) &&
               __atomic_load_n(&cpu->running, __ATOMIC_SEQ_CST)) {
            if (self) {
                cpu_process_work(self); /* the other one may be waiting for us */
            }
            sched_yield();
        }
    }
}

static void do_nothing(CPUState *cpu, void *opaque)
{
    (void)cpu;
    (void)opaque;
}

bool cpus_on_one_thread(void)
{
    return cpu_list()->len <= 1 || cpus.rr_thread;
}

void cpus_memory_barrier(CPUState *self)
{
    if (cpus_on_one_thread()) {
        return;
    }
    if (cpus.has_membarrier && !syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0)) {
        return;
    }
    cpu_run_on_others(self, do_nothing, NULL);
}

/* ---- threads ---- */

/* What was requested is the main loop's to do, and guest code would go beyond it. */
static bool nobody_may_run(void)
{
    return system_shutdown_requested() || system_reset_requested() || system_stop_requested();
}

/* Has `cpu` anything to do but wait? The lock is held. */
static bool cpu_may_run(CPUState *cpu)
{
    CPUClass *cc = CPU_GET_CLASS(cpu);

    return cpu->started && !cpu->stop && !cpu->holds && !cpu->debug.held && !nobody_may_run() &&
           (!g_queue_is_empty(&cpu->work) || !cc->is_halted(cpu) || cc->has_work(cpu));
}

/* The lock is held: `cpu` has nothing to do, but maybe because the machine stands still. */
static void set_waits(CPUState *cpu)
{
    bool waits = cpu->started && !cpu->stop && !cpu->debug.held && !nobody_may_run();

    if (waits && !cpu->waits) {
        dead_suspect_cpu(cpu);
    }
    cpu->waits = waits;
}

bool cpus_stuck(void)
{
    const GPtrArray *list = cpu_list();
    bool all = list->len > 0;

    g_mutex_lock(&cpus.lock);
    for (guint i = 0; all && i < list->len; i++) {
        const CPUState *cpu = list->pdata[i];

        /* It stays stuck while the main loop has it stop to look at it. */
        all = cpu->waits || (cpu->started && __atomic_load_n(&cpu->stuck, __ATOMIC_ACQUIRE));
    }
    g_mutex_unlock(&cpus.lock);
    return all;
}

/* The lock is held: say that `cpu` stands still if somebody asked it to. */
static void acknowledge_stop(CPUState *cpu)
{
    bool still = cpu->stop || !cpu->started || nobody_may_run();

    if (cpu->stopped != still) {
        cpu->stopped = still;
        g_cond_broadcast(&cpus.stopped_cond);
    }
}

static CPUExecResult exec_cpu(CPUState *cpu, int64_t budget, bool exact)
{
    const CPUClass *cc = CPU_GET_CLASS(cpu);
    AccelState *accel = current_accel();
    ICount *icount = current_machine->icount;
    RunLimit *limit = current_machine->limit;
    uint64_t before = limit ? cc->get_insn_count(cpu) : 0;
    CPUExecResult result;

    if (icount) {
        icount_enter(icount, cpu, budget);
    }
    current_cpu = cpu;
    result = ACCEL_GET_CLASS(accel)->exec(accel, cpu, budget, exact);
    current_cpu = NULL;
    if (icount) {
        icount_leave(icount);
    }
    if (limit) {
        run_limit_count(limit, cpu, cc->get_insn_count(cpu) - before);
    }
    return result;
}

/* ---- a debugger's ---- */

/* What a CPU may execute at a time, where it would be that. */
static int64_t debug_budget(const CPUState *cpu, int64_t budget)
{
    return G_UNLIKELY(cpu->debug.single_step) ? MIN(budget, 1) : budget;
}

/* The CPU has executed one instruction, or entered a trap's handler. */
static void note_step(CPUState *cpu)
{
    CPUDebug *debug = &cpu->debug;
    uint64_t pc = CPU_GET_CLASS(cpu)->get_pc(cpu);
    const DebugPoint *point;

    if (pc - debug->step_first >= debug->step_size) {
        debug->event = (DebugEvent){ .kind = DEBUG_EVENT_STEP };
        return;
    }
    point = debug_breakpoint_at(debug->points, pc);
    if (point) {
        debug->event = (DebugEvent){ DEBUG_EVENT_BREAKPOINT, point->kind, pc };
    }
}

/* exec() came back: stop the machine if there is a reason. */
static void look_at_debug_event(CPUState *cpu)
{
    AccelState *accel = current_accel();

    if (cpu->debug.single_step && cpu->debug.event.kind == DEBUG_EVENT_NONE &&
        ACCEL_GET_CLASS(accel)->budget_left(accel, cpu) <= 0) {
        note_step(cpu);
    }
    if (cpu->debug.event.kind != DEBUG_EVENT_NONE) {
        system_stop_request();
    }
}

/* ---- what is to be done after some instructions ---- */

void cpu_run_later(CPUState *cpu, uint64_t insns, CPUWorkFn *fn, void *opaque)
{
    cpu->later = fn;
    cpu->later_opaque = opaque;
    cpu->later_at = CPU_GET_CLASS(cpu)->get_insn_count(cpu) + insns;
    cpu_kick(cpu); /* it has a budget that is too large */
}

/* What a CPU may execute until then, where it would be `budget`. */
static int64_t later_budget(CPUState *cpu, int64_t budget, bool *exact)
{
    uint64_t count;

    if (G_LIKELY(!cpu->later)) {
        return budget;
    }
    count = CPU_GET_CLASS(cpu)->get_insn_count(cpu);
    *exact = true;
    return MIN((uint64_t)budget, MAX(cpu->later_at, count + 1) - count);
}

static void run_later(CPUState *cpu)
{
    const CPUClass *cc = CPU_GET_CLASS(cpu);

    if (cc->is_halted(cpu) || cc->get_insn_count(cpu) >= cpu->later_at) {
        g_steal_pointer(&cpu->later)(cpu, cpu->later_opaque);
    }
}

void cpus_debug_points_changed(void)
{
    for (guint i = 0; i < cpu_list()->len; i++) {
        CPUState *cpu = g_ptr_array_index(cpu_list(), i);

        CPU_GET_CLASS(cpu)->debug_points_changed(cpu);
    }
}

/* ---- running ---- */

/*
 * Run `cpu` for a while; called and left with the lock held, from which cpu_may_run() was just asked.
 * `running` goes up and exit_request is cleared before the queue is looked at: then cpu_run_on_others()
 * either sees us running or we see its item, and no request falls between.
 */
static CPUExecResult run_cpu(CPUState *cpu, int64_t budget, bool exact)
{
    CPUClass *cc = CPU_GET_CLASS(cpu);
    CPUExecResult result = CPU_EXEC_HALTED;

    cpu->waits = false;
    __atomic_store_n(&cpu->running, 1, __ATOMIC_SEQ_CST);
    __atomic_store_n(&cpu->exit_request, 0, __ATOMIC_SEQ_CST);
    g_mutex_unlock(&cpus.lock);
    cpu_process_work(cpu);
    if (!cc->is_halted(cpu) || cc->has_work(cpu) || cpu->turn_begins) {
        result = exec_cpu(cpu, budget, exact);
        if (G_UNLIKELY(cpu->debug.single_step || cpu->debug.event.kind != DEBUG_EVENT_NONE)) {
            look_at_debug_event(cpu);
        }
    }
    if (G_UNLIKELY(cpu->later)) {
        run_later(cpu);
    }
    __atomic_store_n(&cpu->running, 0, __ATOMIC_SEQ_CST);
    g_mutex_lock(&cpus.lock);
    return result;
}

static gpointer multi_thread(gpointer opaque)
{
    CPUState *cpu = opaque;

    g_mutex_lock(&cpus.lock);
    while (!cpu->unplug) {
        acknowledge_stop(cpu);
        if (cpu_may_run(cpu)) {
            bool exact = cpu->debug.single_step;
            int64_t budget = debug_budget(cpu, MULTI_BUDGET);

            budget = later_budget(cpu, budget, &exact);
            budget = run_limit_budget(current_machine->limit, budget, &exact);
            run_cpu(cpu, budget, exact);
        } else {
            set_waits(cpu);
            g_cond_wait(cpu->wake, &cpus.lock);
        }
    }
    g_mutex_unlock(&cpus.lock);
    return NULL;
}

/* ---- thread=single ---- */

/*
 * Whose turn it is, and what is left of it. Requests from outside, which come at no certain instruction, interrupt
 * a turn but do not end it: the order in which harts execute instructions is the guest's doing alone.
 */
typedef struct Turn {
    guint index;
    int64_t left;
    guint idle; /* CPUs in a row that had nothing to do */
    bool over;  /* turns=spike: it is not the first one that has not begun yet */
} Turn;

static Turn turn_of(guint index, guint idle)
{
    return (Turn){ index, cpu_list()->len > 1 ? SINGLE_QUANTUM : MULTI_BUDGET, idle, false };
}

static CPUState *turn_cpu(const Turn *turn)
{
    return g_ptr_array_index(cpu_list(), turn->index);
}

/* The lock is held, and given away meanwhile: timers take it to wake somebody. */
static void run_timers(ICount *icount)
{
    g_mutex_unlock(&cpus.lock);
    icount_run_timers(icount);
    g_mutex_lock(&cpus.lock);
}

/*
 * No hart has anything to do until the next timer. Time goes on to its very deadline, whether that is waited for
 * or not. The lock is held.
 */
static void sleep_until_timer(ICount *icount, uint64_t ns)
{
    gint64 start = g_get_monotonic_time();
    CPUState *first = g_ptr_array_index(cpu_list(), 0);

    if (icount_sleeps(icount) &&
        g_cond_wait_until(first->wake, &cpus.lock, start + (gint64)(ns / 1000 + 1))) {
        ns = MIN(ns, (uint64_t)(g_get_monotonic_time() - start) * 1000); /* woken from outside */
    }
    icount_advance(icount, ns);
}

/* All harts wait. The lock is held since they were asked. */
static void wait_for_work(void)
{
    CPUState *first = g_ptr_array_index(cpu_list(), 0);
    ICount *icount = current_machine->icount;
    uint64_t ns = icount ? icount_deadline_ns(icount) : UINT64_MAX;

    if (ns == 0) {
        run_timers(icount);
    } else if (ns == UINT64_MAX) {
        g_cond_wait(first->wake, &cpus.lock);
    } else {
        sleep_until_timer(icount, ns);
    }
}

/* Go on with a turn, to the next timer at most. */
static void run_turn(Turn *turn)
{
    CPUState *cpu = turn_cpu(turn);
    AccelState *accel = current_accel();
    ICount *icount = current_machine->icount;
    int64_t budget = icount ? MIN(turn->left, icount_deadline(icount)) : turn->left;
    bool exact = true;

    budget = debug_budget(cpu, budget);
    if (budget == 0) {
        run_timers(icount);
        return;
    }
    budget = later_budget(cpu, budget, &exact);
    budget = run_limit_budget(current_machine->limit, budget, &exact);
    cpu->yielded = false;
    turn->idle = 0;
    if (run_cpu(cpu, budget, exact) == CPU_EXEC_HALTED || cpu->yielded) {
        turn->left = 0;
    } else {
        turn->left -= budget - ACCEL_GET_CLASS(accel)->budget_left(accel, cpu);
    }
}

/* ---- turns=spike ---- */

void cpus_set_turn_function(CPUTurnFn *fn, void *opaque)
{
    cpus.turn_fn = fn;
    cpus.turn_opaque = opaque;
}

/* How long the next turn is; the lock is held, and given away meanwhile. */
static int64_t ask_turn_function(void)
{
    CPUState *first = g_ptr_array_index(cpu_list(), 0);
    int64_t length;

    if (!cpus.turn_fn) {
        return CPU_TURN;
    }
    __atomic_store_n(&first->exit_request, 0, __ATOMIC_SEQ_CST);
    g_mutex_unlock(&cpus.lock);
    bql_lock();
    length = cpus.turn_fn(cpus.turn_opaque);
    bql_unlock();
    g_mutex_lock(&cpus.lock);
    if (length == CPU_TURN_WAIT && !__atomic_load_n(&first->exit_request, __ATOMIC_SEQ_CST)) {
        g_cond_wait(first->wake, &cpus.lock);
    }
    return length;
}

/*
 * Each hart had its turn: time goes on. Spike never sleeps; here the host may rest once all harts have
 * waited for a while, and for nothing that time alone brings. The lock is held, and given away meanwhile.
 */
static void end_round(Turn *turn)
{
    enum { PATIENCE = 1000, REST_US = 100 };
    CPUState *first = g_ptr_array_index(cpu_list(), 0);
    ICount *icount = current_machine->icount;

    if (icount) {
        g_mutex_unlock(&cpus.lock);
        icount_end_round(icount, CPU_TURN);
        g_mutex_lock(&cpus.lock);
    }
    if (turn->idle / cpu_list()->len > PATIENCE &&
        (!icount || icount_deadline_ns(icount) == UINT64_MAX)) {
        g_cond_wait_until(first->wake, &cpus.lock, g_get_monotonic_time() + REST_US);
    }
}

/* The turn of the next hart; the lock is held. */
static void next_spike_turn(Turn *turn)
{
    int64_t length;

    if (turn->over && ++turn->index == cpu_list()->len) {
        turn->index = 0;
        end_round(turn);
    }
    turn->over = false;
    length = ask_turn_function();
    turn->left = MAX(length, 0);
    turn_cpu(turn)->turn_begins = true;
}

/* Other than in run_turn(), a hart that waits has its turn, too. */
static void run_spike_turn(Turn *turn)
{
    CPUState *cpu = turn_cpu(turn);
    CPUClass *cc = CPU_GET_CLASS(cpu);
    AccelState *accel = current_accel();

    turn->idle = cc->is_halted(cpu) && !cc->has_work(cpu) ? turn->idle + 1 : 0;
    cpu->yielded = false;
    if (run_cpu(cpu, turn->left, true) == CPU_EXEC_HALTED || cpu->yielded) {
        turn->left = 0;
    } else {
        turn->left = ACCEL_GET_CLASS(accel)->budget_left(accel, cpu);
    }
    turn->over = turn->left == 0;
}

/* One step of the thread; the lock is held. CPUs are started and stopped all together. */
static void single_step(Turn *turn)
{
    GPtrArray *list = cpu_list();
    CPUState *first = g_ptr_array_index(list, 0);

    if (first->stop || !first->started || first->holds || nobody_may_run()) {
        for (guint i = 0; i < list->len; i++) {
            acknowledge_stop(g_ptr_array_index(list, i));
        }
        g_cond_wait(first->wake, &cpus.lock);
    } else if (current_accel()->spike_turns && turn->left == 0) {
        next_spike_turn(turn);
    } else if (current_accel()->spike_turns) {
        run_spike_turn(turn);
    } else if (turn->idle == list->len) {
        *turn = turn_of(0, 0);
        wait_for_work();
    } else if (turn->left == 0) {
        *turn = turn_of((turn->index + 1) % list->len, turn->idle);
    } else if (cpu_may_run(turn_cpu(turn))) {
        run_turn(turn);
    } else {
        set_waits(turn_cpu(turn));
        *turn = turn_of((turn->index + 1) % list->len, turn->idle + 1);
    }
}

static gpointer single_thread(gpointer opaque)
{
    CPUState *first = g_ptr_array_index(cpu_list(), 0);
    Turn turn = current_accel()->spike_turns ? (Turn){ 0 } : turn_of(0, 0);

    (void)opaque;
    g_mutex_lock(&cpus.lock);
    while (!first->unplug) {
        single_step(&turn);
    }
    g_mutex_unlock(&cpus.lock);
    return NULL;
}

/* ---- starting and stopping ---- */

static GThread *start_thread(const char *name, GThreadFunc fn, gpointer data, Error **errp)
{
    g_autoptr(GError) err = NULL;
    GThread *thread = g_thread_try_new(name, fn, data, &err);

    if (!thread) {
        error_setg(errp, "cannot start a vCPU thread: %s", err->message);
        error_append_hint(errp, "use fewer harts (-smp) or -accel interp,thread=single");
    }
    return thread;
}

bool cpus_start(Error **errp)
{
    GPtrArray *list = cpu_list();
    bool single = list->len && current_accel()->single_thread;

    cpus.has_membarrier = !syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
    /* Under the lock, so that no thread looks at a CPU before its thread field is set. */
    g_mutex_lock(&cpus.lock);
    if (single) {
        cpus.rr_thread = start_thread("vcpus", single_thread, NULL, errp);
    }
    for (guint i = 0; i < list->len; i++) {
        CPUState *cpu = g_ptr_array_index(list, i);
        g_autofree char *name = g_strdup_printf("vcpu %u", i);

        cpu->wake = single ? &CPU(g_ptr_array_index(list, 0))->own_wake : &cpu->own_wake;
        cpu->thread = single ? cpus.rr_thread : start_thread(name, multi_thread, cpu, errp);
        if (!cpu->thread) {
            g_mutex_unlock(&cpus.lock);
            return false;
        }
    }
    g_mutex_unlock(&cpus.lock);
    return true;
}

/* Set `started` or `stop` of every CPU and wake them. */
static void for_all_cpus(void (*fn)(CPUState *))
{
    g_mutex_lock(&cpus.lock);
    for (guint i = 0; i < cpu_list()->len; i++) {
        CPUState *cpu = g_ptr_array_index(cpu_list(), i);

        fn(cpu);
        __atomic_store_n(&cpu->exit_request, 1, __ATOMIC_SEQ_CST);
        g_cond_broadcast(cpu->wake);
    }
    g_mutex_unlock(&cpus.lock);
}

static void set_running(CPUState *cpu)
{
    cpu->started = true;
    cpu->stop = false;
    cpu->stopped = false;
}

static void set_stop(CPUState *cpu)
{
    cpu->stop = true;
}

static void set_unplug(CPUState *cpu)
{
    cpu->stop = true;
    cpu->unplug = true;
}

void cpus_resume(void)
{
    for_all_cpus(set_running);
}

void cpus_pause(void)
{
    g_assert(!bql_locked());
    for_all_cpus(set_stop);
    g_mutex_lock(&cpus.lock);
    for (guint i = 0; i < cpu_list()->len; i++) {
        CPUState *cpu = g_ptr_array_index(cpu_list(), i);

        while (cpu->thread && !cpu->stopped) {
            g_cond_wait(&cpus.stopped_cond, &cpus.lock);
        }
    }
    g_mutex_unlock(&cpus.lock);
}

void cpus_stop(void)
{
    g_assert(!bql_locked());
    for_all_cpus(set_unplug);
    for (guint i = 0; i < cpu_list()->len; i++) {
        CPUState *cpu = g_ptr_array_index(cpu_list(), i);

        if (cpu->thread && cpu->thread != cpus.rr_thread) {
            g_thread_join(cpu->thread);
        }
        cpu->thread = NULL;
    }
    g_clear_pointer(&cpus.rr_thread, g_thread_join);
    for (guint i = 0; i < cpu_list()->len; i++) { /* what nobody will do any more */
        g_queue_clear_full(&CPU(g_ptr_array_index(cpu_list(), i))->work, work_item_free);
    }
}
