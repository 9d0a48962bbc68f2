/*
 * CLINT: see include/hw/clint.h for its registers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "hw/clint.h"

#include "hart-node.h"
#include "hw-riscv/trace.h"
#include "util/bits.h"
#include "util/log.h"
#include "util/module.h"

typedef struct CLINTHart {
    CLINTState *clint;
    unsigned index;
    Timer *timer;
} CLINTHart;

struct CLINTState {
    DeviceState parent_obj;

    uint32_t num_harts;
    uint64_t mtimecmp_reset;
    Timebase *timebase;

    MemoryRegion mmio;
    CLINTHart *harts;                /* num_harts of them */
    IRQ *pins[2 * CLINT_MAX_HARTS];  /* see CLINT_PIN_SOFTWARE, CLINT_PIN_TIMER */
    uint8_t msip[CLINT_MAX_HARTS];   /* 0 or 1 */
    uint64_t mtimecmp[CLINT_MAX_HARTS];
};

/* ---- Timer interrupts ---- */

/* Set the line as it has to be now, and look again when that changes by itself. */
static void update_timer(void *opaque)
{
    CLINTHart *hart = opaque;
    CLINTState *s = hart->clint;
    uint64_t mtimecmp = s->mtimecmp[hart->index];
    bool pending = timebase_read(s->timebase) >= mtimecmp;

    trace_clint_timer(hart->index, pending);
    irq_set(s->pins[CLINT_PIN_TIMER(hart->index)], pending);
    if (pending) {
        timer_del(hart->timer);
    } else {
        timer_mod(hart->timer, timebase_deadline_ns(s->timebase, mtimecmp));
    }
}

static void update_all_timers(void *opaque)
{
    CLINTState *s = opaque;

    for (unsigned i = 0; i < s->num_harts; i++) {
        update_timer(&s->harts[i]);
    }
}

/* ---- Registers ---- */

/* An aligned register of 4 or 8 bytes seen through an access of 4 or 8 bytes at `offset`. */
static uint64_t read_part(uint64_t reg, hwaddr offset, unsigned size)
{
    return extract64(reg, offset % 8 * 8, size * 8);
}

static uint64_t write_part(uint64_t reg, hwaddr offset, unsigned size, uint64_t value)
{
    return deposit64(reg, offset % 8 * 8, size * 8, value);
}

static uint64_t read_msip(const CLINTState *s, hwaddr offset, unsigned size)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < size / 4; i++) {
        hwaddr hart = offset / 4 + i;

        if (hart < s->num_harts) {
            value |= (uint64_t)s->msip[hart] << (32 * i);
        }
    }
    return value;
}

static void write_msip(CLINTState *s, hwaddr offset, unsigned size, uint64_t value)
{
    for (unsigned i = 0; i < size / 4; i++) {
        hwaddr hart = offset / 4 + i;

        if (hart < s->num_harts) {
            s->msip[hart] = value >> (32 * i) & 1;
            irq_set(s->pins[CLINT_PIN_SOFTWARE(hart)], s->msip[hart]);
        }
    }
}

/* What has no register reads as zero and ignores writes, as on the real one. */
static void log_missing_register(const CLINTState *s, const char *access, hwaddr offset)
{
    bool exists = offset < CLINT_MTIMECMP ? offset / 4 < s->num_harts
                  : offset < CLINT_MTIME  ? (offset - CLINT_MTIMECMP) / 8 < s->num_harts
                                          : offset < CLINT_MTIME + 8;

    if (!exists) {
        log_mask(LOG_GUEST_ERROR, "clint: %s of 0x%" PRIx64 ", where there is no register\n", access,
                 offset);
    }
}

static MemTxResult clint_read(void *opaque, hwaddr offset, unsigned size, uint64_t *value)
{
    CLINTState *s = opaque;

    *value = 0;
    log_missing_register(s, "read", offset);
    if (offset < CLINT_MTIMECMP) {
        *value = read_msip(s, offset, size);
    } else if (offset < CLINT_MTIME) {
        hwaddr hart = (offset - CLINT_MTIMECMP) / 8;

        if (hart < s->num_harts) {
            *value = read_part(s->mtimecmp[hart], offset, size);
        }
    } else if (offset < CLINT_MTIME + 8) {
        *value = read_part(timebase_read(s->timebase), offset, size);
    }
    trace_clint_read(offset, size, *value);
    return MEMTX_OK;
}

static MemTxResult clint_write(void *opaque, hwaddr offset, unsigned size, uint64_t value)
{
    CLINTState *s = opaque;

    trace_clint_write(offset, size, value);
    log_missing_register(s, "write", offset);
    if (offset < CLINT_MTIMECMP) {
        write_msip(s, offset, size, value);
    } else if (offset < CLINT_MTIME) {
        hwaddr hart = (offset - CLINT_MTIMECMP) / 8;

        if (hart < s->num_harts) {
            s->mtimecmp[hart] = write_part(s->mtimecmp[hart], offset, size, value);
            update_timer(&s->harts[hart]);
        }
    } else if (offset < CLINT_MTIME + 8) {
        /* Everybody who compares is told, we too: see clint_realize(). */
        timebase_write(s->timebase, write_part(timebase_read(s->timebase), offset, size, value));
    }
    return MEMTX_OK;
}

