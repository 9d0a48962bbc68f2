/*
 * HTIF, the device: the two words, noticed when they are stored to, and the type.
 *
 * Stores to RAM come through a watch, in the storing hart's thread; everything here then runs under
 * the big lock. What does not belong here: what a command does (htif-command.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "hw/htif.h"

#include <string.h>

#include "htif-internal.h"
#include "hw-riscv/trace.h"
#include "system/cpu.h"
#include "system/dead.h"
#include "system/guest-ram.h"
#include "util/bits.h"
#include "util/module.h"

/* ---- The two words ---- */

/*
 * A word in RAM may be stored to by a hart at any time, so it is taken and set atomically where it
 * is aligned, as it is in every program that a compiler made.
 */
static uint64_t word_take(HTIFState *s, HTIFWord *word)
{
    uint64_t value;

    if (!word->host) {
        value = word->reg;
        word->reg = 0;
        return value;
    }
    if ((uintptr_t)word->host % sizeof(value) == 0) {
        value = GUINT64_FROM_LE(__atomic_exchange_n((uint64_t *)word->host, 0, __ATOMIC_SEQ_CST));
    } else {
        memcpy(&value, word->host, sizeof(value));
        value = GUINT64_FROM_LE(value);
        memset(word->host, 0, sizeof(value));
    }
    if (value) {
        address_space_note_store(s->as, word->addr, sizeof(value));
    }
    return value;
}

