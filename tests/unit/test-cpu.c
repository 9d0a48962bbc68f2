/*
 * The hart as a device: properties, -cpu, interrupt inputs, reset, its node in the device tree.
 *
 * SPDX-License-Identifier: MIT
 */
#include "riscv-hart.h"

#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "system/globals.h"
#include "util/module.h"

static CPUClass *cpu_class(void)
{
    return CPU_CLASS(object_class_by_name(TYPE_RISCV_CPU));
}

/* ---- properties ---- */

static void test_ext_properties(void)
{
    TestHart *t = hart_new("rv64", "zba=off,zbc=on");
    Object *obj = OBJECT(t->cpu);

    for (unsigned i = 0; i < RISCV_EXT_COUNT; i++) { /* one for each extension, lower case */
        g_autofree char *name = g_ascii_strdown(riscv_ext_info[i].name, -1);

        g_assert_cmpint(object_property_get_bool(obj, name, &error_abort), ==,
                        riscv_ext_has(&t->env->cfg_ext, i));
    }
    g_assert_false(object_property_get_bool(obj, "zba", &error_abort));
    g_assert_false(object_property_get_bool(obj, "b", &error_abort)); /* it needs Zba */
    g_assert_true(object_property_get_bool(obj, "zbc", &error_abort));
    hart_free(t);
}

static void test_frozen(void)
{
    TestHart *t = hart_new("rv64", NULL);
    Error *err = NULL;

    g_assert_false(object_property_set_bool(OBJECT(t->cpu), "zba", false, &err));
    expect_error(&err, "property 'rv64-riscv-cpu.zba': cannot change: the device is in use", NULL);
    hart_free(t);
}

static void test_ids(void)
{
    TestHart *t = hart_new("max", "hartid=5,mvendorid=0x60a,marchid=7,mimpid=8,misaligned=off,"
                                  "resetvec=0x2000");

    g_assert_cmphex(hart_csrr(t, CSR_mhartid), ==, 5);
    g_assert_cmphex(hart_csrr(t, CSR_mvendorid), ==, 0x60a);
    g_assert_cmphex(hart_csrr(t, CSR_marchid), ==, 7);
    g_assert_cmphex(hart_csrr(t, CSR_mimpid), ==, 8);
    g_assert_false(t->env->misaligned);
    g_assert_cmphex(t->env->pc, ==, 0x2000);
    hart_free(t);
}

static void expect_refused(const char *property, const char *value, const char *message)
{
    g_autoptr(Object) timebase = object_new(TYPE_TIMEBASE);
    g_autoptr(Object) clock = object_new(TYPE_VIRTUAL_CLOCK);
    g_autoptr(Object) cpu = object_new(TYPE_RISCV_CPU_RV64);
    Error *err = NULL;

    object_property_set_link(timebase, "clock", clock, &error_abort);
    object_property_set_link(cpu, "timebase", timebase, &error_abort);
    g_assert_true(object_property_parse(cpu, property, value, &error_abort));
    g_assert_false(device_realize(DEVICE(cpu), &err));
    g_assert_nonnull(err);
    g_assert_cmpstr(error_get_pretty(err), ==, message);
    error_free(err);
}

static void test_realize_errors(void)
{
    g_autoptr(Object) bare = object_new(TYPE_RISCV_CPU_RV64);
    Error *err = NULL;

    g_assert_false(device_realize(DEVICE(bare), &err));
    expect_error(&err, "a hart needs property 'timebase'", NULL);
    expect_refused("cbom-blocksize", "48",
                   "the size of a cache block must be a power of two: cbom-blocksize is 48, "
                   "cboz-blocksize is 64");
    expect_refused("cboz-blocksize", "4095",
                   "the size of a cache block must be a power of two: cbom-blocksize is 64, "
                   "cboz-blocksize is 4095");
}

static void test_max_satp(void)
{
    static const struct {
        const char *settings;
        unsigned mode;
    } cases[] = {
        { NULL, SATP_SV57 }, { "sv57=off", SATP_SV48 }, { "sv48=off", SATP_SV39 },
        { "sv39=off", SATP_BARE }, { "s=off", SATP_BARE },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        TestHart *t = hart_new("rv64", cases[i].settings);

        g_assert_cmpuint(t->env->max_satp, ==, cases[i].mode);
        hart_free(t);
    }
}

/* ---- reset ---- */

