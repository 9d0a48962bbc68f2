/*
 * The mode of the terminal that the guest has, across Ctrl-Z and fg.
 *
 * SPDX-License-Identifier: MIT
 */
#include "terminal.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "chardev-fd.h"
#include "system/cpu.h"

/* A terminal that is not the controlling one has no background. */
static bool in_foreground(const Terminal *t)
{
    pid_t group = tcgetpgrp(t->fd);

    return group < 0 || group == getpgrp();
}

static void set_mode(const Terminal *t)
{
    struct termios mode = t->before;

    mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    mode.c_iflag &= ~(tcflag_t)(ISTRIP | INLCR | IGNCR | ICRNL);
    if (!t->signals) {
        mode.c_lflag &= ~(tcflag_t)(ISIG | IEXTEN);
        mode.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | IXON);
    }
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    tcsetattr(t->fd, TCSANOW, &mode);
}

static void take_over(Terminal *t)
{
    if (t->is_terminal && !t->entered && in_foreground(t) && tcgetattr(t->fd, &t->before) == 0) {
        t->entered = true;
        /*
         * Output may go to a pipe whose reader ends; that must not end rvemu before the terminal
         * is as it was. Who writes sees EPIPE.
         */
        signal(SIGPIPE, SIG_IGN);
        set_mode(t);
    }
}

static void give_back(Terminal *t)
{
    if (t->entered && in_foreground(t)) {
        tcsetattr(t->fd, TCSANOW, &t->before);
    }
    t->entered = false;
}

void terminal_enter(Terminal *t)
{
    t->wanted = true;
    take_over(t);
}

void terminal_leave(Terminal *t)
{
    t->wanted = false;
    give_back(t);
}

/* ---- Signals of the keyboard ---- */

/*
 * What the signal does where nobody handles it: SIGQUIT ends rvemu, SIGTSTP stops it until the user
 * goes on.
 */
static void act_as_unhandled(int number)
{
    sigset_t one;

    sigemptyset(&one);
    sigaddset(&one, number);
    raise(number);
    pthread_sigmask(SIG_UNBLOCK, &one, NULL);
    pthread_sigmask(SIG_BLOCK, &one, NULL);
}

static gboolean take_signal(gint fd, GIOCondition condition G_GNUC_UNUSED, gpointer opaque)
{
    struct signalfd_siginfo info;
    Terminal *t = opaque;

    if (read(fd, &info, sizeof(info)) != sizeof(info)) {
        return G_SOURCE_CONTINUE;
    }
    bql_lock();
    if (info.ssi_signo != SIGCONT) {
        give_back(t);
        act_as_unhandled(info.ssi_signo);
    }
    if (t->entered && in_foreground(t)) { /* after SIGSTOP a shell may have set its own */
        set_mode(t);
    } else if (t->wanted) {
        take_over(t);
    }
    bql_unlock();
    return G_SOURCE_CONTINUE;
}

static sigset_t handled_signals(void)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGQUIT);
    sigaddset(&signals, SIGTSTP);
    sigaddset(&signals, SIGCONT);
    return signals;
}

void terminal_init(Terminal *t, int fd, bool signals)
{
    sigset_t handled = handled_signals();

    *t = (Terminal) { .fd = fd, .is_terminal = isatty(fd), .signals = signals, .signal_fd = -1 };
    if (t->is_terminal) {
        pthread_sigmask(SIG_BLOCK, &handled, NULL);
        t->signal_fd = signalfd(-1, &handled, SFD_NONBLOCK | SFD_CLOEXEC);
    }
    if (t->signal_fd >= 0) {
        t->keyboard_signals = chardev_fd_watch(t->signal_fd, G_IO_IN, take_signal, t);
    }
}

void terminal_cleanup(Terminal *t)
{
    sigset_t handled = handled_signals();

    terminal_leave(t);
    if (t->keyboard_signals) {
        chardev_fd_unwatch(&t->keyboard_signals);
        close(t->signal_fd);
        pthread_sigmask(SIG_UNBLOCK, &handled, NULL);
    }
}
