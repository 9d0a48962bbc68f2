/*
 * The host part of fpu.h for hosts without one of their own: C11's <fenv.h>.
 *
 * It assumes as little as it can: that tininess may be detected before rounding, that NaN results
 * are arbitrary, and that fused multiply-add is not there unless the compiler says that it is fast.
 *
 * Belongs here: what differs between hosts, behind the names that fpu.h lists.
 * Does not belong here: anything that knows the guest's state.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_FPU_GENERIC_H
#define TARGET_RISCV_FPU_GENERIC_H

#include <fenv.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

enum { HOST_FPU_TINY_BEFORE = 1, HOST_FPU_DEFAULT_NAN = 0 };

_Static_assert(FLT_EVAL_METHOD == 0, "float and double need arithmetic of their own width");

#define HOST_FPU_BARRIER(value) __asm__ volatile("" : "+m"(value))

static inline int host_rounding(unsigned rm)
{
    static const int modes[] = { FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD, FE_UPWARD };

    return modes[rm];
}

static inline uint64_t host_fpu_save(void)
{
    return (uint64_t)fegetround() << 32 | (unsigned)fetestexcept(FE_ALL_EXCEPT);
}

static inline void host_fpu_restore(uint64_t saved)
{
    feclearexcept(FE_ALL_EXCEPT);
    feraiseexcept((int)(uint32_t)saved);
    fesetround((int)(saved >> 32));
}

static inline void host_fpu_begin(unsigned rm)
{
    feclearexcept(FE_ALL_EXCEPT);
    fesetround(host_rounding(rm));
}

static inline void host_fpu_set_rm(unsigned rm)
{
    fesetround(host_rounding(rm));
}

static inline unsigned host_fpu_flags(void)
{
    int e = fetestexcept(FE_ALL_EXCEPT);

    return !!(e & FE_INVALID) << 4 | !!(e & FE_DIVBYZERO) << 3 | !!(e & FE_OVERFLOW) << 2 |
           !!(e & FE_UNDERFLOW) << 1 | !!(e & FE_INEXACT);
}

static inline void host_fpu_clear_flags(void)
{
    feclearexcept(FE_ALL_EXCEPT);
}

static inline float host_f32_sqrt(float a)
{
    return sqrtf(a);
}

static inline double host_f64_sqrt(double a)
{
    return sqrt(a);
}

#if defined(__FP_FAST_FMA) && defined(__FP_FAST_FMAF)
enum { HOST_FMA = 1 };
#else
enum { HOST_FMA = 0 };
#endif

static inline bool host_has_fma(void)
{
    return HOST_FMA;
}

/*
 * Reached only where the compiler makes one instruction of it: a library's own may ignore the mode.
 */
static inline float host_f32_fma(float a, float b, float c)
{
    return HOST_FMA ? fmaf(a, b, c) : 0;
}

static inline double host_f64_fma(double a, double b, double c)
{
    return HOST_FMA ? fma(a, b, c) : 0;
}

#endif
