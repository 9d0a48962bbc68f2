/*
 * Module initialisation: files announce a function before main() runs, main runs them by kind.
 *
 * Belongs here: the kinds, the macros that announce a function, the call that runs a kind.
 * Does not belong here: what the functions register (types: qom/object.h, options: system/).
 *
 * A macro below expands to a constructor that only appends the function to the list of its kind.
 * Nothing is created until module_call_init() runs that kind. A static library whose files announce
 * functions must be linked whole, or the linker drops the constructors without a word.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UTIL_MODULE_H
#define UTIL_MODULE_H

typedef enum {
    MODULE_INIT_TRACE,
    MODULE_INIT_OPTS,
    MODULE_INIT_QOM,
    MODULE_INIT_BLOCK,
    MODULE_INIT_MIGRATION,
    MODULE_INIT_MAX
} module_init_type;

typedef void ModuleInitFunc(void);

/*
 * Announces function for the kind type. One line at file scope, without semicolon inside a
 * function.
 */
#define module_init(function, type)                                             \
    static void __attribute__((constructor)) module_init_announce_##function(void) \
    {                                                                           \
        register_module_init(function, type);                                   \
    }

#define trace_init(function) module_init(function, MODULE_INIT_TRACE)
#define opts_init(function) module_init(function, MODULE_INIT_OPTS)
#define type_init(function) module_init(function, MODULE_INIT_QOM)
#define block_init(function) module_init(function, MODULE_INIT_BLOCK)
#define migration_init(function) module_init(function, MODULE_INIT_MIGRATION)

/*
 * Appends fn to the list of type. A function may announce another of its own kind while that kind
 * runs (it runs last); once the kind has run, announcing is a mistake in rvemu: message and
 * abort().
 */
void register_module_init(ModuleInitFunc *fn, module_init_type type);

/* Runs every function of type once, in order of registration. A second call does nothing. */
void module_call_init(module_init_type type);

#endif /* UTIL_MODULE_H */
