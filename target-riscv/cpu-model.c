/*
 * -cpu: what its argument means, and the list that -cpu help prints.
 *
 * What does not belong here: the properties that it sets (cpu.c), the extensions (ext.def).
 *
 * SPDX-License-Identifier: MIT
 */
#include "cpu-internal.h"

#include <string.h>

#include "system/globals.h"
#include "target-riscv/profile.h"
#include "util/cutils.h"
#include "util/keyval.h"
#include "util/option.h"

/* "rv64" from "rv64-riscv-cpu"; the caller frees it. */
static char *model_name(ObjectClass *oc)
{
    const char *type = object_class_get_name(oc);

    return g_strndup(type, strlen(type) - strlen(RISCV_CPU_TYPE_SUFFIX));
}

/* Every model, by name; the caller frees the list. */
static GSList *models(void)
{
    return object_class_get_list_sorted(TYPE_RISCV_CPU, false);
}

/* By the model's name, or by its type's: that is what the machine's property shows as default. */
static ObjectClass *find_model(const char *name, Error **errp)
{
    bool is_type = g_str_has_suffix(name, RISCV_CPU_TYPE_SUFFIX);
    g_autofree char *type = g_strconcat(name, is_type ? "" : RISCV_CPU_TYPE_SUFFIX, NULL);
    ObjectClass *oc = object_class_by_name(type);
    g_autoptr(GPtrArray) names = NULL;
    g_autoptr(GSList) list = NULL;
    const char *nearest;

    if (oc && object_class_dynamic_cast(oc, TYPE_RISCV_CPU) && !object_class_is_abstract(oc)) {
        return oc;
    }
    names = g_ptr_array_new_with_free_func(g_free);
    list = models();
    for (GSList *l = list; l; l = l->next) {
        g_ptr_array_add(names, model_name(l->data));
    }
    error_setg(errp, "unknown CPU model '%s'", name);
    nearest = nearest_name(name, names);
    if (nearest) {
        error_append_hint(errp, "did you mean '%s'? ", nearest);
    }
    error_append_hint(errp, "'-cpu help' lists the models");
    return NULL;
}

/* The lower-case name of the extension that "+name" or "-name" means, or NULL and an error. */
static char *switched_ext(const char *name, Error **errp)
{
    g_autoptr(GPtrArray) names = NULL;
    const char *nearest;

    if (riscv_ext_by_name(name) >= 0) {
        return g_ascii_strdown(name, -1);
    }
    names = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < RISCV_EXT_COUNT; i++) {
        g_ptr_array_add(names, g_ascii_strdown(riscv_ext_info[i].name, -1));
    }
    error_setg(errp, "unknown extension '%s'", name);
    nearest = *name ? nearest_name(name, names) : NULL;
    if (nearest) {
        error_append_hint(errp, "did you mean '%s'? ", nearest);
    }
    error_append_hint(errp, "'-cpu help' lists the extensions");
    return NULL;
}

/* The end of the part of "a,b,c" that begins at `text`: its comma, or the end. */
static const char *end_of_part(const char *text)
{
    while (*text && (*text != ',' || text[1] == ',')) {
        text += *text == ',' ? 2 : 1; /* a doubled comma belongs to a value */
    }
    return text;
}

/* Write "+zba" and "-zba" as "zba=on" and "zba=off", so that all parts are alike. */
static char *without_signs(const char *text, Error **errp)
{
    g_autoptr(GString) plain = g_string_new(NULL);

    for (const char *part = text, *end;; part = end + 1) {
        end = end_of_part(part);
        if (*part == '+' || *part == '-') {
            g_autofree char *name = g_strndup(part + 1, end - part - 1);
            g_autofree char *ext = switched_ext(name, errp);

            if (!ext) {
                return NULL;
            }
            g_string_append_printf(plain, "%s=%s", ext, *part == '+' ? "on" : "off");
        } else {
            g_string_append_len(plain, part, end - part);
        }
        if (!*end) {
            return g_string_free(g_steal_pointer(&plain), FALSE);
        }
        g_string_append_c(plain, ',');
    }
}

/* What follows the model's name: ",+zba,misaligned=off", or nothing. */
static GPtrArray *parse_settings(const char *text, Error **errp)
{
    g_autofree char *plain = *text ? without_signs(text + 1, errp) : NULL;

    if (!*text) {
        return g_ptr_array_new();
    }
    return plain ? keyval_parse(plain, NULL, errp) : NULL;
}

/* A hart that is thrown away tells now what would be wrong with each of the machine's. */
static bool try_settings(ObjectClass *oc, const GPtrArray *settings, RISCVExtSet *set,
                         Error **errp)
{
    g_autoptr(Object) obj = object_new_with_class(oc);

    for (guint i = 0; i < settings->len; i++) {
        const KeyVal *kv = settings->pdata[i];

        if (!object_property_find_err(obj, kv->key, errp) ||
            !object_property_parse(obj, kv->key, kv->value, errp)) {
            return false;
        }
    }
    return riscv_cpu_resolve_ext(RISCV_CPU(obj), set, errp);
}

