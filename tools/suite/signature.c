/*
 * Signatures: which reference a program has, and where what it left differs from it.
 *
 * A reference is a text of hexadecimal digits, as many in each line as the words that it was made
 * of have, so that it also says how rvemu has to write what it is compared with.
 *
 * SPDX-License-Identifier: MIT
 */
#include "suite.h"

#include <string.h>

#include "capture.h"

static char *read_text(const char *path, Error **errp)
{
    g_autoptr(GError) gerror = NULL;
    char *text;

    if (!g_file_get_contents(path, &text, NULL, &gerror)) {
        error_setg(errp, "%s", gerror->message);
        error_append_hint(errp, "make it readable");
        return NULL;
    }
    return text;
}

/* ---- Which reference ---- */

/* DIR/NAME.signature or .reference_output, NAME with and without ".elf". */
static char *find_reference(const char *dir, const char *name)
{
    static const char *const endings[] = { ".signature", ".reference_output" };
    g_autofree char *stem =
        g_str_has_suffix(name, ".elf") ? g_strndup(name, strlen(name) - 4) : g_strdup(name);

    for (unsigned i = 0; i < 2 * G_N_ELEMENTS(endings); i++) {
        g_autofree char *file = g_strconcat(i % 2 ? stem : name, endings[i / 2], NULL);
        char *path = g_build_filename(dir, file, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
            return path;
        }
        g_free(path);
    }
    return NULL;
}

/* References may lie in the same folders as the programs do, or all in one. */
bool suite_find_references(Suite *suite, Error **errp)
{
    const char *dir = suite->options.signatures;

    for (guint i = 0; dir && i < suite->tests->len; i++) {
        Test *test = suite->tests->pdata[i];
        g_autofree char *base = g_path_get_basename(test->name);

        test->reference = find_reference(dir, test->name);
        if (!test->reference) {
            test->reference = find_reference(dir, base);
        }
        suite->references += test->reference != NULL;
    }
    if (dir && suite->references == 0) {
        error_setg(errp, "-signature %s: there is no reference for any of the %u programs", dir,
                   suite->tests->len);
        error_append_hint(errp, "a reference is called NAME.signature or NAME.reference_output");
        return false;
    }
    return true;
}

/* ---- What is in it ---- */

unsigned signature_granularity(const char *reference, Error **errp)
{
    g_autofree char *text = read_text(reference, errp);
    size_t digits;

    if (!text) {
        return 0;
    }
    digits = strspn(text, "0123456789abcdefABCDEF");
    if ((digits != 8 && digits != 16 && digits != 32) || !strchr("\r\n", text[digits])) {
        error_setg(errp, "'%s' is no signature: its first line is not 8, 16 or 32 digits long",
                   reference);
        error_append_hint(errp, "make it with signature-granularity=4, 8 or 16");
        return 0;
    }
    return digits / 2;
}

/* The lines without white space around them, and none that is empty at the end. */
static char **split(char *text)
{
    char **lines = g_strsplit(g_strchomp(text), "\n", -1);

    for (char **line = lines; *line; line++) {
        g_strstrip(*line);
    }
    return lines;
}

static char *first_difference(char **lines, char **reference)
{
    for (unsigned i = 0; lines[i] || reference[i]; i++) {
        if (!lines[i] || !reference[i]) {
            return g_strdup_printf("it has %u lines, its reference %u", g_strv_length(lines),
                                   g_strv_length(reference));
        }
        if (g_ascii_strcasecmp(lines[i], reference[i]) != 0) {
            g_autofree char *text =
                g_strdup_printf("line %u is %.64s, not %.64s", i + 1, lines[i], reference[i]);

            return text_printable(text, strlen(text));
        }
    }
    return NULL;
}

char *signature_compare(const char *signature, const char *reference)
{
    Error *err = NULL;
    g_autofree char *text = read_text(signature, &err);
    g_autofree char *reference_text = text ? read_text(reference, &err) : NULL;

    if (!reference_text) {
        char *message = g_strdup(error_get_pretty(err));

        error_free(err);
        return message;
    }

    g_auto(GStrv) lines = split(text);
    g_auto(GStrv) reference_lines = split(reference_text);
    return first_difference(lines, reference_lines);
}