static void test_reset(void)
{
    TestHart *t = hart_new("rv64", NULL);

    hart_csrw(t, CSR_mscratch, 5);
    hart_csrw(t, CSR_misa, 0);
    hart_csrw(t, CSR_satp, 8ull << 60);
    hart_csrw(t, CSR_minstret, 1000);
    hart_csrw(t, CSR_mip, ~0ull);
    irq_set(device_get_gpio_in(DEVICE(t->cpu), IRQ_M_TIMER), 1);
    t->env->x[5] = 1;
    t->env->f[5] = 1;
    t->env->wfi = true;
    t->env->reservation_size = 8;
    hart_set_priv(t, PRIV_U);
    t->env->pc = 4;

    device_reset(DEVICE(t->cpu));
    g_assert_cmpuint(t->env->priv, ==, PRIV_M);
    g_assert_cmphex(t->env->pc, ==, 0x1000);
    g_assert_cmphex(t->env->x[5], ==, 0);
    g_assert_cmphex(t->env->f[5], ==, 0);
    g_assert_false(t->env->wfi);
    g_assert_cmpuint(t->env->reservation_size, ==, 0);
    g_assert_cmphex(hart_csrr(t, CSR_mscratch), ==, 0);
    g_assert_cmphex(hart_csrr(t, CSR_misa), ==, 0x800000000014112f);
    g_assert_true(riscv_ext_has(&t->env->ext, RISCV_EXT_D));
    g_assert_cmphex(hart_csrr(t, CSR_satp), ==, 0);
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, MIP_MTIP); /* the line is the device's */
    t->retired = 100;
    device_reset(DEVICE(t->cpu));
    g_assert_cmphex(hart_csrr(t, CSR_minstret), ==, 0);
    hart_free(t);
}

/* ---- CPUClass ---- */

static void test_class(void)
{
    TestHart *t = hart_new("rv64", NULL);
    CPUState *cs = CPU(t->cpu);
    CPUClass *cc = CPU_GET_CLASS(cs);

    g_assert_cmpuint(cpu_list()->len, ==, 1);
    g_assert_true(g_ptr_array_index(cpu_list(), 0) == cs);
    cc->set_pc(cs, 0x1234);
    g_assert_cmphex(cc->get_pc(cs), ==, 0x1234);
    t->retired = 77;
    g_assert_cmpuint(cc->get_insn_count(cs), ==, 77);
    g_assert_false(cc->is_halted(cs));
    t->env->wfi = true;
    g_assert_true(cc->is_halted(cs));

    /* an enabled interrupt is work, whatever the global enables and the delegation */
    g_assert_false(cc->has_work(cs));
    cs->exit_request = 0;
    irq_set(device_get_gpio_in(DEVICE(cs), IRQ_S_EXT), 1);
    g_assert_cmpuint(cs->exit_request, ==, 1); /* and the hart is told */
    g_assert_false(cc->has_work(cs));
    hart_csrw(t, CSR_mie, MIP_SEIP);
    g_assert_true(cc->has_work(cs));
    hart_csrw(t, CSR_mideleg, MIP_SEIP);
    g_assert_true(cc->has_work(cs));
    irq_set(device_get_gpio_in(DEVICE(cs), IRQ_S_EXT), 0);
    g_assert_false(cc->has_work(cs));
    hart_free(t);
    g_assert_cmpuint(cpu_list()->len, ==, 0);
}

static char *dump(TestHart *t)
{
    g_autofree char *buffer = NULL;
    size_t size;
    FILE *f = open_memstream(&buffer, &size);

    CPU_GET_CLASS(t->cpu)->dump_state(CPU(t->cpu), f);
    fclose(f);
    return g_steal_pointer(&buffer);
}

static void test_dump(void)
{
    TestHart *t = hart_new("rv64", NULL), *small = hart_new("rv64", "s=off,f=off");
    g_autofree char *text = NULL, *less = NULL;

    t->env->x[10] = 0x123456789abcdef0;
    t->env->f[10] = 0xfedcba9876543210;
    t->env->mcause = 0xb;
    hart_set_priv(t, PRIV_U); /* the registers of all modes are shown */
    text = dump(t);
    g_assert_nonnull(strstr(text, " hart 0, U-mode\n"));
    g_assert_nonnull(strstr(text, " pc       0000000000001000\n"));
    g_assert_nonnull(strstr(text, " mcause   000000000000000b\n"));
    g_assert_nonnull(strstr(text, " satp     0000000000000000\n"));
    g_assert_nonnull(strstr(text, " a0   123456789abcdef0"));
    g_assert_nonnull(strstr(text, " fa0  fedcba9876543210"));
    less = dump(small);
    g_assert_null(strstr(less, "satp"));
    g_assert_null(strstr(less, "fa0"));
    hart_free(small);
    hart_free(t);
}

