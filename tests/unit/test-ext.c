/*
 * Extensions: the table's own consistency, what switching one does to others, misa and ISA strings.
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/ext.h"

#include <string.h>

#include "expect.h"
#include "target-riscv/profile.h"

static uint64_t letters(const char *text)
{
    uint64_t misa = 0;

    for (; *text; text++) {
        misa |= 1ull << (*text - 'A');
    }
    return misa;
}

/* "Zba,Zbb" as a set. */
static RISCVExtSet set_of(const char *names)
{
    g_auto(GStrv) list = g_strsplit(names, ",", -1);
    RISCVExtSet set = { 0 };

    for (char **name = list; *name && **name; name++) {
        g_assert_cmpint(riscv_ext_by_name(*name), >=, 0);
        riscv_ext_set(&set, riscv_ext_by_name(*name), true);
    }
    return set;
}

static bool has(const RISCVExtSet *set, const char *name)
{
    return riscv_ext_has(set, riscv_ext_by_name(name));
}

/* Are all of `names` in the set (or all of them not)? Says which is wrong. */
static void expect_ext(const RISCVExtSet *set, const char *names, bool expected)
{
    g_auto(GStrv) list = g_strsplit(names, ",", -1);

    for (char **name = list; *name && **name; name++) {
        if (has(set, *name) != expected) {
            g_error("%s should be %s", *name, expected ? "on" : "off");
        }
    }
}

static RISCVExtSet rv64_with(const char *on, const char *off)
{
    RISCVExtSet rv64 = riscv_ext_model(RISCV_MODEL_RV64), set;
    RISCVExtSet on_set = set_of(on), off_set = set_of(off);

    g_assert_true(riscv_ext_resolve(&rv64, &on_set, &off_set, &set, &error_abort));
    g_assert_true(riscv_ext_check(&set, &error_abort));
    return set;
}

static void check_names(const char *names)
{
    g_auto(GStrv) list = g_strsplit_set(names, ",?", -1);

    for (char **name = list; *name && **name; name++) {
        const char *plain = *name + (**name == '!');
        int ext = riscv_ext_by_name(plain);

        g_assert_cmpint(ext, >=, 0);
        g_assert_cmpstr(riscv_ext_info[ext].name, ==, plain);
    }
}

static void test_table(void)
{
    for (int i = 0; i < RISCV_EXT_COUNT; i++) {
        const RISCVExtInfo *info = &riscv_ext_info[i];

        g_test_message("%s", info->name);
        g_assert_cmpint(riscv_ext_by_name(info->name), ==, i); /* and so no name twice */
        check_names(info->implies);
        check_names(info->requires);
        g_assert_cmpuint(strlen(info->version), >, 0);
        g_assert_cmpuint(strlen(info->description), >, 0);
        if (info->misa) {
            char letter[] = { info->misa, '\0' };

            g_assert_cmpint(riscv_ext_by_name(letter), >=, 0);
        }
        g_assert_true(g_ascii_isupper(info->name[0]));
    }
}

static void test_by_name(void)
{
    g_assert_cmpint(riscv_ext_by_name("zba"), ==, RISCV_EXT_Zba);
    g_assert_cmpint(riscv_ext_by_name("ZBA"), ==, RISCV_EXT_Zba);
    g_assert_cmpint(riscv_ext_by_name("m"), ==, RISCV_EXT_M);
    g_assert_cmpint(riscv_ext_by_name("zb"), ==, -1);
    g_assert_cmpint(riscv_ext_by_name(""), ==, -1);
}

static void test_models(void)
{
    RISCVExtSet rv64 = riscv_ext_model(RISCV_MODEL_RV64);
    RISCVExtSet max = riscv_ext_model(RISCV_MODEL_MAX);

    g_assert_true(riscv_ext_check(&rv64, &error_abort));
    g_assert_true(riscv_ext_check(&max, &error_abort));
    expect_ext(&rv64, "I,M,A,F,D,C,B,S,U,Zicsr,Zifencei,Zicntr,Zihpm,Zfa,Zca,Zcd,Sv57,Sstc", true);
    expect_ext(&rv64, "Zfh,Zfhmin", false);
    expect_ext(&max, "Zfh,Zfhmin", true);
    for (int i = 0; i < RISCV_EXT_COUNT; i++) { /* max has at least what rv64 has */
        g_assert_true(riscv_ext_has(&max, i) || !riscv_ext_has(&rv64, i));
    }
}