static const MemoryRegionOps clint_ops = {
    .read = clint_read,
    .write = clint_write,
    .valid = { .min_access_size = 4, .max_access_size = 8 },
};

/* ---- The type ---- */

static void clint_realize(DeviceState *dev, Error **errp)
{
    CLINTState *s = CLINT(dev);

    (void)errp;
    g_assert(s->timebase);
    device_init_gpio_out(dev, s->pins, 2 * s->num_harts);
    s->harts = g_new0(CLINTHart, s->num_harts);
    for (unsigned i = 0; i < s->num_harts; i++) {
        CLINTHart *hart = &s->harts[i];

        *hart = (CLINTHart) { .clint = s, .index = i };
        hart->timer = timer_new(timebase_clock(s->timebase), update_timer, hart);
    }
    timebase_add_notifier(s->timebase, update_all_timers, s);
}

static void clint_unrealize(DeviceState *dev)
{
    CLINTState *s = CLINT(dev);

    timebase_remove_notifier(s->timebase, update_all_timers, s);
    for (unsigned i = 0; i < s->num_harts; i++) {
        timer_free(s->harts[i].timer);
    }
    g_clear_pointer(&s->harts, g_free);
}

/*
 * The specification leaves mtimecmp open. All ones by default, so that no timer interrupt is pending before
 * somebody asks for one: in Spike, where it is 0, mip.MTIP is set from the start, and what enables
 * timer interrupts before it writes mtimecmp gets one at once.
 */
static void clint_reset(DeviceState *dev)
{
    CLINTState *s = CLINT(dev);

    for (unsigned i = 0; i < s->num_harts; i++) {
        s->msip[i] = 0;
        s->mtimecmp[i] = s->mtimecmp_reset;
        irq_lower(s->pins[CLINT_PIN_SOFTWARE(i)]);
    }
    timebase_write(s->timebase, 0);
}

static bool clint_fdt_populate(DeviceState *dev, DTNode *parent, hwaddr base, Error **errp)
{
    CLINTState *s = CLINT(dev);
    DTNode *node = dt_add_node(parent, "clint@%" PRIx64, base);
    g_autofree uint32_t *cells = g_new(uint32_t, 4 * s->num_harts);

    for (unsigned i = 0; i < s->num_harts; i++) {
        if (!hart_node_phandle(parent, i, "CLINT", &cells[4 * i], errp)) {
            return false;
        }
        cells[4 * i + 2] = cells[4 * i];
        cells[4 * i + 1] = 3; /* machine software interrupt: its number in mcause */
        cells[4 * i + 3] = 7; /* machine timer interrupt */
    }
    dt_set_strings(node, "compatible", "sifive,clint0", "riscv,clint0", NULL);
    dt_set_cells(node, "interrupts-extended", cells, 4 * s->num_harts);
    dt_set_reg(node, base, CLINT_SIZE);
    return true;
}

static const StateField clint_state[] = {
    STATE_ARRAY(CLINTState, msip),
    STATE_ARRAY(CLINTState, mtimecmp),
    STATE_END,
};

static const Property clint_properties[] = {
    DEFINE_PROP_UINT32("num-harts", CLINTState, num_harts, 1, "number of harts", .min = 1,
                       .max = CLINT_MAX_HARTS),
    DEFINE_PROP_UINT64("mtimecmp-reset", CLINTState, mtimecmp_reset, UINT64_MAX,
                       "mtimecmp after reset; Spike has 0, so that the interrupt is pending"),
    DEFINE_PROP_LINK("timebase", CLINTState, timebase, TYPE_TIMEBASE, Timebase,
                     "what mtime counts"),
};

static void clint_instance_init(Object *obj)
{
    CLINTState *s = CLINT(obj);

    memory_region_init_io(&s->mmio, obj, &clint_ops, s, "clint", CLINT_SIZE);
    device_init_mmio(DEVICE(s), &s->mmio);
}

static void clint_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    (void)data;
    dc->desc = "Core-local interruptor: timer and software interrupts";
    dc->state = clint_state;
    dc->realize = clint_realize;
    dc->unrealize = clint_unrealize;
    dc->reset = clint_reset;
    dc->fdt_populate = clint_fdt_populate;
    object_class_add_properties(oc, clint_properties, G_N_ELEMENTS(clint_properties));
}

static const TypeInfo clint_info = {
    .name = TYPE_CLINT,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(CLINTState),
    .instance_init = clint_instance_init,
    .class_init = clint_class_init,
};

static void clint_register_types(void)
{
    type_register_static(&clint_info);
}

type_init(clint_register_types)
