/*
 * The hart as a device: its QOM types, properties, interrupt inputs, realize and reset.
 *
 * What does not belong here: -cpu and its help (cpu-model.c), the device tree (cpu-fdt.c), what a
 * trap or a CSR does.
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/cpu.h"

#include <inttypes.h>
#include <string.h>

#include "cpu-internal.h"
#include "system/accel.h"
#include "target-riscv/csr.h"
#include "target-riscv/debug.h"
#include "target-riscv/disas.h"
#include "target-riscv/fpu.h"
#include "target-riscv/post-mortem.h"
#include "target-riscv/profile.h"
#include "target-riscv/stimer.h"
#include "target-riscv/stuck.h"
#include "target-riscv/trace.h"
#include "util/bits.h"

/* ---- interrupt inputs ---- */

#define IRQ_INPUTS (IRQ_M_EXT + 1) /* numbered by cause */

/*
 * Levels go to mip_lines. The supervisor software interrupt is different: its pending bit is
 * software's to clear, so an interrupt controller sets it once, when its line rises. STI has no
 * line: it is software's, or Sstc's.
 */
static void riscv_cpu_set_irq(void *opaque, int n, int level)
{
    CPURISCVState *env = &RISCV_CPU(opaque)->env;
    uint64_t bit = BIT_ULL(n);

    trace_riscv_interrupt_line(env->hartid, n, level);
    g_assert(bit & (MIP_SSIP | MIP_MSIP | MIP_MTIP | MIP_SEIP | MIP_MEIP));
    if (!level) {
        __atomic_fetch_and(&env->mip_lines, ~bit, __ATOMIC_SEQ_CST);
        return;
    }
    __atomic_fetch_or(bit == MIP_SSIP ? &env->mip : &env->mip_lines, bit, __ATOMIC_SEQ_CST);
    cpu_kick(riscv_env_cs(env));
}

/* ---- CPUClass ---- */

static bool riscv_cpu_has_work(CPUState *cs)
{
    CPURISCVState *env = &RISCV_CPU(cs)->env;

    return riscv_mip(env) & __atomic_load_n(&env->mie, __ATOMIC_RELAXED);
}

static bool riscv_cpu_is_halted(CPUState *cs)
{
    return RISCV_CPU(cs)->env.wfi;
}

static void riscv_cpu_set_pc(CPUState *cs, uint64_t pc)
{
    RISCV_CPU(cs)->env.pc = pc;
    riscv_forget_past(&RISCV_CPU(cs)->env);
}

static uint64_t riscv_cpu_get_pc(CPUState *cs)
{
    return RISCV_CPU(cs)->env.pc;
}

/* The engine says so in riscv_run_alone(). */
static uint64_t riscv_cpu_get_access_pc(CPUState *cs)
{
    CPURISCVState *env = &RISCV_CPU(cs)->env;

    return env->access_op ? riscv_op_pc(env, env->access_op) : env->pc;
}

static uint64_t riscv_cpu_get_insn_count(CPUState *cs)
{
    return riscv_instret(&RISCV_CPU(cs)->env, NULL);
}

static void dump_csrs(CPURISCVState *env, FILE *f)
{
    static const uint16_t shown[] = {
        CSR_mstatus,  CSR_mip,      CSR_mie,   CSR_mideleg, CSR_medeleg, CSR_mtvec,
        CSR_stvec,    CSR_mepc,     CSR_sepc,  CSR_mcause,  CSR_scause,  CSR_mtval,
        CSR_stval,    CSR_mscratch, CSR_sscratch, CSR_satp,
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(shown); i++) {
        uint64_t value;

        if (riscv_csr_access(env, NULL, shown[i], true, false, 0, 0, &value)) {
            fprintf(f, " %-8s %016" PRIx64 "\n", riscv_csr_name(shown[i]), value);
        }
    }
}

static void dump_registers(const uint64_t *regs, const char *(*name)(unsigned), FILE *f)
{
    for (unsigned i = 0; i < 32; i++) {
        fprintf(f, " %-4s %016" PRIx64 "%s", name(i), regs[i], i % 4 == 3 ? "\n" : "");
    }
}