static void test_switch_off(void)
{
    RISCVExtSet set;

    set = rv64_with("", "F"); /* D, Zfa and Zcd go with it, C stays */
    expect_ext(&set, "F,D,Zfa,Zcd", false);
    expect_ext(&set, "C,Zca", true);

    set = rv64_with("", "C"); /* and what C stands for */
    expect_ext(&set, "C,Zca,Zcd", false);
    expect_ext(&set, "D", true);

    set = rv64_with("", "D"); /* F is a requirement of D, no part of it */
    expect_ext(&set, "D,Zcd", false);
    expect_ext(&set, "F,Zfa,C,Zca", true);

    set = rv64_with("", "Zcd"); /* D without Zcd is not what C says */
    expect_ext(&set, "C,Zcd", false);
    expect_ext(&set, "D,Zca", true);

    set = rv64_with("", "Zbb");
    expect_ext(&set, "B,Zbb", false);
    expect_ext(&set, "Zba,Zbs,Zbc", true);

    set = rv64_with("", "B");
    expect_ext(&set, "B,Zba,Zbb,Zbs", false);
    expect_ext(&set, "Zbc", true);

    set = rv64_with("", "A");
    expect_ext(&set, "A,Zaamo,Zalrsc,Zawrs,Za64rs,Ziccamoa,Ziccrse", false);

    set = rv64_with("", "Zaamo"); /* half of A is not what misa.A says */
    expect_ext(&set, "A,Zaamo,Ziccamoa", false);
    expect_ext(&set, "Zalrsc,Zawrs", true);

    set = rv64_with("", "Zmmul");
    expect_ext(&set, "M,Zmmul", false);

    set = rv64_with("", "U");
    expect_ext(&set, "U,S,Sv39,Sv48,Sv57,Svnapot,Svpbmt,Svinval,Svadu,Svade,Sstc,Svbare", false);

    set = rv64_with("", "Sv48");
    expect_ext(&set, "Sv48,Sv57", false);
    expect_ext(&set, "Sv39,Svnapot", true);
}

static void test_switch_both(void)
{
    RISCVExtSet set;

    set = rv64_with("Zmmul", "M");
    expect_ext(&set, "M", false);
    expect_ext(&set, "Zmmul", true);

    set = rv64_with("Zca", "C");
    expect_ext(&set, "C,Zcd", false);
    expect_ext(&set, "Zca", true);

    set = rv64_with("Zfh", "");
    expect_ext(&set, "Zfh,Zfhmin", true);

    set = rv64_with("Zfh", "D"); /* half precision needs F alone */
    expect_ext(&set, "F,Zfh,Zfhmin", true);
    expect_ext(&set, "D", false);

    set = rv64_with("Zba", "B");
    expect_ext(&set, "B,Zbb,Zbs", false);
    expect_ext(&set, "Zba", true);

    set = rv64_with("C", ""); /* on already */
    expect_ext(&set, "C,Zca,Zcd", true);

    set = rv64_with("Zcmp", "Zcd"); /* D without Zcd is not what C says */
    expect_ext(&set, "Zcmp,Zca,D", true);
    expect_ext(&set, "C,Zcd", false);

    set = rv64_with("Zcmp", "D");
    expect_ext(&set, "Zcmp,Zca,C", true);

    set = rv64_with("Zk,Zks", "");
    expect_ext(&set, "Zkn,Zkr,Zkt,Zbkb,Zbkc,Zbkx,Zknd,Zkne,Zknh,Zksed,Zksh", true);

    set = rv64_with("C", "D"); /* C without D implies Zcd, which is dropped */
    expect_ext(&set, "C,Zca", true);
    expect_ext(&set, "D,Zcd", false);
}

