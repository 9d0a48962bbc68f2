/*
 * Machines (boards): the class that `-M` selects and the object that start-up creates from it.
 *
 * What does not belong here: any particular board (hw-riscv/).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_MACHINE_H
#define SYSTEM_MACHINE_H

#include "system/accel.h"
#include "system/chardev.h"
#include "system/clock.h"
#include "system/icount.h"
#include "system/run-limit.h"
#include "system/loader.h"
#include "system/wall-clock.h"
#include "util/module.h"

#define TYPE_MACHINE "machine"
#define MACHINE_SUFFIX "-machine" /* -M spike is the type "spike-machine" */
#define MACHINE_TYPE_NAME(name) name MACHINE_SUFFIX
OBJECT_DECLARE_TYPE(MachineState, MachineClass, MACHINE)

/* -smp: cpus = sockets * cores * threads, none of them 0 */
typedef struct CPUTopology {
    unsigned cpus;
    unsigned sockets;
    unsigned cores;
    unsigned threads;
} CPUTopology;

struct MachineClass {
    ObjectClass parent_class;
    /*
     * name, alias, deprecation_reason and is_default are not inherited. name is set from the type's
     * name by the base class; alias is a second name, for the newest version of a versioned
     * machine.
     */
    const char *name;
    const char *alias;
    const char *desc;
    const char *deprecation_reason; /* NULL: not deprecated */
    bool is_default;
    unsigned max_cpus;              /* 1 unless class_init says more */
    unsigned default_cpus;          /* likewise */
    unsigned max_serials;           /* serial lines that -serial can give it; 0 */
    uint64_t default_ram_size;      /* bytes */
    const char *default_cpu_type;   /* QOM type name; NULL: the machine has no CPU */
    const char *cpu_base_type;      /* -cpu is looked up below it; its class parses the argument */
    /* Build the board: RAM, devices, CPUs, images, device tree. NULL: an empty board. */
    bool (*init)(MachineState *machine, Error **errp);
    /*
     * Put the board in its reset state; the base implementation resets every device below the
     * machine. Fails where images cannot be loaded again.
     */
    bool (*reset)(MachineState *machine, Error **errp);
};

struct MachineState {
    Object parent_obj;

    /* What the command line says; all of them are properties of TYPE_MACHINE. */
    uint64_t ram_size;
    char *kernel_filename;
    char *kernel_cmdline;
    char **arguments;  /* the same, as words, if it was given as such; or NULL */
    char *initrd_filename;
    char *firmware;    /* -bios: FILE, "none", "default" or NULL */
    char *firmware_path; /* -L, and where it usually is: for data_dir_find() */
    char *dtb;
    char *dumpdtb;     /* write the tree there and end */
    char *guest_name;
    char *trace_commits; /* -trace-commits: the file, or NULL */
    bool reboot;       /* -no-reboot: a reset ends the program */
    bool autostart;    /* -S: it does not run before somebody lets it */
    char *gdb;         /* -gdb: where to wait for gdb, "none" or NULL */
    CPUTopology smp;
    char *cpu_model;       /* -cpu as written, or NULL */
    const char *cpu_type;  /* what it means; the class's default without -cpu */

    GPtrArray *serials;    /* of Chardev *: see machine_serial() */
    AccelState *accelerator;     /* child "accelerator"; there once board initialisation begins */
    VirtualClock *clock;         /* child "clock" */
    WallClock *wall_clock;       /* child "wall-clock"; begins with board initialisation */
    ICount *icount;              /* child "icount-source": moves the clock; NULL: the host does */
    RunLimit *limit;             /* child "run-limit": -limit; NULL: none */
    MemoryRegion *system_memory; /* child "system-memory": root container, 64 bits wide */
    AddressSpace address_space;  /* of system_memory */
    Symbols *symbols;            /* of what is loaded: system/symbols.h; the board's, or NULL */
    struct GdbServer *gdb_server; /* child "gdb-server", or NULL */
    void *fdt;                   /* the tree as the guest sees it; g_free'd with the machine */
};

/*
 * The machine that runs, at /machine in the tree; NULL before it is created and after it is
 * finalized.
 */
extern MachineState *current_machine;

