/*
 * Character devices: front ends, who of them has the input, and the base of all backends.
 *
 * What does not belong here: how a backend reaches the host (chardev-*.c), and the options that
 * make one (chardev-options.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/chardev.h"

#include <string.h>

#include "chardev-internal.h"
#include "system/cpu.h"
#include "system/dead.h"
#include "system/trace.h"

/*
 * With mux the host is read all the time, as an escape must be seen in time; but not farther than
 * this ahead of the guest. A person does not type as much in vain.
 */
#define READ_AHEAD (64 * 1024)

/* ---- Input ---- */

/* The front end that input is for, or NULL. */
static CharFrontend *input_owner(const Chardev *chr)
{
    return chr->askers->len ? chr->askers->pdata[chr->askers->len - 1] : NULL;
}

static size_t owner_wants(const Chardev *chr)
{
    const CharFrontend *owner = input_owner(chr);

    return owner ? owner->wanted : 0;
}

size_t chardev_input_room(const Chardev *chr)
{
    if (!chr->mux) {
        return owner_wants(chr);
    }
    return chr->at_end ? 0 : READ_AHEAD - MIN(chr->ahead->len, READ_AHEAD);
}

static void update_watch(Chardev *chr)
{
    if (chr->opened) {
        CHARDEV_GET_CLASS(chr)->watch_input(chr, chardev_input_room(chr) > 0);
    }
}

/* Enter becomes a newline. */
static uint8_t *text_of_keys(const uint8_t *data, size_t len)
{
    uint8_t *text = g_memdup2(data, len);

    for (size_t i = 0; i < len; i++) {
        text[i] = text[i] == '\r' ? '\n' : text[i];
    }
    return text;
}

/* Answer the owner's request; it may ask again, or be gone afterwards. */
static void answer(Chardev *chr, const uint8_t *data, size_t len)
{
    CharFrontend *owner = input_owner(chr);

    if (owner && owner->wanted) {
        g_autofree uint8_t *text =
            owner->reads_text && chr->keys_for_text ? text_of_keys(data, len) : NULL;

        g_assert(len <= owner->wanted);
        owner->wanted = 0;
        owner->fn(owner->opaque, text ? text : data, len);
    }
}

/* Answer from what was read ahead. */
static void flush_ahead(Chardev *chr)
{
    size_t n;

    while ((n = MIN(owner_wants(chr), chr->ahead->len)) > 0) {
        g_autofree uint8_t *data = g_memdup2(chr->ahead->data, n);

        g_byte_array_remove_range(chr->ahead, 0, n);
        answer(chr, data, n);
    }
    if (chr->at_end && owner_wants(chr)) {
        answer(chr, NULL, 0);
    }
}

static gboolean flush_now(gpointer opaque)
{
    g_autoptr(Chardev) chr = CHARDEV(object_ref(opaque));

    bql_lock();
    g_clear_pointer(&chr->flush, g_source_unref);
    flush_ahead(chr);
    update_watch(chr);
    bql_unlock();
    return G_SOURCE_REMOVE;
}

/* A front end's function is called from the main loop, never from within its own request. */
static void schedule_flush(Chardev *chr)
{
    if (!chr->flush) {
        chr->flush = g_idle_source_new();
        g_source_set_priority(chr->flush, G_PRIORITY_DEFAULT);
        g_source_set_callback(chr->flush, flush_now, chr, NULL);
        g_source_attach(chr->flush, NULL);
    }
}

static void cancel_flush(Chardev *chr)
{
    if (chr->flush) {
        g_source_destroy(chr->flush);
        g_clear_pointer(&chr->flush, g_source_unref);
    }
}

void chardev_deliver(Chardev *chr, const uint8_t *data, size_t len)
{
    g_autoptr(Chardev) keep = CHARDEV(object_ref(chr));

    trace_chardev_input(len);
    if (!chr->mux) {
        answer(chr, data, len);
    } else {
        chr->at_end = len == 0;
        chardev_filter_escapes(chr, data, len);
        flush_ahead(chr);
    }
    update_watch(keep);
    dead_suspect(); /* it may have been the last input */
}

/* ---- Front ends ---- */

void char_frontend_attach(CharFrontend *fe, Chardev *chr, CharInputFn *fn, void *opaque)
{
    g_assert(!fe->chr);
    *fe = (CharFrontend) { .chr = CHARDEV(object_ref(chr)), .fn = fn, .opaque = opaque };
}

