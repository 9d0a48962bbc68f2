/*
 * RISC-V profiles: names for lists of mandatory extensions.
 *
 * What does not belong here: the lists (profile.def), and the CPU models that carry their names
 * (cpu.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_PROFILE_H
#define TARGET_RISCV_PROFILE_H

#include <stdio.h>

#include <glib.h>

#include "target-riscv/ext.h"

/* A row of profile.def. */
typedef struct RISCVProfile {
    const char *name, *parent, *modes, *mandates;
} RISCVProfile;

typedef enum RISCVProfileId {
#define PROFILE(name, ...) RISCV_PROFILE_##name,
#include "target-riscv/profile.def"
#undef PROFILE
    RISCV_PROFILE_COUNT
} RISCVProfileId;

extern const RISCVProfile riscv_profiles[RISCV_PROFILE_COUNT];

/* The modes and mandates of `profile` that rvemu has, what they imply, and triggers. */
RISCVExtSet riscv_profile_ext(const RISCVProfile *profile);
/* Its mandates, the parent's first; the caller frees the list (g_strfreev). */
char **riscv_profile_mandates(const RISCVProfile *profile);
/* Does a hart with the extensions `set` have this mandate? */
bool riscv_profile_met(const char *mandate, const RISCVExtSet *set);
/* How many of the mandates no hart of rvemu has. */
unsigned riscv_profile_lacks(const RISCVProfile *profile);

#endif
