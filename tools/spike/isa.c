/*
 * --isa and --priv as the argument of rvemu's -cpu.
 *
 * What does not belong here: the extensions (target-riscv/ext.def), whose rules of what comes with
 * what are Spike's wherever both have them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "spike.h"
#include "target-riscv/ext.h"

/* What Spike's harts have, whatever --isa says; what is of no effect in either is left out. */
static const RISCVExt always[] = {
    RISCV_EXT_I, RISCV_EXT_Zicsr, RISCV_EXT_Zifencei, RISCV_EXT_Sdtrig,
};
/* The same with supervisor mode. */
static const RISCVExt with_supervisor[] = {
    RISCV_EXT_S,         RISCV_EXT_U,       RISCV_EXT_Ssccptr, RISCV_EXT_Sscounterenw,
    RISCV_EXT_Sstvala,   RISCV_EXT_Sstvecd, RISCV_EXT_Ssu64xl, RISCV_EXT_Svbare,
    RISCV_EXT_Sv39,      RISCV_EXT_Sv48,    RISCV_EXT_Sv57,   RISCV_EXT_Svade,
};

static void set_all(RISCVExtSet *set, const RISCVExt *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        riscv_ext_set(set, list[i], true);
    }
}

static bool bad_isa(const char *isa, Error **errp, const char *message, const char *name)
{
    error_setg(errp, "error: bad --isa option '%s'. %s%s", isa, message, name);
    return false;
}

static bool enable(RISCVExtSet *set, const char *isa, const char *name, Error **errp)
{
    int ext = riscv_ext_by_name(name);

    if (ext < 0 || !strcmp(name, "s") || !strcmp(name, "u")) {
        return bad_isa(isa, errp, "unsupported extension: ", name);
    }
    riscv_ext_enable(set, ext, true);
    return true;
}

/* The single letters at *at: in this order, maybe with versions, which do not count, and "_". */
static bool read_letters(RISCVExtSet *set, const char *isa, const char **at, Error **errp)
{
    static const char order[] = "mafdqcbpvh";
    const char *next = order, *p = *at;

    for (; g_ascii_islower(*p) && !strchr("zsx", *p); p++) {
        char name[] = { *p, '\0' };

        while (*next && *next != *p) {
            next++;
        }
        if (!*next) {
            return bad_isa(isa, errp, strchr(order, *p) ? "letters in another order, from "
                                                        : "unsupported extension: ", p);
        }
        if (!enable(set, isa, name, errp)) {
            return false;
        }
        while (g_ascii_isdigit(p[1])) {
            p += 1 + (p[2] == 'p');
        }
        p += p[1] == '_';
    }
    *at = p;
    return true;
}

static bool read_names(RISCVExtSet *set, const char *isa, const char *at, Error **errp)
{
    g_auto(GStrv) names = g_strsplit(at + (*at == '_'), "_", -1);

    for (unsigned i = 0; names[i]; i++) {
        if (!enable(set, isa, names[i], errp)) {
            return false;
        }
    }
    return true;
}

static bool parse_isa(RISCVExtSet *set, const char *isa, Error **errp)
{
    g_autofree char *lower = g_ascii_strdown(isa, -1);
    const char *at = lower + 5;

    if (g_str_has_prefix(lower, "rv32")) {
        return bad_isa(isa, errp, "harts with 32 bits are not there; begin with ", "rv64");
    }
    if (!g_str_has_prefix(lower, "rv64")) {
        return bad_isa(isa, errp, "ISA strings must begin with RV64", "");
    }
    if (lower[4] != 'g' && lower[4] != 'i') {
        return bad_isa(isa, errp, "'rv64' must be followed by I or G", "");
    }
    if (lower[4] == 'g') {
        set_all(set, (const RISCVExt[]) { RISCV_EXT_M, RISCV_EXT_A, RISCV_EXT_F, RISCV_EXT_D }, 4);
        riscv_ext_enable(set, RISCV_EXT_M, true);
        riscv_ext_enable(set, RISCV_EXT_A, true);
    }
    return read_letters(set, isa, &at, errp) && (!*at || read_names(set, isa, at, errp));
}

/* What `ext` needs whatever else there is: in its row of ext.def the names without '?' or '!'. */
static void enable_needs(RISCVExtSet *set, RISCVExt ext)
{
    g_auto(GStrv) needs = g_strsplit(riscv_ext_info[ext].requires, ",", -1);

    for (unsigned i = 0; needs[i]; i++) {
        int need = strpbrk(needs[i], "?!") ? -1 : riscv_ext_by_name(needs[i]);

        if (need >= 0 && need != RISCV_EXT_S && need != RISCV_EXT_U) {
            riscv_ext_set(set, need, true);
        }
    }
}

/* The parts of a letter make the letter; C is with D what Zcd is, and without it what Zca is. */
static void complete(RISCVExtSet *set)
{
    static const RISCVExt wholes[][4] = {
        { RISCV_EXT_A, RISCV_EXT_Zaamo, RISCV_EXT_Zalrsc, RISCV_EXT_I },
        { RISCV_EXT_B, RISCV_EXT_Zba, RISCV_EXT_Zbb, RISCV_EXT_Zbs },
        { RISCV_EXT_Zcmop, RISCV_EXT_Zicfiss, RISCV_EXT_Zca, RISCV_EXT_I },
    };

    for (int i = RISCV_EXT_COUNT - 1; i >= 0; i--) {
        if (riscv_ext_has(set, i)) {
            enable_needs(set, i);
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS(wholes); i++) {
        if (riscv_ext_has(set, wholes[i][1]) && riscv_ext_has(set, wholes[i][2]) &&
            riscv_ext_has(set, wholes[i][3])) {
            riscv_ext_set(set, wholes[i][0], true);
        }
    }
}

static bool parse_priv(RISCVExtSet *set, const char *priv, Error **errp)
{
    if (!g_ascii_strcasecmp(priv, "msu")) {
        set_all(set, with_supervisor, G_N_ELEMENTS(with_supervisor));
    } else if (!g_ascii_strcasecmp(priv, "mu")) {
        riscv_ext_set(set, RISCV_EXT_U, true);
    } else if (g_ascii_strcasecmp(priv, "m")) {
        error_setg(errp, "error: bad --priv option %s", priv);
        error_append_hint(errp, "there are m, mu and msu");
        return false;
    }
    return true;
}

char *spike_cpu_model(const char *isa, const char *priv, bool misaligned, Error **errp)
{
    g_autoptr(GString) model = g_string_new("rv64,marchid=5");
    RISCVExtSet set = { 0 };
    bool c_without_d;

    set_all(&set, always, G_N_ELEMENTS(always));
    if (!parse_isa(&set, isa, errp) || !parse_priv(&set, priv, errp)) {
        return NULL;
    }
    c_without_d = riscv_ext_has(&set, RISCV_EXT_C) && !riscv_ext_has(&set, RISCV_EXT_D);
    riscv_ext_set(&set, RISCV_EXT_Zcd, riscv_ext_has(&set, RISCV_EXT_Zcd) && !c_without_d);
    complete(&set);
    for (unsigned i = 0; i < RISCV_EXT_COUNT; i++) {
        g_autofree char *name = g_ascii_strdown(riscv_ext_info[i].name, -1);

        g_string_append_printf(model, ",%s=%s", name, riscv_ext_has(&set, i) ? "on" : "off");
    }
    g_string_append_printf(model, ",misaligned=%s",
                           riscv_ext_has(&set, RISCV_EXT_Zicclsm) || misaligned ? "on" : "off");
    return g_string_free(g_steal_pointer(&model), FALSE);
}
