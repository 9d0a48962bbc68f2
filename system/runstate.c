/*
 * Requests to the main loop, made by any thread and taken by the main thread; and whether the machine
 * runs.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/runstate.h"

#include <glib.h>

#include "system/dead.h"
#include "system/machine.h"
#include "system/trace.h"
#include "system/verdict.h"

#define NO_SHUTDOWN (-1)

/*
 * The registry of requests. There is one per process, as there is one main loop; all members are
 * atomic, so that devices can ask under any lock.
 */
static struct {
    int shutdown_status; /* NO_SHUTDOWN, or 0..255 */
    int reset;
    int stop;
} requests = { .shutdown_status = NO_SHUTDOWN };

/* The main thread's, as there is one machine. */
static struct {
    bool running;
    void (*stopped)(void *opaque);
    void *opaque;
} vm;

/* What a process can return of `status`, failure staying failure. */
static int process_status(int status)
{
    return status && !(status & 0xff) ? 0xff : status & 0xff;
}

/* No vCPU runs on after its block: each asks before it enters guest code again. */
static void stop_vcpus(void)
{
    for (guint i = 0; i < cpu_list()->len; i++) {
        cpu_kick(g_ptr_array_index(cpu_list(), i));
    }
    g_main_context_wakeup(NULL);
}

void system_shutdown_request(int status)
{
    int none = NO_SHUTDOWN;

    trace_runstate_shutdown_request(status);
    __atomic_compare_exchange_n(&requests.shutdown_status, &none, process_status(status), false,
                                __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    stop_vcpus();
}

bool system_shutdown_requested(void)
{
    return __atomic_load_n(&requests.shutdown_status, __ATOMIC_SEQ_CST) != NO_SHUTDOWN;
}

int runstate_exit_status(void)
{
    return __atomic_load_n(&requests.shutdown_status, __ATOMIC_SEQ_CST);
}

void system_reset_request(void)
{
    trace_runstate_reset_request();
    __atomic_store_n(&requests.reset, 1, __ATOMIC_SEQ_CST);
    stop_vcpus();
}

bool system_reset_requested(void)
{
    return __atomic_load_n(&requests.reset, __ATOMIC_SEQ_CST);
}

bool runstate_take_reset(void)
{
    return __atomic_exchange_n(&requests.reset, 0, __ATOMIC_SEQ_CST);
}

void system_stop_request(void)
{
    __atomic_store_n(&requests.stop, 1, __ATOMIC_SEQ_CST);
    stop_vcpus();
}

bool system_stop_requested(void)
{
    return __atomic_load_n(&requests.stop, __ATOMIC_SEQ_CST);
}

void runstate_clear(void)
{
    __atomic_store_n(&requests.stop, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&requests.shutdown_status, NO_SHUTDOWN, __ATOMIC_SEQ_CST);
    __atomic_store_n(&requests.reset, 0, __ATOMIC_SEQ_CST);
    verdict_clear();
}

/* ---- Stopping and starting ---- */

void vm_start(void)
{
    if (!vm.running) {
        trace_vm_start();
        vm.running = true;
        virtual_clock_start(current_machine->clock);
        cpus_resume();
        dead_suspect(); /* it may have been dead when it was stopped */
    }
}

void vm_stop(void)
{
    bool was_running = vm.running;

    if (was_running) {
        trace_vm_stop();
        cpus_pause();
        virtual_clock_stop(current_machine->clock);
        vm.running = false;
    }
    /* Not sooner: it is what kept vCPUs from running on. */
    __atomic_store_n(&requests.stop, 0, __ATOMIC_SEQ_CST);
    if (was_running && vm.stopped) {
        vm.stopped(vm.opaque);
    }
}

bool vm_running(void)
{
    return vm.running;
}

void vm_set_stop_notifier(void (*fn)(void *opaque), void *opaque)
{
    vm.stopped = fn;
    vm.opaque = opaque;
}

bool vm_reset(Error **errp)
{
    bool ok;

    if (vm.running) {
        cpus_pause();
    }
    runstate_take_reset();
    bql_lock();
    ok = machine_reset(current_machine, errp);
    bql_unlock();
    if (ok && vm.running) {
        cpus_resume();
    }
    return ok;
}