void char_frontend_read_text(CharFrontend *fe)
{
    fe->reads_text = true;
}

void char_frontend_detach(CharFrontend *fe)
{
    char_frontend_cancel_input(fe);
    object_unref(fe->chr);
    *fe = (CharFrontend) { 0 };
}

void char_frontend_request_input(CharFrontend *fe, size_t max)
{
    Chardev *chr = fe->chr;

    if (max == 0) {
        char_frontend_cancel_input(fe);
        return;
    }
    if (!chr) {
        return;
    }
    if (input_owner(chr) == fe && fe->wanted) { /* it is watched for already */
        fe->wanted = max;
        return;
    }
    g_ptr_array_remove(chr->askers, fe);
    g_ptr_array_add(chr->askers, fe);
    fe->wanted = max;
    if (chr->mux) {
        chr->at_end = false; /* whether it still ends there is seen anew */
        schedule_flush(chr);
    } else {
        update_watch(chr);
    }
}

bool char_frontend_waits(const CharFrontend *fe)
{
    return fe->chr && fe->wanted > 0;
}

void char_frontend_cancel_input(CharFrontend *fe)
{
    Chardev *chr = fe->chr;

    fe->wanted = 0;
    if (!chr || !g_ptr_array_remove(chr->askers, fe)) {
        return;
    }
    if (chr->mux && owner_wants(chr)) {
        schedule_flush(chr);
    }
    update_watch(chr);
}

bool char_frontend_write(CharFrontend *fe, const void *data, size_t len)
{
    trace_chardev_output(len);
    return !fe->chr || CHARDEV_GET_CLASS(fe->chr)->write(fe->chr, data, len);
}

/* ---- The base of the backends ---- */

bool chardev_open(Chardev *chr, Error **errp)
{
    g_assert(!chr->opened);
    chr->opened = CHARDEV_GET_CLASS(chr)->open(chr, errp);
    if (chr->opened && chr->mux) {
        schedule_flush(chr); /* read ahead as soon as there is a main loop */
    }
    return chr->opened;
}

static int quiesce(Object *obj, void *opaque G_GNUC_UNUSED)
{
    Chardev *chr = CHARDEV(obj);
    const ChardevClass *cc = CHARDEV_GET_CLASS(chr);

    cancel_flush(chr);
    if (chr->opened) {
        chr->opened = false;
        cc->watch_input(chr, false);
        if (cc->quiesce) {
            cc->quiesce(chr);
        }
    }
    return 0;
}

static int has_unsent(Object *obj, void *opaque G_GNUC_UNUSED)
{
    Chardev *chr = CHARDEV(obj);
    const ChardevClass *cc = CHARDEV_GET_CLASS(chr);

    return chr->opened && !chr->quit && cc->has_unsent && cc->has_unsent(chr);
}

bool chardevs_have_unsent(void)
{
    Object *chardevs = container_get(object_get_root(), CHARDEVS_PATH);

    bql_lock();
    bool any = object_child_foreach(chardevs, has_unsent, NULL);
    bql_unlock();
    return any;
}

void chardevs_quiesce(void)
{
    object_child_foreach(container_get(object_get_root(), CHARDEVS_PATH), quiesce, NULL);
}

static void chardev_instance_init(Object *obj)
{
    Chardev *chr = CHARDEV(obj);

    chr->askers = g_ptr_array_new();
    chr->ahead = g_byte_array_new();
}

/* No front end is attached: each has a reference. */
static void chardev_instance_finalize(Object *obj)
{
    Chardev *chr = CHARDEV(obj);

    cancel_flush(chr);
    g_ptr_array_unref(chr->askers);
    g_byte_array_unref(chr->ahead);
}

static const Property chardev_properties[] = {
    DEFINE_PROP_BOOL("mux", Chardev, mux, false,
                     "Ctrl-A begins an escape: x ends rvemu, h helps, Ctrl-A sends Ctrl-A"),
};

static void chardev_class_init(ObjectClass *oc, const void *data G_GNUC_UNUSED)
{
    object_class_add_properties(oc, chardev_properties, G_N_ELEMENTS(chardev_properties));
}

static const TypeInfo chardev_types[] = { {
    .name = TYPE_CHARDEV,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(Chardev),
    .instance_init = chardev_instance_init,
    .instance_finalize = chardev_instance_finalize,
    .abstract = true,
    .class_size = sizeof(ChardevClass),
    .class_init = chardev_class_init,
} };

DEFINE_TYPES(chardev_types)
