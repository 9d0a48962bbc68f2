/*
 * See riscv-hart.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "riscv-hart.h"

#include "util/keyval.h"
#include "util/module.h"

/* ---- the hart ---- */

static void add_memory(TestHart *t)
{
    memory_region_init(&t->root, NULL, "root", UINT64_MAX);
    memory_region_init_ram(&t->ram, NULL, "ram", HART_RAM_SIZE, &error_abort);
    memory_region_init_rom(&t->rom, NULL, "rom", HART_ROM_SIZE, &error_abort);
    memory_region_add_subregion(&t->root, HART_RAM_BASE, &t->ram);
    memory_region_add_subregion(&t->root, HART_ROM_BASE, &t->rom);
    address_space_init(&t->as, &t->root, "hart");
}

static void set_properties(Object *obj, const char *settings)
{
    g_autoptr(GPtrArray) list = settings ? keyval_parse(settings, NULL, &error_abort) : NULL;

    for (guint i = 0; list && i < list->len; i++) {
        const KeyVal *kv = list->pdata[i];

        object_property_parse(obj, kv->key, kv->value, &error_abort);
    }
}

TestHart *hart_new(const char *model, const char *settings)
{
    TestHart *t = g_new0(TestHart, 1);
    g_autofree char *type = g_strconcat(model, RISCV_CPU_TYPE_SUFFIX, NULL);

    module_call_init(MODULE_INIT_QOM);
    add_memory(t);
    t->clock = VIRTUAL_CLOCK(object_new(TYPE_VIRTUAL_CLOCK));
    t->timebase = TIMEBASE(object_new(TYPE_TIMEBASE));
    object_property_set_link(OBJECT(t->timebase), "clock", OBJECT(t->clock), &error_abort);
    t->cpu = RISCV_CPU(object_new(type));
    t->env = &t->cpu->env;
    object_property_set_bool(OBJECT(t->cpu), "pmp-open", false, &error_abort);
    set_properties(OBJECT(t->cpu), settings);
    object_property_set_link(OBJECT(t->cpu), "timebase", OBJECT(t->timebase), &error_abort);
    CPU(t->cpu)->as = &t->as;
    device_realize(DEVICE(t->cpu), &error_abort);
    t->env->engine = t;
    return t;
}

void hart_free(TestHart *t)
{
    t->env->engine = NULL;
    device_unrealize(DEVICE(t->cpu));
    object_unref(t->cpu);
    object_unref(t->timebase);
    object_unref(t->clock);
    memory_region_del_subregion(&t->root, &t->ram);
    memory_region_del_subregion(&t->root, &t->rom);
    address_space_destroy(&t->as);
    object_unref(&t->ram);
    object_unref(&t->rom);
    object_unref(&t->root);
    g_free(t);
}

bool hart_raises(TestHart *t, HartBody *body, uint64_t a, uint64_t b)
{
    t->raised = false;
    if (setjmp(t->leave) == 0) {
        body(t, a, b);
    }
    return t->raised;
}

/* ---- CSRs ---- */

bool hart_csr(TestHart *t, unsigned csr, bool write, uint64_t value, uint64_t mask, uint64_t *old)
{
    uint64_t ignored;

    if (!riscv_csr_access(t->env, &t->op, csr, true, write, value, mask, old ? old : &ignored)) {
        return false;
    }
    t->retired++;
    return true;
}

bool hart_csr_readable(TestHart *t, unsigned csr)
{
    return hart_csr(t, csr, false, 0, 0, NULL);
}

uint64_t hart_csrr(TestHart *t, unsigned csr)
{
    uint64_t value;

    if (!hart_csr(t, csr, false, 0, 0, &value)) {
        g_error("reading CSR %s is illegal", riscv_csr_name(csr));
    }
    return value;
}

static void change(TestHart *t, unsigned csr, uint64_t value, uint64_t mask)
{
    if (!hart_csr(t, csr, true, value, mask, NULL)) {
        g_error("writing CSR %s is illegal", riscv_csr_name(csr));
    }
}

void hart_csrw(TestHart *t, unsigned csr, uint64_t value)
{
    change(t, csr, value, UINT64_MAX);
}

void hart_csrs(TestHart *t, unsigned csr, uint64_t bits)
{
    change(t, csr, UINT64_MAX, bits);
}

void hart_csrc(TestHart *t, unsigned csr, uint64_t bits)
{
    change(t, csr, 0, bits);
}

void hart_open_pmp(TestHart *t)
{
    RISCVPriv priv = t->env->priv;

    t->env->priv = PRIV_M;
    hart_csrw(t, CSR_pmpaddr0, PMPADDR_MASK);
    hart_csrw(t, CSR_pmpcfg0, PMP_NAPOT | PMP_R | PMP_W | PMP_X);
    t->env->priv = priv;
}

void hart_set_priv(TestHart *t, RISCVPriv priv)
{
    t->env->priv = priv;
    riscv_mode_changed(t->env);
}

/* ---- memory ---- */

uint64_t hart_peek(TestHart *t, hwaddr addr)
{
    uint64_t value;

    g_assert_cmpint(address_space_load(&t->as, addr, 8, &value), ==, MEMTX_OK);
    return value;
}

void hart_poke(TestHart *t, hwaddr addr, uint64_t value)
{
    g_assert_cmpint(address_space_write_rom(&t->as, addr, &value, 8), ==, MEMTX_OK);
}
