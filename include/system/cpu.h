/*
 * A virtual CPU as the rest of the system sees it: its thread, its requests, its work queue.
 *
 * What does not belong here: anything that knows which architecture the CPU has (target-riscv/cpu.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_CPU_H
#define SYSTEM_CPU_H

#include <stdio.h>

#include "system/debug.h"
#include "system/device.h"

#define TYPE_CPU "cpu"
OBJECT_DECLARE_TYPE(CPUState, CPUClass, CPU)

typedef void CPUWorkFn(CPUState *cpu, void *opaque);

struct CPUState {
    DeviceState parent_obj;

    int cpu_index;
    AddressSpace *as; /* set by the machine before realize */

    /*
     * Set by anybody who wants the vCPU out of guest code (device, timer, other hart, debugger); looked at
     * between blocks only, cleared by the vCPU's own thread before it looks for the reason.
     */
    uint32_t exit_request; /* atomic */

    /* Owned by system/cpus.c, guarded by its lock unless said otherwise. */
    GThread *thread;   /* that runs this CPU; set before it starts, cleared when it was joined */
    GCond own_wake;
    GCond *wake;       /* what its thread sleeps on: own_wake, or one for all with thread=single */
    GQueue work;       /* of queued work items */
    bool started;      /* the machine runs */
    bool stop;         /* somebody wants it stopped (debugger, monitor) */
    bool stopped;      /* it is */
    uint32_t holds;    /* cpu_hold_current() less cpu_release() */
    bool unplug;       /* the thread shall end */
    bool waits;        /* for an interrupt: it is halted */
    uint32_t stuck;    /* atomic; its own thread's: goes round without effect, as far as it can see */
    bool yielded;      /* its own thread's: the rest of its turn is for others (thread=single) */
    bool turn_begins;  /* its own thread's: exec() has not looked at this turn yet (turns=spike) */
    uint32_t running;  /* atomic: in guest code, or about to be; see cpu_run_on_others() */
    CPUWorkFn *later;  /* its own thread's: see cpu_run_later() */
    void *later_opaque;
    uint64_t later_at; /* get_insn_count() */
    void *accel_state; /* the accelerator's per-vCPU data */
    CPUDebug debug;
};

/* It goes on as it is; it would with a timer's interrupt; with one by a device's line. */
enum { CPU_WAKES_NOW = 1, CPU_WAKES_TIMER = 2, CPU_WAKES_LINE = 4 };

/* How much a CPU says about the end of a run: POST_MORTEM_LINE is where it is, and no more. */
typedef enum CPUPostMortem {
    POST_MORTEM_OFF,
    POST_MORTEM_LINE,
    POST_MORTEM_SHORT,
    POST_MORTEM_FULL,
} CPUPostMortem;

struct CPUClass {
    DeviceClass parent_class;

    /* May the CPU leave its halted state (an enabled interrupt is pending)? Any thread. */
    bool (*has_work)(CPUState *cpu);
    bool (*is_halted)(CPUState *cpu);
    void (*set_pc)(CPUState *cpu, uint64_t pc);
    uint64_t (*get_pc)(CPUState *cpu);
    /* For a device, in the CPU's own thread: of the instruction that is accessing it. */
    uint64_t (*get_access_pc)(CPUState *cpu);
    uint64_t (*get_insn_count)(CPUState *cpu);
    void (*dump_state)(CPUState *cpu, FILE *f);
    /* What the CPU did last, for who wants to know why the run failed; or NULL. No vCPU runs. */
    void (*post_mortem)(CPUState *cpu, CPUPostMortem detail, FILE *f);
    /*
     * For system/dead.h; or NULL, and the CPU is never stuck. What would make a CPU that waits or is
     * stuck go on, other CPUs apart: CPU_WAKES_*. Any thread.
     */
    unsigned (*wakes)(CPUState *cpu);
    /* "jumps to itself at 0x80000000"; NULL where it is not stuck. No vCPU runs; the caller frees. */
    char *(*describe_stuck)(CPUState *cpu);
    /*
     * "NAME[,+ext][,-ext][,prop=value]" as -cpu has it, applied as defaults of every CPU of the machine.
     * Returns the concrete type's name (static), or NULL with errp set.
     */
    const char *(*parse_model)(const char *text, Error **errp);
    void (*list_models)(FILE *f);
    /*
     * Which of the extensions that a program was compiled for, by its ISA string, the realized CPU
     * lacks: names, with commas between them; NULL: none. The caller frees.
     */
    char *(*missing_isa)(CPUState *cpu, const char *isa);
    /* -cpu TEXT,explain: what a model of that kind promises and whether it keeps it, one line each. */
    bool (*explain_model)(const char *text, FILE *f, Error **errp);

    /* For a debugger, while no vCPU runs. */

