/*
 * PLIC: see include/hw/plic.h for its registers, and "RISC-V Platform-Level Interrupt Controller
 * Specification", 1.0.0, for what they do.
 *
 * Every source has a gateway, here that of an interrupt by level: a high level becomes pending;
 * from claim to completion the gateway is closed; what is high when it opens is pending again.
 * What does not belong here: which device is which source (the machine's).
 *
 * SPDX-License-Identifier: MIT
 */
#include "hw/plic.h"

#include "hart-node.h"
#include "hw-riscv/trace.h"
#include "util/bits.h"
#include "util/log.h"
#include "util/module.h"

#define MAX_CONTEXTS (2 * PLIC_MAX_HARTS)
#define SOURCE_WORDS ((PLIC_MAX_SOURCES + 1) / 32)

/* Interrupts by their numbers in mcause, for the device tree. */
enum { SUPERVISOR_EXTERNAL = 9, MACHINE_EXTERNAL = 11 };

struct PLICState {
    DeviceState parent_obj;

    uint32_t num_harts;
    uint32_t num_sources;
    bool supervisor;

    MemoryRegion mmio;
    IRQ *pins[MAX_CONTEXTS];

    /* By source: arrays of words have a bit for each, bit 0 of the first is none. */
    uint8_t priority[PLIC_MAX_SOURCES + 1];
    uint32_t level[SOURCE_WORDS];
    uint32_t pending[SOURCE_WORDS];
    uint32_t claimed[SOURCE_WORDS]; /* and not completed: the gateway is closed */
    /* By context. */
    uint32_t enable[MAX_CONTEXTS][SOURCE_WORDS];
    uint8_t threshold[MAX_CONTEXTS];
    uint8_t raised[MAX_CONTEXTS];   /* level of its pin */
};

static unsigned num_contexts(const PLICState *s)
{
    return s->supervisor ? 2 * s->num_harts : s->num_harts;
}

static unsigned num_words(const PLICState *s)
{
    return s->num_sources / 32 + 1;
}

/* The bits of word `word` that stand for a source. */
static uint32_t sources_in_word(const PLICState *s, unsigned word)
{
    uint32_t mask = word == s->num_sources / 32 ? UINT32_MAX >> (31 - s->num_sources % 32)
                                                : UINT32_MAX;

    return word == 0 ? mask & ~1u : mask;
}

/* ---- Who is interrupted ---- */

/*
 * The pending source to interrupt the context with: that of highest priority, the lowest number
 * among equals; 0 if none has a higher priority than `above`.
 */
static unsigned best_source(const PLICState *s, unsigned context, unsigned above)
{
    unsigned best = 0;

    for (unsigned word = 0; word < num_words(s); word++) {
        uint32_t candidates = s->pending[word] & s->enable[context][word];

        for (; candidates; candidates &= candidates - 1) {
            unsigned source = 32 * word + __builtin_ctz(candidates);

            if (s->priority[source] > above) {
                above = s->priority[source];
                best = source;
            }
        }
    }
    return best;
}

static void update_context(PLICState *s, unsigned context)
{
    bool raised = best_source(s, context, s->threshold[context]) != 0;

    if (raised != s->raised[context]) {
        s->raised[context] = raised;
        irq_set(s->pins[context], raised);
    }
}

/* The source's pending bit or priority has changed. */
static void update_contexts_of(PLICState *s, unsigned source)
{
    for (unsigned i = 0; i < num_contexts(s); i++) {
        if (s->enable[i][source / 32] & BIT_ULL(source % 32)) {
            update_context(s, i);
        }
    }
}

/*
 * An open gateway lets a high level through. A level that falls takes nothing back: "the interrupt
 * request remains present in the IP bit" (chapter "Interrupt Gateways"). Spike withdraws it.
 */
static void update_gateway(PLICState *s, unsigned source)
{
    unsigned word = source / 32;
    uint32_t bit = BIT_ULL(source % 32);

    if (s->level[word] & ~s->claimed[word] & ~s->pending[word] & bit) {
        s->pending[word] |= bit;
        update_contexts_of(s, source);
    }
}

static void plic_input(void *opaque, int n, int level)
{
    PLICState *s = PLIC(opaque);
    uint32_t bit = BIT_ULL(n % 32);

    if (n == 0) {
        return;
    }
    trace_plic_source(n, level);
    if (level) {
        s->level[n / 32] |= bit;
        update_gateway(s, n);
    } else {
        s->level[n / 32] &= ~bit;
    }
}

/*
 * "The claim operation is not affected by the setting of the priority threshold register" (chapter
 * "Interrupt Claim Process"). In Spike it is.
 */
