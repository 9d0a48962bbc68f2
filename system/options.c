/*
 * The rows of options.def as a table, and the handlers that note what the user said.
 *
 * What does not belong here: acting on it (system/vl.c), except printing lists that were asked for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/options.h"

#include <stdio.h>
#include <string.h>

#include "system/accel.h"
#include "system/chardev.h"
#include "system/globals.h"
#include "system/user-device.h"
#include "system/verdict.h"
#include "util/bits.h"
#include "util/cutils.h"
#include "util/keyval.h"
#include "util/log.h"
#include "util/module.h"
#include "util/trace.h"

static void setting_free(void *data)
{
    MachineSetting *setting = data;

    g_free(setting->property);
    g_free(setting->value);
    g_free(setting->origin);
    g_free(setting);
}

Options *options_new(void)
{
    Options *options = g_new0(Options, 1);

    options->settings = g_ptr_array_new_with_free_func(setting_free);
    options->devices = g_ptr_array_new_with_free_func(g_free);
    options->chardevs = g_ptr_array_new_with_free_func(g_free);
    options->serials = g_ptr_array_new_with_free_func(g_free);
    options->arguments = g_ptr_array_new_with_free_func(g_free);
    options->firmware_dirs = g_string_new(NULL);
    return options;
}

void options_free(Options *options)
{
    g_free(options->machine);
    g_ptr_array_unref(options->settings);
    g_ptr_array_unref(options->devices);
    g_ptr_array_unref(options->chardevs);
    g_ptr_array_unref(options->serials);
    g_ptr_array_unref(options->arguments);
    g_string_free(options->firmware_dirs, TRUE);
    g_free(options->bare);
    g_free(options->log_file);
    g_free(options->log_filter);
    g_free(options);
}

const MachineSetting *options_setting(const Options *options, const char *property)
{
    for (guint i = 0; i < options->settings->len; i++) {
        const MachineSetting *setting = options->settings->pdata[i];

        if (g_str_equal(setting->property, property)) {
            return setting;
        }
    }
    return NULL;
}

/*
 * A later mention takes the place of an earlier one in order, too: settings may build on one
 * another.
 */
static void set(Options *options, const char *property, const char *value, char *origin)
{
    MachineSetting *setting = g_new(MachineSetting, 1);
    const MachineSetting *old = options_setting(options, property);

    if (old) {
        g_ptr_array_remove(options->settings, (void *)old);
    }
    setting->property = g_strdup(property);
    setting->value = g_strdup(value);
    setting->origin = origin;
    g_ptr_array_add(options->settings, setting);
}

static OptionResult opt_machine_property(const OptionDef *option, const char *arg, void *opaque,
                                         Error **errp G_GNUC_UNUSED)
{
    set(opaque, option->property, arg, g_strdup_printf("-%s %s", option->name, arg));
    return OPTION_NEXT;
}

/* A -machine without name adds properties to those of another one. */
static OptionResult opt_machine(const OptionDef *option G_GNUC_UNUSED, const char *arg,
                                void *opaque, Error **errp)
{
    Options *options = opaque;
    g_autoptr(GPtrArray) keyvals = keyval_parse(arg, "type", errp);

    if (!keyvals) {
        return OPTION_ERROR;
    }
    for (guint i = 0; i < keyvals->len; i++) {
        const KeyVal *kv = keyvals->pdata[i];

        if (g_str_equal(kv->key, "type")) {
            g_free(options->machine);
            options->machine = g_strdup(kv->value);
        } else if (!g_str_equal(kv->key, "help")) {
            set(options, kv->key, kv->value, g_strdup_printf("-machine %s=%s", kv->key, kv->value));
        } else if (keyvals->len == 1) { /* -M help: for the list, not for a machine's properties */
            g_free(options->machine);
            options->machine = g_strdup("help");
        } else {
            options->machine_help = true;
        }
    }
    return OPTION_NEXT;
}

static OptionResult opt_accel(const OptionDef *option G_GNUC_UNUSED, const char *arg, void *opaque,
                              Error **errp)
{
    OptionResult result = accel_help(arg, stdout, errp);

    if (result == OPTION_NEXT) {
        set(opaque, "accel", arg, g_strdup_printf("-accel %s", arg));
    }
    return result;
}

