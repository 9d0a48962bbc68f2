/*
 * What gdb's packets ask for, but for letting the machine run: registers, memory, breakpoints,
 * threads, descriptions. gdb's manual, appendix "Remote Protocol".
 *
 * What does not belong here: running and stopping (gdbstub-run.c), the commands of `monitor`
 * (gdbstub-monitor.c), sockets (gdbstub-server.c), and anything of an architecture (CPUClass).
 *
 * SPDX-License-Identifier: MIT
 */
#include "gdbstub-internal.h"

#include <string.h>

#include "system/runstate.h"
#include "system/verdict.h"

/* Errors are numbers, of errno by custom; gdb shows them and no more. */
#define ERROR_NONE_SUCH "E02"
#define ERROR_ADDRESS "E0e"
#define ERROR_PACKET "E16"

#define PAGE_SIZE 0x1000ull

/* ---- threads ---- */

CPUState *gdb_cpu(int thread)
{
    return thread >= 1 && (guint)thread <= cpu_list()->len
               ? g_ptr_array_index(cpu_list(), thread - 1)
               : NULL;
}

CPUState *gdb_general_cpu(const GdbServer *gdb)
{
    CPUState *cpu = gdb_cpu(gdb->session.general);

    return cpu ? cpu : gdb_cpu(1);
}

/* "-1", or a number. */
static bool take_thread(GdbReader *r, int *thread)
{
    uint64_t value;

    if (gdb_take_word(r, "-1")) {
        *thread = -1;
        return true;
    }
    if (!gdb_take_hex(r, &value) || value > INT32_MAX) {
        return false;
    }
    *thread = value;
    return true;
}

static void handle_set_thread(GdbServer *gdb, GdbReader *r)
{
    bool general = gdb_take_char(r, 'g');
    int thread;

    if ((!general && !gdb_take_char(r, 'c')) || !take_thread(r, &thread)) {
        gdb_send_text(gdb, ERROR_PACKET);
    } else if (thread > 0 && !gdb_cpu(thread)) {
        gdb_send_text(gdb, ERROR_NONE_SUCH);
    } else {
        *(general ? &gdb->session.general : &gdb->session.resume) = thread;
        gdb_send_text(gdb, "OK");
    }
}

static void handle_thread_alive(GdbServer *gdb, GdbReader *r)
{
    int thread;

    gdb_send_text(gdb, take_thread(r, &thread) && gdb_cpu(thread) ? "OK" : ERROR_NONE_SUCH);
}

static void handle_current_thread(GdbServer *gdb, GdbReader *r G_GNUC_UNUSED)
{
    gdb_send_format(gdb, "QC%x", gdb_general_cpu(gdb)->cpu_index + 1);
}

/* As many as a packet has room for; the rest is asked for by the next one. */
static void handle_next_threads(GdbServer *gdb, GdbReader *r G_GNUC_UNUSED)
{
    enum { THREADS_IN_PACKET = 128 };
    g_autoptr(GString) text = g_string_new("m");
    unsigned *next = &gdb->session.next_thread;

    if (*next == cpu_list()->len) {
        gdb_send_text(gdb, "l");
        return;
    }
    for (unsigned i = 0; i < THREADS_IN_PACKET && *next < cpu_list()->len; i++) {
        g_string_append_printf(text, "%s%x", i ? "," : "", ++*next);
    }
    gdb_send_text(gdb, text->str);
}

static void handle_first_threads(GdbServer *gdb, GdbReader *r)
{
    gdb->session.next_thread = 0;
    handle_next_threads(gdb, r);
}

static void handle_thread_info(GdbServer *gdb, GdbReader *r)
{
    g_autoptr(GString) hex = g_string_new(NULL);
    g_autofree char *text = NULL;
    int thread;
    CPUState *cpu = take_thread(r, &thread) ? gdb_cpu(thread) : NULL;

    if (!cpu) {
        gdb_send_text(gdb, ERROR_NONE_SUCH);
        return;
    }
    text = CPU_GET_CLASS(cpu)->debug_describe(cpu);
    gdb_append_hex(hex, text, strlen(text));
    gdb_send_text(gdb, hex->str);
}

/* ---- registers ---- */

