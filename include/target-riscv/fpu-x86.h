/*
 * The host part of fpu.h for x86-64: SSE arithmetic under MXCSR, and FMA3 where the processor has
 * it.
 *
 * Belongs here: what differs between hosts, behind the names that fpu.h lists.
 * Does not belong here: anything that knows the guest's state.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_FPU_X86_H
#define TARGET_RISCV_FPU_X86_H

#include <stdbool.h>
#include <stdint.h>

/* SSE detects tininess after rounding, as RISC-V; its NaN results carry an operand's payload. */
enum { HOST_FPU_TINY_BEFORE = 0, HOST_FPU_DEFAULT_NAN = 0 };

/* MXCSR: flags IE DE ZE OE UE PE in bits 0 to 5, DAZ 6, masks 7 to 12, RC 13 and 14, FTZ 15 */
enum {
    MXCSR_FLAGS = 0x3f,
    MXCSR_MASKS = 0x1f80,
    MXCSR_RC_SHIFT = 13,
    MXCSR_RC = 3 << MXCSR_RC_SHIFT
};

#define HOST_FPU_BARRIER(value) __asm__ volatile("" : "+x"(value))

static inline uint32_t host_mxcsr(void)
{
    uint32_t mxcsr;

    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    return mxcsr;
}

static inline void host_set_mxcsr(uint32_t mxcsr)
{
    __asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
}

/* RC is 0, 3, 1, 2 for RNE, RTZ, RDN, RUP. */
static inline uint32_t host_rounding_control(unsigned rm)
{
    return (0x9cu >> rm * 2 & 3) << MXCSR_RC_SHIFT;
}

static inline uint64_t host_fpu_save(void)
{
    return host_mxcsr();
}

static inline void host_fpu_restore(uint64_t saved)
{
    host_set_mxcsr((uint32_t)saved);
}

static inline void host_fpu_begin(unsigned rm)
{
    host_set_mxcsr(MXCSR_MASKS | host_rounding_control(rm));
}

static inline void host_fpu_set_rm(unsigned rm)
{
    host_set_mxcsr((host_mxcsr() & ~(uint32_t)MXCSR_RC) | host_rounding_control(rm));
}

static inline unsigned host_fpu_flags(void)
{
    uint32_t m = host_mxcsr();

    return (m & 1) << 4 | (m & 4) << 1 | (m & 8) >> 1 | (m & 16) >> 3 | (m & 32) >> 5;
}

static inline void host_fpu_clear_flags(void)
{
    host_set_mxcsr(host_mxcsr() & ~(uint32_t)MXCSR_FLAGS);
}

static inline float host_f32_sqrt(float a)
{
    __asm__ volatile("sqrtss %0, %0" : "+x"(a));
    return a;
}

static inline double host_f64_sqrt(double a)
{
    __asm__ volatile("sqrtsd %0, %0" : "+x"(a));
    return a;
}

/* A load and a test, which costs less than a call through a pointer or a PLT. */
static inline bool host_has_fma(void)
{
    return __builtin_cpu_supports("fma");
}

static inline float host_f32_fma(float a, float b, float c)
{
    __asm__ volatile("vfmadd213ss %2, %1, %0" : "+x"(a) : "x"(b), "x"(c));
    return a;
}

static inline double host_f64_fma(double a, double b, double c)
{
    __asm__ volatile("vfmadd213sd %2, %1, %0" : "+x"(a) : "x"(b), "x"(c));
    return a;
}

#endif
