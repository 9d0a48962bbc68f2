/*
 * Running the programs, several at a time, each in an rvemu of its own.
 *
 * All is done by one thread and GLib's main loop: an rvemu takes some milliseconds, most of which
 * the kernel spends on the process.
 *
 * SPDX-License-Identifier: MIT
 */
#include "suite.h"

#include <glib-unix.h>
#include <signal.h>
#include <unistd.h>

#include "process.h"

typedef struct Runner {
    Suite *suite;
    SuiteEnded *ended;
    void *opaque; /* for ended */
    GMainLoop *loop;
    GPtrArray *jobs; /* Job * */
    guint next;      /* index of the next test to start */
    guint done;
    char *folder; /* for signatures; NULL: none is asked for */
} Runner;

typedef struct Job {
    Runner *runner;
    Test *test;
    Process process;
    guint watchdog;
    gint64 start;    /* g_get_monotonic_time() */
    bool hung;       /* the watchdog has ended it */
    char *signature; /* file that rvemu writes, or NULL */
} Job;

/* ---- A test ---- */

static void start_more(Runner *runner);

/* A program that ended well has also to have left the right signature. */
static void check_signature(Job *job)
{
    Test *test = job->test;
    g_autofree char *difference = NULL;

    if (test->end == END_PASSED) {
        difference = signature_compare(job->signature, test->reference);
    }
    if (difference) {
        test->end = END_SIGNATURE;
        test->reason = g_strdup_printf("%s: %s (%s)", run_end_text(END_SIGNATURE), difference,
                                       test->reference);
    }
    unlink(job->signature);
}

static void note_result(Job *job, int wait_status)
{
    Test *test = job->test;
    g_autofree char *err = capture_text(&job->process.err.capture);

    test->seconds = (g_get_monotonic_time() - job->start) / 1e6;
    if (job->hung) {
        test->end = END_HUNG;
        test->reason = g_strdup_printf("%s: still running after %.0f s, with -limit %s",
                                       run_end_text(END_HUNG), test->seconds,
                                       job->runner->suite->options.limit);
    } else {
        test_judge(test, wait_status, err);
    }
    if (job->signature) {
        check_signature(job);
    }
    if (test->end != END_PASSED) {
        test->post_mortem = g_steal_pointer(&err);
        test->output = capture_text(&job->process.out.capture);
    }
}

static void end_job(Job *job)
{
    if (job->watchdog) {
        g_source_remove(job->watchdog);
    }
    process_clear(&job->process);
    g_ptr_array_remove_fast(job->runner->jobs, job);
    g_free(job->signature);
    g_free(job);
}

static void on_end(GPid pid G_GNUC_UNUSED, int wait_status, void *opaque)
{
    Job *job = opaque;
    Runner *runner = job->runner;

    process_read_rest(&job->process); /* a process that it left behind is not waited for */
    if (!runner->suite->signal) {
        note_result(job, wait_status);
        runner->done++;
        runner->ended(runner->suite, runner->done, runner->opaque);
    }
    end_job(job);
    start_more(runner);
}

/* rvemu keeps to the limit; this is for one that does not. */
static gboolean on_watchdog(void *opaque)
{
    Job *job = opaque;

    job->hung = true;
    job->watchdog = 0;
    process_kill(&job->process);
    return G_SOURCE_REMOVE;
}

static guint watchdog_ms(const SuiteOptions *options)
{
    return MIN(2 * options->seconds + 5, G_MAXINT / 1000) * 1000;
}

static bool start_job(Runner *runner, Test *test, Error **errp)
{
    g_autofree char *signature =
        test->reference ? g_strdup_printf("%s/%u", runner->folder, runner->next) : NULL;
    g_autoptr(GPtrArray) words = command_of_test(runner->suite, test, signature, errp);
    Job *job;

    if (!words) {
        return false;
    }
    test->command = command_text(words);
    job = g_new0(Job, 1);
    job->runner = runner;
    job->test = test;
    job->start = g_get_monotonic_time();
    if (!process_start(&job->process, (char **)words->pdata, on_end, job, errp)) {
        g_free(job);
        return false;
    }
    job->signature = g_steal_pointer(&signature);
    job->watchdog = g_timeout_add(watchdog_ms(&runner->suite->options), on_watchdog, job);
    g_ptr_array_add(runner->jobs, job);
    return true;
}