static void handle_read_registers(GdbServer *gdb, GdbReader *r G_GNUC_UNUSED)
{
    g_autoptr(GString) text = g_string_new(NULL);
    CPUState *cpu = gdb_general_cpu(gdb);
    const CPUClass *cc = CPU_GET_CLASS(cpu);
    uint8_t buf[8];

    for (unsigned n = 0; n < cc->gdb_core_regs; n++) {
        gdb_append_hex(text, buf, cc->gdb_read_reg(cpu, n, buf));
    }
    gdb_send_text(gdb, text->str);
}

static void handle_write_registers(GdbServer *gdb, GdbReader *r)
{
    CPUState *cpu = gdb_general_cpu(gdb);
    const CPUClass *cc = CPU_GET_CLASS(cpu);
    size_t given = r->end - r->at, wanted = 0;
    uint8_t buf[8];

    for (unsigned n = 0; n < cc->gdb_core_regs; n++) { /* all or nothing */
        wanted += 2 * cc->gdb_read_reg(cpu, n, buf);
    }
    if (given != wanted || strspn(r->at, "0123456789abcdefABCDEF") != given) {
        gdb_send_text(gdb, ERROR_PACKET);
        return;
    }
    bql_lock();
    for (unsigned n = 0; n < cc->gdb_core_regs; n++) {
        gdb_take_bytes(r, buf, cc->gdb_read_reg(cpu, n, buf));
        cc->gdb_write_reg(cpu, n, buf);
    }
    bql_unlock();
    gdb_send_text(gdb, "OK");
}

static void handle_read_register(GdbServer *gdb, GdbReader *r)
{
    g_autoptr(GString) text = g_string_new(NULL);
    CPUState *cpu = gdb_general_cpu(gdb);
    uint8_t buf[8];
    uint64_t n;
    unsigned size;

    if (!gdb_take_hex(r, &n) || n > UINT32_MAX) {
        gdb_send_text(gdb, ERROR_PACKET);
        return;
    }
    bql_lock();
    size = CPU_GET_CLASS(cpu)->gdb_read_reg(cpu, n, buf);
    bql_unlock();
    gdb_append_hex(text, buf, size);
    gdb_send_text(gdb, size ? text->str : ERROR_NONE_SUCH);
}

static void handle_write_register(GdbServer *gdb, GdbReader *r)
{
    CPUState *cpu = gdb_general_cpu(gdb);
    const CPUClass *cc = CPU_GET_CLASS(cpu);
    uint8_t buf[8];
    uint64_t n;
    unsigned size;

    if (!gdb_take_hex(r, &n) || n > UINT32_MAX || !gdb_take_char(r, '=')) {
        gdb_send_text(gdb, ERROR_PACKET);
        return;
    }
    size = cc->gdb_read_reg(cpu, n, buf);
    if (!size || !gdb_take_bytes(r, buf, size) || !gdb_at_end(r)) {
        gdb_send_text(gdb, size ? ERROR_PACKET : ERROR_NONE_SUCH);
        return;
    }
    bql_lock();
    size = cc->gdb_write_reg(cpu, n, buf);
    bql_unlock();
    gdb_send_text(gdb, size ? "OK" : ERROR_NONE_SUCH);
}

/* ---- memory ---- */

static bool find_memory(CPUState *cpu, bool physical, uint64_t addr, hwaddr *paddr)
{
    *paddr = addr;
    return physical || CPU_GET_CLASS(cpu)->debug_translate(cpu, addr, paddr);
}

/* A device takes accesses of its own sizes only, and may do something at each of them. */
static bool is_device_access(CPUState *cpu, hwaddr paddr, uint64_t size)
{
    return (size == 1 || size == 2 || size == 4 || size == 8) && paddr % size == 0 &&
           !address_space_ram_ptr(cpu->as, paddr, 1, false);
}

static bool read_piece(CPUState *cpu, hwaddr paddr, uint8_t *buf, uint64_t size)
{
    uint64_t value;

    if (!is_device_access(cpu, paddr, size)) {
        return address_space_read(cpu->as, paddr, buf, size) == MEMTX_OK;
    }
    if (address_space_load(cpu->as, paddr, size, &value) != MEMTX_OK) {
        return false;
    }
    value = GUINT64_TO_LE(value);
    memcpy(buf, &value, size);
    return true;
}

