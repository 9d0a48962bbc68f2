/*
 * What HTIF's commands do: exit, console.
 *
 * What does not belong here: the words by which commands come and answers go (htif.c), and system
 * calls (htif-syscall.c).
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

void htif_queue_read(HTIFState *s, HTIFRead read)
{
    g_assert(s->read_count < HTIF_QUEUE);
    s->reads[s->read_count++] = read;
    if (s->read_count == 1) {
        request_input(s);
    }
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
        htif_finish_syscall(s, read.block, len);
    } else {
        htif_finish_syscall(s, read.block, -EFAULT);
    }
    s->busy = false;
    request_input(s);
    htif_update(s);
}

/* ---- Exit ---- */

void htif_end_program(HTIFState *s, uint64_t code, bool call)
{
    Error *err = NULL;

    s->ended = true;
    s->code = code;
    s->failed = code != 0 && !call;
    if (!htif_write_signature(s, &err)) {
        if (code == 0) {
            verdict_error(err);
            return;
        }
        error_report_err(err);
    }
    if (call) {
        verdict_guest_exit(s->cpu, s->pc, code, "exit code %" PRIu64 " (system call exit)", code);
    } else {
        verdict_guest_exit(s->cpu, s->pc, code, "test %" PRIu64 " (tohost 0x%" PRIx64 ")", code,
                           code << 1 | 1);
    }
}

bool htif_exit_code(const HTIFState *s, uint64_t *code, bool *failed)
{
    *code = s->code;
    *failed = s->failed;
    return s->ended;
}

/* ---- Commands ---- */

static void console_command(HTIFState *s, unsigned command, uint64_t payload)
{
    uint8_t c = payload;

    switch (command) {
    case HTIF_CMD_READ:
        htif_queue_read(s, (HTIFRead) { .block = 0 });
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
        htif_end_program(s, payload >> 1, false);
    } else {
        htif_do_syscall(s, payload);
    }
}