/*
 * One line defines a machine type, as DEFINE_PC_MACHINE does in QEMU:
 *     DEFINE_MACHINE("none", none_machine_class_init)
 *     DEFINE_VERSIONED_MACHINE("spike", 1, 0, spike_machine_class_init, "spike")
 * registers "none-machine", and "spike-1.0-machine" with alias "spike" (NULL: none). The class_init
 * has type void (MachineClass *). A machine with state of its own names its base type, which has
 * that instance size:
 *     DEFINE_MACHINE_OF("board", TYPE_BOARD_BASE, board_machine_class_init)
 *     DEFINE_VERSIONED_MACHINE_OF("board", 2, 1, TYPE_BOARD_BASE, board_2_1_class_init, "board")
 */
#define DEFINE_MACHINE(name_, init_fn) DEFINE_MACHINE_OF(name_, TYPE_MACHINE, init_fn)
#define DEFINE_MACHINE_OF(name_, parent_, init_fn) \
    DEFINE_MACHINE_TYPE(init_fn, MACHINE_TYPE_NAME(name_), parent_, init_fn, NULL)
#define DEFINE_VERSIONED_MACHINE(family, major, minor, init_fn, alias_) \
    DEFINE_VERSIONED_MACHINE_OF(family, major, minor, TYPE_MACHINE, init_fn, alias_)
#define DEFINE_VERSIONED_MACHINE_OF(family, major, minor, parent_, init_fn, alias_)           \
    DEFINE_MACHINE_TYPE(init_fn##_##major##_##minor,                                          \
                        MACHINE_TYPE_NAME(family "-" #major "." #minor), parent_, init_fn, \
                        alias_)

/* What the four above have in common; id makes the names of functions unique. */
#define DEFINE_MACHINE_TYPE(id, typename_, parent_, init_fn, alias_)                             \
    static void id##_class_init(ObjectClass *oc, const void *data G_GNUC_UNUSED)                 \
    {                                                                                            \
        MachineClass *mc = MACHINE_CLASS(oc);                                                    \
        mc->alias = (alias_);                                                                    \
        init_fn(mc);                                                                             \
    }                                                                                            \
    static void id##_register_types(void)                                                        \
    {                                                                                            \
        static const TypeInfo info = {                                                           \
            .name = (typename_),                                                                 \
            .parent = (parent_),                                                                 \
            .class_init = id##_class_init,                                                       \
        };                                                                                       \
        type_register_static(&info);                                                             \
    }                                                                                            \
    type_init(id##_register_types)

/* The machine class named or aliased `name`; NULL if there is none. */
MachineClass *find_machine(const char *name);
/* The class whose is_default is set; NULL if there is none. */
MachineClass *find_default_machine(void);
/* Every concrete machine class, by name; free with g_slist_free(). */
GSList *machine_list(void);
/* -M help: QEMU's format. */
void machine_help(FILE *f);
/* Resolve the name in -M; sets errp, with the hint to ask for the list, when it is unknown. */
MachineClass *machine_parse(const char *name, Error **errp);
/*
 * What -M `name` selects, or the default machine without it (NULL). NULL either with *listed, when
 * "help" had the list printed, or with errp set. A deprecated machine is warned about.
 */
MachineClass *select_machine(const char *name, bool *listed, Error **errp);

/*
 * Check -smp text "N" or "[cpus=N][,sockets=N][,cores=N][,threads=N]" against the class and fill
 * `smp`. What is missing follows from the rest, as in QEMU: without cpus it is 1; with cpus, it is
 * the cores (else the sockets, else the threads) that make up the number, and 1 otherwise.
 */
bool machine_parse_smp(MachineClass *mc, const char *text, CPUTopology *smp, Error **errp);

/*
 * Serial lines, by number, as the -serial options have them: start-up adds them before the board is
 * built, and the board attaches a front end to each (one without -serial gets none, or NULL).
 * Line n is NULL where -serial says none and where there is no such option. The machine keeps a
 * reference.
 */
void machine_add_serial(MachineState *machine, Chardev *chr);
Chardev *machine_serial(const MachineState *machine, unsigned n);
/* How many there are, those with "none" included. */
unsigned machine_serial_count(const MachineState *machine);

/* Check RAM size, CPU type and topology, set up the accelerator, then class->init(). */
bool machine_run_board_init(MachineState *machine, Error **errp);
/*
 * Put the machine in its reset state; the big lock is held, no vCPU runs, nor may it where this
 * fails.
 */
bool machine_reset(MachineState *machine, Error **errp);
/* Write the device tree to the file `dumpdtb` names. */
bool machine_dump_dtb(MachineState *machine, Error **errp);

#endif
