/*
 * A hart's node in the device tree: the bindings "riscv/cpus.yaml", "riscv/extensions.yaml" and
 * "interrupt-controller/riscv,cpu-intc.yaml"; and what all harts count, "perf/riscv,pmu.yaml".
 *
 * What does not belong here: /cpus itself, which is the machine's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cpu-internal.h"

#include <inttypes.h>
#include <string.h>

#include "target-riscv/counters.h"
#include "target-riscv/csr.h"

static const char *mmu_type(unsigned max_satp)
{
    switch (max_satp) {
    case SATP_SV57:
        return "riscv,sv57";
    case SATP_SV48:
        return "riscv,sv48";
    case SATP_SV39:
        return "riscv,sv39";
    default:
        return "riscv,none";
    }
}

static void add_isa(DTNode *node, const RISCVExtSet *set)
{
    g_autofree char *isa = riscv_ext_isa_string(set);
    g_autoptr(GString) list = g_string_new(NULL);

    for (int i = 0; i < RISCV_EXT_COUNT; i++) {
        if (riscv_ext_has(set, i) && riscv_ext_in_isa_string(i)) {
            g_autofree char *name = g_ascii_strdown(riscv_ext_info[i].name, -1);

            g_string_append_len(list, name, strlen(name) + 1);
        }
    }
    dt_set_string(node, "riscv,isa", isa);
    dt_set_string(node, "riscv,isa-base", "rv64i");
    dt_set(node, "riscv,isa-extensions", list->str, list->len);
}

static void add_block_sizes(DTNode *node, const CPURISCVState *env)
{
    if (riscv_ext_has(&env->cfg_ext, RISCV_EXT_Zicbom)) {
        dt_set_u32(node, "riscv,cbom-block-size", env->cbom_size);
    }
    if (riscv_ext_has(&env->cfg_ext, RISCV_EXT_Zicbop)) {
        dt_set_u32(node, "riscv,cbop-block-size", env->cbom_size);
    }
    if (riscv_ext_has(&env->cfg_ext, RISCV_EXT_Zicboz)) {
        dt_set_u32(node, "riscv,cboz-block-size", env->cboz_size);
    }
}

/*
 * Which counters firmware may choose for which event of the SBI specification, and by which number in mhpmevent. The
 * node is the tree's, but the first hart adds it: all are alike.
 */
static void add_pmu(DTNode *root)
{
    static const uint32_t selectors[] = { /* event, its mhpmevent as two cells */
        PMU_CYCLES, 0, PMU_CYCLES,
        PMU_INSTRUCTIONS, 0, PMU_INSTRUCTIONS,
        PMU_LOADS, 0, PMU_LOADS,
        PMU_LOAD_TLB_MISSES, 0, PMU_LOAD_TLB_MISSES,
        PMU_STORES, 0, PMU_STORES,
        PMU_STORE_TLB_MISSES, 0, PMU_STORE_TLB_MISSES,
        PMU_FETCH_TLB_MISSES, 0, PMU_FETCH_TLB_MISSES,
    };
    static const uint32_t counters[] = { /* first and last event, counters */
        PMU_CYCLES, PMU_CYCLES, COUNTER_HPM | COUNTER_CY,
        PMU_INSTRUCTIONS, PMU_INSTRUCTIONS, COUNTER_HPM | COUNTER_IR,
        PMU_LOADS, PMU_STORE_TLB_MISSES, COUNTER_HPM,
        PMU_FETCH_TLB_MISSES, PMU_FETCH_TLB_MISSES, COUNTER_HPM,
    };
    static const uint32_t raw[] = { /* mhpmevent and the bits that matter, two cells each, counters */
        0, PMU_BRANCHES, UINT32_MAX, UINT32_MAX, COUNTER_HPM,
        0, PMU_BRANCHES_TAKEN, UINT32_MAX, UINT32_MAX, COUNTER_HPM,
    };
    DTNode *pmu = dt_add_node(root, "pmu");

    dt_set_string(pmu, "compatible", "riscv,pmu");
    dt_set_cells(pmu, "riscv,event-to-mhpmevent", selectors, G_N_ELEMENTS(selectors));
    dt_set_cells(pmu, "riscv,event-to-mhpmcounters", counters, G_N_ELEMENTS(counters));
    dt_set_cells(pmu, "riscv,raw-event-to-mhpmcounters", raw, G_N_ELEMENTS(raw));
}

bool riscv_cpu_fdt_populate(DeviceState *dev, DTNode *parent, hwaddr base, Error **errp)
{
    const CPURISCVState *env = &RISCV_CPU(dev)->env;
    DTNode *node = dt_add_node(parent, "cpu@%" PRIx64, env->hartid);
    DTNode *intc;

    (void)base;
    (void)errp;
    dt_set_string(node, "device_type", "cpu");
    dt_set_u32(node, "reg", env->hartid);
    dt_set_string(node, "status", "okay");
    dt_set_string(node, "compatible", "riscv");
    add_isa(node, &env->cfg_ext);
    dt_set_string(node, "mmu-type", mmu_type(env->max_satp));
    add_block_sizes(node, env);
    dt_set_u32(node, "riscv,pmpregions", env->pmp_regions);
    dt_set_u32(node, "riscv,pmpgranularity", 4);

    intc = dt_add_node(node, "interrupt-controller");
    dt_set_u32(intc, "#address-cells", 0);
    dt_set_u32(intc, "#interrupt-cells", 1);
    dt_set_empty(intc, "interrupt-controller");
    dt_set_string(intc, "compatible", "riscv,cpu-intc");
    dt_phandle(intc);
    if (riscv_ext_has(&env->cfg_ext, RISCV_EXT_Zihpm) && !dt_find(parent, "/pmu")) {
        add_pmu(dt_find(parent, "/"));
    }
    return true;
}
