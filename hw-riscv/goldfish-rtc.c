/*
 * Goldfish RTC: see include/hw/goldfish-rtc.h.
 *
 * What does not belong here: what date it is (system/wall-clock.h).
 *
 * SPDX-License-Identifier: MIT
 */
#include "hw/goldfish-rtc.h"

#include "hw-riscv/trace.h"
#include "util/bits.h"
#include "util/log.h"
#include "util/module.h"

struct GoldfishRTCState {
    DeviceState parent_obj;

    WallClock *wall_clock;

    MemoryRegion mmio;
    IRQ *irq;
    Timer *timer;

    uint64_t set_by;    /* ns by which the guest has set the clock, modulo 2^64 */
    uint64_t alarm;
    uint32_t time_high; /* of the last load of TIME_LOW */
    bool alarm_set;
    bool interrupt;     /* the alarm was reached, and not cleared */
    bool irq_enabled;
};

/* ---- Time and alarm ---- */

static uint64_t now(const GoldfishRTCState *s)
{
    return (uint64_t)wall_clock_ns(s->wall_clock) + s->set_by;
}

static void update_interrupt(GoldfishRTCState *s)
{
    irq_set(s->irq, s->interrupt && s->irq_enabled);
}

/* Look whether the alarm is reached, and again when it is expected to be. */
static void update_alarm(void *opaque)
{
    GoldfishRTCState *s = opaque;

    if (s->alarm_set && now(s) >= s->alarm) {
        s->alarm_set = false;
        s->interrupt = true;
    }
    if (s->alarm_set && s->alarm - s->set_by <= INT64_MAX) {
        timer_mod(s->timer, wall_clock_deadline_ns(s->wall_clock, s->alarm - s->set_by));
    } else {
        timer_del(s->timer);
    }
    update_interrupt(s);
}

/* Let the half of the time at bit `start` be `value` from now on. */
static void set_time(GoldfishRTCState *s, int start, uint32_t value)
{
    uint64_t before = now(s);

    s->set_by += deposit64(before, start, 32, value) - before;
    update_alarm(s);
}

/* ---- Registers ---- */

static uint32_t read_time_low(GoldfishRTCState *s)
{
    uint64_t time = now(s);

    s->time_high = time >> 32;
    return time;
}

static MemTxResult goldfish_rtc_read(void *opaque, hwaddr offset, unsigned size, uint64_t *value)
{
    GoldfishRTCState *s = opaque;

    (void)size;
    *value = 0;
    switch (offset) {
    case GOLDFISH_RTC_TIME_LOW:
        *value = read_time_low(s);
        break;
    case GOLDFISH_RTC_TIME_HIGH:
        *value = s->time_high;
        break;
    case GOLDFISH_RTC_ALARM_LOW:
        *value = (uint32_t)s->alarm;
        break;
    case GOLDFISH_RTC_ALARM_HIGH:
        *value = s->alarm >> 32;
        break;
    case GOLDFISH_RTC_IRQ_ENABLED:
        *value = s->irq_enabled;
        break;
    case GOLDFISH_RTC_ALARM_STATUS:
        *value = s->alarm_set;
        break;
    default:
        log_mask(LOG_GUEST_ERROR,
                 "goldfish-rtc: read of 0x%" PRIx64 ", where there is no register to read\n",
                 offset);
    }
    trace_goldfish_rtc_read(offset, *value);
    return MEMTX_OK;
}

static MemTxResult goldfish_rtc_write(void *opaque, hwaddr offset, unsigned size, uint64_t value)
{
    GoldfishRTCState *s = opaque;

    trace_goldfish_rtc_write(offset, value);
    (void)size;
    switch (offset) {
    case GOLDFISH_RTC_TIME_LOW:
        set_time(s, 0, value);
        break;
    case GOLDFISH_RTC_TIME_HIGH:
        set_time(s, 32, value);
        break;
    case GOLDFISH_RTC_ALARM_LOW:
        s->alarm = deposit64(s->alarm, 0, 32, value);
        s->alarm_set = true;
        update_alarm(s);
        break;
    case GOLDFISH_RTC_ALARM_HIGH:
        s->alarm = deposit64(s->alarm, 32, 32, value);
        break;
    case GOLDFISH_RTC_IRQ_ENABLED:
        s->irq_enabled = value & 1;
        update_interrupt(s);
        break;
    case GOLDFISH_RTC_CLEAR_ALARM:
        s->alarm_set = false;
        update_alarm(s);
        break;
    case GOLDFISH_RTC_CLEAR_INTERRUPT:
        s->interrupt = false;
        update_interrupt(s);
        break;
    default:
        log_mask(LOG_GUEST_ERROR,
                 "goldfish-rtc: write of 0x%" PRIx64 ", where there is no register to write\n",
                 offset);
    }
    return MEMTX_OK;
}