/* ROM, too, as a debugger that loads a program there expects. */
static bool write_piece(CPUState *cpu, hwaddr paddr, const uint8_t *buf, uint64_t size)
{
    uint64_t value = 0;

    if (!is_device_access(cpu, paddr, size)) {
        return address_space_write_rom(cpu->as, paddr, buf, size) == MEMTX_OK;
    }
    memcpy(&value, buf, size);
    return address_space_store(cpu->as, paddr, size, GUINT64_FROM_LE(value)) == MEMTX_OK;
}

/* Bytes of [addr, addr + size) on the first page. */
static uint64_t on_page(uint64_t addr, uint64_t size)
{
    return MIN(size, PAGE_SIZE - addr % PAGE_SIZE);
}

bool gdb_read_memory(CPUState *cpu, bool physical, uint64_t addr, uint8_t *buf, uint64_t size)
{
    for (uint64_t n; size > 0; addr += n, buf += n, size -= n) {
        hwaddr paddr;

        n = on_page(addr, size);
        if (!find_memory(cpu, physical, addr, &paddr) || !read_piece(cpu, paddr, buf, n)) {
            return false;
        }
    }
    return true;
}

bool gdb_write_memory(CPUState *cpu, bool physical, uint64_t addr, const uint8_t *buf,
                      uint64_t size)
{
    for (uint64_t n; size > 0; addr += n, buf += n, size -= n) {
        hwaddr paddr;

        n = on_page(addr, size);
        if (!find_memory(cpu, physical, addr, &paddr) || !write_piece(cpu, paddr, buf, n)) {
            return false;
        }
    }
    return true;
}

static bool take_range(GdbReader *r, uint64_t *addr, uint64_t *size)
{
    return gdb_take_hex(r, addr) && gdb_take_char(r, ',') && gdb_take_hex(r, size);
}

/* What m and x ask for; NULL: an error was sent. A packet has room for `most` bytes. */
static uint8_t *read_asked_memory(GdbServer *gdb, GdbReader *r, uint64_t most, uint64_t *size)
{
    g_autofree uint8_t *buf = NULL;
    uint64_t addr;

    if (!take_range(r, &addr, size) || !gdb_at_end(r)) {
        gdb_send_text(gdb, ERROR_PACKET);
        return NULL;
    }
    *size = MIN(*size, most); /* "may contain fewer" */
    buf = g_malloc(*size + 1);
    if (!gdb_read_memory(gdb_general_cpu(gdb), gdb->session.physical, addr, buf, *size)) {
        gdb_send_text(gdb, ERROR_ADDRESS);
        return NULL;
    }
    return g_steal_pointer(&buf);
}

static void handle_read_memory(GdbServer *gdb, GdbReader *r)
{
    g_autoptr(GString) text = g_string_new(NULL);
    uint64_t size;
    g_autofree uint8_t *buf = read_asked_memory(gdb, r, GDB_PACKET_SIZE / 2, &size);

    if (buf) {
        gdb_append_hex(text, buf, size);
        gdb_send_text(gdb, text->str);
    }
}

static void handle_read_binary(GdbServer *gdb, GdbReader *r)
{
    g_autoptr(GByteArray) reply = g_byte_array_new();
    uint64_t size;
    g_autofree uint8_t *buf = read_asked_memory(gdb, r, GDB_PACKET_SIZE / 2 - 1, &size);

    if (buf) {
        g_byte_array_append(reply, (const uint8_t *)"b", 1);
        g_byte_array_append(reply, buf, size);
        gdb_send(gdb, reply->data, reply->len);
    }
}

static void write_asked_memory(GdbServer *gdb, uint64_t addr, const uint8_t *buf, uint64_t size)
{
    bool ok = gdb_write_memory(gdb_general_cpu(gdb), gdb->session.physical, addr, buf, size);

    gdb_send_text(gdb, ok ? "OK" : ERROR_ADDRESS);
}

static void handle_write_memory(GdbServer *gdb, GdbReader *r)
{
    g_autofree uint8_t *buf = NULL;
    uint64_t addr, size;

    if (!take_range(r, &addr, &size) || !gdb_take_char(r, ':') || size > GDB_PACKET_SIZE) {
        gdb_send_text(gdb, ERROR_PACKET);
        return;
    }
    buf = g_malloc(size + 1);
    if (!gdb_take_bytes(r, buf, size) || !gdb_at_end(r)) {
        gdb_send_text(gdb, ERROR_PACKET);
        return;
    }
    write_asked_memory(gdb, addr, buf, size);
}