static unsigned claim(PLICState *s, unsigned context)
{
    unsigned source = best_source(s, context, 0);
    uint32_t bit = BIT_ULL(source % 32);

    if (source) {
        s->pending[source / 32] &= ~bit;
        s->claimed[source / 32] |= bit;
        update_contexts_of(s, source);
    }
    trace_plic_claim(context, source);
    return source;
}

/*
 * Any context may complete what any other one has claimed, if the source is enabled for it; all
 * else is ignored (chapter "Interrupt Completion").
 */
static void complete(PLICState *s, unsigned context, uint32_t source)
{
    if (source <= s->num_sources && s->enable[context][source / 32] & BIT_ULL(source % 32)) {
        s->claimed[source / 32] &= ~BIT_ULL(source % 32);
        update_gateway(s, source);
    } else {
        log_mask(LOG_GUEST_ERROR,
                 "plic: context %u completes source %" PRIu32 ", which is not enabled for it\n",
                 context, source);
    }
}

/* ---- Registers ---- */

typedef struct PLICRegister {
    enum { NO_REGISTER, PRIORITY, PENDING, ENABLE, THRESHOLD, CLAIM } kind;
    unsigned index;   /* of a source, or of a word of them */
    unsigned context;
} PLICRegister;

static PLICRegister find_register(const PLICState *s, hwaddr offset)
{
    PLICRegister reg = { .kind = NO_REGISTER };
    bool exists;

    if (offset < PLIC_PENDING) {
        reg = (PLICRegister){ PRIORITY, offset / 4, 0 };
        exists = reg.index >= 1 && reg.index <= s->num_sources;
    } else if (offset < PLIC_ENABLE) {
        reg = (PLICRegister){ PENDING, (offset - PLIC_PENDING) / 4, 0 };
        exists = reg.index < num_words(s);
    } else if (offset < PLIC_CONTEXT) {
        reg = (PLICRegister){ ENABLE, offset % PLIC_ENABLE_STRIDE / 4,
                              (offset - PLIC_ENABLE) / PLIC_ENABLE_STRIDE };
        exists = reg.index < num_words(s) && reg.context < num_contexts(s);
    } else {
        hwaddr rest = offset % PLIC_CONTEXT_STRIDE;

        reg = (PLICRegister){ rest == PLIC_THRESHOLD ? THRESHOLD : CLAIM, 0,
                              (offset - PLIC_CONTEXT) / PLIC_CONTEXT_STRIDE };
        exists = rest <= PLIC_CLAIM && reg.context < num_contexts(s);
    }
    return exists ? reg : (PLICRegister){ .kind = NO_REGISTER };
}

static MemTxResult plic_read(void *opaque, hwaddr offset, unsigned size, uint64_t *value)
{
    PLICState *s = opaque;
    PLICRegister reg = find_register(s, offset);

    (void)size;
    *value = 0;
    switch (reg.kind) {
    case PRIORITY:
        *value = s->priority[reg.index];
        break;
    case PENDING:
        *value = s->pending[reg.index];
        break;
    case ENABLE:
        *value = s->enable[reg.context][reg.index];
        break;
    case THRESHOLD:
        *value = s->threshold[reg.context];
        break;
    case CLAIM:
        *value = claim(s, reg.context);
        break;
    case NO_REGISTER:
        log_mask(LOG_GUEST_ERROR, "plic: read of 0x%" PRIx64 ", where there is no register\n",
                 offset);
        break;
    }
    trace_plic_read(offset, *value);
    return MEMTX_OK;
}

/* Priorities and thresholds have so many bits as PLIC_MAX_PRIORITY; others are read as zero. */
static MemTxResult plic_write(void *opaque, hwaddr offset, unsigned size, uint64_t value)
{
    PLICState *s = opaque;
    PLICRegister reg = find_register(s, offset);

    trace_plic_write(offset, value);
    (void)size;
    switch (reg.kind) {
    case PRIORITY:
        s->priority[reg.index] = value & PLIC_MAX_PRIORITY;
        update_contexts_of(s, reg.index);
        break;
    case ENABLE:
        s->enable[reg.context][reg.index] = value & sources_in_word(s, reg.index);
        update_context(s, reg.context);
        break;
    case THRESHOLD:
        s->threshold[reg.context] = value & PLIC_MAX_PRIORITY;
        update_context(s, reg.context);
        break;
    case CLAIM:
        complete(s, reg.context, value);
        break;
    case PENDING:
    case NO_REGISTER:
        log_mask(LOG_GUEST_ERROR,
                 "plic: write of 0x%" PRIx64 ", where there is no register to write\n", offset);
        break;
    }
    return MEMTX_OK;
}