/* ---- -cpu ---- */

static void test_parse_model(void)
{
    const char *type = cpu_class()->parse_model("rv64,+zbc,-zba,misaligned=off,ZBS=off", NULL);
    g_autoptr(Object) other = NULL;
    TestHart *t;

    g_assert_null(type); /* names of properties are lower case */
    globals_cleanup();
    type = cpu_class()->parse_model("rv64,+ZBC,-zba,misaligned=off,zbs=off,hartid=3", &error_abort);
    g_assert_cmpstr(type, ==, TYPE_RISCV_CPU_RV64);
    t = hart_new("rv64", NULL); /* each new one of that model has it */
    g_assert_true(riscv_ext_has(&t->env->cfg_ext, RISCV_EXT_Zbc));
    g_assert_false(riscv_ext_has(&t->env->cfg_ext, RISCV_EXT_Zba));
    g_assert_false(riscv_ext_has(&t->env->cfg_ext, RISCV_EXT_Zbs));
    g_assert_false(t->env->misaligned);
    g_assert_cmpuint(t->env->hartid, ==, 3);
    hart_free(t);
    other = object_new(TYPE_RISCV_CPU_MAX);
    g_assert_true(object_property_get_bool(other, "zba", &error_abort));
    g_assert_true(globals_check(&error_abort));
    globals_cleanup();

    g_assert_cmpstr(cpu_class()->parse_model("max", &error_abort), ==, TYPE_RISCV_CPU_MAX);
    globals_cleanup();
}