static void handle_write_binary(GdbServer *gdb, GdbReader *r)
{
    uint64_t addr, size;

    if (!take_range(r, &addr, &size) || !gdb_take_char(r, ':') ||
        size != (uint64_t)(r->end - r->at)) {
        gdb_send_text(gdb, ERROR_PACKET);
        return;
    }
    write_asked_memory(gdb, addr, (const uint8_t *)r->at, size);
}

/* ---- breakpoints and watchpoints ---- */

/* "Z kind,addr,size"; what follows a ';', conditions and commands, was not offered. */
static bool take_point(GdbReader *r, DebugPoint *point)
{
    uint64_t kind;

    if (!gdb_take_hex(r, &kind) || kind >= DEBUG_POINT_KINDS || !gdb_take_char(r, ',') ||
        !take_range(r, &point->addr, &point->size) || !gdb_at_end(r)) {
        return false;
    }
    point->kind = kind;
    return kind < DEBUG_WATCH_WRITE || point->size;
}

static void handle_insert_point(GdbServer *gdb, GdbReader *r)
{
    DebugPoint point;

    if (take_point(r, &point)) {
        debug_points_add(gdb->points, &point);
        gdb_send_text(gdb, "OK");
    } else {
        gdb_send_text(gdb, ERROR_PACKET);
    }
}

static void handle_remove_point(GdbServer *gdb, GdbReader *r)
{
    DebugPoint point;

    if (take_point(r, &point)) {
        debug_points_remove(gdb->points, &point); /* "in an idempotent way" */
        gdb_send_text(gdb, "OK");
    } else {
        gdb_send_text(gdb, ERROR_PACKET);
    }
}

/* ---- objects: qXfer ---- */

static void append_region(GString *text, const char *type, uint64_t start, uint64_t last)
{
    if (start <= last) {
        g_string_append_printf(
            text, "<memory type=\"%s\" start=\"0x%" PRIx64 "\" length=\"0x%" PRIx64 "\"/>\n", type,
            start, last - start + (last - start != UINT64_MAX));
    }
}

/*
 * The machine's RAM and ROM. gdb refuses to look at what is not in the map, but that may be a
 * virtual address, or a device: so everything else is in it, too, as "ram", which to gdb means no
 * more than that it can be read and written.
 */
static char *memory_map(GdbServer *gdb G_GNUC_UNUSED)
{
    GString *text = g_string_new(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE memory-map PUBLIC \"+//IDN gnu.org//DTD GDB Memory Map "
        "V1.0//EN\" \"http://sourceware.org/gdb/gdb-memory-map.dtd\">\n<memory-map>\n");
    const GArray *ranges = current_machine->address_space.ranges;
    uint64_t next = 0;
    bool complete = false;

    for (guint i = 0; i < ranges->len; i++) {
        const FlatRange *range = &g_array_index(ranges, FlatRange, i);

        if (range->mr->ram) {
            if (range->addr) {
                append_region(text, "ram", next, range->addr - 1);
            }
            next = range->addr + range->size;
            complete = next == 0; /* 2^64 */
            append_region(text, range->read_only ? "rom" : "ram", range->addr, next - 1);
        }
    }
    if (!complete) {
        append_region(text, "ram", next, UINT64_MAX);
    }
    g_string_append(text, "</memory-map>\n");
    return g_string_free(text, FALSE);
}

static char *target_description(GdbServer *gdb)
{
    CPUState *cpu = gdb_general_cpu(gdb);

    return CPU_GET_CLASS(cpu)->gdb_description(cpu);
}

/* The part of `text` that "offset,length" asks for: 'l' in front says that it is the last one. */
static void send_part(GdbServer *gdb, GdbReader *r, const char *text)
{
    g_autoptr(GByteArray) reply = g_byte_array_new();
    uint64_t size = strlen(text), offset, length;
    bool last;

    if (!take_range(r, &offset, &length) || !gdb_at_end(r) || offset > size) {
        gdb_send_text(gdb, ERROR_PACKET);
        return;
    }
    length = MIN(length, GDB_PACKET_SIZE / 2);
    last = length >= size - offset;
    g_byte_array_append(reply, (const uint8_t *)(last ? "l" : "m"), 1);
    g_byte_array_append(reply, (const uint8_t *)text + offset, last ? size - offset : length);
    gdb_send(gdb, reply->data, reply->len);
}

