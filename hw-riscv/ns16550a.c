/*
 * NS16550A: see include/hw/ns16550a.h. What the bits do is in National Semiconductor's data sheet
 * "PC16550D Universal Asynchronous Receiver/Transmitter with FIFOs", whose sections are named here.
 *
 * What does not belong here: where characters come from and go to (system/chardev.h).
 *
 * SPDX-License-Identifier: MIT
 */
#include "hw/ns16550a.h"

#include "hw-riscv/trace.h"
#include "util/log.h"
#include "util/module.h"

enum { /* IER */
    IER_RDI = 1 << 0,  /* received data */
    IER_THRI = 1 << 1, /* transmitter holding register empty */
    IER_RLSI = 1 << 2, /* receiver line status */
    IER_MSI = 1 << 3,  /* modem status */
    IER_MASK = 0xf,
};

enum { /* IIR: one of these, highest priority first */
    IIR_RLSI = 6,
    IIR_RDI = 4,
    IIR_TIMEOUT = 12,
    IIR_THRI = 2,
    IIR_MSI = 0,
    IIR_NONE = 1,
    IIR_FIFOS = 3 << 6, /* they are enabled */
};

enum { /* FCR */
    FCR_ENABLE = 1 << 0,
    FCR_CLEAR_RX = 1 << 1,
    FCR_TRIGGER_SHIFT = 6,
};

enum { /* LCR */
    LCR_LENGTH = 3, /* characters' bits, less 5 */
    LCR_STOP = 1 << 2,
    LCR_PARITY = 1 << 3,
    LCR_DLAB = 1 << 7,
};

enum { /* MCR */
    MCR_DTR = 1 << 0,
    MCR_RTS = 1 << 1,
    MCR_OUT1 = 1 << 2,
    MCR_OUT2 = 1 << 3,
    MCR_LOOP = 1 << 4,
    MCR_MASK = 0x1f,
};

enum { /* LSR */
    LSR_DR = 1 << 0,   /* data ready */
    LSR_OE = 1 << 1,   /* overrun error */
    LSR_THRE = 1 << 5, /* transmitter holding register empty */
    LSR_TEMT = 1 << 6, /* transmitter empty */
};

enum { /* MSR */
    MSR_DCTS = 1 << 0, /* changes since the last load */
    MSR_DDSR = 1 << 1,
    MSR_TERI = 1 << 2, /* RI went off */
    MSR_DDCD = 1 << 3,
    MSR_DELTAS = 0xf,
    MSR_CTS = 1 << 4,
    MSR_DSR = 1 << 5,
    MSR_RI = 1 << 6,
    MSR_DCD = 1 << 7,
};

/* The data sheet has no divisor after reset. This one makes 9600 baud of a PC's clock. */
#define RESET_DIVISOR 12

/* So many loads of LSR in a row may have other reasons than to wait for input. */
#define POLLS 7

struct NS16550AState {
    DeviceState parent_obj;

    Chardev *chardev;
    VirtualClock *clock;
    uint32_t clock_frequency;

    MemoryRegion mmio;
    IRQ *irq;
    CharFrontend line;
    Timer *timer; /* of the character timeout */

    uint8_t ier, fcr, lcr, mcr, msr, scr;
    uint16_t divisor;
    uint8_t fifo[NS16550A_FIFO]; /* one place of it is RBR where FIFOs are off */
    uint8_t first, count;        /* of the characters in it */
    bool seen;                   /* the guest knows that there are some */
    uint8_t overrun;             /* LSR_OE or 0 */
    bool thr_emptied;            /* and no interrupt has told so */
    bool timed_out;
    uint8_t polls;               /* loads of LSR since any other access, up to POLLS */
    bool listens;                /* the guest looks for input */
    bool input_ended;            /* the host's has, whatever the guest does */
};

/* ---- Interrupts ---- */

static bool fifos_enabled(const NS16550AState *s)
{
    return s->fcr & FCR_ENABLE;
}

