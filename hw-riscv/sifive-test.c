/*
 * SiFive's test finisher: see include/hw/sifive-test.h.
 *
 * What does not belong here: how the machine ends (system/verdict.h) or starts anew (system/runstate.h).
 *
 * SPDX-License-Identifier: MIT
 */
#include "hw/sifive-test.h"

#include "hw-riscv/trace.h"
#include "system/runstate.h"
#include "system/verdict.h"
#include "util/log.h"
#include "util/module.h"

struct SiFiveTestState {
    DeviceState parent_obj;

    MemoryRegion mmio;
};

static MemTxResult sifive_test_read(void *opaque, hwaddr offset, unsigned size, uint64_t *value)
{
    (void)opaque;
    (void)offset;
    (void)size;
    *value = 0;
    return MEMTX_OK;
}

static MemTxResult sifive_test_write(void *opaque, hwaddr offset, unsigned size, uint64_t value)
{
    unsigned command = value & 0xffff, status = value >> 16;
    CPUState *cpu = cpu_current();

    (void)opaque;
    (void)size;
    trace_sifive_test_write(offset, value);
    if (offset == 0 && command == SIFIVE_TEST_PASS) {
        verdict_guest_exit(cpu, cpu_access_pc(cpu), 0, "finisher");
    } else if (offset == 0 && command == SIFIVE_TEST_FAIL) {
        status = status ? status : 1;
        verdict_guest_exit(cpu, cpu_access_pc(cpu), status, "exit code %u (finisher 0x%" PRIx64 ")",
                           status, value);
    } else if (offset == 0 && command == SIFIVE_TEST_RESET) {
        system_reset_request();
    } else {
        log_mask(LOG_GUEST_ERROR,
                 "sifive-test: write of 0x%" PRIx64 " to 0x%" PRIx64 " means nothing\n", value,
                 offset);
    }
    return MEMTX_OK;
}

static const MemoryRegionOps sifive_test_ops = {
    .read = sifive_test_read,
    .write = sifive_test_write,
    .valid = { .min_access_size = 2, .max_access_size = 4 },
};

/* A node that tells which value to store to the register for what `compatible` says. */
static void add_syscon(DTNode *root, const char *name, const char *compatible, uint32_t regmap,
                       uint32_t value)
{
    DTNode *node = dt_add_node(root, "%s", name);

    dt_set_string(node, "compatible", compatible);
    dt_set_u32(node, "regmap", regmap);
    dt_set_u32(node, "offset", 0);
    dt_set_u32(node, "value", value);
}

static bool sifive_test_fdt_populate(DeviceState *dev, DTNode *parent, hwaddr base, Error **errp)
{
    DTNode *node = dt_add_node(parent, "test@%" PRIx64, base);
    DTNode *root = dt_find(parent, "/");

    (void)dev;
    (void)errp;
    dt_set_strings(node, "compatible", "sifive,test1", "sifive,test0", "syscon", NULL);
    dt_set_reg(node, base, SIFIVE_TEST_SIZE);
    add_syscon(root, "poweroff", "syscon-poweroff", dt_phandle(node), SIFIVE_TEST_PASS);
    add_syscon(root, "reboot", "syscon-reboot", dt_phandle(node), SIFIVE_TEST_RESET);
    return true;
}

static const StateField sifive_test_state[] = { STATE_END };

static void sifive_test_instance_init(Object *obj)
{
    SiFiveTestState *s = SIFIVE_TEST(obj);

    memory_region_init_io(&s->mmio, obj, &sifive_test_ops, s, "sifive-test", SIFIVE_TEST_SIZE);
    device_init_mmio(DEVICE(s), &s->mmio);
}

static void sifive_test_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    (void)data;
    dc->desc = "Test finisher: power-off and reset";
    dc->state = sifive_test_state;
    dc->fdt_populate = sifive_test_fdt_populate;
}

static const TypeInfo sifive_test_types[] = { {
    .name = TYPE_SIFIVE_TEST,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(SiFiveTestState),
    .instance_init = sifive_test_instance_init,
    .class_init = sifive_test_class_init,
} };

DEFINE_TYPES(sifive_test_types)
