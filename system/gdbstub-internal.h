/*
 * What the parts of the gdb server share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_GDBSTUB_INTERNAL_H
#define SYSTEM_GDBSTUB_INTERNAL_H

#include "gdbstub-packet.h"
#include "socket.h"
#include "system/debug.h"
#include "system/gdbstub.h"
#include "system/verdict.h"

/* What a session has said and asked for; zeros at its begin. */
typedef struct GdbSession {
    bool no_ack;
    bool swbreak, hwbreak; /* gdb knows these stop reasons */
    bool resumed;          /* it has let the machine run at least once */
    bool waiting;          /* for the report of a stop */
    bool physical;         /* `monitor phys on` */
    bool step_interrupts;  /* `monitor step-interrupts on` */
    int general, resume;   /* Hg and Hc: thread numbers; 0: any, -1: all */
    unsigned next_thread;  /* for qsThreadInfo */
    int signal;            /* of the last stop, for `?` */
} GdbSession;

struct GdbServer {
    Object parent_obj;

    /* gdbstub-server.c */
    char *path;            /* of a Unix socket, to be removed */
    GArray *listeners;     /* of int */
    GPtrArray *accepting;  /* of GSource * */
    int fd;                /* of the connection; -1: none */
    GSource *in_source, *out_source;
    GByteArray *unsent;
    GByteArray *last;      /* packet, to be sent again on a NAK */
    GdbParser parser;

    /* gdbstub.c, gdbstub-run.c */
    uint32_t attached;     /* atomic: a packet has come that was one, and the machine is gdb's */
    bool was_running;      /* before that */
    GdbSession session;
    DebugPoints *points;   /* as gdb has them */
    DebugPoints *in_force; /* as vCPUs have them */

    GMutex verdict_lock;   /* guards what follows: any thread comes to a verdict */
    char *verdict;         /* what is to be said with the next stop; NULL: nothing */
    CPUState *verdict_cpu; /* NULL: none in particular */
    int verdict_signal;
};

/* ---- gdbstub-server.c ---- */

void gdb_send(GdbServer *gdb, const void *data, size_t size);
void gdb_send_text(GdbServer *gdb, const char *text);
G_GNUC_PRINTF(2, 3) void gdb_send_format(GdbServer *gdb, const char *format, ...);

/* ---- gdbstub.c ---- */

/* A packet; `size` bytes and a NUL. */
void gdb_handle_packet(GdbServer *gdb, const char *data, size_t size);
void gdb_handle_interrupt(GdbServer *gdb);
/* gdb is gone, by its own word (D) or without one. */
void gdb_detach(GdbServer *gdb, bool resume);

/* Threads are CPUs, counted from 1. NULL: there is none of that number. */
CPUState *gdb_cpu(int thread);
/* The CPU that registers and memory are asked of. */
CPUState *gdb_general_cpu(const GdbServer *gdb);

/*
 * Memory as gdb sees it: virtual addresses of `cpu`, or physical ones; false: some of it is
 * nowhere.
 */
bool gdb_read_memory(CPUState *cpu, bool physical, uint64_t addr, uint8_t *buf, uint64_t size);
bool gdb_write_memory(CPUState *cpu, bool physical, uint64_t addr, const uint8_t *buf,
                      uint64_t size);

/* ---- gdbstub-run.c ---- */

/* `vCont;...` and the older packets; false: the packet is malformed, and nothing happened. */
bool gdb_resume_vcont(GdbServer *gdb, GdbReader *r);
bool gdb_resume_plain(GdbServer *gdb, GdbReader *r, bool step, bool has_signal);
/* vm_set_stop_notifier()'s. */
void gdb_machine_stopped(void *opaque);
/* verdict_set_debugger()'s: the machine stops instead of ending. */
bool gdb_take_verdict(const Verdict *verdict, void *opaque);
/* What `?` gets: why the machine stands still. */
void gdb_report_last_stop(GdbServer *gdb);
/* Let the machine run as it would without gdb. */
void gdb_let_go(GdbServer *gdb);

/* ---- gdbstub-monitor.c ---- */

/* A command as the user typed it, and what to print, which the caller frees. */
char *gdb_monitor(GdbServer *gdb, const char *command);

#endif
