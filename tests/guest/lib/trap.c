/*
 * What the common trap handlers do: record a trap that is expected and go on after it, log an
 * interrupt and turn it off, serve the calls of run_in(); anything else fails the run.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

void m_trap(void);
void s_trap(void);
void run_in_return(void);

bool (*s_trap_hook)(struct hart *h, uint64_t cause, uint64_t tval);

static void unexpected(uint64_t cause, uint64_t epc, uint64_t tval) __attribute__((noreturn));
static void unexpected(uint64_t cause, uint64_t epc, uint64_t tval)
{
    put_text("unexpected trap: cause ");
    put_hex(cause);
    put_text(" epc ");
    put_hex(epc);
    put_text(" tval ");
    put_hex(tval);
    put_text(" hart ");
    put_dec(hart()->id);
    put_text("\n");
    run_end(255);
}

static void log_interrupt(struct hart *h, uint64_t cause, uint64_t epc, uint64_t mode)
{
    unsigned n = h->irq_count;

    if (n < IRQ_LOG_SIZE) {
        h->irq_log[n] = (cause & ~CAUSE_INTERRUPT) | mode << 32;
    }
    h->irq_epc = epc;
    h->irq_count = n + 1;
}

static void record(struct hart *h, uint64_t cause, uint64_t epc, uint64_t tval, uint64_t status,
                   uint64_t mode)
{
    if (!h->resume) {
        unexpected(cause, epc, tval);
    }
    h->trap = (struct trap){ cause, epc, tval, status, mode };
    h->resume = 0;
}

/* The function that run_in() started has ended: back to run_in()'s caller in machine mode. */
static void end_run_in(struct hart *h)
{
    h->mregs[2] = h->call_sp;
    h->mregs[4] = (uint64_t)h;
    h->mregs[17] = 0; /* the next ecall is none of ours */
    csr_write(mepc, run_in_return);
    csr_set(mstatus, MSTATUS_MPP);
}

void m_trap(void)
{
    struct hart *h = hart();
    uint64_t cause = csr_read(mcause), epc = csr_read(mepc), tval = csr_read(mtval);
    uint64_t status = csr_read(mstatus), resume = h->resume;

    if (cause & CAUSE_INTERRUPT) {
        csr_clear(mie, IRQ_BIT(cause & 63));
        log_interrupt(h, cause, epc, MODE_M);
        return;
    }
    if (cause >= CAUSE_ECALL_U && cause <= CAUSE_ECALL_M) {
        if (h->mregs[17] == CALL_RETURN) {
            end_run_in(h);
            return;
        }
        if (h->mregs[17] == CALL_FAIL) {
            check_failed_value(h->mregs[12], (const char *)h->mregs[10], h->mregs[11],
                               h->mregs[13]);
        }
    }
    record(h, cause, epc, tval, status, MODE_M);
    csr_clear(mstatus, MSTATUS_MPRV);
    csr_write(mepc, resume);
}

void s_trap(void)
{
    struct hart *h = hart();
    uint64_t cause = csr_read(scause), epc = csr_read(sepc), resume = h->resume;

    if (cause & CAUSE_INTERRUPT) {
        csr_clear(sie, IRQ_BIT(cause & 63));
        log_interrupt(h, cause, epc, MODE_S);
        return;
    }
    if (s_trap_hook && s_trap_hook(h, cause, csr_read(stval))) {
        return;
    }
    if (cause == CAUSE_ECALL_U && h->sregs[17] == CALL_RETURN) {
        register uint64_t a0 asm("a0") = h->sregs[10]; /* pass it on: run_in() is machine mode's */
        register uint64_t a7 asm("a7") = CALL_RETURN;
        asm volatile("ecall" : : "r"(a0), "r"(a7) : "memory");
    }
    record(h, cause, epc, csr_read(stval), csr_read(sstatus), MODE_S);
    csr_write(sepc, resume);
}

void delegate(uint64_t causes)
{
    csr_write(sscratch, hart());
    csr_write(stvec, s_trap_entry);
    csr_write(medeleg, causes);
}

void irq_log_reset(void)
{
    hart()->irq_count = 0;
}
