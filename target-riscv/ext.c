/*
 * The extensions that a hart has: what implies and what requires what, misa, and the ISA string.
 *
 * What does not belong here: the extensions themselves (ext.def), and the properties that switch
 * them (cpu.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/ext.h"

#include <glib.h>
#include <string.h>

#include "util/bits.h"

/* As ext.def spells them. (GLib's MAX is a macro with arguments and leaves this one alone.) */
enum { RV64 = RISCV_MODEL_RV64, MAX = RISCV_MODEL_MAX };

#define TESTS(list) .tests = (list),
#define LACKS(text) .lacks = (text),
#define HOLDS(text) .holds = (text),
#define EXT(name_, version_, misa_, models_, implies_, requires_, description_, ...)              \
    [RISCV_EXT_##name_] = {                                                                       \
        .name = #name_, .version = (version_), .misa = (misa_), .models = (models_),              \
        .implies = (implies_), .requires = (requires_), .description = (description_),            \
        __VA_ARGS__                                                                               \
    },
const RISCVExtInfo riscv_ext_info[RISCV_EXT_COUNT] = {
#include "target-riscv/ext.def"
};
#undef EXT
#undef TESTS
#undef LACKS
#undef HOLDS

int riscv_ext_by_name(const char *name)
{
    for (int i = 0; i < RISCV_EXT_COUNT; i++) {
        if (!g_ascii_strcasecmp(riscv_ext_info[i].name, name)) {
            return i;
        }
    }
    return -1;
}

/* Take the next name off a list of a row, with the ',' or '?' behind it. */
static int list_next(const char **list)
{
    g_autofree char *name = NULL;
    size_t len = strcspn(*list, ",?");
    int ext;

    name = g_strndup(*list, len);
    *list += len + ((*list)[len] != '\0');
    ext = riscv_ext_by_name(name);
    g_assert(ext >= 0);
    return ext;
}

/* "Zca" or "!Zcd": *ext, and whether it is wanted. Is it so in `set`? */
static bool list_next_holds(const RISCVExtSet *set, const char **list, int *ext, bool *wanted)
{
    *wanted = **list != '!';
    *list += !*wanted;
    *ext = list_next(list);
    return riscv_ext_has(set, *ext) == *wanted;
}

/* The same, maybe with a condition before it: "S?Ssnpm". False: that does not hold in `set`. */
static bool list_item(const RISCVExtSet *set, const char **list, int *ext, bool *wanted)
{
    bool holds = list_next_holds(set, list, ext, wanted);

    if ((*list)[-1] != '?') {
        return true;
    }
    list_next_holds(set, list, ext, wanted);
    return holds;
}

static int ext_of_letter(char letter)
{
    char name[] = { letter, '\0' };

    return letter ? riscv_ext_by_name(name) : -1;
}

static void enable_all(RISCVExtSet *set, RISCVExt ext, const RISCVExtSet *except)
{
    const char *implied = riscv_ext_info[ext].implies;

    riscv_ext_set(set, ext, true);
    while (*implied) {
        bool wanted;
        int next;

        if (list_item(set, &implied, &next, &wanted) && !riscv_ext_has(set, next) &&
            !riscv_ext_has(except, next)) {
            enable_all(set, next, except);
        }
    }
}

static void disable_all(RISCVExtSet *set, RISCVExt ext, const RISCVExtSet *except)
{
    riscv_ext_set(set, ext, false);
    for (int i = 0; i < RISCV_EXT_COUNT; i++) {
        if (ext_of_letter(riscv_ext_info[i].misa) == (int)ext && !riscv_ext_has(except, i)) {
            riscv_ext_set(set, i, false);
        }
    }
}

void riscv_ext_enable(RISCVExtSet *set, RISCVExt ext, bool on)
{
    static const RISCVExtSet none;

    (on ? enable_all : disable_all)(set, ext, &none);
}

/* The first extension that `ext` needs and `set` lacks, or that it conflicts with and `set` has, or -1. */
static int unmet(const RISCVExtSet *set, RISCVExt ext)
{
    const char *required = riscv_ext_info[ext].requires;

    while (*required) {
        bool wanted;
        int next;

        if (list_item(set, &required, &next, &wanted) && riscv_ext_has(set, next) != wanted) {
            return next;
        }
    }
    return -1;
}

static bool check_ext(const RISCVExtSet *set, RISCVExt ext, Error **errp)
{
    g_autofree char *lower = NULL;
    int other = riscv_ext_has(set, ext) ? unmet(set, ext) : -1;
    bool on;

    if (other < 0) {
        return true;
    }
    on = riscv_ext_has(set, other);
    lower = g_ascii_strdown(riscv_ext_info[other].name, -1);
    error_setg(errp, "extension %s %s extension %s, which is %s", riscv_ext_info[ext].name,
               on ? "conflicts with" : "needs", riscv_ext_info[other].name, on ? "on" : "off");
    error_append_hint(errp, "turn it %s with %s=%s", on ? "off" : "on", lower, on ? "off" : "on");
    return false;
}

bool riscv_ext_check(const RISCVExtSet *set, Error **errp)
{
    for (int i = 0; i < RISCV_EXT_COUNT; i++) {
        if (!check_ext(set, i, errp)) {
            return false;
        }
    }
    return true;
}

/* Take away what lacks a requirement, until nothing does; what is in `keep` stays. */
static void drop_unmet(RISCVExtSet *set, const RISCVExtSet *keep)
{
    bool again = true;

    while (again) {
        again = false;
        for (int i = 0; i < RISCV_EXT_COUNT; i++) {
            if (riscv_ext_has(set, i) && !riscv_ext_has(keep, i) && unmet(set, i) >= 0) {
                riscv_ext_set(set, i, false);
                again = true;
            }
        }
    }
}