static void test_parse_errors(void)
{
    static const struct {
        const char *text, *message, *hint;
    } cases[] = {
        { "rv46", "unknown CPU model 'rv46'", "did you mean 'rv64'? '-cpu help' lists the models" },
        { "sifive-u54", "unknown CPU model 'sifive-u54'", "'-cpu help' lists the models" },
        { "riscv", "unknown CPU model 'riscv'", "'-cpu help' lists the models" },
        { "", "unknown CPU model ''", "'-cpu help' lists the models" },
        { "rv64,", NULL, NULL },
        { "rv64,+zbx", "unknown extension 'zbx'",
          "did you mean 'zba'? '-cpu help' lists the extensions" },
        { "rv64,-hypervisor", "unknown extension 'hypervisor'",
          "'-cpu help' lists the extensions" },
        { "rv64,+", "unknown extension ''", "'-cpu help' lists the extensions" },
        { "rv64,+d,-f", "extension D needs extension F, which is off", "turn it on with f=on" },
        { "rv64,zba", NULL, NULL },
        { "rv64,zba=maybe", NULL, NULL },
        { "rv64,mvendorid=0x100000000", NULL, NULL },
        { "rv64,cbom-blocksize=4", NULL, NULL },
        { "rv64,cores=2", NULL, NULL },
        { "+zba", "unknown CPU model '+zba'", "'-cpu help' lists the models" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        Error *err = NULL;

        g_test_message("%s", cases[i].text);
        g_assert_null(cpu_class()->parse_model(cases[i].text, &err));
        g_assert_nonnull(err);
        g_test_message("%s", error_get_pretty(err));
        if (cases[i].message) {
            expect_error(&err, cases[i].message, cases[i].hint);
        } else {
            error_free(err);
        }
    }
    globals_cleanup();
}

static void test_list(void)
{
    g_autofree char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    cpu_class()->list_models(f);
    fclose(f);
    g_assert_true(g_str_has_prefix(text, "Available CPUs:\n  max"));
    g_assert_nonnull(strstr(text, "\n  rv64 "));
    for (unsigned i = 0; i < RISCV_EXT_COUNT; i++) {
        g_autofree char *name = g_ascii_strdown(riscv_ext_info[i].name, -1);
        g_autofree char *line = g_strdup_printf("\n  %s ", name);

        g_assert_nonnull(strstr(text, line));
    }
    g_assert_nonnull(strstr(text, "\n  misaligned=<bool> "));
    g_assert_null(strstr(text, "timebase"));
    g_assert_null(strstr(text, "realized"));
}

/* ---- the device tree ---- */

static void expect_string(DTNode *node, const char *name, const char *expected)
{
    size_t len;
    const char *value = dt_get(node, name, &len);

    g_assert_nonnull(value);
    g_assert_cmpuint(len, ==, strlen(expected) + 1);
    g_assert_cmpstr(value, ==, expected);
}

static void expect_u32(DTNode *node, const char *name, uint32_t expected)
{
    size_t len;
    const uint8_t *value = dt_get(node, name, &len);

    g_assert_nonnull(value);
    g_assert_cmpuint(len, ==, 4);
    g_assert_cmphex((uint32_t)value[0] << 24 | value[1] << 16 | value[2] << 8 | value[3], ==,
                    expected);
}

static void test_fdt(void)
{
    TestHart *t = hart_new("rv64", "hartid=11,sv57=off,cboz-blocksize=128");
    g_autoptr(DTNode) root = dt_new();
    g_autofree char *isa = riscv_ext_isa_string(&t->env->cfg_ext);
    DTNode *cpus = dt_add_node(root, "cpus"), *cpu, *intc;
    const char *list;
    size_t len;

    g_assert_true(
        DEVICE_GET_CLASS(t->cpu)->fdt_populate(DEVICE(t->cpu), cpus, 0, &error_abort));
    cpu = dt_find(root, "/cpus/cpu@b");
    g_assert_nonnull(cpu);
    expect_string(cpu, "device_type", "cpu");
    expect_u32(cpu, "reg", 11);
    expect_string(cpu, "status", "okay");
    expect_string(cpu, "compatible", "riscv");
    expect_string(cpu, "mmu-type", "riscv,sv48");
    expect_string(cpu, "riscv,isa", isa);
    expect_string(cpu, "riscv,isa-base", "rv64i");
    expect_u32(cpu, "riscv,cbom-block-size", 64);
    expect_u32(cpu, "riscv,cbop-block-size", 64);
    expect_u32(cpu, "riscv,cboz-block-size", 128);
    expect_u32(cpu, "riscv,pmpregions", 16);
    list = dt_get(cpu, "riscv,isa-extensions", &len);
    g_assert_cmpstr(list, ==, "i");
    g_assert_cmpstr(list + 2, ==, "m");
    g_assert_cmpstr(list + len - 7, ==, "svvptc");

    expect_string(dt_find(root, "/pmu"), "compatible", "riscv,pmu");
    dt_get(dt_find(root, "/pmu"), "riscv,event-to-mhpmcounters", &len);
    g_assert_cmpuint(len, ==, 4 * 12);
    intc = dt_child(cpu, "interrupt-controller");
    g_assert_nonnull(intc);
    expect_string(intc, "compatible", "riscv,cpu-intc");
    expect_u32(intc, "#interrupt-cells", 1);
    g_assert_nonnull(dt_get(intc, "interrupt-controller", &len));
    expect_u32(intc, "phandle", dt_phandle(intc));
    hart_free(t);
}

static void test_fdt_small(void)
{
    TestHart *t = hart_new("rv64", "s=off,zicbom=off,zicbop=off,zicboz=off");
    g_autoptr(DTNode) root = dt_new();
    DTNode *cpu;

    DEVICE_GET_CLASS(t->cpu)->fdt_populate(DEVICE(t->cpu), root, 0, &error_abort);
    cpu = dt_child(root, "cpu@0");
    expect_string(cpu, "mmu-type", "riscv,none");
    g_assert_null(dt_get(cpu, "riscv,cbom-block-size", NULL));
    g_assert_null(dt_get(cpu, "riscv,cbop-block-size", NULL));
    g_assert_null(dt_get(cpu, "riscv,cboz-block-size", NULL));
    hart_free(t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    g_test_add_func("/cpu/properties/extensions", test_ext_properties);
    g_test_add_func("/cpu/properties/frozen", test_frozen);
    g_test_add_func("/cpu/properties/ids", test_ids);
    g_test_add_func("/cpu/properties/max-satp", test_max_satp);
    g_test_add_func("/cpu/realize-errors", test_realize_errors);
    g_test_add_func("/cpu/reset", test_reset);
    g_test_add_func("/cpu/class", test_class);
    g_test_add_func("/cpu/dump", test_dump);
    g_test_add_func("/cpu/model/parse", test_parse_model);
    g_test_add_func("/cpu/model/errors", test_parse_errors);
    g_test_add_func("/cpu/model/list", test_list);
    g_test_add_func("/cpu/fdt/full", test_fdt);
    g_test_add_func("/cpu/fdt/small", test_fdt_small);
    return g_test_run();
}
