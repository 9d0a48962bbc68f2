/*
 * ThreadSanitizer: whether this is a build for it, and functions that it shall not look into.
 *
 * What does not belong here: which accesses are races on purpose (system/guest-ram.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UTIL_TSAN_H
#define UTIL_TSAN_H

#if defined(__SANITIZE_THREAD__)
#define UTIL_TSAN /* defined by gcc */
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define UTIL_TSAN
#endif
#endif

/* Not inlined: what a function is inlined into would be looked into. */
#ifdef __clang__
#define UTIL_TSAN_UNSEEN __attribute__((noinline, unused, disable_sanitizer_instrumentation))
#else
#define UTIL_TSAN_UNSEEN __attribute__((noinline, unused, no_sanitize_thread))
#endif

#endif
