/*
 * Which files are programs, and what they are called.
 *
 * Only the ELF header is looked at: what else may be wrong with a program is for rvemu to find, so
 * that it shows in the report.
 *
 * SPDX-License-Identifier: MIT
 */
#include "suite.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"

/* ---- One file ---- */

static FileKind kind_of_header(const Elf64_Ehdr *ehdr)
{
    if (memcmp(ehdr->e_ident, ELFMAG, SELFMAG) != 0) {
        return FILE_OTHER;
    }
    if (ehdr->e_ident[EI_DATA] == ELFDATA2MSB) {
        return GUINT16_FROM_BE(ehdr->e_machine) == EM_RISCV ? FILE_WIDTH : FILE_OTHER;
    }
    if (GUINT16_FROM_LE(ehdr->e_machine) != EM_RISCV) {
        return FILE_OTHER;
    }
    if (ehdr->e_ident[EI_CLASS] != ELFCLASS64) {
        return FILE_WIDTH;
    }
    switch (GUINT16_FROM_LE(ehdr->e_type)) {
    case ET_EXEC:
        return FILE_PROGRAM;
    case ET_DYN: /* a position-independent program, or a shared library, which has no entry */
        return ehdr->e_entry ? FILE_PROGRAM : FILE_OTHER;
    case ET_REL:
        return FILE_OBJECT;
    default:
        return FILE_OTHER;
    }
}

static bool classify(const char *path, FileKind *kind, Error **errp)
{
    Elf64_Ehdr ehdr = { 0 }; /* what a short file lacks is 0 */
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : pread(fd, &ehdr, sizeof(ehdr), 0);
    int os_errno = errno;

    if (fd >= 0) {
        close(fd);
    }
    if (size < 0) {
        error_setg_errno(errp, os_errno, "cannot read '%s'", path);
        error_append_hint(errp, "make it readable, or name only folders that are");
        return false;
    }
    *kind = kind_of_header(&ehdr);
    return true;
}

/* ---- Names ---- */

/* The public riscv-tests name a program by what it tests and where that runs: rv64ui-p-add. */
static char *group_of(const char *name, const char *root_name)
{
    static const char pattern[] = "^rv(?:32|64)[a-z0-9]+-(?:p|v|pm|pt)(?=-.)";
    g_autofree char *base = g_path_get_basename(name);
    g_autofree char *folder = g_path_get_dirname(name);
    g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    if (g_regex_match(regex, base, 0, &match)) {
        return g_match_info_fetch(match, 0);
    }
    return g_strdup(g_str_equal(folder, ".") ? root_name : folder);
}

/* `root` is the folder that `path` was found in and named after, or NULL: the path is the name. */
static void add_test(Suite *suite, const char *path, const char *root)
{
    Test *test = g_new0(Test, 1);
    g_autofree char *canonical = g_canonicalize_filename(root ? root : ".", NULL);
    g_autofree char *root_name = g_path_get_basename(canonical);

    const char *name = root ? path + strlen(root) : path;

    while (root && *name == '/') {
        name++;
    }
    test->path = g_strdup(path);
    test->name = g_strdelimit(text_printable(name, strlen(name)), "\n\t", ' ');
    test->group = group_of(test->name, root_name);
    g_ptr_array_add(suite->tests, test);
}

/* ---- Folders ---- */

/* A symbolic link to a folder is not followed: it may lead around in a circle. */
static bool is_folder_to_search(const char *path)
{
    return g_file_test(path, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK);
}

/* Adds the programs below `folder`. */
static bool search(Suite *suite, const char *folder, const char *root, Error **errp)
{
    g_autoptr(GError) gerror = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &gerror);
    const char *entry;

    if (!dir) {
        error_setg(errp, "%s", gerror->message);
        error_append_hint(errp, "make the folder readable, or name others");
        return false;
    }
    while ((entry = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(folder, entry, NULL);
        FileKind kind;

        if (is_folder_to_search(path)) {
            if (!search(suite, path, root, errp)) {
                return false;
            }
        } else if (g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
            if (!classify(path, &kind, errp)) {
                return false;
            }
            if (kind == FILE_PROGRAM) {
                add_test(suite, path, root);
            } else {
                suite->passed_over[kind]++;
            }
        }
    }
    return true;
}

/* A file that was named has to be a program. */
static bool add_named(Suite *suite, const char *path, Error **errp)
{
    FileKind kind;

    if (!classify(path, &kind, errp)) {
        return false;
    }
    if (kind != FILE_PROGRAM) {
        error_setg(errp, "'%s' is no program for 64-bit RISC-V: %s", path, file_kind_text(kind));
        error_append_hint(errp, "name ELF executables, or folders that have some");
        return false;
    }
    add_test(suite, path, NULL);
    return true;
}

static char *without_slashes(const char *path)
{
    size_t length = strlen(path);

    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    return g_strndup(path, length);
}

static bool find_in(Suite *suite, const char *given, Error **errp)
{
    g_autofree char *path = without_slashes(given);

    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        error_setg(errp, "there is no '%s'", given);
        error_append_hint(errp, "name folders or ELF files");
        return false;
    }
    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        return search(suite, path, suite->options.paths->len == 1 ? path : NULL, errp);
    }
    return add_named(suite, path, errp);
}

static int compare_tests(gconstpointer a, gconstpointer b)
{
    const Test *ta = *(Test *const *)a, *tb = *(Test *const *)b;
    int order = strcmp(ta->group, tb->group);

    return order ? order : strcmp(ta->path, tb->path);
}

/* A file may have been named, or be in a folder that was, too. */
static void drop_doubles(GPtrArray *tests)
{
    for (guint i = tests->len; i-- > 1;) {
        const Test *test = tests->pdata[i], *before = tests->pdata[i - 1];

        if (g_str_equal(test->path, before->path)) {
            g_ptr_array_remove_index(tests, i);
        }
    }
}

bool suite_find(Suite *suite, Error **errp)
{
    for (guint i = 0; i < suite->options.paths->len; i++) {
        if (!find_in(suite, suite->options.paths->pdata[i], errp)) {
            return false;
        }
    }
    g_ptr_array_sort(suite->tests, compare_tests);
    drop_doubles(suite->tests);
    if (suite->tests->len == 0) {
        g_autofree char *passed_over = suite_passed_over(suite);

        error_setg(errp, "no program for 64-bit RISC-V in '%s'%s%s%s",
                   (const char *)suite->options.paths->pdata[0],
                   suite->options.paths->len > 1 ? " and the others" : "", passed_over ? "; " : "",
                   passed_over ? passed_over : "");
        error_append_hint(errp, "name the folder where they were built");
        return false;
    }
    return true;
}

bool suite_filter(Suite *suite, Error **errp)
{
    const GRegex *filter = suite->options.filter;

    for (guint i = suite->tests->len; filter && i-- > 0;) {
        const Test *test = suite->tests->pdata[i];

        if (!g_regex_match(filter, test->name, 0, NULL)) {
            g_ptr_array_remove_index(suite->tests, i);
            suite->filtered++;
        }
    }
    if (suite->tests->len == 0) {
        error_setg(errp, "-filter %s: the name of no program matches", g_regex_get_pattern(filter));
        error_append_hint(errp, "%u programs were found", suite->filtered);
        return false;
    }
    return true;
}