static unsigned capacity(const NS16550AState *s)
{
    return fifos_enabled(s) ? NS16550A_FIFO : 1;
}

/* So many characters make an interrupt. */
static unsigned trigger_level(const NS16550AState *s)
{
    static const uint8_t levels[] = { 1, 4, 8, 14 };

    return fifos_enabled(s) ? levels[s->fcr >> FCR_TRIGGER_SHIFT] : 1;
}

/* "Interrupt Identification Register", table of interrupt control functions. */
static uint8_t interrupt(const NS16550AState *s)
{
    if (s->ier & IER_RLSI && s->overrun) {
        return IIR_RLSI;
    }
    if (s->ier & IER_RDI && s->count >= trigger_level(s)) {
        return IIR_RDI;
    }
    if (s->ier & IER_RDI && s->timed_out) {
        return IIR_TIMEOUT;
    }
    if (s->ier & IER_THRI && s->thr_emptied) {
        return IIR_THRI;
    }
    if (s->ier & IER_MSI && s->msr & MSR_DELTAS) {
        return IIR_MSI;
    }
    return IIR_NONE;
}

static void update_interrupt(NS16550AState *s)
{
    irq_set(s->irq, interrupt(s) != IIR_NONE);
}

/* ---- Receiver ---- */

/* Nanoseconds that a character takes: a start bit, data, parity, stop bits (two of one are 1.5). */
static uint64_t character_ns(const NS16550AState *s)
{
    unsigned length = 5 + (s->lcr & LCR_LENGTH);
    unsigned half_bits = 2 * (1 + length + !!(s->lcr & LCR_PARITY) + 1);
    uint64_t clocks;

    if (s->lcr & LCR_STOP) {
        half_bits += length == 5 ? 1 : 2;
    }
    clocks = (uint64_t)half_bits * 8 * MAX(s->divisor, 1);
    return clocks * NANOSECONDS_PER_SECOND / s->clock_frequency;
}

/*
 * "FIFO Interrupt Mode Operation": a timeout occurs when there is a character, and for the time of
 * four none came and none was read. Called whenever one did.
 */
static void restart_timeout(NS16550AState *s)
{
    s->timed_out = false;
    if (fifos_enabled(s) && s->count > 0) {
        timer_mod(s->timer, virtual_clock_ns(s->clock) + 4 * character_ns(s));
    } else {
        timer_del(s->timer);
    }
}

static void timeout(void *opaque)
{
    NS16550AState *s = opaque;

    s->timed_out = fifos_enabled(s) && s->count > 0;
    update_interrupt(s);
}

/*
 * Input is read from the host while the guest looks for it, by interrupts or by polling, and only
 * so much as there is room for.
 */
static void ask_for_input(NS16550AState *s)
{
    if (!s->listens || s->mcr & MCR_LOOP) {
        char_frontend_cancel_input(&s->line);
    } else if (!s->input_ended && s->count < capacity(s)) {
        char_frontend_request_input(&s->line, capacity(s) - s->count);
    }
}

/* "Line Status Register", bit 1: what comes too late is lost in a FIFO; without, what was there. */
static void push_character(NS16550AState *s, uint8_t c)
{
    if (s->count >= capacity(s)) {
        s->overrun = LSR_OE;
        if (fifos_enabled(s)) {
            return;
        }
        s->count = 0;
    }
    s->fifo[(s->first + s->count++) % NS16550A_FIFO] = c;
    restart_timeout(s);
}

static void receive(void *opaque, const uint8_t *data, size_t len)
{
    NS16550AState *s = opaque;

    for (size_t i = 0; i < len; i++) {
        push_character(s, data[i]);
    }
    s->input_ended = len == 0;
    ask_for_input(s);
    update_interrupt(s);
}

static uint8_t read_character(NS16550AState *s)
{
    uint8_t c = s->fifo[s->first];

    if (s->count == 0) {
        return 0;
    }
    s->first = (s->first + 1) % NS16550A_FIFO;
    s->count--;
    s->seen = s->seen && s->count;
    restart_timeout(s);
    ask_for_input(s);
    return c;
}

