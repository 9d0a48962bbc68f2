/*
 * Running the programs, several at a time, each in an rvemu of its own.
 *
 * All is done by one thread and GLib's main loop: an rvemu takes some milliseconds, most of which
 * the kernel spends on the process. Each is the leader of a process group, so that it can be ended
 * with all that it may have started, and so that Ctrl-C reaches this program alone.
 *
 * SPDX-License-Identifier: MIT
 */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"

extern char **environ;

typedef struct Stream {
    int fd;
    guint source; /* reads from it; 0: it has ended */
    Capture capture;
} Stream;

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
    pid_t pid;
    guint watchdog;
    Stream out, err;
    gint64 start; /* g_get_monotonic_time() */
    bool hung;    /* the watchdog has ended it */
    char *signature; /* file that rvemu writes, or NULL */
} Job;

/* ---- The command line ---- */

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
    g_ptr_array_add(words, g_strdup_printf("signature=%s,signature-granularity=%u", doubled,
                                           granularity));
}

/* The words for a shell: only those are quoted that have to be. */
static char *command_text(const GPtrArray *words)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; words->pdata[i]; i++) {
        const char *word = words->pdata[i];
        bool plain = *word && strspn(word, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS
                                               "_-+=.,:/@%^") == strlen(word);
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

/* ---- A process ---- */

static bool open_stream(Stream *stream, int *write_end, Error **errp)
{
    g_autoptr(GError) gerror = NULL;
    int fds[2];

    if (!g_unix_open_pipe(fds, FD_CLOEXEC, &gerror) ||
        !g_unix_set_fd_nonblocking(fds[0], TRUE, &gerror)) {
        error_setg(errp, "cannot make a pipe: %s", gerror->message);
        error_append_hint(errp, "run fewer at a time with -j");
        return false;
    }
    stream->fd = fds[0];
    stream->source = 0;
    *write_end = fds[1];
    capture_init(&stream->capture);
    return true;
}

static void close_stream(Stream *stream)
{
    if (stream->source) {
        g_source_remove(stream->source);
        stream->source = 0;
    }
    close(stream->fd);
    capture_clear(&stream->capture);
}

/* Reads what is there, up to a bound. False: nothing comes any more. */
static bool read_stream(Stream *stream)
{
    char bytes[16 * 1024];

    for (unsigned i = 0; i < 16; i++) {
        ssize_t size = read(stream->fd, bytes, sizeof(bytes));

        if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
            return true;
        }
        if (size <= 0) {
            return false;
        }
        capture_add(&stream->capture, bytes, size);
    }
    return true;
}

static gboolean on_readable(int fd G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED, void *opaque)
{
    Stream *stream = opaque;

    if (read_stream(stream)) {
        return G_SOURCE_CONTINUE;
    }
    stream->source = 0;
    return G_SOURCE_REMOVE;
}

static int spawn(char **words, int out, int err, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t signals;
    int os_errno;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    os_errno = posix_spawnp(pid, words[0], &actions, &attributes, words, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return os_errno;
}

/* Starts the words (NULL ends them) with both streams. */
static bool start(char **words, Stream *out, Stream *err, pid_t *pid, Error **errp)
{
    int out_end, err_end, os_errno;

    if (!open_stream(out, &out_end, errp)) {
        return false;
    }
    if (!open_stream(err, &err_end, errp)) {
        close(out_end);
        close_stream(out);
        return false;
    }
    os_errno = spawn(words, out_end, err_end, pid);
    close(out_end);
    close(err_end);
    if (os_errno) {
        close_stream(out);
        close_stream(err);
        error_setg_errno(errp, os_errno, "cannot run '%s'", words[0]);
        error_append_hint(errp, "name the emulator with -rvemu, or run fewer at a time with -j");
        return false;
    }
    return true;
}

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
    g_autofree char *err = capture_text(&job->err.capture);

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
        test->output = capture_text(&job->out.capture);
    }
}

static void end_job(Job *job)
{
    if (job->watchdog) {
        g_source_remove(job->watchdog);
    }
    close_stream(&job->out);
    close_stream(&job->err);
    g_ptr_array_remove_fast(job->runner->jobs, job);
    g_free(job->signature);
    g_free(job);
}

static void on_end(GPid pid G_GNUC_UNUSED, int wait_status, void *opaque)
{
    Job *job = opaque;
    Runner *runner = job->runner;

    read_stream(&job->out); /* what a process that it left behind prints is not waited for */
    read_stream(&job->err);
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
    kill(-job->pid, SIGKILL);
    return G_SOURCE_REMOVE;
}

static guint watchdog_ms(const SuiteOptions *options)
{
    return MIN(2 * options->seconds + 5, G_MAXINT / 1000) * 1000;
}

/* The words that run a test, with a NULL behind them; *signature is the file it will write. */
static GPtrArray *command_of_test(const Runner *runner, const Test *test, char **signature,
                                  Error **errp)
{
    g_autoptr(GPtrArray) words = command_of(runner->suite, test);
    unsigned granularity;

    if (test->reference) {
        granularity = signature_granularity(test->reference, errp);
        if (!granularity) {
            return NULL;
        }
        *signature = g_strdup_printf("%s/%u", runner->folder, runner->next);
        add_signature(words, *signature, granularity);
    }
    g_ptr_array_add(words, g_strdup(test->path));
    g_ptr_array_add(words, NULL);
    return g_steal_pointer(&words);
}

static bool start_job(Runner *runner, Test *test, Error **errp)
{
    g_autofree char *signature = NULL;
    g_autoptr(GPtrArray) words = command_of_test(runner, test, &signature, errp);
    Job *job;

    if (!words) {
        return false;
    }
    test->command = command_text(words);
    job = g_new0(Job, 1);
    job->runner = runner;
    job->test = test;
    job->start = g_get_monotonic_time();
    if (!start((char **)words->pdata, &job->out, &job->err, &job->pid, errp)) {
        g_free(job);
        return false;
    }
    job->signature = g_steal_pointer(&signature);
    job->out.source = g_unix_fd_add(job->out.fd, G_IO_IN | G_IO_HUP, on_readable, &job->out);
    job->err.source = g_unix_fd_add(job->err.fd, G_IO_IN | G_IO_HUP, on_readable, &job->err);
    g_child_watch_add(job->pid, on_end, job);
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
        kill(-((const Job *)runner->jobs->pdata[i])->pid, SIGKILL);
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

static void run_loop(Runner *runner)
{
    guint signals[] = {
        g_unix_signal_add(SIGINT, on_sigint, runner),
        g_unix_signal_add(SIGTERM, on_sigterm, runner),
        g_unix_signal_add(SIGHUP, on_sighup, runner),
    };

    runner->loop = g_main_loop_new(NULL, FALSE);
    start_more(runner);
    if (runner->jobs->len > 0) {
        g_main_loop_run(runner->loop);
    }
    g_main_loop_unref(runner->loop);
    for (unsigned i = 0; i < G_N_ELEMENTS(signals); i++) {
        g_source_remove(signals[i]);
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

/* ---- Before all of them ---- */

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
            return g_strdup(lines[i]);
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
