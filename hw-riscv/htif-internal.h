/*
 * What the files of HTIF share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HTIF_INTERNAL_H
#define HTIF_INTERNAL_H

#include <stdio.h>

#include "htif-files.h"
#include "hw/htif.h"
#include "system/cpu.h"

/*
 * Answers under way and reads that wait, together: a guest cannot make the emulator's memory grow.
 */
#define HTIF_QUEUE 64
/* Bytes that one system call reads from the console at most. */
#define HTIF_MAX_READ 4096

/* tohost or fromhost. */
typedef struct HTIFWord {
    uint8_t *host;      /* in guest RAM; NULL: a register */
    hwaddr addr;        /* in guest RAM: physical address, and the region, which is kept alive */
    uint64_t offset;    /* in the region */
    MemoryRegion *mr;
    uint64_t reg;       /* the register */
} HTIFWord;

#define HTIF_NO_LIMIT UINT64_MAX

/* A read that waits for the console. */
typedef struct HTIFRead {
    uint64_t block; /* the system call's; 0: device 1, one character */
    uint64_t buf;   /* the system call's buffer and its length */
    uint64_t len;
} HTIFRead;

struct HTIFState {
    DeviceState parent_obj;

    /* Configuration. */
    AddressSpace *as;
    Chardev *chardev;
    int32_t error_fd;
    uint64_t tohost_addr;
    uint64_t fromhost_addr;
    char *signature;
    uint8_t granularity;
    uint64_t begin_signature;
    uint64_t end_signature;
    char *root;
    bool read_only;
    char **arguments; /* argv of main(), NULL-terminated; or NULL */
    bool polled;          /* the words are looked at between turns only: htif_turn() */
    uint64_t limit;       /* instructions that are left, in turns; HTIF_NO_LIMIT */

    MemoryRegion mmio;
    HTIFWord tohost;
    HTIFWord fromhost;
    CharFrontend console;
    bool no_fromhost;     /* nobody to answer to */
    FILE *signature_file; /* open from realize to exit */
    HTIFFiles *files;     /* as long as realized */

    /* State. */
    bool busy;  /* at work: our own stores to the words need no look */
    bool half;  /* tohost's lower half waits for the upper one */
    bool ended; /* the program has, */
    bool last_turn; /* `limit` leaves no more, see htif_turn() */
    bool failed; /* by a code that was not 0 in tohost itself, */
    uint64_t code; /* with this one */
    CPUState *cpu; /* that stored to tohost last; NULL: none that is known */
    uint64_t pc;   /* of the instruction that did */
    uint32_t answer_count;
    uint32_t read_count;
    uint64_t answers[HTIF_QUEUE];
    HTIFRead reads[HTIF_QUEUE];
};

/* htif.c: look at both words; queue a value for fromhost. */
void htif_update(HTIFState *s);
void htif_answer(HTIFState *s, uint64_t value);

/*
 * htif-command.c: what was stored to tohost, not 0; what the console has read, and what it is to
 * read; exit, by the system call (`call`) or by tohost alone.
 */
void htif_do_command(HTIFState *s, uint64_t value);
CharInputFn htif_receive_input;
void htif_queue_read(HTIFState *s, HTIFRead read);
void htif_end_program(HTIFState *s, uint64_t code, bool call);

/* htif-syscall.c: a call whose eight doublewords lie at `block`; a call's result. */
void htif_do_syscall(HTIFState *s, uint64_t block);
void htif_finish_syscall(HTIFState *s, uint64_t block, int64_t result);

/* htif-signature.c */
bool htif_open_signature(HTIFState *s, Error **errp);
bool htif_write_signature(HTIFState *s, Error **errp);
void htif_close_signature(HTIFState *s);

#endif
