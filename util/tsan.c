/*
 * For ThreadSanitizer alone: what GLib's locks and reference counts put in order. GLib is not
 * instrumented and does not say.
 *
 * The linker makes calls of FUNCTION calls of __wrap_FUNCTION, for the functions that
 * util/meson.build names. Whoever uses another one that puts something in order (of GRWLock and
 * GRecMutex, g_mutex_trylock()) adds it here and there.
 *
 * What does not belong here: races on purpose (include/system/guest-ram.h).
 *
 * SPDX-License-Identifier: MIT
 */
#include <glib.h>
#include <sanitizer/tsan_interface.h>

/* A static GMutex is ready without a call. */
#define FLAGS __tsan_mutex_linker_init

void __real_g_mutex_lock(GMutex *mutex);
void __real_g_mutex_unlock(GMutex *mutex);
void __real_g_cond_wait(GCond *cond, GMutex *mutex);
gboolean __real_g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end_time);
void __wrap_g_mutex_lock(GMutex *mutex);
void __wrap_g_mutex_unlock(GMutex *mutex);
void __wrap_g_cond_wait(GCond *cond, GMutex *mutex);
gboolean __wrap_g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end_time);
void __wrap_g_atomic_rc_box_release(gpointer box);

static void begin_lock(GMutex *mutex)
{
    __tsan_mutex_pre_lock(mutex, FLAGS);
}

static void end_lock(GMutex *mutex)
{
    __tsan_mutex_post_lock(mutex, FLAGS, 0);
}

static void unlock(GMutex *mutex)
{
    __tsan_mutex_pre_unlock(mutex, FLAGS);
    __tsan_mutex_post_unlock(mutex, FLAGS);
}

void __wrap_g_mutex_lock(GMutex *mutex)
{
    begin_lock(mutex);
    __real_g_mutex_lock(mutex);
    end_lock(mutex);
}

void __wrap_g_mutex_unlock(GMutex *mutex)
{
    unlock(mutex);
    __real_g_mutex_unlock(mutex);
}

void __wrap_g_cond_wait(GCond *cond, GMutex *mutex)
{
    unlock(mutex);
    __real_g_cond_wait(cond, mutex);
    begin_lock(mutex);
    end_lock(mutex);
}

gboolean __wrap_g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end_time)
{
    gboolean signalled;

    unlock(mutex);
    signalled = __real_g_cond_wait_until(cond, mutex, end_time);
    begin_lock(mutex);
    end_lock(mutex);
    return signalled;
}

/* Whoever frees the box comes after all that released it. */
void __wrap_g_atomic_rc_box_release(gpointer box)
{
    __tsan_release(box);
    g_atomic_rc_box_release_full(box, __tsan_acquire);
}
