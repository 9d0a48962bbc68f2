/*
 * RISC-V profiles (profile.h).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/profile.h"

#include <stdlib.h>
#include <string.h>

const RISCVProfile riscv_profiles[RISCV_PROFILE_COUNT] = {
#define PROFILE(name_, parent_, modes_, mandates_)                                                \
    [RISCV_PROFILE_##name_] = {                                                                   \
        .name = #name_, .parent = (parent_), .modes = (modes_), .mandates = (mandates_),          \
    },
#include "target-riscv/profile.def"
#undef PROFILE
};

/* "Ss1p12": the supervisor architecture of that version, which later ones include. */
#define SUPERVISOR_VERSION "Ss1p"

static const RISCVProfile *parent_of(const RISCVProfile *profile)
{
    for (unsigned i = 0; profile->parent && i < RISCV_PROFILE_COUNT; i++) {
        if (!strcmp(riscv_profiles[i].name, profile->parent)) {
            return &riscv_profiles[i];
        }
    }
    return NULL;
}

char **riscv_profile_mandates(const RISCVProfile *profile)
{
    g_autoptr(GString) all = g_string_new(profile->mandates);

    for (const RISCVProfile *p = parent_of(profile); p; p = parent_of(p)) {
        g_string_prepend_c(all, ',');
        g_string_prepend(all, p->mandates);
    }
    return g_strsplit(all->str, ",", -1);
}

/* The extension that stands for a mandate, or -1. */
static int ext_of(const char *mandate)
{
    int ext = riscv_ext_by_name(mandate);

    if (ext < 0 && g_str_has_prefix(mandate, SUPERVISOR_VERSION)) {
        const char *minor = strchr(riscv_ext_info[RISCV_EXT_S].version, '.');

        if (atoi(mandate + strlen(SUPERVISOR_VERSION)) <= atoi(minor + 1)) {
            return RISCV_EXT_S;
        }
    }
    return ext;
}

bool riscv_profile_met(const char *mandate, const RISCVExtSet *set)
{
    int ext = ext_of(mandate);

    return ext >= 0 && riscv_ext_has(set, ext);
}

static void enable(RISCVExtSet *set, char **names)
{
    for (unsigned i = 0; names[i]; i++) {
        int ext = ext_of(names[i]);

        if (ext >= 0) {
            riscv_ext_enable(set, ext, true);
        }
    }
}

RISCVExtSet riscv_profile_ext(const RISCVProfile *profile)
{
    g_auto(GStrv) modes = g_strsplit(profile->modes, ",", -1);
    g_auto(GStrv) mandates = riscv_profile_mandates(profile);
    RISCVExtSet set = { 0 };

    enable(&set, modes);
    enable(&set, mandates);
    /* Of machine mode profiles say nothing; what runs there expects no trap when it probes for triggers. */
    riscv_ext_enable(&set, RISCV_EXT_Sdtrig, true);
    return set;
}

unsigned riscv_profile_lacks(const RISCVProfile *profile)
{
    g_auto(GStrv) mandates = riscv_profile_mandates(profile);
    unsigned count = 0;

    for (unsigned i = 0; mandates[i]; i++) {
        count += ext_of(mandates[i]) < 0;
    }
    return count;
}