static void riscv_cpu_dump_state(CPUState *cs, FILE *f)
{
    CPURISCVState *env = &RISCV_CPU(cs)->env;

    fprintf(f, " hart %" PRIu64 ", %c-mode%s\n", env->hartid, "US?M"[env->priv],
            env->wfi ? ", waiting for an interrupt" : "");
    fprintf(f, " %-8s %016" PRIx64 "\n", "pc", env->pc);
    dump_csrs(env, f);
    dump_registers(env->x, riscv_x_name, f);
    if (riscv_ext_has(&env->ext, RISCV_EXT_F)) {
        dump_registers(env->f, riscv_f_name, f);
    }
}

static char *riscv_cpu_missing_isa(CPUState *cs, const char *isa)
{
    return riscv_ext_missing(&RISCV_CPU(cs)->env.cfg_ext, isa);
}

/* ---- extensions as properties ---- */

static bool blocks_have_64_bytes(const CPURISCVState *env)
{
    return env->cbom_size == 64 && env->cboz_size == 64;
}

static bool misaligned_works(const CPURISCVState *env)
{
    return env->misaligned;
}

/* Extensions that are a promise about a property; without it they are off. */
static const struct {
    RISCVExt ext;
    bool (*holds)(const CPURISCVState *env);
    const char *properties;
} promises[] = {
    { RISCV_EXT_Zic64b, blocks_have_64_bytes, "cbom-blocksize=64 and cboz-blocksize=64" },
    { RISCV_EXT_Zicclsm, misaligned_works, "misaligned=on" },
};

static bool drop_broken_promises(RISCVCPU *cpu, RISCVExtSet *set, Error **errp)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(promises); i++) {
        RISCVExt ext = promises[i].ext;

        if (!riscv_ext_has(set, ext) || promises[i].holds(&cpu->env)) {
            continue;
        }
        if (riscv_ext_has(&cpu->named_on, ext)) {
            error_setg(errp, "extension %s needs %s", riscv_ext_info[ext].name,
                       promises[i].properties);
            error_append_hint(errp, "set that, or leave out %s", riscv_ext_info[ext].name);
            return false;
        }
        riscv_ext_set(set, ext, false);
    }
    return true;
}

bool riscv_cpu_resolve_ext(RISCVCPU *cpu, RISCVExtSet *set, Error **errp)
{
    return riscv_ext_resolve(&RISCV_CPU_GET_CLASS(cpu)->ext, &cpu->named_on, &cpu->named_off, set,
                             errp) &&
           drop_broken_promises(cpu, set, errp);
}

static GVariant *get_ext(Object *obj, const ObjectProperty *prop, Error **errp)
{
    RISCVExtSet set;

    (void)errp;
    riscv_cpu_resolve_ext(RISCV_CPU(obj), &set, NULL);
    return g_variant_new_boolean(riscv_ext_has(&set, GPOINTER_TO_UINT(prop->opaque)));
}

static bool set_ext(Object *obj, const ObjectProperty *prop, GVariant *value, Error **errp)
{
    RISCVCPU *cpu = RISCV_CPU(obj);
    unsigned ext = GPOINTER_TO_UINT(prop->opaque);
    bool on = g_variant_get_boolean(value);

    (void)errp;
    riscv_ext_set(&cpu->named_on, ext, on);
    riscv_ext_set(&cpu->named_off, ext, !on);
    return true;
}

static void add_ext_properties(ObjectClass *oc)
{
    for (unsigned i = 0; i < RISCV_EXT_COUNT; i++) {
        const RISCVExtInfo *info = &riscv_ext_info[i];
        g_autofree char *name = g_ascii_strdown(info->name, -1);
        g_autofree char *description =
            g_strdup_printf("extension %s %s: %s", info->name, info->version, info->description);
        ObjectProperty *prop = object_class_property_add(oc, name, "bool", get_ext, set_ext, NULL,
                                                         GUINT_TO_POINTER(i));

        prop->flags |= OBJ_PROP_CONFIG;
        object_class_property_set_description(oc, name, description);
    }
}