static void handle_object(GdbServer *gdb, GdbReader *r)
{
    static const struct {
        const char *name;
        char *(*make)(GdbServer *gdb);
    } objects[] = {
        { "features:read:target.xml:", target_description },
        { "memory-map:read::", memory_map },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(objects); i++) {
        if (gdb_take_word(r, objects[i].name)) {
            g_autofree char *text = objects[i].make(gdb);

            send_part(gdb, r, text);
            return;
        }
    }
    gdb_send_text(gdb, strchr(r->at, ':') ? "E00" : ""); /* no such annex, or no such object */
}

/* ---- the session ---- */

static void handle_supported(GdbServer *gdb, GdbReader *r)
{
    g_auto(GStrv) features = g_strsplit(r->at, ";", -1);

    gdb->session.swbreak = g_strv_contains((const char *const *)features, "swbreak+");
    gdb->session.hwbreak = g_strv_contains((const char *const *)features, "hwbreak+");
    gdb_send_format(gdb,
                    "PacketSize=%x;QStartNoAckMode+;qXfer:features:read+;qXfer:memory-map:read+;"
                    "swbreak+;hwbreak+;vContSupported+;binary-upload+",
                    GDB_PACKET_SIZE);
}

static void handle_no_ack(GdbServer *gdb, GdbReader *r G_GNUC_UNUSED)
{
    gdb_send_text(gdb, "OK");
    gdb->session.no_ack = true;
}

static void handle_why(GdbServer *gdb, GdbReader *r G_GNUC_UNUSED)
{
    gdb_report_last_stop(gdb);
}

static void handle_attached(GdbServer *gdb, GdbReader *r G_GNUC_UNUSED)
{
    gdb_send_text(gdb, "1"); /* so gdb detaches when it ends, and does not kill */
}

static void handle_symbol(GdbServer *gdb, GdbReader *r G_GNUC_UNUSED)
{
    gdb_send_text(gdb, "OK"); /* nothing needs a symbol looked up */
}

static void handle_actions(GdbServer *gdb, GdbReader *r G_GNUC_UNUSED)
{
    gdb_send_text(gdb, "vCont;c;C;s;S;t;r");
}

static void handle_vcont(GdbServer *gdb, GdbReader *r)
{
    if (!gdb_resume_vcont(gdb, r)) {
        gdb_send_text(gdb, ERROR_PACKET);
    }
}

static void resume_plain(GdbServer *gdb, GdbReader *r, bool step, bool has_signal)
{
    if (!gdb_resume_plain(gdb, r, step, has_signal)) {
        gdb_send_text(gdb, ERROR_PACKET);
    }
}

static void handle_continue(GdbServer *gdb, GdbReader *r)
{
    resume_plain(gdb, r, false, false);
}

static void handle_continue_signal(GdbServer *gdb, GdbReader *r)
{
    resume_plain(gdb, r, false, true);
}

static void handle_step(GdbServer *gdb, GdbReader *r)
{
    resume_plain(gdb, r, true, false);
}

static void handle_step_signal(GdbServer *gdb, GdbReader *r)
{
    resume_plain(gdb, r, true, true);
}

static void handle_monitor(GdbServer *gdb, GdbReader *r)
{
    size_t size = (r->end - r->at) / 2;
    g_autofree char *command = g_malloc0(size + 1), *answer = NULL;
    g_autoptr(GString) hex = g_string_new(NULL);

    if (!gdb_take_bytes(r, (uint8_t *)command, size) || !gdb_at_end(r)) {
        gdb_send_text(gdb, ERROR_PACKET);
        return;
    }
    answer = gdb_monitor(gdb, command);
    for (const char *at = answer; *at;) {
        size_t n = MIN(strlen(at), GDB_PACKET_SIZE / 4);

        g_string_assign(hex, "O");
        gdb_append_hex(hex, at, n);
        gdb_send_text(gdb, hex->str);
        at += n;
    }
    gdb_send_text(gdb, "OK");
}

static void handle_detach(GdbServer *gdb, GdbReader *r G_GNUC_UNUSED)
{
    gdb_send_text(gdb, "OK");
    gdb_detach(gdb, true);
}

static void handle_vkill(GdbServer *gdb, GdbReader *r G_GNUC_UNUSED)
{
    gdb_send_text(gdb, "OK");
    gdb->session.waiting = false;
    verdict_quit();
}

