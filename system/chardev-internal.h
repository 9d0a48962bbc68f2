/*
 * Character devices as their backends see them: the class, and the part that all have in common.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_CHARDEV_INTERNAL_H
#define SYSTEM_CHARDEV_INTERNAL_H

#include "system/chardev.h"

#define CHARDEVS_PATH "/chardevs"
#define CHARDEV_PREFIX "chardev-" /* -chardev file is the type "chardev-file" */

/* What the user types for it. */
const char *chardev_backend_name(const ObjectClass *oc);

struct ChardevClass {
    ObjectClass parent_class;
    const char *desc; /* one line for "-chardev help" */

    /* Open the host's side; the properties are set. */
    bool (*open)(Chardev *chr, Error **errp);
    /* As char_frontend_write(). */
    bool (*write)(Chardev *chr, const uint8_t *data, size_t len);
    /*
     * From now on input is wanted (may be repeated), or no longer. While it is, and there is some,
     * the backend calls chardev_deliver() from the main loop. Any thread.
     */
    void (*watch_input)(Chardev *chr, bool on);
    /* Is there output that may not be lost and was not taken yet? */
    bool (*has_unsent)(Chardev *chr);
    /* Or NULL. Leave the host's side as it was; the object goes soon. May be called twice. */
    void (*quiesce)(Chardev *chr);
};

struct Chardev {
    Object parent_obj;

    bool mux;             /* property: Ctrl-A has a meaning */
    bool opened;
    bool quit;            /* its user is gone: nobody waits for output there */
    bool keys_for_text;   /* Enter is '\r', and '\n' for those who read text */
    GPtrArray *askers;    /* of CharFrontend *, in the order in which they last asked */
    GSource *flush;       /* calls from the main loop when it can; or NULL */

    /* mux: what was read before anybody asked for it */
    GByteArray *ahead;
    bool at_end;          /* behind it input ends, as seen when it was last asked for */
    bool escape;          /* the last character was Ctrl-A */
};

/* How many bytes chardev_deliver() takes now; 0: do not read. */
size_t chardev_input_room(const Chardev *chr);

/*
 * Input of the host, at most chardev_input_room() bytes; 0: it ended. Main loop, big lock held.
 * Everything that a guest reads from outside passes here.
 */
void chardev_deliver(Chardev *chr, const uint8_t *data, size_t len);

/* chardev-mux.c: carry out the escapes in data, and append what is for the guest to chr->ahead. */
void chardev_filter_escapes(Chardev *chr, const uint8_t *data, size_t len);

#endif