/* Replace 0 by `value`; false where the word is not 0. */
static bool word_put(HTIFState *s, HTIFWord *word, uint64_t value)
{
    uint64_t old = 0;

    if (!word->host) {
        old = word->reg;
        word->reg = old ? old : value;
        return old == 0;
    }
    value = GUINT64_TO_LE(value);
    if ((uintptr_t)word->host % sizeof(value) == 0) {
        if (!__atomic_compare_exchange_n((uint64_t *)word->host, &old, value, false,
                                         __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
            return false;
        }
    } else {
        memcpy(&old, word->host, sizeof(old));
        if (old) {
            return false;
        }
        memcpy(word->host, &value, sizeof(value));
    }
    address_space_note_store(s->as, word->addr, sizeof(value));
    return true;
}

/* ---- Answers ---- */

static void deliver_answers(HTIFState *s)
{
    while (s->answer_count > 0 && word_put(s, &s->fromhost, s->answers[0])) {
        trace_htif_fromhost(s->answers[0]);
        s->answer_count--;
        memmove(s->answers, s->answers + 1, s->answer_count * sizeof(s->answers[0]));
    }
}

void htif_answer(HTIFState *s, uint64_t value)
{
    if (!s->no_fromhost) {
        g_assert(s->answer_count < HTIF_QUEUE);
        s->answers[s->answer_count++] = value;
    }
}

/*
 * Deliver what waits and take what tohost has. With HTIF_QUEUE answers on their way the guest has
 * to take some before its next command is looked at: its tohost stays as it is meanwhile.
 */
static void update(HTIFState *s)
{
    g_assert(!s->busy);
    s->busy = true;
    deliver_answers(s);
    while (!s->ended && !s->half && s->answer_count + s->read_count < HTIF_QUEUE) {
        uint64_t value = word_take(s, &s->tohost);

        if (!value) {
            break;
        }
        trace_htif_tohost(value);
        htif_do_command(s, value);
        deliver_answers(s);
    }
    s->busy = false;
}

void htif_update(HTIFState *s)
{
    if (s->polled) {
        cpu_kick(g_ptr_array_index(cpu_list(), 0)); /* htif_turn() may wait for what came */
    } else {
        update(s);
    }
}

/*
 * As Spike does it, with turns=spike: here, between two turns, the words are looked at, and meanwhile
 * nothing else happens. A system call that reads keeps all harts from going on. A limit counts whole
 * turns, though a trap may have made one shorter; behind what is left of it after those nobody looks
 * at tohost any more.
 */
static int64_t htif_turn(void *opaque)
{
    HTIFState *s = opaque;
    int64_t length = MIN(s->limit, CPU_TURN);

    if (!s->last_turn) {
        update(s);
    }
    if (!s->ended && (s->last_turn || length == 0)) {
        htif_end_program(s, 0, true);
    }
    if (s->ended) {
        return 0;
    }
    if (s->read_count > 0 && s->reads[0].block) {
        return CPU_TURN_WAIT;
    }
    s->last_turn = length < CPU_TURN;
    s->limit -= s->limit == HTIF_NO_LIMIT ? 0 : length;
    return length;
}

/* ---- Words in RAM ---- */

/*
 * Which stores to tohost make a command: Spike looks at the doubleword now and then, so that it sees
 * two 32-bit stores as one command, unless it happens to look between them. Here it depends on the
 * program alone:
 *
 *  - a store that reaches both halves is a command, and so is one of the lower half where the
 *    upper one is not 0, as in a command for another device whose upper half came first;
 *  - one of the lower half alone waits for the upper one, but for so many instructions of that hart
 *    at most. Then the lower half is all: programs that run on RV32, too, end like that.
 *
 * So the half that is an exit or a system call by itself, and a character for the console with the
 * other one, is not mistaken.
 */
enum { HALF_WAITS = 128 }; /* a block has 64 instructions at most, so that these are at least 64 */

/* The hart's own thread. The other half may have come meanwhile. */
static void end_of_wait(CPUState *cpu, void *opaque)
{
    HTIFState *s = opaque;

    (void)cpu;
    bql_lock();
    if (s->half) {
        s->half = false;
        htif_update(s);
        dead_suspect(); /* a guest for which this is to come is alive */
    }
    bql_unlock();
}

static uint64_t word_peek(const HTIFWord *word)
{
    uint64_t value = word->reg;

    if (word->host) {
        guest_ram_copy(&value, word->host, sizeof(value));
        value = GUINT64_FROM_LE(value);
    }
    return value;
}

/* Bytes [offset, offset + size) of tohost, or more, were stored to. */
static void note_tohost(HTIFState *s, int64_t offset, uint64_t size)
{
    uint64_t value = word_peek(&s->tohost);
    CPUState *cpu = cpu_current(); /* NULL: a device, which stores all it has to at a time */

    s->cpu = cpu;
    s->pc = cpu_access_pc(cpu);
    if (offset >= 4 && !s->half) {
        return;
    }
    if (offset + (int64_t)size <= 4 && value && value >> 32 == 0 && cpu) {
        if (!s->half) {
            cpu_run_later(cpu, HALF_WAITS, end_of_wait, s);
        }
        s->half = true;
        return;
    }
    s->half = false;
    htif_update(s);
}

/* A store by a device comes with the lock; our own need no look. */
static void notice_store(HTIFState *s, void (*fn)(HTIFState *s, int64_t offset, uint64_t size),
                         int64_t offset, uint64_t size)
{
    bool locked = bql_locked();

    if (!locked) {
        bql_lock();
    }
    if (!s->busy) {
        fn(s, offset, size);
    }
    if (!locked) {
        bql_unlock();
    }
}

static void tohost_stored(void *opaque, uint64_t offset, uint64_t size)
{
    HTIFState *s = opaque;

    notice_store(s, note_tohost, (int64_t)(offset - s->tohost.offset), size);
}

static void note_fromhost(HTIFState *s, int64_t offset, uint64_t size)
{
    (void)offset;
    (void)size;
    htif_update(s);
}

static void fromhost_stored(void *opaque, uint64_t offset, uint64_t size)
{
    notice_store(opaque, note_fromhost, offset, size);
}

static bool find_word(HTIFState *s, HTIFWord *word, const char *name, hwaddr addr, Error **errp)
{
    const FlatRange *range;

    word->host = address_space_ram_ptr(s->as, addr, sizeof(uint64_t), true);
    if (!word->host) {
        error_setg(errp, "HTIF: %s at 0x%" PRIx64 " is not in RAM", name, addr);
        error_append_hint(errp, "check the linker script");
        return false;
    }
    word->addr = addr;
    range = address_space_lookup(s->as, addr);
    word->offset = range->offset + (addr - range->addr);
    word->mr = MEMORY_REGION(object_ref(range->mr));
    return true;
}

static bool watch_word(HTIFState *s, HTIFWord *word, const char *name, hwaddr addr, RAMWatchFn *fn,
                       Error **errp)
{
    if (!find_word(s, word, name, addr, errp)) {
        return false;
    }
    ram_watch_add(word->mr->ram, word->offset, sizeof(uint64_t), fn, s);
    return true;
}

static void unwatch_word(HTIFState *s, HTIFWord *word, RAMWatchFn *fn)
{
    if (word->host) {
        if (!s->polled) {
            ram_watch_remove(word->mr->ram, fn, s);
        }
        g_clear_pointer(&word->mr, object_unref);
        word->host = NULL;
    }
}

/* ---- Registers ---- */

static MemTxResult htif_mmio_read(void *opaque, hwaddr offset, unsigned size, uint64_t *value)
{
    HTIFState *s = opaque;
    uint64_t reg = offset < HTIF_TOHOST ? s->fromhost.reg : s->tohost.reg;

    *value = extract64(reg, offset % 8 * 8, size * 8);
    return MEMTX_OK;
}

/* Stores count as they do in RAM. */
static MemTxResult htif_mmio_write(void *opaque, hwaddr offset, unsigned size, uint64_t value)
{
    HTIFState *s = opaque;
    uint64_t *reg = offset < HTIF_TOHOST ? &s->fromhost.reg : &s->tohost.reg;

    *reg = deposit64(*reg, offset % 8 * 8, size * 8, value);
    if (offset >= HTIF_TOHOST) {
        note_tohost(s, (int64_t)offset - HTIF_TOHOST, size);
    } else {
        htif_update(s);
    }
    return MEMTX_OK;
}

static const MemoryRegionOps htif_ops = {
    .read = htif_mmio_read,
    .write = htif_mmio_write,
    .valid = { .min_access_size = 4, .max_access_size = 8 },
};

/* ---- The type ---- */

void htif_set_address_space(HTIFState *s, AddressSpace *as)
{
    s->as = as;
}

void htif_set_arguments(HTIFState *s, const char *const *arguments)
{
    g_strfreev(s->arguments);
    s->arguments = g_strdupv((char **)arguments);
}

static bool watch_words(HTIFState *s, Error **errp)
{
    if (s->tohost_addr == HTIF_NO_ADDR) {
        return true;
    }
    s->no_fromhost = s->fromhost_addr == HTIF_NO_ADDR;
    if (s->polled) {
        return find_word(s, &s->tohost, "tohost", s->tohost_addr, errp) &&
               (s->no_fromhost || find_word(s, &s->fromhost, "fromhost", s->fromhost_addr, errp));
    }
    return watch_word(s, &s->tohost, "tohost", s->tohost_addr, tohost_stored, errp) &&
           (s->no_fromhost || watch_word(s, &s->fromhost, "fromhost", s->fromhost_addr,
                                         fromhost_stored, errp));
}

static void htif_unrealize(DeviceState *dev)
{
    HTIFState *s = HTIF(dev);

    if (s->polled) {
        cpus_set_turn_function(NULL, NULL);
    }
    unwatch_word(s, &s->tohost, tohost_stored);
    unwatch_word(s, &s->fromhost, fromhost_stored);
    char_frontend_detach(&s->console);
    htif_close_signature(s);
    g_clear_pointer(&s->files, htif_files_free);
}

static void htif_realize(DeviceState *dev, Error **errp)
{
    HTIFState *s = HTIF(dev);

    g_assert(s->as);
    s->files = htif_files_new(s->root, s->read_only, errp);
    if (!s->files) {
        return;
    }
    if (!htif_open_signature(s, errp)) {
        g_clear_pointer(&s->files, htif_files_free);
        return;
    }
    char_frontend_attach(&s->console, s->chardev, htif_receive_input, s);
    char_frontend_read_text(&s->console); /* as Spike leaves it to the host's terminal */
    if (s->polled) {
        cpus_set_turn_function(htif_turn, s);
    }
    if (!watch_words(s, errp)) {
        htif_unrealize(dev);
    }
}

static void htif_reset(DeviceState *dev)
{
    HTIFState *s = HTIF(dev);

    char_frontend_cancel_input(&s->console);
    s->answer_count = 0;
    s->read_count = 0;
    s->ended = false;
    s->half = false;
    s->cpu = NULL;
    htif_files_reset(s->files);
    s->failed = false;
    s->last_turn = false;
    s->tohost.reg = 0;
    s->fromhost.reg = 0;
}

/* A read from the console stores what comes to memory. */
static unsigned htif_may_act(DeviceState *dev)
{
    HTIFState *s = HTIF(dev);

    if (s->half) {
        return DEVICE_ACTS_ON_MEMORY;
    }
    return s->read_count > 0 && char_frontend_waits(&s->console) ? DEVICE_ACTS_ON_MEMORY : 0;
}

static bool htif_fdt_populate(DeviceState *dev, DTNode *parent, hwaddr base, Error **errp)
{
    DTNode *node = dt_add_node(parent, "htif");

    (void)errp;
    dt_set_string(node, "compatible", "ucb,htif0");
    if (HTIF(dev)->tohost_addr == HTIF_NO_ADDR) {
        dt_set_reg(node, base, HTIF_MMIO_SIZE);
    }
    return true;
}

static const StateField htif_state[] = {
    STATE_FIELD(HTIFState, tohost.reg),
    STATE_FIELD(HTIFState, fromhost.reg),
    STATE_FIELD(HTIFState, ended),
    STATE_FIELD(HTIFState, half),
    STATE_FIELD(HTIFState, last_turn),
    STATE_FIELD(HTIFState, failed),
    STATE_FIELD(HTIFState, code),
    STATE_FIELD(HTIFState, answer_count),
    STATE_ARRAY(HTIFState, answers),
    STATE_FIELD(HTIFState, read_count),
    STATE_ARRAY(HTIFState, reads),
    STATE_END,
};

static const Property htif_properties[] = {
    DEFINE_PROP_LINK("chardev", HTIFState, chardev, TYPE_CHARDEV, Chardev, "where characters go"),
    DEFINE_PROP_INT32("errors", HTIFState, error_fd, 2,
                      "file descriptor that error messages of the guest are written to", .min = 0,
                      .max = INT32_MAX),
    DEFINE_PROP_UINT64("tohost", HTIFState, tohost_addr, HTIF_NO_ADDR,
                       "address of tohost in RAM; all ones: a register"),
    DEFINE_PROP_UINT64("fromhost", HTIFState, fromhost_addr, HTIF_NO_ADDR,
                       "address of fromhost in RAM; all ones: none"),
    DEFINE_PROP_STRING("signature", HTIFState, signature, NULL,
                       "file to write the program's signature to when it ends"),
    DEFINE_PROP_UINT8("signature-granularity", HTIFState, granularity, 16,
                      "bytes in a line of the signature: 4, 8 or 16"),
    DEFINE_PROP_UINT64("begin-signature", HTIFState, begin_signature, HTIF_NO_ADDR,
                       "address of the signature"),
    DEFINE_PROP_UINT64("end-signature", HTIFState, end_signature, HTIF_NO_ADDR,
                       "address behind the signature"),
    DEFINE_PROP_STRING("root", HTIFState, root, NULL,
                       "folder of the host that system calls reach; empty: none"),
    DEFINE_PROP_BOOL("read-only", HTIFState, read_only, false, "nothing in it can be changed"),
    DEFINE_PROP_BOOL("polled", HTIFState, polled, false,
                     "with turns=spike: look at tohost and fromhost between turns only"),
    DEFINE_PROP_UINT64("limit", HTIFState, limit, HTIF_NO_LIMIT,
                       "polled: instructions after which the program ends with code 0; all ones: none"),
};

static void htif_instance_init(Object *obj)
{
    HTIFState *s = HTIF(obj);

    memory_region_init_io(&s->mmio, obj, &htif_ops, s, "htif", HTIF_MMIO_SIZE);
    device_init_mmio(DEVICE(s), &s->mmio);
}

static void htif_instance_finalize(Object *obj)
{
    g_strfreev(HTIF(obj)->arguments);
}

static void htif_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    (void)data;
    dc->desc = "Host-target interface: exit code, console, system calls";
    dc->state = htif_state;
    dc->realize = htif_realize;
    dc->unrealize = htif_unrealize;
    dc->reset = htif_reset;
    dc->fdt_populate = htif_fdt_populate;
    dc->may_act = htif_may_act;
    object_class_add_properties(oc, htif_properties, G_N_ELEMENTS(htif_properties));
}

static const TypeInfo htif_info = {
    .name = TYPE_HTIF,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(HTIFState),
    .instance_init = htif_instance_init,
    .instance_finalize = htif_instance_finalize,
    .class_init = htif_class_init,
};

static void htif_register_types(void)
{
    type_register_static(&htif_info);
}

type_init(htif_register_types)
