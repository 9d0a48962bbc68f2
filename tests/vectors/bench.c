/*
 * A hart that executes one instruction at a time (bench.h).
 *
 * SPDX-License-Identifier: MIT
 */
#include "bench.h"

#include "system/machine.h"
#include "util/keyval.h"

#define JUMP_TO_ITSELF 0x0000006f

static void bench_class_init(MachineClass *mc)
{
    mc->desc = "One hart and some RAM";
    mc->default_ram_size = RAM_SIZE;
    mc->default_cpu_type = TYPE_RISCV_CPU_MAX;
    mc->cpu_base_type = TYPE_RISCV_CPU;
}
DEFINE_MACHINE("vector-bench", bench_class_init)

static Object *add_child(const char *name, const char *type)
{
    Object *obj = object_new(type);

    object_property_add_child(OBJECT(current_machine), name, obj);
    object_unref(obj);
    return obj;
}

void bench_put_bytes(uint64_t address, const void *bytes, unsigned length)
{
    AddressSpace *as = &current_machine->address_space;

    g_assert_true(address_space_write(as, address, bytes, length) == MEMTX_OK);
}

/*
 * One instruction is to be executed, but the engine runs whole blocks, and a trap's handler: so
 * each block that can follow is a jump to itself, which changes nothing.
 */
static void fill_ram(void)
{
    static const uint32_t handler = JUMP_TO_ITSELF; /* there may be no short ones */
    uint16_t page[2048];

    for (unsigned i = 0; i < G_N_ELEMENTS(page); i++) {
        page[i] = SHORT_JUMP_TO_ITSELF;
    }
    for (unsigned at = 0; at < RAM_SIZE; at += sizeof(page)) {
        bench_put_bytes(RAM_BASE + at, page, sizeof(page));
    }
    bench_put_bytes(HANDLER, &handler, 4);
}

static void apply(Object *cpu, const char *settings)
{
    g_autoptr(GPtrArray) list = settings ? keyval_parse(settings, NULL, &error_abort) : NULL;

    for (guint i = 0; list && i < list->len; i++) {
        const KeyVal *kv = list->pdata[i];

        g_assert_true(object_property_parse(cpu, kv->key, kv->value, &error_abort));
    }
}

Bench *bench_new(const char *settings)
{
    Bench *bench = g_new0(Bench, 1);
    Object *timebase;

    current_machine = MACHINE(object_new(MACHINE_TYPE_NAME("vector-bench")));
    object_property_add_child(object_get_root(), "machine", OBJECT(current_machine));
    object_unref(current_machine);
    machine_run_board_init(current_machine, &error_abort);
    memory_region_init_ram(&bench->ram, OBJECT(current_machine), "ram", RAM_SIZE, &error_abort);
    memory_region_add_subregion(current_machine->system_memory, RAM_BASE, &bench->ram);
    fill_ram();
    timebase = add_child("timebase", TYPE_TIMEBASE);
    object_property_set_link(timebase, "clock", OBJECT(current_machine->clock), &error_abort);
    bench->cpu = RISCV_CPU(add_child("hart", TYPE_RISCV_CPU_MAX));
    bench->cpu->parent_obj.as = &current_machine->address_space;
    object_property_set_link(OBJECT(bench->cpu), "timebase", timebase, &error_abort);
    apply(OBJECT(bench->cpu), settings);
    device_realize(DEVICE(bench->cpu), &error_abort);
    return bench;
}

void bench_free(Bench *bench)
{
    device_unrealize(DEVICE(bench->cpu));
    object_unparent(OBJECT(current_machine));
    current_machine = NULL;
    object_root_cleanup();
    g_free(bench);
}

bool bench_read_csr(Bench *bench, int csr, uint64_t *value)
{
    return csr >= 0 && riscv_csr_access(&bench->cpu->env, NULL, csr, true, false, 0, 0, value);
}

bool bench_write_csr(Bench *bench, int csr, uint64_t value)
{
    return csr >= 0 &&
           riscv_csr_access(&bench->cpu->env, NULL, csr, false, true, value, UINT64_MAX, NULL);
}

void bench_reset(Bench *bench)
{
    device_reset(DEVICE(bench->cpu));
    /* Without an entry that matches, PMP lets nothing but M mode through. */
    g_assert_true(bench_write_csr(bench, CSR_pmpaddr0, UINT64_MAX));
    g_assert_true(bench_write_csr(bench, CSR_pmpcfg0, 0x1f));
    g_assert_true(bench_write_csr(bench, CSR_mtvec, HANDLER));
}

void bench_set_priv(Bench *bench, unsigned priv)
{
    bench->cpu->env.priv = priv;
    riscv_mode_changed(&bench->cpu->env);
}

void bench_execute(Bench *bench)
{
    CPUState *cs = CPU(bench->cpu);
    AccelState *accel = current_accel();

    ACCEL_GET_CLASS(accel)->exec(accel, cs, 0, false);
    cs->exit_request = 0;
}