/* The value of the only key that arg may have, key; NULL and an error otherwise. */
static char *single_value(const char *arg, const char *key, Error **errp)
{
    g_autoptr(GPtrArray) keyvals = keyval_parse(arg, key, errp);

    if (!keyvals) {
        return NULL;
    }
    for (guint i = 0; i < keyvals->len; i++) {
        const KeyVal *kv = keyvals->pdata[i];

        if (!g_str_equal(kv->key, key)) {
            error_setg(errp, "unknown key '%s'", kv->key);
            error_append_hint(errp, "the only one is '%s'", key);
            return NULL;
        }
    }
    return keyval_steal(keyvals, key);
}

/* The number of -m counts MiB, that of the property bytes. */
static OptionResult opt_memory(const OptionDef *option G_GNUC_UNUSED, const char *arg, void *opaque,
                               Error **errp)
{
    g_autofree char *text = single_value(arg, "size", errp);
    uint64_t size;

    if (!text || !parse_size(text, MiB, &size, errp)) {
        error_default_hint(errp, "for example -m 512, or -m 4G");
        return OPTION_ERROR;
    }
    g_autofree char *bytes = format_size(size);
    set(opaque, "memory", bytes, g_strdup_printf("-m %s", arg));
    return OPTION_NEXT;
}

static OptionResult opt_name(const OptionDef *option G_GNUC_UNUSED, const char *arg, void *opaque,
                             Error **errp)
{
    g_autofree char *name = single_value(arg, "guest", errp);

    if (!name) {
        return OPTION_ERROR;
    }
    set(opaque, "guest-name", name, g_strdup_printf("-name %s", arg));
    return OPTION_NEXT;
}

/* Folders are looked through in the order of the options, then those where firmware usually is. */
static OptionResult opt_firmware_dir(const OptionDef *option, const char *arg, void *opaque,
                                     Error **errp)
{
    GString *dirs = ((Options *)opaque)->firmware_dirs;
    g_autofree char *path = NULL;

    if (is_help_option(arg)) {
        path = g_strconcat(dirs->str, RVEMU_DATA_PATH, NULL);
        puts(g_strdelimit(path, ":", '\n'));
        return OPTION_DONE;
    }
    if (!arg[0] || strchr(arg, ':')) {
        error_setg(errp, "not the name of one folder");
        error_append_hint(errp, "give each folder an -L of its own; no name can hold a ':'");
        return OPTION_ERROR;
    }
    g_string_append_printf(dirs, "%s:", arg);
    path = g_strconcat(dirs->str, RVEMU_DATA_PATH, NULL);
    set(opaque, "firmware-path", path, g_strdup_printf("-%s %s", option->name, arg));
    return OPTION_NEXT;
}

static OptionResult opt_no_reboot(const OptionDef *option, const char *arg G_GNUC_UNUSED,
                                  void *opaque, Error **errp G_GNUC_UNUSED)
{
    set(opaque, "reboot", "off", g_strdup_printf("-%s", option->name));
    return OPTION_NEXT;
}

static OptionResult opt_gdb_default(const OptionDef *option, const char *arg G_GNUC_UNUSED,
                                    void *opaque, Error **errp G_GNUC_UNUSED)
{
    set(opaque, "gdb", "tcp::1234", g_strdup_printf("-%s", option->name));
    return OPTION_NEXT;
}

static OptionResult opt_no_start(const OptionDef *option, const char *arg G_GNUC_UNUSED,
                                 void *opaque, Error **errp G_GNUC_UNUSED)
{
    set(opaque, "autostart", "off", g_strdup_printf("-%s", option->name));
    return OPTION_NEXT;
}

static OptionResult opt_device(const OptionDef *option G_GNUC_UNUSED, const char *arg, void *opaque,
                               Error **errp)
{
    Options *options = opaque;
    OptionResult result = user_device_help(arg, stdout, errp);

    if (result == OPTION_NEXT) {
        g_ptr_array_add(options->devices, g_strdup(arg));
    }
    return result;
}

static OptionResult opt_global(const OptionDef *option G_GNUC_UNUSED, const char *arg,
                               void *opaque G_GNUC_UNUSED, Error **errp)
{
    return globals_parse(arg, errp) ? OPTION_NEXT : OPTION_ERROR;
}

