/*
 * The set of extensions that a hart has, as a type. The table is ext.def.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_EXT_H
#define TARGET_RISCV_EXT_H

#include <stdbool.h>
#include <inttypes.h>

#include "util/error.h"

typedef enum RISCVExt {
#define EXT(name, ...) RISCV_EXT_##name,
#include "target-riscv/ext.def"
#undef EXT
    RISCV_EXT_COUNT
} RISCVExt;

typedef struct RISCVExtSet {
    uint64_t bits[(RISCV_EXT_COUNT + 63) / 64];
} RISCVExtSet;

static inline bool riscv_ext_has(const RISCVExtSet *set, unsigned ext)
{
    return set->bits[ext / 64] >> (ext % 64) & 1;
}

static inline void riscv_ext_set(RISCVExtSet *set, unsigned ext, bool on)
{
    uint64_t bit = 1ull << (ext % 64);

    set->bits[ext / 64] = on ? set->bits[ext / 64] | bit : set->bits[ext / 64] & ~bit;
}

enum { RISCV_MODEL_RV64 = 1 << 0, RISCV_MODEL_MAX = 1 << 1 };

typedef struct RISCVExtInfo {
    const char *name;        /* as the manual has it; in -cpu and ISA strings in lower case */
    const char *version;
    char misa;               /* letter, or 0 */
    unsigned models;         /* RISCV_MODEL_* */
    const char *implies;     /* comma-separated names */
    const char *requires;    /* the same, with '!' and conditions: ext.def */
    const char *description;
    const char *tests;       /* comma-separated, or NULL */
    const char *lacks;       /* what is not there, or NULL */
    const char *holds;       /* why it makes no difference whether it is on, or NULL */
} RISCVExtInfo;

extern const RISCVExtInfo riscv_ext_info[RISCV_EXT_COUNT];

/* Extension called `name` (any case), or -1. */
int riscv_ext_by_name(const char *name);
/* The set that `model` has by default. */
RISCVExtSet riscv_ext_model(unsigned model);
/*
 * Turn `ext` on with what it implies, or off with what its misa letter stands for (C: Zca and Zcd
 * too).
 */
void riscv_ext_enable(RISCVExtSet *set, RISCVExt ext, bool on);
/* Every requirement met? If not, errp says which extension lacks which. */
bool riscv_ext_check(const RISCVExtSet *set, Error **errp);
/*
 * The extensions of a hart of a model that has those in `model`, where the user named those in `on`
 * and `off` (disjoint). What lacks a requirement is dropped, unless it is in `on`: then false, and
 * errp names both.
 */
bool riscv_ext_resolve(const RISCVExtSet *model, const RISCVExtSet *on, const RISCVExtSet *off,
                       RISCVExtSet *set, Error **errp);
/* What is left of `configured` when of its letters only those in `misa` (bit n: 'A' + n) are on. */
RISCVExtSet riscv_ext_effective(const RISCVExtSet *configured, uint64_t misa);
/* misa's letters for `set`. */
uint64_t riscv_ext_misa(const RISCVExtSet *set);
/*
 * Does `ext` belong into ISA strings? Not the privilege modes, nor the paged modes (SvNN), which
 * the device tree tells by mmu-type.
 */
bool riscv_ext_in_isa_string(RISCVExt ext);
/*
 * The extensions in an ISA string ("rv64i2p1_m2p0_zba1p0", "rv64imac_zba") that are not in `set` and
 * make a difference: their names, with commas between them. NULL: there is none. The caller frees.
 */
char *riscv_ext_missing(const RISCVExtSet *set, const char *isa);
/* "rv64imafdc_zicsr..."; caller frees. */
char *riscv_ext_isa_string(const RISCVExtSet *set);

#endif