static const Property riscv_cpu_properties[] = {
    DEFINE_PROP_UINT64("hartid", RISCVCPU, env.hartid, 0, "CSR mhartid"),
    DEFINE_PROP_UINT64("resetvec", RISCVCPU, env.resetvec, 0x1000, "where execution begins"),
    DEFINE_PROP_UINT64("rnmi-interrupt-vector", RISCVCPU, env.rnmi_vector, 0,
                       "Smrnmi: address of the interrupt handler; 0: that of mtvec"),
    DEFINE_PROP_UINT64("rnmi-exception-vector", RISCVCPU, env.rnmi_exception_vector, 0,
                       "Smrnmi: address of the exception handler; 0: that of mtvec"),
    DEFINE_PROP_BOOL("misaligned", RISCVCPU, env.misaligned, true,
                     "misaligned loads and stores work; off: they trap"),
    DEFINE_PROP_UINT8("pmp-regions", RISCVCPU, env.pmp_regions, RISCV_PMP_COUNT,
                      "PMP entries that are not read-only zero; 0: there is no PMP",
                      .max = RISCV_PMP_COUNT),
    DEFINE_PROP_BOOL("pmp-open", RISCVCPU, env.pmp_open, true,
                     "after reset PMP entry 0 opens all memory to S and U, as on Spike"),
    DEFINE_PROP_UINT64("cbom-blocksize", RISCVCPU, env.cbom_size, 64,
                       "bytes of a cache block that Zicbom manages, a power of two", .min = 8,
                       .max = RISCV_PAGE_SIZE),
    DEFINE_PROP_UINT64("cboz-blocksize", RISCVCPU, env.cboz_size, 64,
                       "bytes of a cache block that Zicboz clears, a power of two", .min = 8,
                       .max = RISCV_PAGE_SIZE),
    DEFINE_PROP_UINT64("mvendorid", RISCVCPU, env.mvendorid, 0, "CSR mvendorid", .max = UINT32_MAX),
    DEFINE_PROP_UINT64("marchid", RISCVCPU, env.marchid, 0, "CSR marchid"),
    DEFINE_PROP_UINT64("mimpid", RISCVCPU, env.mimpid, 0, "CSR mimpid"),
    DEFINE_PROP_LINK("timebase", RISCVCPU, timebase, TYPE_TIMEBASE, Timebase,
                     "what CSR time and Sstc count in"),
};

/* ---- realize and reset ---- */

static bool check_configuration(RISCVCPU *cpu, Error **errp)
{
    CPURISCVState *env = &cpu->env;

    if (!cpu->timebase) {
        error_setg(errp, "a hart needs property 'timebase'");
        return false;
    }
    if (env->resetvec & 1) {
        error_setg(errp, "resetvec 0x%" PRIx64 " is odd", env->resetvec);
        error_append_hint(errp, "instructions begin at even addresses");
        return false;
    }
    if (!is_power_of_2(env->cbom_size) || !is_power_of_2(env->cboz_size)) {
        error_setg(errp,
                   "the size of a cache block must be a power of two: cbom-blocksize is %" PRIu64
                   ", cboz-blocksize is %" PRIu64,
                   env->cbom_size, env->cboz_size);
        return false;
    }
    return riscv_cpu_resolve_ext(cpu, &env->cfg_ext, errp);
}

static unsigned max_satp_mode(const RISCVExtSet *ext)
{
    return riscv_ext_has(ext, RISCV_EXT_Sv57)   ? SATP_SV57
           : riscv_ext_has(ext, RISCV_EXT_Sv48) ? SATP_SV48
           : riscv_ext_has(ext, RISCV_EXT_Sv39) ? SATP_SV39
                                                : SATP_BARE;
}