/* The model's class and what follows it, or NULL and an error. */
static ObjectClass *parse(const char *text, GPtrArray **settings, RISCVExtSet *set, Error **errp)
{
    const char *rest = end_of_part(text);
    g_autofree char *name = g_strndup(text, rest - text);
    ObjectClass *oc = find_model(name, errp);

    *settings = oc ? parse_settings(rest, errp) : NULL;
    return *settings && try_settings(oc, *settings, set, errp) ? oc : NULL;
}

/* A model that carries a profile's name does not hide that it is less. */
static void warn_of_lacks(const RISCVProfile *profile)
{
    unsigned count = riscv_profile_lacks(profile);

    if (count) {
        warn_report("-cpu %s: %u of the extensions that the profile mandates do not exist here "
                    "('-cpu %s,explain' lists them)",
                    profile->name, count, profile->name);
    }
}

const char *riscv_cpu_parse_model(const char *text, Error **errp)
{
    g_autofree char *origin = g_strdup_printf("-cpu %s", text);
    g_autoptr(GPtrArray) settings = NULL;
    RISCVExtSet set;
    ObjectClass *oc = parse(text, &settings, &set, errp);

    if (!oc) {
        return NULL;
    }
    for (guint i = 0; i < settings->len; i++) {
        const KeyVal *kv = settings->pdata[i];

        if (!globals_add(object_class_get_name(oc), kv->key, kv->value, origin, errp)) {
            return NULL;
        }
    }
    if (RISCV_CPU_CLASS(oc)->profile) {
        warn_of_lacks(RISCV_CPU_CLASS(oc)->profile);
    }
    return object_class_get_name(oc);
}

bool riscv_cpu_explain_model(const char *text, FILE *f, Error **errp)
{
    g_autoptr(GPtrArray) settings = NULL;
    g_auto(GStrv) mandates = NULL;
    RISCVExtSet set;
    ObjectClass *oc = parse(text, &settings, &set, errp);
    const RISCVProfile *profile = oc ? RISCV_CPU_CLASS(oc)->profile : NULL;

    if (!oc) {
        return false;
    }
    if (!profile) {
        error_setg(errp, "'explain' needs a model that carries a profile's name");
        error_append_hint(errp, "such as %s; '-cpu help' lists the models",
                          riscv_profiles[RISCV_PROFILE_COUNT - 1].name);
        return false;
    }
    mandates = riscv_profile_mandates(profile);
    for (unsigned i = 0; mandates[i]; i++) {
        fprintf(f, "%-14s %s\n", mandates[i], riscv_profile_met(mandates[i], &set) ? "yes" : "no");
    }
    return true;
}

/* "Cache-block zero, version 1.0 (rv64, max); lacks ...; tests: a, b"; the caller frees it. */
static char *describe_extension(const RISCVExtInfo *info)
{
    GString *text = g_string_new(info->description);

    g_string_append_printf(text, ", version %s (%s%s%s)", info->version,
                           info->models & RISCV_MODEL_RV64 ? "rv64" : "",
                           info->models == (RISCV_MODEL_RV64 | RISCV_MODEL_MAX) ? ", " : "",
                           info->models & RISCV_MODEL_MAX ? "max" : info->models ? "" : "none");
    if (info->lacks) {
        g_string_append_printf(text, "; lacks %s", info->lacks);
    }
    if (info->tests) {
        g_auto(GStrv) tests = g_strsplit(info->tests, ",", -1);
        g_autofree char *list = g_strjoinv(", ", tests);

        g_string_append_printf(text, "; tests: %s", list);
    } else if (info->holds) {
        g_string_append_printf(text, "; without a test: %s", info->holds);
    }
    return g_string_free(text, FALSE);
}

/* What extensions.md says at length (scripts/extgen.py). */
static void append_extensions(GString *help)
{
    g_string_append(help,
                    "\nExtensions, switched by +NAME or -NAME (models that have it by default). Each\n"
                    "version is a ratified one, and complete unless it is said to lack something.\n"
                    "Tests are those of rvemu's source; instructions and CSRs have others besides.\n");
    for (int i = 0; i < RISCV_EXT_COUNT; i++) {
        g_autofree char *name = g_ascii_strdown(riscv_ext_info[i].name, -1);
        g_autofree char *text = describe_extension(&riscv_ext_info[i]);

        help_append_entry(help, name, text);
    }
}

/* Those that are not extensions; "realized" and links are not for users. */
static void append_properties(GString *help)
{
    ObjectPropertyIterator iter;
    ObjectProperty *prop;

    g_string_append(help, "\nProperties:\n");
    object_class_property_iter_init(&iter, object_class_by_name(TYPE_RISCV_CPU));
    while ((prop = object_property_iter_next(&iter))) {
        g_autofree char *head = g_strdup_printf("%s=<%s>", prop->name, prop->type);

        if (riscv_ext_by_name(prop->name) < 0 && prop->set && !prop->resolve &&
            strcmp(prop->name, "realized")) {
            help_append_entry(help, head, prop->description ? prop->description : "");
        }
    }
}

void riscv_cpu_list_models(FILE *f)
{
    g_autoptr(GString) help = g_string_new("Available CPUs:\n");
    g_autoptr(GSList) list = models();

    for (GSList *l = list; l; l = l->next) {
        g_autofree char *name = model_name(l->data);

        help_append_entry(help, name, DEVICE_CLASS(l->data)->desc);
    }
    append_extensions(help);
    append_properties(help);
    fputs(help->str, f);
}
