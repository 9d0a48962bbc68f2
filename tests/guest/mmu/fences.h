/*
 * Every form of sfence.vma and sinval.vma.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef GUEST_MMU_FENCES_H
#define GUEST_MMU_FENCES_H

#include "paging.h"

/* Bits: by address, by ASID, sinval.vma between its fences in place of sfence.vma. */
enum { FENCE_BY_VA = 1, FENCE_BY_ASID = 2, FENCE_SINVAL = 4, FENCE_FORMS = 8 };

static inline bool fence_names_asid(unsigned form)
{
    return form & FENCE_BY_ASID;
}

static inline void sinval_by(unsigned form, uint64_t va, uint64_t asid)
{
    switch (form & (FENCE_BY_VA | FENCE_BY_ASID)) {
    case FENCE_BY_VA:
        asm volatile("sinval.vma %0, zero" : : "r"(va) : "memory");
        break;
    case FENCE_BY_ASID:
        asm volatile("sinval.vma zero, %0" : : "r"(asid) : "memory");
        break;
    case FENCE_BY_VA | FENCE_BY_ASID:
        asm volatile("sinval.vma %0, %1" : : "r"(va), "r"(asid) : "memory");
        break;
    default:
        asm volatile("sinval.vma zero, zero" : : : "memory");
        break;
    }
}

/* A form that does not name an address or ASID is for all of them. */
static inline void fence_by(unsigned form, uint64_t va, uint64_t asid)
{
    if (form & FENCE_SINVAL) {
        asm volatile("sfence.w.inval" : : : "memory");
        sinval_by(form, va, asid);
        asm volatile("sfence.inval.ir" : : : "memory");
        return;
    }
    switch (form) {
    case FENCE_BY_VA:
        sfence_va(va);
        break;
    case FENCE_BY_ASID:
        sfence_asid(asid);
        break;
    case FENCE_BY_VA | FENCE_BY_ASID:
        sfence_va_asid(va, asid);
        break;
    default:
        sfence_all();
        break;
    }
}

#endif