static void handle_kill(GdbServer *gdb, GdbReader *r G_GNUC_UNUSED)
{
    gdb->session.waiting = false;
    verdict_quit();
}

/* ---- packets ---- */

typedef struct Packet {
    const char *name; /* that it begins with */
    bool whole;       /* and that is followed by one of ":;," or nothing */
    bool any_time;    /* also while the machine runs */
    void (*handle)(GdbServer *gdb, GdbReader *r);
} Packet;

static const Packet packets[] = {
    { "?", .handle = handle_why },
    { "C", .handle = handle_continue_signal },
    { "D", .any_time = true, .handle = handle_detach },
    { "G", .handle = handle_write_registers },
    { "H", .handle = handle_set_thread },
    { "M", .handle = handle_write_memory },
    { "P", .handle = handle_write_register },
    { "QStartNoAckMode", .whole = true, .handle = handle_no_ack },
    { "S", .handle = handle_step_signal },
    { "T", .handle = handle_thread_alive },
    { "X", .handle = handle_write_binary },
    { "Z", .handle = handle_insert_point },
    { "c", .handle = handle_continue },
    { "g", .handle = handle_read_registers },
    { "k", .any_time = true, .handle = handle_kill },
    { "m", .handle = handle_read_memory },
    { "p", .handle = handle_read_register },
    { "qAttached", .whole = true, .handle = handle_attached },
    { "qC", .whole = true, .handle = handle_current_thread },
    { "qRcmd,", .handle = handle_monitor },
    { "qSupported", .whole = true, .handle = handle_supported },
    { "qSymbol", .whole = true, .handle = handle_symbol },
    { "qThreadExtraInfo,", .handle = handle_thread_info },
    { "qXfer:", .handle = handle_object },
    { "qfThreadInfo", .whole = true, .handle = handle_first_threads },
    { "qsThreadInfo", .whole = true, .handle = handle_next_threads },
    { "s", .handle = handle_step },
    { "vCont?", .handle = handle_actions },
    { "vCont;", .handle = handle_vcont },
    { "vKill", .whole = true, .any_time = true, .handle = handle_vkill },
    { "x", .handle = handle_read_binary },
    { "z", .handle = handle_remove_point },
};

static const Packet *find_packet(GdbReader *r)
{
    for (size_t i = 0; i < G_N_ELEMENTS(packets); i++) {
        GdbReader rest = *r;

        if (gdb_take_word(&rest, packets[i].name) &&
            (!packets[i].whole || gdb_at_end(&rest) || strchr(":;,", *rest.at))) {
            gdb_take_char(&rest, ':');
            *r = rest;
            return &packets[i];
        }
    }
    return NULL;
}

/* Somebody speaks the protocol: from now on the machine is theirs. */
static void attach(GdbServer *gdb)
{
    if (!gdb_server_attached(gdb)) {
        gdb->was_running = vm_running();
        __atomic_store_n(&gdb->attached, 1, __ATOMIC_SEQ_CST);
        vm_stop();
    }
}

void gdb_handle_packet(GdbServer *gdb, const char *data, size_t size)
{
    GdbReader r = { data, data + size };
    const Packet *packet = find_packet(&r);

    if (!packet || !cpu_list()->len) { /* "an empty response": it is not supported */
        gdb_send_text(gdb, "");
        return;
    }
    attach(gdb);
    if (!vm_running() || packet->any_time) { /* else there is nothing that gdb would ask for */
        packet->handle(gdb, &r);
    }
}

void gdb_handle_interrupt(GdbServer *gdb)
{
    if (gdb_server_attached(gdb)) {
        vm_stop();
    }
}

void gdb_detach(GdbServer *gdb, bool resume)
{
    if (!gdb_server_attached(gdb)) {
        return;
    }
    vm_stop();
    debug_points_clear(gdb->points);
    gdb->session = (GdbSession){ 0 };
    g_mutex_lock(&gdb->verdict_lock);
    g_clear_pointer(&gdb->verdict, g_free);
    g_mutex_unlock(&gdb->verdict_lock);
    __atomic_store_n(&gdb->attached, 0, __ATOMIC_SEQ_CST);
    gdb_let_go(gdb);
    if (resume) {
        vm_start();
    }
}

bool gdb_server_attached(GdbServer *gdb)
{
    return gdb && __atomic_load_n(&gdb->attached, __ATOMIC_SEQ_CST);
}