RISCVExtSet riscv_ext_model(unsigned model)
{
    RISCVExtSet set = { 0 };

    for (int i = 0; i < RISCV_EXT_COUNT; i++) {
        riscv_ext_set(&set, i, riscv_ext_info[i].models & model);
    }
    return set;
}

/* What no hart of this emulator can be without: the base, and the CSRs of machine mode. */
static bool has_base(const RISCVExtSet *set, Error **errp)
{
    static const RISCVExt base[] = { RISCV_EXT_I, RISCV_EXT_Zicsr };

    for (unsigned i = 0; i < G_N_ELEMENTS(base); i++) {
        const char *name = riscv_ext_info[base[i]].name;

        if (!riscv_ext_has(set, base[i])) {
            error_setg(errp, "extension %s cannot be off", name);
            error_append_hint(errp, "every hart has it; leave out -%s", name);
            return false;
        }
    }
    return true;
}

bool riscv_ext_resolve(const RISCVExtSet *model, const RISCVExtSet *on, const RISCVExtSet *off,
                       RISCVExtSet *set, Error **errp)
{
    *set = *model;
    for (int i = 0; i < RISCV_EXT_COUNT; i++) {
        if (riscv_ext_has(off, i)) {
            disable_all(set, i, on);
        }
    }
    for (int i = 0; i < RISCV_EXT_COUNT; i++) {
        if (riscv_ext_has(on, i)) {
            enable_all(set, i, off);
        }
    }
    drop_unmet(set, on);
    return riscv_ext_check(set, errp) && has_base(set, errp);
}

RISCVExtSet riscv_ext_effective(const RISCVExtSet *configured, uint64_t misa)
{
    static const RISCVExtSet none;
    RISCVExtSet set = *configured;

    for (int i = 0; i < RISCV_EXT_COUNT; i++) {
        char letter = riscv_ext_info[i].misa;
        int whole = ext_of_letter(letter);

        /*
         * A part that was configured without the whole (Zmmul without M) does not depend on the
         * letter.
         */
        if (whole >= 0 && riscv_ext_has(configured, whole) && !(misa & BIT_ULL(letter - 'A'))) {
            riscv_ext_set(&set, i, false);
        }
    }
    drop_unmet(&set, &none);
    return set;
}

uint64_t riscv_ext_misa(const RISCVExtSet *set)
{
    uint64_t letters = 0;

    for (int i = 0; i < RISCV_EXT_COUNT; i++) {
        if (riscv_ext_has(set, i) && !riscv_ext_info[i].name[1]) {
            letters |= BIT_ULL(riscv_ext_info[i].name[0] - 'A');
        }
    }
    return letters;
}

bool riscv_ext_in_isa_string(RISCVExt ext)
{
    const char *name = riscv_ext_info[ext].name;

    return ext != RISCV_EXT_S && ext != RISCV_EXT_U &&
           !(g_str_has_prefix(name, "Sv") && g_ascii_isdigit(name[2]));
}

char *riscv_ext_isa_string(const RISCVExtSet *set)
{
    GString *text = g_string_new("rv64");

    for (int i = 0; i < RISCV_EXT_COUNT; i++) {
        const char *name = riscv_ext_info[i].name;

        if (riscv_ext_has(set, i) && riscv_ext_in_isa_string(i)) {
            g_string_append_printf(text, "%s%s", name[1] ? "_" : "", name);
        }
    }
    g_string_ascii_down(text);
    return g_string_free(text, FALSE);
}

/* Behind a name its version may stand: "zba1p0". */
static size_t version_length(const char *text, size_t len)
{
    size_t digits = 0, before;

    while (digits < len && g_ascii_isdigit(text[len - 1 - digits])) {
        digits++;
    }
    before = len - digits;
    if (digits == 0 || before == 0 || text[before - 1] != 'p') {
        return 0;
    }
    before--;
    while (before > 0 && g_ascii_isdigit(text[before - 1])) {
        before--;
    }
    return text[before] == 'p' ? 0 : len - before;
}

static void note_missing(const RISCVExtSet *set, const char *name, GString *missing)
{
    int ext = riscv_ext_by_name(name);

    if (ext < 0 || (!riscv_ext_has(set, ext) && !riscv_ext_info[ext].holds)) {
        g_string_append_printf(missing, "%s%s", missing->len ? ", " : "", name);
    }
}

/* Letters may follow one another: "imac", "i2p1m2p0"; a longer name is a word of its own. */
static void note_missing_word(const RISCVExtSet *set, const char *word, GString *missing)
{
    while (word[0] && !strchr("zsxZSX", word[0])) {
        const char letter[] = { word[0], '\0' };
        size_t digits = strspn(word + 1, "0123456789");

        note_missing(set, letter, missing);
        word += 1 + digits;
        if (digits && word[0] == 'p') {
            word += 1 + strspn(word + 1, "0123456789");
        }
    }
    if (word[0]) {
        size_t len = strlen(word);
        g_autofree char *name = g_strndup(word, len - version_length(word, len));

        note_missing(set, name, missing);
    }
}

char *riscv_ext_missing(const RISCVExtSet *set, const char *isa)
{
    g_autoptr(GString) missing = g_string_new(NULL);
    g_auto(GStrv) words = NULL;

    if (!g_str_has_prefix(isa, "rv64")) {
        return NULL;
    }
    words = g_strsplit(isa + strlen("rv64"), "_", -1);
    for (char **word = words; *word; word++) {
        note_missing_word(set, *word, missing);
    }
    return missing->len ? g_strdup(missing->str) : NULL;
}