static void riscv_cpu_reset(DeviceState *dev)
{
    RISCVCPU *cpu = RISCV_CPU(dev);
    CPURISCVState *env = &cpu->env;

    memset(env->x, 0, sizeof(env->x));
    memset(env->f, 0, sizeof(env->f));
    env->priv = PRIV_M;
    env->pc = env->resetvec;
    env->wfi = false;
    env->elp = false;
    riscv_forget_past(env);
    env->reservation_size = 0; /* "there is no valid load reservation" */
    riscv_csr_reset(env);
    CPU(dev)->later = NULL;
}

static void riscv_cpu_realize(DeviceState *dev, Error **errp)
{
    RISCVCPU *cpu = RISCV_CPU(dev);
    CPUState *cs = CPU(dev);
    AccelState *accel = current_accel();

    if (!check_configuration(cpu, errp)) {
        return;
    }
    cpu->env.max_satp = max_satp_mode(&cpu->env.cfg_ext);
    if (accel && !ACCEL_GET_CLASS(accel)->cpu_init(accel, cs, errp)) {
        return;
    }
    cpu->accel = object_ref(accel);
    cpu->env.spike_turns = accel && accel->spike_turns;
    if (riscv_ext_has(&cpu->env.cfg_ext, RISCV_EXT_Sstc)) {
        riscv_stimer_init(cpu);
    }
    cpu_list_add(cs);
    riscv_cpu_reset(dev);
}

static void riscv_cpu_unrealize(DeviceState *dev)
{
    RISCVCPU *cpu = RISCV_CPU(dev);

    cpu_list_remove(CPU(dev));
    riscv_stimer_cleanup(cpu);
    if (cpu->accel) {
        ACCEL_GET_CLASS(cpu->accel)->cpu_cleanup(ACCEL(cpu->accel), CPU(dev));
        g_clear_pointer(&cpu->accel, object_unref);
    }
}

/*
 * What a snapshot keeps. A reservation is lost, and the rest (extensions in force, PMP ranges) is
 * derived.
 */
static const StateField riscv_cpu_state[] = {
    STATE_ARRAY(RISCVCPU, env.x),
    STATE_ARRAY(RISCVCPU, env.f),
    STATE_FIELD(RISCVCPU, env.pc),
    STATE_FIELD(RISCVCPU, env.instret_end),
    STATE_FIELD(RISCVCPU, env.budget),
    STATE_FIELD(RISCVCPU, env.priv),
    STATE_FIELD(RISCVCPU, env.wfi),
    STATE_FIELD(RISCVCPU, env.elp),
    STATE_FIELD(RISCVCPU, env.fs_dirty),
    STATE_FIELD(RISCVCPU, env.frm),
    STATE_FIELD(RISCVCPU, env.fflags),
    STATE_FIELD(RISCVCPU, env.mstatus),
    STATE_FIELD(RISCVCPU, env.mip),
    STATE_FIELD(RISCVCPU, env.mip_lines),
    STATE_ARRAY(RISCVCPU, env.counters),
    STATE_ARRAY(RISCVCPU, env.counters_seen),
    STATE_ARRAY(RISCVCPU, env.mhpmevent),
    STATE_FIELD(RISCVCPU, env.counters_running),
    STATE_FIELD(RISCVCPU, env.counters_armed),
    STATE_FIELD(RISCVCPU, env.counters_filtered),
    STATE_FIELD(RISCVCPU, env.counters_in_blocks),
    STATE_ARRAY(RISCVCPU, env.events),
    STATE_ARRAY(RISCVCPU, env.stats.tlb_misses),
    STATE_ARRAY(RISCVCPU, env.pmpcfg),
    STATE_ARRAY(RISCVCPU, env.pmpaddr),
    STATE_ARRAY(RISCVCPU, env.tdata1),
    STATE_ARRAY(RISCVCPU, env.tdata2),
    STATE_ARRAY(RISCVCPU, env.tdata3),
    STATE_FIELD(RISCVCPU, env.triggers_counting),
    STATE_FIELD(RISCVCPU, env.triggers_after),
    STATE_FIELD(RISCVCPU, env.trigger_instret),
    STATE_FIELD(RISCVCPU, env.trigger_tval),
#define CSR(name, number, ext, ...) __VA_ARGS__
#define FIELD(member, mask) STATE_FIELD(RISCVCPU, env.member),
#include "target-riscv/csr.def"
    STATE_END,
};

