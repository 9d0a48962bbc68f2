/*
 * The line on a terminal that tells how far the run is; elsewhere there is none.
 *
 * SPDX-License-Identifier: MIT
 */
#include "suite.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BAR_WIDTH 24
#define REST_WIDTH 48            /* what stands around the name, at most */
#define MIN_INTERVAL (40 * 1000) /* us */
#define CLEAR_LINE "\r\033[K"

bool terminal_is_able(int fd)
{
    const char *term = g_getenv("TERM");

    return isatty(fd) && term && !g_str_equal(term, "dumb");
}

static unsigned terminal_width(void)
{
    struct winsize size;

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static const char *last_name(const Suite *suite)
{
    const char *name = NULL;

    for (guint i = 0; i < suite->tests->len; i++) {
        const Test *test = suite->tests->pdata[i];

        name = test->command ? test->name : name;
    }
    return name ? name : "";
}

void progress_init(Progress *progress)
{
    *progress = (Progress){ .wanted = terminal_is_able(STDERR_FILENO) };
}

void progress_show(Progress *progress, const Suite *suite, guint done)
{
    static const char full[] = "########################", empty[] = "........................";
    unsigned counts[N_STANDINGS], bar = BAR_WIDTH * done / suite->tests->len;
    gint64 now = g_get_monotonic_time();
    int room = (int)terminal_width() - BAR_WIDTH - REST_WIDTH;

    if (!progress->wanted || (now < progress->next && done < suite->tests->len)) {
        return;
    }
    progress->next = now + MIN_INTERVAL;
    progress->shown = true;
    suite_count(suite, 0, suite->tests->len, counts);
    fprintf(stderr, CLEAR_LINE "[%.*s%.*s] %u/%u, %u failed", (int)bar, full,
            (int)(BAR_WIDTH - bar), empty, done, suite->tests->len,
            counts[STANDING_FAILED] + counts[STANDING_UNEXPECTED]);
    if (room > 0) {
        const char *name = last_name(suite);
        g_autofree char *part = g_utf8_substring(name, 0, MIN(room, g_utf8_strlen(name, -1)));

        fprintf(stderr, "  %s", part);
    }
    fflush(stderr);
}

void progress_clear(Progress *progress)
{
    if (progress->shown) {
        fputs(CLEAR_LINE, stderr);
        progress->shown = false;
    }
}
