/*
 * rvemu-spike: what the words of Spike's command line mean, and how rvemu is told.
 *
 * What does not belong here: anything that runs programs. That is rvemu's, and every difference
 * between Spike and what rvemu does by itself is a property of the machine, the harts or the
 * accelerator, which rvemu's own command line has as well.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TOOLS_SPIKE_H
#define TOOLS_SPIKE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "util/error.h"

/* What a word of the command line leads to. */
typedef enum SpikeResult {
    SPIKE_RUN,   /* go on */
    SPIKE_DONE,  /* everything asked for was printed: end with status 0 */
    SPIKE_USAGE, /* errp says what is wrong with the command line: status 1 */
    SPIKE_ABORT, /* the same, where Spike aborts: status 255 */
} SpikeResult;

/* A command line, with Spike's defaults for what it leaves out. Strings belong to argv. */
typedef struct SpikeOptions {
    const char *program_name; /* argv[0] */
    const char *isa, *priv;
    uint64_t harts;
    char *memory;             /* machine property memory-map; owned */
    bool log_insns;           /* -l */
    bool log_commits;
    const char *log_file;     /* NULL: standard error */
    const char *pc;           /* NULL: the program's entry point, by way of the boot ROM */
    const char *instructions; /* NULL: no limit */
    uint64_t block_size, pmp_regions;
    bool misaligned;
    bool real_time;
    bool dump_dts;
    const char *dtb, *kernel, *initrd, *bootargs;
    const char *signature, *signature_granularity, *chroot;
    bool permissive;          /* words for the host that nobody knows are passed over */
    GPtrArray *program;       /* of char *: the program and its arguments; ends with a NULL */
} SpikeOptions;

void spike_options_init(SpikeOptions *options);
void spike_options_clear(SpikeOptions *options);

/* Read the words of argv, which ends with a NULL. Prints help where it is asked for. */
SpikeResult spike_read_command_line(SpikeOptions *options, char **argv, Error **errp);

/* "0x80000000:0x1000,..." from the argument of -m; the caller frees it. NULL: *result says why. */
char *spike_parse_memory(const char *text, SpikeResult *result, Error **errp);

/* rvemu's -cpu for --isa, --priv and --misaligned; the caller frees it, NULL on errors. */
char *spike_cpu_model(const char *isa, const char *priv, bool misaligned, Error **errp);

/* The device tree blob `fdt`, which is a good one, as source. */
void spike_print_dts(FILE *f, const void *fdt);

#endif
