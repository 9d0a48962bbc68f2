/*
 * How a run ended, as rvemu tells it: by its status, and by the lines "rvemu: ..." (it could not
 * run the program) and "verdict: ..." (why the run ended) on standard error.
 *
 * The status decides, since what a program prints may look like any line.
 *
 * SPDX-License-Identifier: MIT
 */
#include "suite.h"

#include <string.h>
#include <sys/wait.h>

#include "system/verdict.h" /* STATUS_... */

/* The rest of the last line that begins with `prefix`, but not with `except`; or NULL. */
static char *find_line(const char *text, const char *prefix, const char *except)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (guint i = g_strv_length(lines); i-- > 0;) {
        if (g_str_has_prefix(lines[i], prefix) && !(except && g_str_has_prefix(lines[i], except))) {
            return g_strdup(lines[i] + strlen(prefix));
        }
    }
    return NULL;
}

static RunEnd end_of_status(int status)
{
    switch (status) {
    case STATUS_PASSED:
        return END_PASSED;
    case STATUS_LIMIT:
        return END_LIMIT;
    case STATUS_DEAD:
        return END_DEAD;
    default:
        return status <= STATUS_FAILED_LARGE ? END_FAILED : END_CRASHED;
    }
}

void test_judge(Test *test, int wait_status, const char *err)
{
    int status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 0;
    g_autofree char *verdict = find_line(err, "verdict: ", NULL);
    g_autofree char *refusal = find_line(err, "rvemu: ", "rvemu: warning: ");

    if (WIFSIGNALED(wait_status)) {
        test->end = END_CRASHED;
        test->reason = g_strdup_printf("rvemu ended by signal %d (%s)", WTERMSIG(wait_status),
                                       strsignal(WTERMSIG(wait_status)));
        return;
    }
    test->end = end_of_status(status);
    if (status == STATUS_ERROR && refusal && !verdict) {
        test->end = END_REFUSED;
        test->reason = g_strdup_printf("%s: %s", run_end_text(END_REFUSED), refusal);
    } else if (test->end != END_PASSED) {
        test->reason = verdict   ? g_steal_pointer(&verdict)
                       : refusal ? g_steal_pointer(&refusal)
                                 : g_strdup_printf("status %d", status);
    }
}
