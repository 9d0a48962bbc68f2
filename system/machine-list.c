/*
 * Finding a machine class by name, listing them, and the text of -smp.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/machine.h"

#include <string.h>

#include "util/cutils.h"
#include "util/keyval.h"

/* ---- Classes by name ---- */

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(((const MachineClass *)a)->name, ((const MachineClass *)b)->name);
}

GSList *machine_list(void)
{
    return g_slist_sort(object_class_get_list(TYPE_MACHINE, false), compare_names);
}

MachineClass *find_machine(const char *name)
{
    g_autoptr(GSList) machines = machine_list();

    for (GSList *l = machines; l; l = l->next) {
        MachineClass *mc = l->data;

        if (g_str_equal(mc->name, name) || !g_strcmp0(mc->alias, name)) {
            return mc;
        }
    }
    return NULL;
}

MachineClass *find_default_machine(void)
{
    g_autoptr(GSList) machines = machine_list();

    for (GSList *l = machines; l; l = l->next) {
        MachineClass *mc = l->data;

        if (mc->is_default) {
            return mc;
        }
    }
    return NULL;
}

void machine_help(FILE *f)
{
    g_autoptr(GSList) machines = machine_list();

    fprintf(f, "Supported machines are:\n");
    for (GSList *l = machines; l; l = l->next) {
        const MachineClass *mc = l->data;
        const char *desc = mc->desc ? mc->desc : "";

        if (mc->alias) {
            fprintf(f, "%-20s %s (alias of %s)\n", mc->alias, desc, mc->name);
        }
        fprintf(f, "%-20s %s%s%s\n", mc->name, desc, mc->is_default ? " (default)" : "",
                mc->deprecation_reason ? " (deprecated)" : "");
    }
}

MachineClass *machine_parse(const char *name, Error **errp)
{
    MachineClass *mc = find_machine(name);

    if (mc) {
        return mc;
    }

    g_autoptr(GSList) machines = machine_list();
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (GSList *l = machines; l; l = l->next) {
        mc = l->data;
        g_ptr_array_add(names, (void *)mc->name);
        if (mc->alias) {
            g_ptr_array_add(names, (void *)mc->alias);
        }
    }
    const char *nearest = nearest_name(name, names);

    error_setg(errp, "unknown machine '%s'", name);
    if (nearest) {
        error_append_hint(errp, "did you mean '%s'? ", nearest);
    }
    error_append_hint(errp, "'-M help' lists them");
    return NULL;
}

MachineClass *select_machine(const char *name, bool *listed, Error **errp)
{
    MachineClass *mc;

    *listed = name && is_help_option(name);
    if (*listed) {
        machine_help(stdout);
        return NULL;
    }
    if (name) {
        mc = machine_parse(name, errp);
        error_prepend(errp, "-machine %s: ", name);
    } else {
        mc = find_default_machine();
        if (!mc) {
            error_setg(errp, "no machine is named, and none is the default");
            error_append_hint(errp, "name one with -M; '-M help' lists them");
        }
    }
    if (mc && mc->deprecation_reason) {
        warn_report("machine '%s' is deprecated: %s", mc->name, mc->deprecation_reason);
    }
    return mc;
}

/* ---- -smp ---- */

/* A bound that no machine comes near, so that products fit in 64 bits. */
#define SMP_MAX 65535

/* The members that text names; the others stay 0. */
static bool read_smp(const char *text, CPUTopology *smp, unsigned *max_cpus, Error **errp)
{
    g_autoptr(GPtrArray) keyvals = keyval_parse(text, "cpus", errp);
    const struct {
        const char *key;
        unsigned *member;
    } keys[] = {
        { "cpus", &smp->cpus },
        { "sockets", &smp->sockets },
        { "cores", &smp->cores },
        { "threads", &smp->threads },
        { "maxcpus", max_cpus },
    };

    for (guint i = 0; keyvals && i < keyvals->len; i++) {
        const KeyVal *kv = keyvals->pdata[i];
        unsigned *member = NULL;
        uint64_t value;

        for (size_t j = 0; j < G_N_ELEMENTS(keys); j++) {
            member = g_str_equal(keys[j].key, kv->key) ? keys[j].member : member;
        }
        if (!member) {
            error_setg(errp, "unknown key '%s'", kv->key);
            error_append_hint(errp, "there are cpus, sockets, cores, threads and maxcpus");
            return false;
        }
        if (!parse_uint64(kv->value, &value, errp)) {
            return false;
        }
        if (value < 1 || value > SMP_MAX) {
            error_setg(errp, "%s=%s is out of range 1..%u", kv->key, kv->value, SMP_MAX);
            return false;
        }
        *member = (unsigned)value;
    }
    return keyvals != NULL;
}

/* The members that are 0 are made to fit the others. */
static void complete_smp(CPUTopology *smp)
{
    unsigned cpus = smp->cpus;

    if (cpus && !smp->cores) {
        smp->sockets = MAX(smp->sockets, 1);
        smp->threads = MAX(smp->threads, 1);
        smp->cores = MAX(cpus / ((uint64_t)smp->sockets * smp->threads), 1);
    } else if (cpus && !smp->sockets) {
        smp->threads = MAX(smp->threads, 1);
        smp->sockets = MAX(cpus / ((uint64_t)smp->cores * smp->threads), 1);
    } else if (cpus && !smp->threads) {
        smp->threads = MAX(cpus / ((uint64_t)smp->sockets * smp->cores), 1);
    }
    smp->sockets = MAX(smp->sockets, 1);
    smp->cores = MAX(smp->cores, 1);
    smp->threads = MAX(smp->threads, 1);
}

bool machine_parse_smp(MachineClass *mc, const char *text, CPUTopology *smp, Error **errp)
{
    CPUTopology asked = { 0 };
    unsigned max_cpus = 0;

    if (!read_smp(text, &asked, &max_cpus, errp)) {
        return false;
    }
    asked.cpus = asked.cpus ? asked.cpus : max_cpus;
    complete_smp(&asked);

    uint64_t product = (uint64_t)asked.sockets * asked.cores * asked.threads;
    if (asked.cpus && product != asked.cpus) {
        error_setg(errp,
                   "%u sockets of %u cores of %u threads are %" G_GUINT64_FORMAT " CPUs, not %u",
                   asked.sockets, asked.cores, asked.threads, product, asked.cpus);
        error_append_hint(errp, "leave out what shall follow from the rest");
        return false;
    }
    if (product > mc->max_cpus) {
        error_setg(errp, "%" G_GUINT64_FORMAT " CPUs are too many for machine '%s'", product,
                   mc->name);
        error_append_hint(errp, "it can have %u", mc->max_cpus);
        return false;
    }
    if (max_cpus && max_cpus != product) {
        error_setg(errp, "maxcpus=%u is not the number of CPUs, %u", max_cpus, (unsigned)product);
        error_append_hint(errp, "none can be added to a guest that runs: leave maxcpus out");
        return false;
    }
    asked.cpus = (unsigned)product;
    *smp = asked;
    return true;
}