static const MemoryRegionOps plic_ops = {
    .read = plic_read,
    .write = plic_write,
    .valid = { .min_access_size = 4, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

/* ---- The type ---- */

static void plic_realize(DeviceState *dev, Error **errp)
{
    PLICState *s = PLIC(dev);

    (void)errp;
    device_init_gpio_in(dev, plic_input, s->num_sources + 1);
    device_init_gpio_out(dev, s->pins, num_contexts(s));
}

/* Devices lower their lines themselves, if later than this. */
static void plic_reset(DeviceState *dev)
{
    PLICState *s = PLIC(dev);

    memset(s->priority, 0, sizeof(s->priority));
    memset(s->level, 0, sizeof(s->level));
    memset(s->pending, 0, sizeof(s->pending));
    memset(s->claimed, 0, sizeof(s->claimed));
    for (unsigned i = 0; i < num_contexts(s); i++) {
        memset(s->enable[i], 0, sizeof(s->enable[i]));
        s->threshold[i] = 0;
        s->raised[i] = 0;
        irq_lower(s->pins[i]);
    }
}

static bool plic_fdt_populate(DeviceState *dev, DTNode *parent, hwaddr base, Error **errp)
{
    PLICState *s = PLIC(dev);
    DTNode *node = dt_add_node(parent, "plic@%" PRIx64, base);
    g_autoptr(GArray) cells = g_array_new(false, false, sizeof(uint32_t));

    for (unsigned i = 0; i < s->num_harts; i++) {
        uint32_t hart[] = { 0, MACHINE_EXTERNAL, 0, SUPERVISOR_EXTERNAL };

        if (!hart_node_phandle(parent, i, "PLIC", &hart[0], errp)) {
            return false;
        }
        hart[2] = hart[0];
        g_array_append_vals(cells, hart, s->supervisor ? 4 : 2);
    }
    dt_set_strings(node, "compatible", "sifive,plic-1.0.0", "riscv,plic0", NULL);
    dt_set_u32(node, "#address-cells", 0);
    dt_set_u32(node, "#interrupt-cells", 1);
    dt_set_empty(node, "interrupt-controller");
    dt_set_cells(node, "interrupts-extended", (const uint32_t *)cells->data, cells->len);
    dt_set_reg(node, base, PLIC_SIZE);
    dt_set_u32(node, "riscv,ndev", s->num_sources);
    dt_set_u32(node, "riscv,max-priority", PLIC_MAX_PRIORITY);
    /* Devices beside it name the number of their source and nothing else. */
    dt_set_u32(parent, "interrupt-parent", dt_phandle(node));
    return true;
}

static const StateField plic_state[] = {
    STATE_ARRAY(PLICState, priority),
    STATE_ARRAY(PLICState, level),
    STATE_ARRAY(PLICState, pending),
    STATE_ARRAY(PLICState, claimed),
    STATE_ARRAY(PLICState, enable),
    STATE_ARRAY(PLICState, threshold),
    STATE_ARRAY(PLICState, raised),
    STATE_END,
};

static const Property plic_properties[] = {
    DEFINE_PROP_UINT32("num-harts", PLICState, num_harts, 1, "number of harts", .min = 1,
                       .max = PLIC_MAX_HARTS),
    DEFINE_PROP_BOOL("supervisor", PLICState, supervisor, true,
                     "harts have a supervisor mode, with a context of its own"),
    DEFINE_PROP_UINT32("num-sources", PLICState, num_sources, 31, "number of sources", .min = 1,
                       .max = PLIC_MAX_SOURCES),
};

static void plic_instance_init(Object *obj)
{
    PLICState *s = PLIC(obj);

    memory_region_init_io(&s->mmio, obj, &plic_ops, s, "plic", PLIC_SIZE);
    device_init_mmio(DEVICE(s), &s->mmio);
}

static void plic_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    (void)data;
    dc->desc = "Platform-level interrupt controller";
    dc->state = plic_state;
    dc->realize = plic_realize;
    dc->reset = plic_reset;
    dc->fdt_populate = plic_fdt_populate;
    object_class_add_properties(oc, plic_properties, G_N_ELEMENTS(plic_properties));
}

static const TypeInfo plic_types[] = { {
    .name = TYPE_PLIC,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(PLICState),
    .instance_init = plic_instance_init,
    .class_init = plic_class_init,
} };

DEFINE_TYPES(plic_types)