static OptionResult opt_chardev(const OptionDef *option G_GNUC_UNUSED, const char *arg,
                                void *opaque, Error **errp)
{
    Options *options = opaque;
    OptionResult result = chardev_help(arg, stdout, errp);

    if (result == OPTION_NEXT) {
        g_ptr_array_add(options->chardevs, g_strdup(arg));
    }
    return result;
}

static OptionResult opt_serial(const OptionDef *option G_GNUC_UNUSED, const char *arg, void *opaque,
                               Error **errp G_GNUC_UNUSED)
{
    Options *options = opaque;

    g_ptr_array_add(options->serials, g_strdup(arg));
    return OPTION_NEXT;
}

static OptionResult opt_nographic(const OptionDef *option G_GNUC_UNUSED,
                                  const char *arg G_GNUC_UNUSED, void *opaque,
                                  Error **errp G_GNUC_UNUSED)
{
    Options *options = opaque;

    options->nographic = true;
    return OPTION_NEXT;
}

#define POST_MORTEM_ITEM "postmortem="

/* Act on what is no item of the log, and leave the rest; the caller frees. NULL and an error. */
static char *take_post_mortem(const char *arg, Error **errp)
{
    g_auto(GStrv) words = g_strsplit(arg, ",", -1);
    g_autoptr(GString) rest = g_string_new(NULL);
    bool none = true;

    for (char **word = words; *word; word++) {
        if (!g_str_has_prefix(*word, POST_MORTEM_ITEM)) {
            g_string_append_printf(rest, "%s%s", none ? "" : ",", *word);
            none = false;
        } else if (!verdict_set_post_mortem(*word + strlen(POST_MORTEM_ITEM))) {
            error_setg(errp, "'%s' is none of off, short and full", *word + strlen(POST_MORTEM_ITEM));
            error_append_hint(errp, "for example -d postmortem=full");
            return NULL;
        }
    }
    if (none && words[0]) {
        return g_strdup("");
    }
    return g_strdup(none || rest->str[0] ? rest->str : arg);
}

static OptionResult opt_log_items(const OptionDef *option G_GNUC_UNUSED, const char *arg,
                                  void *opaque, Error **errp)
{
    Options *options = opaque;
    g_autofree char *items = take_post_mortem(arg, errp);
    uint64_t mask = 0;

    if (is_help_option(arg)) {
        g_autofree char *help = log_items_help();
        printf("%s" POST_MORTEM_ITEM "LEVEL what is said of a run that fails: off, short (the default) or "
               "full\n", help);
        return OPTION_DONE;
    }
    if (!items || (items[0] && !log_parse_items(items, &mask, errp))) {
        return OPTION_ERROR;
    }
    options->log_mask |= mask;
    return OPTION_NEXT;
}

static OptionResult opt_log_file(const OptionDef *option G_GNUC_UNUSED, const char *arg,
                                 void *opaque, Error **errp G_GNUC_UNUSED)
{
    Options *options = opaque;

    g_free(options->log_file);
    options->log_file = g_strdup(arg);
    return OPTION_NEXT;
}

static OptionResult opt_quiet(const OptionDef *option G_GNUC_UNUSED, const char *arg G_GNUC_UNUSED,
                              void *opaque, Error **errp G_GNUC_UNUSED)
{
    Options *options = opaque;

    options->quiet = true;
    return OPTION_NEXT;
}

/* The text of -help about what the run ended with. */
static char *statuses_help(void)
{
    GString *help = g_string_new("Exit status:\n");

#define EXIT_STATUS(name, first, last, shown, text) help_append_entry(help, shown, text);
#include "system/statuses.def"
#undef EXIT_STATUS
    return g_string_free(help, FALSE);
}

static OptionResult opt_trace(const OptionDef *option G_GNUC_UNUSED, const char *arg,
                              void *opaque G_GNUC_UNUSED, Error **errp)
{
    if (is_help_option(arg)) {
        g_autofree char *help = trace_help();
        fputs(help, stdout);
        return OPTION_DONE;
    }
    return trace_enable(arg, errp) ? OPTION_NEXT : OPTION_ERROR;
}

