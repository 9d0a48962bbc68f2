/*
 * The command line that runs a program, and the emulator that it begins with.
 *
 * SPDX-License-Identifier: MIT
 */
#include "suite.h"

#include <string.h>
#include <sys/wait.h>

#include "capture.h"

/* ---- The words ---- */

/* Programs that need more than one hart say so by their names only. */
static const char *harts_of(const Test *test)
{
    g_autofree char *base = g_path_get_basename(test->path);

    return g_str_has_prefix(base, "mt-") ? "2" : NULL; /* riscv-tests' benchmarks */
}

/*
 * Every extension there is, so that programs for any of them run; the user's options come behind,
 * where they count. `test` may be NULL.
 */
static GPtrArray *command_of(const Suite *suite, const Test *test)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    const char *harts = test ? harts_of(test) : NULL;

    g_ptr_array_add(words, g_strdup(suite->options.rvemu));
    g_ptr_array_add(words, g_strdup("-cpu"));
    g_ptr_array_add(words, g_strdup("max"));
    if (harts) {
        g_ptr_array_add(words, g_strdup("-smp"));
        g_ptr_array_add(words, g_strdup(harts));
    }
    g_ptr_array_add(words, g_strdup("-limit"));
    g_ptr_array_add(words, g_strdup(suite->options.limit));
    for (char **word = suite->options.rvemu_options; *word; word++) {
        g_ptr_array_add(words, g_strdup(*word));
    }
    return words;
}

/* The comma is what parts properties. */
static void add_signature(GPtrArray *words, const char *file, unsigned granularity)
{
    g_auto(GStrv) parts = g_strsplit(file, ",", -1);
    g_autofree char *doubled = g_strjoinv(",,", parts);

    g_ptr_array_add(words, g_strdup("-M"));
    g_ptr_array_add(words,
                    g_strdup_printf("signature=%s,signature-granularity=%u", doubled, granularity));
}

GPtrArray *command_of_test(const Suite *suite, const Test *test, const char *signature,
                           Error **errp)
{
    g_autoptr(GPtrArray) words = command_of(suite, test);
    unsigned granularity;

    if (test->reference) {
        granularity = signature_granularity(test->reference, errp);
        if (!granularity) {
            return NULL;
        }
        add_signature(words, signature, granularity);
    }
    g_ptr_array_add(words, g_strdup(test->path));
    g_ptr_array_add(words, NULL);
    return g_steal_pointer(&words);
}

/* ---- As text ---- */

/* Only words are quoted that have to be. */
char *command_text(const GPtrArray *words)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; words->pdata[i]; i++) {
        const char *word = words->pdata[i];
        bool plain = *word && strspn(word, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-+=.,:/@%^") ==
                                  strlen(word);
        g_autofree char *quoted = plain ? g_strdup(word) : g_shell_quote(word);

        g_string_append_printf(text, "%s%s", i > 0 ? " " : "", quoted);
    }
    char *printable = text_printable(text->str, text->len);
    g_string_free(text, TRUE);
    return printable;
}

char *suite_command_text(const Suite *suite)
{
    g_autoptr(GPtrArray) words = command_of(suite, NULL);

    g_ptr_array_add(words, g_strdup("..."));
    g_ptr_array_add(words, NULL);
    return command_text(words);
}

/* ---- The emulator ---- */

bool suite_find_rvemu(SuiteOptions *options, Error **errp)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = self ? g_path_get_dirname(self) : NULL;
    g_autofree char *beside = folder ? g_build_filename(folder, "rvemu", NULL) : NULL;

    if (!options->rvemu) {
        options->rvemu = beside && g_file_test(beside, G_FILE_TEST_IS_EXECUTABLE)
                             ? g_steal_pointer(&beside)
                             : g_find_program_in_path("rvemu");
    }
    if (!options->rvemu) {
        error_setg(errp, "there is no rvemu beside this program or on the search path");
        error_append_hint(errp, "name the emulator with -rvemu");
    }
    return options->rvemu;
}

static char *last_line(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (guint i = g_strv_length(lines); i-- > 0;) {
        if (*g_strstrip(lines[i])) {
            return text_printable(lines[i], strlen(lines[i]));
        }
    }
    return NULL;
}

/* The emulator builds its machine from the options, and ends. */
bool suite_probe(const Suite *suite, Error **errp)
{
    g_autoptr(GPtrArray) words = command_of(suite, NULL);
    g_autofree char *err = NULL;
    g_autofree char *said = NULL;
    g_autoptr(GError) gerror = NULL;
    int wait_status;

    g_ptr_array_add(words, g_strdup("-M"));
    g_ptr_array_add(words, g_strdup("dumpdtb=/dev/null"));
    g_ptr_array_add(words, NULL);
    if (!g_spawn_sync(NULL, (char **)words->pdata, NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &err,
                      &wait_status, &gerror)) {
        error_setg(errp, "%s", gerror->message);
        error_append_hint(errp, "name the emulator with -rvemu");
        return false;
    }
    if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0) {
        return true;
    }
    said = last_line(err);
    error_setg(errp, "'%s' does not take these options: %s", suite->options.rvemu,
               said ? said : "it says nothing");
    error_append_hint(errp, "those of -limit, and those behind --");
    return false;
}
