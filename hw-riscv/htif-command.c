/*
 * What HTIF's commands do: exit, system calls, console.
 *
 * What does not belong here: the words by which commands come and answers go (htif.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "htif-internal.h"
#include "system/verdict.h"
#include "util/bits.h"
#include "util/log.h"

/* The fields of tohost and fromhost. */
#define HTIF_DEVICE_SHIFT 56
#define HTIF_COMMAND_SHIFT 48
#define HTIF_PAYLOAD_MASK MAKE_64BIT_MASK(0, 48)

#define HTIF_DEV_SYSTEM 0
#define HTIF_DEV_CONSOLE 1
#define HTIF_CMD_READ 0
#define HTIF_CMD_WRITE 1

static uint64_t make_answer(unsigned device, unsigned command, uint64_t payload)
{
    return (uint64_t)device << HTIF_DEVICE_SHIFT | (uint64_t)command << HTIF_COMMAND_SHIFT |
           payload;
}

/* ---- Console input ---- */

/* Ask for what the first waiting read wants. */
static void request_input(HTIFState *s)
{
    if (s->read_count > 0) {
        char_frontend_request_input(&s->console, s->reads[0].block ? s->reads[0].len : 1);
    }
}

static void queue_read(HTIFState *s, HTIFRead read)
{
    g_assert(s->read_count < HTIF_QUEUE);
    s->reads[s->read_count++] = read;
    if (s->read_count == 1) {
        request_input(s);
    }
}

static void finish_syscall(HTIFState *s, uint64_t block, int64_t result)
{
    uint64_t value = GUINT64_TO_LE((uint64_t)result);

    address_space_write(s->as, block, &value, sizeof(value));
    htif_answer(s, make_answer(HTIF_DEV_SYSTEM, 0, 1));
}

void htif_receive_input(void *opaque, const uint8_t *data, size_t len)
{
    HTIFState *s = opaque;
    HTIFRead read = s->reads[0];

    if (s->read_count == 0) {
        return;
    }
    s->read_count--;
    memmove(s->reads, s->reads + 1, s->read_count * sizeof(s->reads[0]));
    s->busy = true; /* a buffer may lie on tohost: look there when we are done */
    if (!read.block && len > 0) {
        htif_answer(s, make_answer(HTIF_DEV_CONSOLE, HTIF_CMD_READ, 0x100 | data[0]));
    } else if (!read.block) {
        /* At the end of input a character is waited for in vain, as in Spike. */
    } else if (address_space_write(s->as, read.buf, data, len) == MEMTX_OK) {
        finish_syscall(s, read.block, len);
    } else {
        finish_syscall(s, read.block, -EFAULT);
    }
    s->busy = false;
    request_input(s);
    htif_update(s);
}

/* ---- Exit ---- */

/* `call`: by the system call, else by tohost alone. */
static void end_program(HTIFState *s, uint64_t code, bool call)
{
    Error *err = NULL;

    s->ended = true;
    if (!htif_write_signature(s, &err)) {
        if (code == 0) {
            verdict_error(err);
            return;
        }
        error_report_err(err);
    }
    if (call) {
        verdict_guest_exit(code, "system call exit");
    } else {
        verdict_guest_exit(code, "tohost 0x%" PRIx64, code << 1 | 1);
    }
}

/* ---- System calls ---- */

/* Numbers as in Linux for RISC-V; errors are Linux's as well, which happen to be the host's. */
enum {
    SYS_READ = 63,
    SYS_WRITE = 64,
    SYS_EXIT = 93,
};

/* To one of the guest's descriptors 1 and 2. */
static bool write_output(HTIFState *s, uint64_t fd, const void *data, size_t len)
{
    return fd == 1 ? char_frontend_write(&s->console, data, len)
                   : char_write_fd(s->error_fd, data, len);
}

static int64_t syscall_write(HTIFState *s, uint64_t fd, uint64_t addr, uint64_t len)
{
    uint8_t chunk[4096];
    uint64_t done = 0;

    if (fd != 1 && fd != 2) {
        return -EBADF;
    }
    while (done < len) {
        uint64_t n = MIN(len - done, sizeof(chunk));

        if (addr > UINT64_MAX - done ||
            address_space_read(s->as, addr + done, chunk, n) != MEMTX_OK) {
            return done ? (int64_t)done : -EFAULT;
        }
        if (!write_output(s, fd, chunk, n)) {
            return done ? (int64_t)done : -errno;
        }
        done += n;
    }
    return done;
}

/* Read what is there, when it is there; true when the answer has to wait for that. */
static bool syscall_read(HTIFState *s, uint64_t block, const uint64_t args[3], int64_t *result)
{
    uint64_t len = MIN(args[2], HTIF_MAX_READ);

    *result = 0;
    if (args[0] != 0) {
        *result = -EBADF;
        return false;
    }
    if (len == 0) {
        return false;
    }
    if (!address_space_ram_ptr(s->as, args[1], len, true)) {
        *result = -EFAULT;
        return false;
    }
    queue_read(s, (HTIFRead) { .block = block, .buf = args[1], .len = len });
    return true;
}

static void do_syscall(HTIFState *s, uint64_t block)
{
    uint64_t words[8];
    int64_t result = -ENOSYS;

    if (address_space_read(s->as, block, words, sizeof(words)) != MEMTX_OK) {
        log_mask(LOG_GUEST_ERROR, "htif: no memory for a system call at 0x%" PRIx64 "\n", block);
        htif_answer(s, make_answer(HTIF_DEV_SYSTEM, 0, 1));
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        words[i] = GUINT64_FROM_LE(words[i]);
    }
    switch (words[0]) {
    case SYS_READ:
        if (syscall_read(s, block, &words[1], &result)) {
            return;
        }
        break;
    case SYS_WRITE:
        result = syscall_write(s, words[1], words[2], words[3]);
        break;
    case SYS_EXIT:
        end_program(s, words[1], true);
        return;
    default:
        log_mask(LOG_UNIMP, "htif: system call %" PRIu64 " is not implemented\n", words[0]);
        break;
    }
    finish_syscall(s, block, result);
}

/* ---- Commands ---- */

static void console_command(HTIFState *s, unsigned command, uint64_t payload)
{
    uint8_t c = payload;

    switch (command) {
    case HTIF_CMD_READ:
        queue_read(s, (HTIFRead) { .block = 0 });
        break;
    case HTIF_CMD_WRITE:
        char_frontend_write(&s->console, &c, 1);
        break;
    default:
        log_mask(LOG_UNIMP, "htif: the console has no command %u\n", command);
        break;
    }
}

void htif_do_command(HTIFState *s, uint64_t value)
{
    unsigned device = value >> HTIF_DEVICE_SHIFT;
    unsigned command = value >> HTIF_COMMAND_SHIFT & 0xff;
    uint64_t payload = value & HTIF_PAYLOAD_MASK;

    if (device == HTIF_DEV_CONSOLE) {
        console_command(s, command, payload);
    } else if (device != HTIF_DEV_SYSTEM || command != 0) {
        log_mask(LOG_UNIMP, "htif: no device %u with command %u\n", device, command);
    } else if (payload & 1) {
        end_program(s, payload >> 1, false);
    } else {
        do_syscall(s, payload);
    }
}