static void clear_receiver(NS16550AState *s)
{
    s->first = 0;
    s->count = 0;
    s->seen = false;
    restart_timeout(s);
}

/* ---- Registers ---- */

/* What the modem's lines are; in loopback they are the ones that MCR drives. */
static uint8_t modem_lines(const NS16550AState *s)
{
    if (!(s->mcr & MCR_LOOP)) {
        return MSR_CTS | MSR_DSR | MSR_DCD;
    }
    return (s->mcr & MCR_RTS ? MSR_CTS : 0) | (s->mcr & MCR_DTR ? MSR_DSR : 0) |
           (s->mcr & MCR_OUT1 ? MSR_RI : 0) | (s->mcr & MCR_OUT2 ? MSR_DCD : 0);
}

static void write_mcr(NS16550AState *s, uint8_t value)
{
    uint8_t lines, changed;

    s->mcr = value & MCR_MASK;
    lines = modem_lines(s);
    changed = (s->msr & ~MSR_DELTAS) ^ lines;
    s->msr = lines | (s->msr & MSR_DELTAS) | (changed & MSR_CTS ? MSR_DCTS : 0) |
             (changed & MSR_DSR ? MSR_DDSR : 0) | (changed & ~lines & MSR_RI ? MSR_TERI : 0) |
             (changed & MSR_DCD ? MSR_DDCD : 0);
    ask_for_input(s);
}

/*
 * Enabling the transmitter's interrupt while it is empty raises it: drivers test for that.
 * Disabling the receiver's may be the end of a driver, and the next one clears the FIFO.
 */
static void write_ier(NS16550AState *s, uint8_t value)
{
    uint8_t before = s->ier;

    s->ier = value & IER_MASK;
    if (s->ier & ~before & IER_THRI) {
        s->thr_emptied = true;
    }
    if ((before | s->ier) & IER_RDI) {
        s->listens = s->ier & IER_RDI;
        ask_for_input(s);
    }
}

/*
 * "FIFO Control Register": other bits are taken only together with bit 0, a change of which clears
 * both FIFOs. That of the transmitter never has anything, nor has DMA (bit 3). Characters from the
 * line that the guest cannot know of may as well come a moment later, and so are not lost: drivers
 * clear FIFOs after they have enabled interrupts, while what the user typed ahead comes in.
 */
static void write_fcr(NS16550AState *s, uint8_t value)
{
    bool changed = (s->fcr ^ value) & FCR_ENABLE;

    s->fcr = value & FCR_ENABLE ? value : 0;
    if ((changed || s->fcr & FCR_CLEAR_RX) && (s->seen || s->mcr & MCR_LOOP)) {
        clear_receiver(s);
    } else if (changed) {
        restart_timeout(s);
    }
    char_frontend_cancel_input(&s->line); /* there may be less room than it was asked for */
    ask_for_input(s);
}

/* Sent at once, after which the transmitter is empty again. */
static void write_thr(NS16550AState *s, uint8_t c)
{
    if (s->mcr & MCR_LOOP) {
        push_character(s, c);
    } else {
        char_frontend_write(&s->line, &c, 1);
    }
    s->thr_emptied = true;
}

/*
 * A guest that sends loads LSR once for each character, as the transmitter is never busy, and a
 * driver that sets things up does so a few times. One that does so again and again, with no other
 * access between, waits for input.
 */
static uint8_t read_lsr(NS16550AState *s)
{
    uint8_t lsr = (s->count ? LSR_DR : 0) | s->overrun | LSR_THRE | LSR_TEMT;

    s->overrun = 0;
    s->seen = s->count;
    if (s->polls < POLLS) {
        s->polls++;
    } else if (!s->count) {
        s->listens = true;
        ask_for_input(s);
    }
    return lsr;
}