/* ---- the types ---- */

static void riscv_cpu_instance_init(Object *obj)
{
    device_init_gpio_in(DEVICE(obj), riscv_cpu_set_irq, IRQ_INPUTS);
}

static void riscv_cpu_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    CPUClass *cc = CPU_CLASS(oc);

    (void)data;
    dc->realize = riscv_cpu_realize;
    dc->unrealize = riscv_cpu_unrealize;
    dc->reset = riscv_cpu_reset;
    dc->state = riscv_cpu_state;
    dc->fdt_populate = riscv_cpu_fdt_populate;
    cc->has_work = riscv_cpu_has_work;
    cc->is_halted = riscv_cpu_is_halted;
    cc->set_pc = riscv_cpu_set_pc;
    cc->get_pc = riscv_cpu_get_pc;
    cc->get_access_pc = riscv_cpu_get_access_pc;
    cc->get_insn_count = riscv_cpu_get_insn_count;
    cc->dump_state = riscv_cpu_dump_state;
    cc->post_mortem = riscv_cpu_post_mortem;
    cc->wakes = riscv_cpu_wakes;
    cc->describe_stuck = riscv_cpu_describe_stuck;
    cc->missing_isa = riscv_cpu_missing_isa;
    cc->parse_model = riscv_cpu_parse_model;
    cc->list_models = riscv_cpu_list_models;
    cc->explain_model = riscv_cpu_explain_model;
    riscv_gdb_class_init(cc);
    object_class_add_properties(oc, riscv_cpu_properties, G_N_ELEMENTS(riscv_cpu_properties));
    add_ext_properties(oc);
}

typedef struct RISCVModel {
    unsigned model; /* RISCV_MODEL_* */
    const char *description;
} RISCVModel;

static const RISCVModel model_rv64 = {
    RISCV_MODEL_RV64, "64-bit hart with a fixed list of extensions"
};
static const RISCVModel model_max = {
    RISCV_MODEL_MAX, "64-bit hart with all extensions that get on with each other"
};

static void riscv_model_class_init(ObjectClass *oc, const void *data)
{
    const RISCVModel *model = data;

    RISCV_CPU_CLASS(oc)->ext = riscv_ext_model(model->model);
    DEVICE_CLASS(oc)->desc = model->description;
}

static void riscv_profile_class_init(ObjectClass *oc, const void *data)
{
    RISCV_CPU_CLASS(oc)->profile = data;
    RISCV_CPU_CLASS(oc)->ext = riscv_profile_ext(data);
    DEVICE_CLASS(oc)->desc = "64-bit hart with what the profile of this name mandates";
}

static const TypeInfo riscv_cpu_types[] = {
    {
        .name = TYPE_RISCV_CPU,
        .parent = TYPE_CPU,
        .instance_size = sizeof(RISCVCPU),
        .instance_init = riscv_cpu_instance_init,
        .abstract = true,
        .class_size = sizeof(RISCVCPUClass),
        .class_init = riscv_cpu_class_init,
    },
    {
        .name = TYPE_RISCV_CPU_RV64,
        .parent = TYPE_RISCV_CPU,
        .class_init = riscv_model_class_init,
        .class_data = &model_rv64,
    },
    {
        .name = TYPE_RISCV_CPU_MAX,
        .parent = TYPE_RISCV_CPU,
        .class_init = riscv_model_class_init,
        .class_data = &model_max,
    },
#define PROFILE(name_, ...)                                                                       \
    {                                                                                             \
        .name = RISCV_CPU_TYPE_NAME(#name_),                                                      \
        .parent = TYPE_RISCV_CPU,                                                                 \
        .class_init = riscv_profile_class_init,                                                   \
        .class_data = &riscv_profiles[RISCV_PROFILE_##name_],                                     \
    },
#include "target-riscv/profile.def"
#undef PROFILE
};

DEFINE_TYPES(riscv_cpu_types)