/* A test that cannot be started has ended with that. */
static void start_more(Runner *runner)
{
    const Suite *suite = runner->suite;

    while (!suite->signal && runner->jobs->len < suite->options.jobs &&
           runner->next < suite->tests->len) {
        Test *test = suite->tests->pdata[runner->next++];
        Error *err = NULL;

        if (!start_job(runner, test, &err)) {
            test->end = END_REFUSED;
            test->reason =
                g_strdup_printf("%s: %s", run_end_text(END_REFUSED), error_get_pretty(err));
            error_free(err);
            runner->done++;
            runner->ended(runner->suite, runner->done, runner->opaque);
        }
    }
    if (runner->jobs->len == 0) {
        g_main_loop_quit(runner->loop);
    }
}

/* ---- Signals ---- */

static gboolean on_signal(Runner *runner, int number)
{
    runner->suite->signal = number;
    for (guint i = 0; i < runner->jobs->len; i++) {
        process_kill(&((const Job *)runner->jobs->pdata[i])->process);
    }
    return G_SOURCE_CONTINUE;
}

static gboolean on_sigint(void *opaque)
{
    return on_signal(opaque, SIGINT);
}

static gboolean on_sigterm(void *opaque)
{
    return on_signal(opaque, SIGTERM);
}

static gboolean on_sighup(void *opaque)
{
    return on_signal(opaque, SIGHUP);
}

/* ---- All of them ---- */

/* Who started this program may want a signal to be ignored, as nohup does. 0: it is. */
static guint watch_signal(int number, GSourceFunc handler, Runner *runner)
{
    struct sigaction action;

    if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN) {
        return 0;
    }
    return g_unix_signal_add(number, handler, runner);
}

static void run_loop(Runner *runner)
{
    guint signals[] = {
        watch_signal(SIGINT, on_sigint, runner),
        watch_signal(SIGTERM, on_sigterm, runner),
        watch_signal(SIGHUP, on_sighup, runner),
    };

    runner->loop = g_main_loop_new(NULL, FALSE);
    start_more(runner);
    if (runner->jobs->len > 0) {
        g_main_loop_run(runner->loop);
    }
    g_main_loop_unref(runner->loop);
    for (unsigned i = 0; i < G_N_ELEMENTS(signals); i++) {
        if (signals[i]) {
            g_source_remove(signals[i]);
        }
    }
}

static bool make_folder(Runner *runner, Error **errp)
{
    g_autoptr(GError) gerror = NULL;

    if (runner->suite->references == 0) {
        return true;
    }
    runner->folder = g_dir_make_tmp(SUITE_NAME "-XXXXXX", &gerror);
    if (!runner->folder) {
        error_setg(errp, "no folder for signatures: %s", gerror->message);
        error_append_hint(errp, "set TMPDIR to a folder that can be written");
    }
    return runner->folder;
}

/* A run that was cut short has left files. */
static void remove_folder(Runner *runner)
{
    for (guint i = 0; runner->folder && i <= runner->suite->tests->len; i++) {
        g_autofree char *file = g_strdup_printf("%s/%u", runner->folder, i);

        unlink(file);
    }
    if (runner->folder) {
        rmdir(runner->folder);
    }
    g_free(runner->folder);
}

bool suite_run(Suite *suite, SuiteEnded *ended, void *opaque, Error **errp)
{
    Runner runner = { .suite = suite, .ended = ended, .opaque = opaque };
    gint64 begin = g_get_monotonic_time();

    if (!make_folder(&runner, errp)) {
        return false;
    }
    runner.jobs = g_ptr_array_new();
    run_loop(&runner);
    g_ptr_array_unref(runner.jobs);
    remove_folder(&runner);
    suite->seconds = (g_get_monotonic_time() - begin) / 1e6;
    return true;
}
