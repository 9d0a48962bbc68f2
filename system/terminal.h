/*
 * A terminal of the host in the guest's hands: its mode, and giving it back.
 *
 * What does not belong here: reading and writing it (chardev-stdio.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_TERMINAL_H
#define SYSTEM_TERMINAL_H

#include <glib.h>
#include <stdbool.h>
#include <termios.h>

typedef struct Terminal {
    int fd;
    bool is_terminal;
    bool signals;          /* Ctrl-C and Ctrl-Z are the host's; else the guest gets every key */
    bool wanted;           /* terminal_enter() was called */
    bool entered;          /* the guest's mode is set */
    struct termios before;
    int signal_fd;
    GSource *keyboard_signals;
} Terminal;

/*
 * Note the descriptor; nothing changes yet. With a terminal, SIGQUIT, SIGTSTP and SIGCONT are
 * blocked and come through the main loop from now on, for threads that are made later, too. (What
 * ends rvemu in an orderly way, as SIGINT does, leads to terminal_leave() anyway.)
 */
void terminal_init(Terminal *t, int fd, bool signals);

/*
 * Single characters without echo, as the keys send them: Enter is '\r'. In the background, where the terminal is another program's, not
 * before SIGCONT or the next call. Harmless if repeated.
 */
void terminal_enter(Terminal *t);

/* As it was. */
void terminal_leave(Terminal *t);

/* Leave it, and the signals to the host. */
void terminal_cleanup(Terminal *t);

#endif