static const MemoryRegionOps goldfish_rtc_ops = {
    .read = goldfish_rtc_read,
    .write = goldfish_rtc_write,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
};

/* ---- The type ---- */

static void goldfish_rtc_realize(DeviceState *dev, Error **errp)
{
    GoldfishRTCState *s = GOLDFISH_RTC(dev);

    (void)errp;
    g_assert(s->wall_clock);
    s->timer = timer_new(wall_clock_timers(s->wall_clock), update_alarm, s);
}

static void goldfish_rtc_unrealize(DeviceState *dev)
{
    g_clear_pointer(&GOLDFISH_RTC(dev)->timer, timer_free);
}

static void goldfish_rtc_reset(DeviceState *dev)
{
    GoldfishRTCState *s = GOLDFISH_RTC(dev);

    s->alarm = 0;
    s->time_high = 0;
    s->alarm_set = false;
    s->interrupt = false;
    s->irq_enabled = false;
    update_alarm(s);
}

static bool goldfish_rtc_fdt_populate(DeviceState *dev, DTNode *parent, hwaddr base, Error **errp)
{
    const GoldfishRTCState *s = GOLDFISH_RTC(dev);
    DTNode *node = dt_add_node(parent, "rtc@%" PRIx64, base);

    (void)errp;
    dt_set_string(node, "compatible", "google,goldfish-rtc");
    if (s->irq) {
        dt_set_u32(node, "interrupts", s->irq->n);
    }
    dt_set_reg(node, base, GOLDFISH_RTC_SIZE);
    return true;
}

static const StateField goldfish_rtc_state[] = {
    STATE_FIELD(GoldfishRTCState, set_by),
    STATE_FIELD(GoldfishRTCState, alarm),
    STATE_FIELD(GoldfishRTCState, time_high),
    STATE_FIELD(GoldfishRTCState, alarm_set),
    STATE_FIELD(GoldfishRTCState, interrupt),
    STATE_FIELD(GoldfishRTCState, irq_enabled),
    STATE_END,
};

static const Property goldfish_rtc_properties[] = {
    DEFINE_PROP_LINK("wall-clock", GoldfishRTCState, wall_clock, TYPE_WALL_CLOCK, WallClock,
                     "the date and time to start with and to go on with"),
};

static void goldfish_rtc_instance_init(Object *obj)
{
    GoldfishRTCState *s = GOLDFISH_RTC(obj);

    memory_region_init_io(&s->mmio, obj, &goldfish_rtc_ops, s, "goldfish-rtc", GOLDFISH_RTC_SIZE);
    device_init_mmio(DEVICE(s), &s->mmio);
    device_init_gpio_out(DEVICE(s), &s->irq, 1);
}

static void goldfish_rtc_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    (void)data;
    dc->desc = "Real-time clock with an alarm";
    dc->state = goldfish_rtc_state;
    dc->realize = goldfish_rtc_realize;
    dc->unrealize = goldfish_rtc_unrealize;
    dc->reset = goldfish_rtc_reset;
    dc->fdt_populate = goldfish_rtc_fdt_populate;
    object_class_add_properties(oc, goldfish_rtc_properties,
                                G_N_ELEMENTS(goldfish_rtc_properties));
}

static const TypeInfo goldfish_rtc_types[] = { {
    .name = TYPE_GOLDFISH_RTC,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(GoldfishRTCState),
    .instance_init = goldfish_rtc_instance_init,
    .class_init = goldfish_rtc_class_init,
} };

DEFINE_TYPES(goldfish_rtc_types)