static uint8_t read_iir(NS16550AState *s)
{
    uint8_t iir = interrupt(s);

    if (iir == IIR_THRI) {
        s->thr_emptied = false;
    }
    if (iir == IIR_RDI || iir == IIR_TIMEOUT) {
        s->seen = true;
    }
    return iir | (fifos_enabled(s) ? IIR_FIFOS : 0);
}

static uint8_t read_msr(NS16550AState *s)
{
    uint8_t msr = s->msr;

    s->msr &= ~MSR_DELTAS;
    return msr;
}

static void log_missing_register(const char *access, hwaddr offset)
{
    log_mask(LOG_GUEST_ERROR, "ns16550a: %s of 0x%" PRIx64 ", where there is no register\n", access,
             offset);
}

static uint8_t read_register(NS16550AState *s, hwaddr offset)
{
    bool dlab = s->lcr & LCR_DLAB;

    switch (offset) {
    case NS16550A_RBR:
        return dlab ? s->divisor & 0xff : read_character(s);
    case NS16550A_IER:
        return dlab ? s->divisor >> 8 : s->ier;
    case NS16550A_IIR:
        return read_iir(s);
    case NS16550A_LCR:
        return s->lcr;
    case NS16550A_MCR:
        return s->mcr;
    case NS16550A_LSR:
        return read_lsr(s);
    case NS16550A_MSR:
        return read_msr(s);
    case NS16550A_SCR:
        return s->scr;
    default:
        log_missing_register("read", offset);
        return 0;
    }
}

static MemTxResult ns16550a_read(void *opaque, hwaddr offset, unsigned size, uint64_t *value)
{
    NS16550AState *s = opaque;

    (void)size;
    if (offset != NS16550A_LSR) {
        s->polls = 0;
    }
    *value = read_register(s, offset);
    update_interrupt(s);
    trace_ns16550a_read(offset, *value);
    return MEMTX_OK;
}

static void write_divisor(NS16550AState *s, unsigned shift, uint8_t value)
{
    s->divisor = (s->divisor & ~(0xff << shift)) | value << shift;
}

static MemTxResult ns16550a_write(void *opaque, hwaddr offset, unsigned size, uint64_t value)
{
    NS16550AState *s = opaque;

    trace_ns16550a_write(offset, value);
    (void)size;
    s->polls = 0;
    switch (offset) {
    case NS16550A_THR:
    case NS16550A_IER:
        if (s->lcr & LCR_DLAB) {
            write_divisor(s, 8 * offset, value);
        } else if (offset == NS16550A_THR) {
            write_thr(s, value);
        } else {
            write_ier(s, value);
        }
        break;
    case NS16550A_FCR:
        write_fcr(s, value);
        break;
    case NS16550A_LCR:
        s->lcr = value;
        break;
    case NS16550A_MCR:
        write_mcr(s, value);
        break;
    case NS16550A_LSR: /* for tests of the chip in its factory */
    case NS16550A_MSR:
        break;
    case NS16550A_SCR:
        s->scr = value;
        break;
    default:
        log_missing_register("write", offset);
    }
    update_interrupt(s);
    return MEMTX_OK;
}

static const MemoryRegionOps ns16550a_ops = {
    .read = ns16550a_read,
    .write = ns16550a_write,
    .valid = { .min_access_size = 1, .max_access_size = 1 },
};

/* ---- The type ---- */

static void ns16550a_realize(DeviceState *dev, Error **errp)
{
    NS16550AState *s = NS16550A(dev);

    (void)errp;
    g_assert(s->clock);
    s->timer = timer_new(s->clock, timeout, s);
    char_frontend_attach(&s->line, s->chardev, receive, s);
}

static void ns16550a_unrealize(DeviceState *dev)
{
    NS16550AState *s = NS16550A(dev);

    char_frontend_detach(&s->line);
    g_clear_pointer(&s->timer, timer_free);
}