/* Several add up, as ranges of one do. */
static OptionResult opt_log_filter(const OptionDef *option G_GNUC_UNUSED, const char *arg,
                                   void *opaque, Error **errp G_GNUC_UNUSED)
{
    Options *options = opaque;
    char *all = options->log_filter ? g_strconcat(options->log_filter, ",", arg, NULL)
                                    : g_strdup(arg);

    g_free(options->log_filter);
    options->log_filter = all;
    return OPTION_NEXT;
}

static OptionResult opt_help(const OptionDef *option G_GNUC_UNUSED, const char *arg G_GNUC_UNUSED,
                             void *opaque G_GNUC_UNUSED, Error **errp G_GNUC_UNUSED)
{
    g_autofree char *help = options_help();
    g_autofree char *statuses = statuses_help();

    printf("Usage: rvemu [OPTION...] [KERNEL [ARGUMENT...]]\n"
           "Run KERNEL, or the machine's built-in guest, on an emulated RISC-V machine.\n"
           "From its first argument on all words are the guest's; '--' goes before one that\n"
           "begins with a dash.\n"
           "\n%s\n"
           "An option may be written with one dash or two, its argument as the next word or\n"
           "behind '='. A comma inside a value is written twice.\n"
           "\n%s",
           help, statuses);
    return OPTION_DONE;
}

static OptionResult opt_version(const OptionDef *option G_GNUC_UNUSED,
                                const char *arg G_GNUC_UNUSED, void *opaque G_GNUC_UNUSED,
                                Error **errp G_GNUC_UNUSED)
{
    puts("rvemu version " RVEMU_VERSION);
    return OPTION_DONE;
}

/* ---- The table ---- */

#define OPTION_SECTION(title) { .help = (title) },
#define OPTION(name_, alias_, arg_, complete_, handler_, help_) \
    { .name = (name_), .alias = (alias_), .arg = (arg_), \
      .complete = OPTION_COMPLETE_##complete_, .handler = (handler_), .help = (help_) },
#define OPTION_PROPERTY(name_, alias_, arg_, complete_, property_, help_) \
    { .name = (name_), .alias = (alias_), .arg = (arg_), \
      .complete = OPTION_COMPLETE_##complete_, .handler = opt_machine_property, \
      .property = (property_), .help = (help_) },

static const OptionDef options[] = {
#include "options.def"
};

static void register_options(void)
{
    options_register(options, G_N_ELEMENTS(options));
}

opts_init(register_options)

/* ---- The kernel and its arguments ---- */

/*
 * The first word is the kernel; options may follow it. From a second one on all is the guest's,
 * even if it looks like an option.
 */
static OptionResult take_bare(const char *word, void *opaque, Error **errp G_GNUC_UNUSED)
{
    Options *opts = opaque;

    if (!opts->bare) {
        opts->bare = g_strdup(word);
        return OPTION_NEXT;
    }
    g_ptr_array_add(opts->arguments, g_strdup(word));
    return OPTION_BARE;
}

char **options_arguments(const Options *opts)
{
    char **words = g_new0(char *, opts->arguments->len + 1);

    for (guint i = 0; i < opts->arguments->len; i++) {
        words[i] = g_strdup(opts->arguments->pdata[i]);
    }
    return words;
}

static bool set_kernel(Options *opts, Error **errp)
{
    const MachineSetting *kernel = options_setting(opts, "kernel");
    const MachineSetting *append = options_setting(opts, "append");
    g_auto(GStrv) words = options_arguments(opts);
    g_autofree char *line = g_strjoinv(" ", words);

    if (kernel) {
        error_setg(errp, "second kernel '%s'", opts->bare);
        error_append_hint(errp, "'%s' is one already; arguments for it go into -append",
                          kernel->origin);
        return false;
    }
    set(opts, "kernel", opts->bare, g_strdup(opts->bare));
    if (append && words[0]) {
        error_setg(errp, "'%s' has arguments twice, '%s' and '%s'", opts->bare, line,
                   append->origin);
        error_append_hint(errp, "leave one of them out");
        return false;
    }
    if (words[0]) {
        set(opts, "append", line, g_strdup(line));
    }
    return true;
}

OptionResult options_read(Options *opts, int argc, char **argv, Error **errp)
{
    OptionResult result = options_parse(argc, argv, take_bare, opts, errp);

    if (result != OPTION_NEXT || !opts->bare) {
        return result;
    }
    return set_kernel(opts, errp) ? OPTION_NEXT : OPTION_ERROR;
}