static void test_contradictions(void)
{
    static const struct {
        const char *on, *off, *message, *hint;
    } cases[] = {
        { "D", "F", "extension D needs extension F, which is off", "turn it on with f=on" },
        { "Zcd", "D", "extension Zcd needs extension D, which is off", "turn it on with d=on" },
        { "C", "Zca", "extension C needs extension Zca, which is off", "turn it on with zca=on" },
        { "C", "Zcd", "extension C needs extension Zcd, which is off", "turn it on with zcd=on" },
        { "Zfa", "F", "extension Zfa needs extension F, which is off", "turn it on with f=on" },
        { "Zfh", "F", "extension Zfh needs extension F, which is off", "turn it on with f=on" },
        { "Zfh", "Zfhmin", "extension Zfh needs extension Zfhmin, which is off",
          "turn it on with zfhmin=on" },
        { "B", "Zbs", "extension B needs extension Zbs, which is off", "turn it on with zbs=on" },
        { "M", "Zmmul", "extension M needs extension Zmmul, which is off",
          "turn it on with zmmul=on" },
        { "A", "Zaamo", "extension A needs extension Zaamo, which is off",
          "turn it on with zaamo=on" },
        { "A", "Zalrsc", "extension A needs extension Zalrsc, which is off",
          "turn it on with zalrsc=on" },
        { "Svnapot", "S", "extension Svnapot needs extension Sv39, which is off",
          "turn it on with sv39=on" },
        { "Zicntr", "Zicsr", "extension Zicntr needs extension Zicsr, which is off",
          "turn it on with zicsr=on" },
        { "Zcmp", "", "extension Zcmp conflicts with extension Zcd, which is on",
          "turn it off with zcd=off" },
        { "Zacas", "A", "extension Zacas needs extension Zaamo, which is off",
          "turn it on with zaamo=on" },
        { "Zabha", "A", "extension Zabha needs extension Zaamo, which is off",
          "turn it on with zaamo=on" },
        { "Zicfiss", "A", "extension Zicfiss needs extension Zaamo, which is off",
          "turn it on with zaamo=on" },
        { "Zicfiss", "Zimop", "extension Zicfiss needs extension Zimop, which is off",
          "turn it on with zimop=on" },
        { "Ziccid", "Ziccif", "extension Ziccid needs extension Ziccif, which is off",
          "turn it on with ziccif=on" },
        { "Zkn", "Zbkx", "extension Zkn needs extension Zbkx, which is off",
          "turn it on with zbkx=on" },
        { "Zcmp", "C", "extension Zcmp needs extension Zca, which is off", "turn it on with zca=on" },
        { "C", "Zcd", "extension C needs extension Zcd, which is off", "turn it on with zcd=on" },
        { "Smstateen", "Ssstateen", "extension Smstateen needs extension Ssstateen, which is off",
          "turn it on with ssstateen=on" },
        { "Supm", "Ssnpm", "extension Supm needs extension Ssnpm, which is off",
          "turn it on with ssnpm=on" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        RISCVExtSet on = set_of(cases[i].on), off = set_of(cases[i].off);
        RISCVExtSet rv64 = riscv_ext_model(RISCV_MODEL_RV64), set;
        Error *err = NULL;

        g_assert_false(riscv_ext_resolve(&rv64, &on, &off, &set, &err));
        expect_error(&err, cases[i].message, cases[i].hint);
    }
}

/* What is needed may depend on the modes that there are. */
static void test_conditions(void)
{
    RISCVExtSet set = rv64_with("Supm", "Smnpm");

    expect_ext(&set, "Supm,Ssnpm", true);
    expect_ext(&set, "Smnpm", false);
    set = rv64_with("Supm,Smstateen", "S,Ssnpm,Ssstateen");
    expect_ext(&set, "Supm,Smnpm,Smstateen", true);
    set = rv64_with("Smnpm", "S");
    expect_ext(&set, "Supm,Ssnpm", false);
    set = rv64_with("Smstateen", "");
    expect_ext(&set, "Ssstateen", true);
    set = rv64_with("Zcmp", "D,Zcd");
    expect_ext(&set, "C,Zca,Zcmp", true);
}

static void test_enable(void)
{
    RISCVExtSet set = set_of("I");

    riscv_ext_enable(&set, RISCV_EXT_C, true);
    expect_ext(&set, "C,Zca,Zcd", true);
    riscv_ext_enable(&set, RISCV_EXT_D, true);
    expect_ext(&set, "D,F,Zicsr", true);
    riscv_ext_enable(&set, RISCV_EXT_C, false);
    expect_ext(&set, "C,Zca,Zcd", false);
    riscv_ext_enable(&set, RISCV_EXT_D, false);
    expect_ext(&set, "F", true);
}

static void test_misa(void)
{
    RISCVExtSet set = riscv_ext_model(RISCV_MODEL_RV64);

    g_assert_cmphex(riscv_ext_misa(&set), ==, letters("IMAFDCBSU"));
    set = rv64_with("", "D,S");
    g_assert_cmphex(riscv_ext_misa(&set), ==, letters("IMAFCBU"));
    set = rv64_with("Zca", "C,B");
    g_assert_cmphex(riscv_ext_misa(&set), ==, letters("IMAFDSU"));
}

static void test_effective(void)
{
    RISCVExtSet all = riscv_ext_model(RISCV_MODEL_RV64), set, zmmul;

    set = riscv_ext_effective(&all, letters("IMAFDCBSU"));
    g_assert_cmpint(memcmp(&set, &all, sizeof(set)), ==, 0);

    set = riscv_ext_effective(&all, letters("IMAFDBSU"));
    expect_ext(&set, "C,Zca,Zcd", false);
    expect_ext(&set, "D", true);

    set = riscv_ext_effective(&all, letters("IMAFCBSU"));
    expect_ext(&set, "D,Zcd", false);
    expect_ext(&set, "F,C,Zca", true);

    set = riscv_ext_effective(&all, letters("IMACBSU"));
    expect_ext(&set, "F,D,Zfa,Zcd", false);

    set = riscv_ext_effective(&all, letters("IFDCSU"));
    expect_ext(&set, "M,Zmmul,A,Zaamo,Zalrsc,Zawrs,B,Zba,Zbb,Zbs", false);
    expect_ext(&set, "Zbc,Zicond", true);

    /* "Zmmul ... irrespective of the value of misa.M", where M was never there to be cleared */
    zmmul = rv64_with("Zmmul", "M");
    set = riscv_ext_effective(&zmmul, riscv_ext_misa(&zmmul));
    expect_ext(&set, "Zmmul", true);
}

static void assert_missing(const char *isa, const char *expected)
{
    RISCVExtSet rv64 = riscv_ext_model(RISCV_MODEL_RV64);
    g_autofree char *missing = riscv_ext_missing(&rv64, isa);

    g_assert_cmpstr(missing, ==, expected);
}

/* ISA strings as compilers write them, and as people do. */
static void test_missing(void)
{
    assert_missing("rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0_zifencei2p0_zmmul1p0", NULL);
    assert_missing("rv64imafdc", NULL);
    assert_missing("rv64i2p1m2p0v1p0", "v");
    assert_missing("rv64imafdcv_zicsr_zbkb1p0_zba_zvl128b1p0_xtheadba", "v, zbkb, zvl128b, xtheadba");
    assert_missing("rv64i_zve32x1p0_zicclsm_ziccid1p0", "zve32x"); /* the last one always holds */
    assert_missing("rv64", NULL);
    assert_missing("rv64__", NULL);
    assert_missing("rv64i_zba99999999999p99999999999", NULL);
    assert_missing("rv64i_p1p0_zp0", "p, zp0");
    assert_missing("", NULL);
    assert_missing("nonsense", NULL);
}

static void test_isa_string(void)
{
    RISCVExtSet rv64 = riscv_ext_model(RISCV_MODEL_RV64), small;
    g_autofree char *text = riscv_ext_isa_string(&rv64);
    g_autofree char *short_text = NULL;

    g_assert_cmpstr(text, ==,
                    "rv64imafdcb_zic64b_zicbom_zicbop_zicboz_ziccamoa_ziccif_zicclsm_ziccrse_zicntr_"
                    "zicond_zicsr_zifencei_zihintntl_zihintpause_zihpm_zmmul_za128rs_za64rs_zaamo_zalrsc_"
                    "zawrs_zfa_zca_zcd_zba_zbb_zbc_zbs_sdtrig_ssccptr_sscounterenw_sstc_sstvala_sstvecd_"
                    "ssu64xl_svade_svadu_svbare_svinval_svnapot_svpbmt_svvptc");
    small = set_of("I,M,C,Zca,U");
    short_text = riscv_ext_isa_string(&small);
    g_assert_cmpstr(short_text, ==, "rv64imc_zca");
    g_assert_false(riscv_ext_in_isa_string(RISCV_EXT_Sv48));
    g_assert_true(riscv_ext_in_isa_string(RISCV_EXT_Svadu));
}

/* ---- profiles ---- */

static char *mandates_of(RISCVProfileId id)
{
    g_auto(GStrv) mandates = riscv_profile_mandates(&riscv_profiles[id]);

    return g_strjoinv(",", mandates);
}

static void test_profile_sets(void)
{
    for (unsigned i = 0; i < RISCV_PROFILE_COUNT; i++) {
        RISCVExtSet set = riscv_profile_ext(&riscv_profiles[i]);
        g_auto(GStrv) mandates = riscv_profile_mandates(&riscv_profiles[i]);
        unsigned missing = 0;

        g_test_message("%s", riscv_profiles[i].name);
        g_assert_true(riscv_ext_check(&set, &error_abort));
        expect_ext(&set, "I,M,Zmmul,A,Zaamo,Zalrsc,F,D,C,Zca,Zcd,Zicsr,Zicntr,U", true);
        g_assert_cmpint(has(&set, "S"), ==, strstr(riscv_profiles[i].name, "s64") != NULL);
        for (unsigned n = 0; mandates[n]; n++) {
            missing += !riscv_profile_met(mandates[n], &set);
        }
        g_assert_cmpuint(missing, ==, riscv_profile_lacks(&riscv_profiles[i]));
    }
}

static void test_profile_mandates(void)
{
    RISCVExtSet rva22 = riscv_profile_ext(&riscv_profiles[RISCV_PROFILE_rva22s64]);
    RISCVExtSet none = { 0 };
    g_autofree char *rva20 = mandates_of(RISCV_PROFILE_rva20s64);
    g_autofree char *rva23 = mandates_of(RISCV_PROFILE_rva23s64);

    g_assert_cmpstr(rva20, ==, "I,M,A,F,D,C,Zicsr,Zicntr,Ziccif,Ziccrse,Ziccamoa,Za128rs,Zicclsm,"
                               "Zifencei,Ss1p11,Svbare,Sv39,Svade,Ssccptr,Sstvecd,Sstvala");
    g_assert_true(g_str_has_prefix(rva23, "I,M,A,F,D,C,Zicsr,Zicntr,Ziccif,Ziccrse,Ziccamoa,"));
    g_assert_nonnull(strstr(rva23, ",Zkt,V,Zvfhmin,Zvbb,Zvkt,Zihintntl,"));
    g_assert_null(strstr(rva23, "Za128rs"));
    expect_ext(&rva22, "B,Zba,Zbb,Zbs,Zkt,Zfhmin,Zic64b,Za64rs,Za128rs,Svpbmt,Svinval", true);
    expect_ext(&rva22, "Zbc,Zfh,Zfa,Zawrs,Zicond,Zcb,Zimop,Svnapot,Sstc,Sv48,Svadu", false);

    /* A later version of the supervisor architecture includes those before it. */
    g_assert_true(riscv_profile_met("Ss1p11", &rva22));
    g_assert_true(riscv_profile_met("Ss1p13", &rva22));
    g_assert_false(riscv_profile_met("Ss1p11", &none));
    g_assert_false(riscv_profile_met("Ss1p99", &rva22));
    g_assert_false(riscv_profile_met("Zxyz", &rva22));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ext/table", test_table);
    g_test_add_func("/ext/by-name", test_by_name);
    g_test_add_func("/ext/models", test_models);
    g_test_add_func("/ext/switch-off", test_switch_off);
    g_test_add_func("/ext/switch-both", test_switch_both);
    g_test_add_func("/ext/contradictions", test_contradictions);
    g_test_add_func("/ext/conditions", test_conditions);
    g_test_add_func("/ext/enable", test_enable);
    g_test_add_func("/ext/misa", test_misa);
    g_test_add_func("/ext/effective", test_effective);
    g_test_add_func("/ext/missing", test_missing);
    g_test_add_func("/ext/isa-string", test_isa_string);
    g_test_add_func("/profile/sets", test_profile_sets);
    g_test_add_func("/profile/mandates", test_profile_mandates);
    return g_test_run();
}
