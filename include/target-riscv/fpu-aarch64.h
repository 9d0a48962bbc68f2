/*
 * The host part of fpu.h for AArch64: FPCR and FPSR.
 *
 * Belongs here: what differs between hosts, behind the names that fpu.h lists.
 * Does not belong here: anything that knows the guest's state.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_FPU_AARCH64_H
#define TARGET_RISCV_FPU_AARCH64_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Tininess is detected before rounding; with FPCR.DN a NaN result is the canonical one of RISC-V.
 */
enum { HOST_FPU_TINY_BEFORE = 1, HOST_FPU_DEFAULT_NAN = 1 };

/* FPSR: cumulative IOC DZC OFC UFC IXC in bits 0 to 4, IDC 7. FPCR: RMode in bits 23:22, DN 25. */
enum { FPCR_RMODE_SHIFT = 22, FPCR_RMODE = 3 << FPCR_RMODE_SHIFT, FPCR_DN = 1 << 25 };

#define HOST_FPU_BARRIER(value) __asm__ volatile("" : "+w"(value))

static inline uint64_t host_fpcr(void)
{
    uint64_t fpcr;

    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
    return fpcr;
}

static inline uint64_t host_fpsr(void)
{
    uint64_t fpsr;

    __asm__ volatile("mrs %0, fpsr" : "=r"(fpsr));
    return fpsr;
}

static inline void host_set_fpcr(uint64_t fpcr)
{
    __asm__ volatile("msr fpcr, %0" : : "r"(fpcr));
}

static inline void host_set_fpsr(uint64_t fpsr)
{
    __asm__ volatile("msr fpsr, %0" : : "r"(fpsr));
}

/* RMode is 0, 3, 2, 1 for RNE, RTZ, RDN, RUP. */
static inline uint64_t host_rmode(unsigned rm)
{
    return (uint64_t)(-rm & 3) << FPCR_RMODE_SHIFT;
}

static inline uint64_t host_fpu_save(void)
{
    return host_fpcr() << 32 | host_fpsr();
}

static inline void host_fpu_restore(uint64_t saved)
{
    host_set_fpcr(saved >> 32);
    host_set_fpsr((uint32_t)saved);
}

static inline void host_fpu_begin(unsigned rm)
{
    host_set_fpcr(FPCR_DN | host_rmode(rm));
    host_set_fpsr(0);
}

static inline void host_fpu_set_rm(unsigned rm)
{
    host_set_fpcr(FPCR_DN | host_rmode(rm));
}

static inline unsigned host_fpu_flags(void)
{
    unsigned f = (unsigned)host_fpsr();

    return (f & 1) << 4 | (f & 2) << 2 | (f & 4) | (f & 8) >> 2 | (f & 16) >> 4;
}

static inline void host_fpu_clear_flags(void)
{
    host_set_fpsr(0);
}

static inline float host_f32_sqrt(float a)
{
    __asm__ volatile("fsqrt %s0, %s0" : "+w"(a));
    return a;
}

static inline double host_f64_sqrt(double a)
{
    __asm__ volatile("fsqrt %d0, %d0" : "+w"(a));
    return a;
}

static inline bool host_has_fma(void)
{
    return true;
}

static inline float host_f32_fma(float a, float b, float c)
{
    __asm__ volatile("fmadd %s0, %s0, %s1, %s2" : "+w"(a) : "w"(b), "w"(c));
    return a;
}

static inline double host_f64_fma(double a, double b, double c)
{
    __asm__ volatile("fmadd %d0, %d0, %d1, %d2" : "+w"(a) : "w"(b), "w"(c));
    return a;
}

#endif