    /* The points of cpu->debug are others than before. */
    void (*debug_points_changed)(CPUState *cpu);
    /* A CPU that waits for an interrupt goes on, as it may at any time. */
    void (*stop_waiting)(CPUState *cpu);
    /*
     * Where `vaddr` lies for the CPU as it stands, whoever may access it, up to the end of its 4 KiB
     * page; nothing changes. False: nowhere.
     */
    bool (*debug_translate)(CPUState *cpu, uint64_t vaddr, hwaddr *paddr);
    /* "target.xml" as gdb's manual has it ("Target Descriptions"); the caller frees. */
    char *(*gdb_description)(CPUState *cpu);
    unsigned gdb_core_regs;           /* registers 0 to this - 1 are what a `g` packet has */
    const uint8_t *gdb_expedited_regs; /* sent with each stop; ends with GDB_NO_REG */
    /*
     * Register n by the description's numbers, little-endian. Reading has no effect on the CPU. Both
     * return the register's bytes, at most 8; 0: there is none, or it cannot be written.
     */
    unsigned (*gdb_read_reg)(CPUState *cpu, unsigned n, uint8_t *buf);
    unsigned (*gdb_write_reg)(CPUState *cpu, unsigned n, const uint8_t *buf);
    /* What it is doing, in a word or two: "S-mode, waiting". The caller frees. */
    char *(*debug_describe)(CPUState *cpu);
};
#define GDB_NO_REG 0xff

/* -cpu: all CPU types register a class with `parse_model`; a machine names its base type. */

/* Any thread. Make `cpu` leave guest code, or its sleep, soon. */
void cpu_kick(CPUState *cpu);
/* Any thread, except `cpu`'s own while it holds locks that `fn` takes: run `fn` before the next guest insn. */
void cpu_queue_work(CPUState *cpu, CPUWorkFn *fn, void *opaque);
/*
 * The vCPU's own thread, executing guest code: run `fn` when `insns` more instructions have retired, as
 * counted from the beginning of the block, or when the CPU begins to wait. Just then where budgets are
 * exact, else behind that block. Takes the place of an earlier one.
 */
void cpu_run_later(CPUState *cpu, uint64_t insns, CPUWorkFn *fn, void *opaque);
/*
 * Run `fn` for every other CPU and come back when none of them can execute guest code without having done
 * so. `self` is the calling vCPU (it serves its own queue meanwhile), or NULL from another thread.
 */
void cpu_run_on_others(CPUState *self, CPUWorkFn *fn, void *opaque);

/* The CPU that this thread is executing guest code for; NULL: none. */
CPUState *cpu_current(void);
/* In `cpu`'s own thread: pc of the instruction by which a device is accessed; NULL: 0. */
uint64_t cpu_access_pc(CPUState *cpu);

/*
 * From within a device access: the vCPU whose thread this is executes nothing more, once it has left
 * its block, until cpu_release() was called as often. With thread=single that is all vCPUs. NULL: no
 * vCPU's thread. The caller has a reference until cpu_release(), which any thread may call.
 */
CPUState *cpu_hold_current(void);
void cpu_release(CPUState *cpu);
/* The vCPU's own thread: run what is queued. */
void cpu_process_work(CPUState *cpu);

/* All CPUs of the machine in order of cpu_index; realize adds a CPU, unrealize removes it. */
GPtrArray *cpu_list(void);
void cpu_list_add(CPUState *cpu);
void cpu_list_remove(CPUState *cpu);

/*
 * When this returns, every store that another vCPU had executed before is visible here. `self` as in
 * cpu_run_on_others(). Costs the others nothing while they do not need it.
 */
void cpus_memory_barrier(CPUState *self);
/* Is there only one thread that executes guest code? */
bool cpus_on_one_thread(void);

/*
 * -accel ...,turns=spike: harts get CPU_TURN instructions each, one after the other, also a single
 * one. A trap, or waiting, ends a turn, and a hart looks at its interrupts when one begins. With
 * -icount time stands still while it is any hart's turn, and goes on by CPU_TURN instructions once
 * each hart had one. Before each turn `fn` is called (big lock) and says how many instructions that
 * may have, up to CPU_TURN; 0 where it asked for the end of the run; CPU_TURN_WAIT: none before
 * somebody kicks the first CPU, then ask again. NULL: no such function.
 */
#define CPU_TURN 5000
#define CPU_TURN_WAIT (-1)
typedef int64_t CPUTurnFn(void *opaque);
void cpus_set_turn_function(CPUTurnFn *fn, void *opaque);

bool cpus_start(Error **errp);  /* create the threads; they wait */
void cpus_resume(void);         /* let them run */
void cpus_pause(void);          /* return when no vCPU executes guest code */
void cpus_stop(void);           /* end and join every thread */
void cpus_debug_points_changed(void); /* while no vCPU runs: tell each of them */
/* Are there CPUs, and each of them waits for an interrupt, or says that it is stuck? */
bool cpus_stuck(void);

/* The big lock: devices run under it, RAM and the TLB fast path take none. Not recursive. */
void bql_lock(void);
void bql_unlock(void);
bool bql_locked(void); /* by this thread */

#endif
