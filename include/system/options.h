/*
 * What the command line said, before anything of it is carried out.
 *
 * The options themselves are rows of system/options.def; start-up (system/vl.c) carries them out in
 * its order.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_OPTIONS_H
#define SYSTEM_OPTIONS_H

#include <glib.h>
#include <stdint.h>

#include "util/option.h"

/* A property of the machine to be set, and what the user wrote to set it ("-kernel a.elf"). */
typedef struct MachineSetting {
    char *property;
    char *value;
    char *origin;
} MachineSetting;

typedef struct Options {
    char *machine;         /* -M NAME, or NULL */
    bool machine_help;     /* -M NAME,help */
    GPtrArray *settings;   /* of MachineSetting, each property once: the last mention wins */
    GPtrArray *devices;    /* of char *: arguments of -device */
    GPtrArray *chardevs;   /* of char *: arguments of -chardev */
    GPtrArray *serials;    /* of char *: arguments of -serial */
    bool nographic;
    bool quiet;
    char *bare;            /* the bare word, which is the kernel, or NULL */
    GPtrArray *arguments;  /* of char *: the words behind it */
    GString *firmware_dirs; /* -L, each with ':' behind it */
    uint64_t log_mask;     /* -d */
    char *log_file;        /* -D, or NULL */
    char *log_filter;      /* -dfilter, or NULL */
} Options;

Options *options_new(void);
void options_free(Options *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Options, options_free)

/*
 * Take in the command line. OPTION_DONE: help or the version was printed. Types must be registered
 * before, as some options list them.
 */
OptionResult options_read(Options *options, int argc, char **argv, Error **errp);

/* The words behind the kernel, NULL at their end; the caller frees them with g_strfreev(). */
char **options_arguments(const Options *options);

/* The setting of property, or NULL. */
const MachineSetting *options_setting(const Options *options, const char *property);

#endif