/* "Master Reset": all but the divisor and SCR, which keep what they have. */
static void ns16550a_reset(DeviceState *dev)
{
    NS16550AState *s = NS16550A(dev);

    s->ier = 0;
    s->fcr = 0;
    s->lcr = 0;
    s->mcr = 0;
    s->msr = modem_lines(s);
    s->overrun = 0;
    s->thr_emptied = false;
    s->polls = 0;
    s->listens = false;
    clear_receiver(s);
    ask_for_input(s);
    irq_lower(s->irq);
}

static unsigned ns16550a_may_act(DeviceState *dev)
{
    return char_frontend_waits(&NS16550A(dev)->line) ? DEVICE_ACTS_ON_LINES : 0;
}

static bool ns16550a_fdt_populate(DeviceState *dev, DTNode *parent, hwaddr base, Error **errp)
{
    const NS16550AState *s = NS16550A(dev);
    DTNode *node = dt_add_node(parent, NS16550A_NODE, base);

    (void)errp;
    dt_set_string(node, "compatible", "ns16550a");
    dt_set_u32(node, "clock-frequency", s->clock_frequency);
    if (s->irq) {
        dt_set_u32(node, "interrupts", s->irq->n);
    }
    dt_set_reg(node, base, NS16550A_SIZE);
    dt_set_u32(node, "reg-shift", 0);
    dt_set_u32(node, "reg-io-width", 1);
    return true;
}

static const StateField ns16550a_state[] = {
    STATE_FIELD(NS16550AState, ier),
    STATE_FIELD(NS16550AState, fcr),
    STATE_FIELD(NS16550AState, lcr),
    STATE_FIELD(NS16550AState, mcr),
    STATE_FIELD(NS16550AState, msr),
    STATE_FIELD(NS16550AState, scr),
    STATE_FIELD(NS16550AState, divisor),
    STATE_ARRAY(NS16550AState, fifo),
    STATE_FIELD(NS16550AState, first),
    STATE_FIELD(NS16550AState, count),
    STATE_FIELD(NS16550AState, seen),
    STATE_FIELD(NS16550AState, overrun),
    STATE_FIELD(NS16550AState, thr_emptied),
    STATE_FIELD(NS16550AState, timed_out),
    STATE_FIELD(NS16550AState, polls),
    STATE_FIELD(NS16550AState, listens),
    STATE_END,
};

static const Property ns16550a_properties[] = {
    DEFINE_PROP_LINK("chardev", NS16550AState, chardev, TYPE_CHARDEV, Chardev,
                     "where characters go to and come from"),
    DEFINE_PROP_LINK("clock", NS16550AState, clock, TYPE_VIRTUAL_CLOCK, VirtualClock,
                     "what the character timeout is measured with"),
    DEFINE_PROP_UINT32("clock-frequency", NS16550AState, clock_frequency, 10000000,
                       "16 times the divisor times the baud rate, Hz", .min = 1, .max = UINT32_MAX),
};

static void ns16550a_instance_init(Object *obj)
{
    NS16550AState *s = NS16550A(obj);

    s->divisor = RESET_DIVISOR;
    memory_region_init_io(&s->mmio, obj, &ns16550a_ops, s, "ns16550a", NS16550A_SIZE);
    device_init_mmio(DEVICE(s), &s->mmio);
    device_init_gpio_out(DEVICE(s), &s->irq, 1);
}

static void ns16550a_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    (void)data;
    dc->desc = "UART with FIFOs of 16 characters";
    dc->state = ns16550a_state;
    dc->realize = ns16550a_realize;
    dc->unrealize = ns16550a_unrealize;
    dc->reset = ns16550a_reset;
    dc->fdt_populate = ns16550a_fdt_populate;
    dc->may_act = ns16550a_may_act;
    object_class_add_properties(oc, ns16550a_properties, G_N_ELEMENTS(ns16550a_properties));
}

static const TypeInfo ns16550a_types[] = { {
    .name = TYPE_NS16550A,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(NS16550AState),
    .instance_init = ns16550a_instance_init,
    .class_init = ns16550a_class_init,
} };

DEFINE_TYPES(ns16550a_types)
