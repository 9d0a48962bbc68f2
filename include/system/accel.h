/*
 * Accelerators: what executes guest code. The interpreter is one; a compiler to host code can be
 * another.
 *
 * An accelerator is found by its QOM type name, NAME followed by ACCEL_SUFFIX. What does not belong
 * here: threads and stopping (system/cpus.c), and any knowledge of the guest's architecture.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_ACCEL_H
#define SYSTEM_ACCEL_H

#include "system/cpu.h"
#include "util/option.h"

typedef struct MachineState MachineState;

#define TYPE_ACCEL "accel"
#define ACCEL_SUFFIX "-accel"
OBJECT_DECLARE_TYPE(AccelState, AccelClass, ACCEL)

struct AccelState {
    Object parent_obj;
    bool single_thread; /* property thread=single|multi */
    bool thread_set;    /* somebody has set that property */
    bool spike_turns;   /* property turns=free|spike: cpus_set_turn_function() */
    CPUState *last_cpu; /* single_thread: which one exec() ran last */
};

/* Why exec() came back. */
typedef enum CPUExecResult {
    CPU_EXEC_REQUEST, /* exit_request was seen and served as far as the CPU can */
    CPU_EXEC_HALTED,  /* WFI: nothing to do until cpu has work */
    CPU_EXEC_BUDGET,  /* the budget is used up */
} CPUExecResult;

struct AccelClass {
    ObjectClass parent_class;
    const char *name;      /* as -accel NAME; set from the type's name by the base class */
    const char *const *aliases; /* other names, NULL-terminated, or NULL */
    const char *desc;
    bool is_default;
    bool (*init_machine)(AccelState *accel, MachineState *machine, Error **errp);
    /* Per-vCPU data, at realize and unrealize of each CPU. */
    bool (*cpu_init)(AccelState *accel, CPUState *cpu, Error **errp);
    void (*cpu_cleanup)(AccelState *accel, CPUState *cpu);
    /*
     * Run guest code on the calling thread for `budget` instructions, those that raise an exception
     * included. `exact`: not one more (budget > 0), and what the guest does to devices and lines is
     * acted on, exit_request included, before its next instruction; so what a guest does depends on
     * nothing but the budgets. Otherwise it may go on to the end of a block, at full speed.
     */
    CPUExecResult (*exec)(AccelState *accel, CPUState *cpu, int64_t budget, bool exact);
    /*
     * What is left of an exact budget, in exec() as the instruction that runs now finds it. The
     * thread that called exec().
     */
    int64_t (*budget_left)(AccelState *accel, CPUState *cpu);
};

/* The class called or aliased `name`; NULL if there is none. */
AccelClass *accel_find(const char *name);
/* The class whose is_default is set; NULL if there is none. */
AccelClass *accel_default(void);
/*
 * Create from "NAME[,prop=value...]"; NAME may be several names separated by colons: the first that
 * exists. The caller owns the object.
 */
AccelState *accel_parse(const char *text, Error **errp);
/*
 * Print to f what -accel's argument `text` asks for: "help" the accelerators, "NAME,help" the
 * properties of one. OPTION_DONE if it did, OPTION_NEXT if text asks for neither.
 */
OptionResult accel_help(const char *text, FILE *f, Error **errp);
/* That of current_machine; NULL while there is none. */
AccelState *current_accel(void);

#endif
