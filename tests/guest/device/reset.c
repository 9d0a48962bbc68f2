/*
 * System reset, asked for by hart 0, by another one, and in S mode: harts and devices begin anew,
 * the image is what it was, the rest of RAM stays as it is.
 *
 * SPDX-License-Identifier: MIT
 */
#include "device.h"

#define MAGIC 0x7265736574ul
#define NOP 0x00000013u

/* Behind the image, and not of it. */
static struct {
    uint64_t magic, count;
} *const kept = (void *)(RAM_BASE + 0x4000000);

static volatile uint64_t data = 1, bss;

static uint64_t __attribute__((noinline, aligned(4))) code(void)
{
    uint64_t v;

    asm volatile(".option push\n.option norvc\nli %0, 5\nnop\n.option pop" : "=r"(v));
    return v;
}

static void check_hart(void)
{
    CHECK_EQ(csr_read(mcause), 0);
    CHECK_EQ(csr_read(satp), 0);
    CHECK_EQ(csr_read(medeleg), 0);
    CHECK_EQ(csr_read(mideleg), 0);
    CHECK_EQ(csr_read(stvec), 0);
    CHECK_EQ(csr_read(mstatus) & (MSTATUS_MIE | MSTATUS_MPRV | MSTATUS_SUM), 0);
    CHECK_EQ(csr_read(mip), 0);
}

static void check_devices(void)
{
    CHECK_EQ(clint_mtimecmp(0), -1ul);
    CHECK(clint_mtime < 100000000); /* 10 s */
    CHECK_EQ(clint_msip(1), 0);
    CHECK_EQ(plic_priority(SOURCE_UART), 0);
    CHECK_EQ(plic_enable(CONTEXT_M(0)), 0);
    CHECK_EQ(plic_threshold(CONTEXT_M(0)), 0);
    CHECK_EQ(plic_pending, 0);
    CHECK_EQ(uart_ier, 0);
    CHECK_EQ(uart_iir, IIR_NONE);
    CHECK_EQ(uart_lsr & LSR_DR, 0);
    CHECK_EQ(uart_mcr, 0);
    CHECK_EQ(rtc_alarm_status, 0);
    CHECK_EQ(rtc_irq_enabled, 0);
}

static void disturb_devices(void)
{
    uart_init(1);
    uart_mcr = MCR_LOOP;
    uart_data = 'x';
    plic_priority(SOURCE_UART) = 7;
    plic_enable(CONTEXT_M(0)) = 1u << SOURCE_UART;
    plic_threshold(CONTEXT_M(0)) = 1;
    uart_ier = IER_RDI | IER_THRI;
    CHECK_EQ(plic_claim(CONTEXT_M(0)), SOURCE_UART);
    plic_claim(CONTEXT_M(0)) = SOURCE_UART;
    rtc_set_alarm(rtc_time() + 100000000000);
    rtc_irq_enabled = 1;
    clint_mtimecmp(0) = 0;
    clint_msip(1) = 1;
    clint_mtime = 1ul << 60;
}

static void disturb_memory(void)
{
    uint32_t *insn = (uint32_t *)code;

    data++;
    bss++;
    while (*insn != NOP) {
        insn++;
    }
    *insn = 0x00150513; /* addi a0, a0, 1 */
    fence_i();
}

static uint64_t reset(uint64_t unused)
{
    FINISHER = FINISHER_RESET;
    for (;;) {
    }
    return unused;
}

static uint64_t spin(uint64_t unused)
{
    for (;;) {
        bss++;
    }
    return unused;
}

int main(void)
{
    if (kept->magic != MAGIC) {
        kept->magic = MAGIC;
        kept->count = 0;
    }
    CHECK_EQ(data, 1);
    CHECK_EQ(bss, 0);
    CHECK_EQ(code(), 5);
    check_hart();
    check_devices();
    if (kept->count++ == 3) {
        return 0;
    }

    disturb_memory();
    CHECK_EQ(code(), 6);
    disturb_devices();
    csr_write(mideleg, IRQ_BIT(IRQ_SEI));
    csr_write(medeleg, 1);
    csr_write(stvec, 0x100);
    csr_write(mie, -1ul);
    switch (kept->count) {
    case 1:
        hart_start(1, spin, 0);
        reset(0);
        break;
    case 2:
        hart_start(1, reset, 0);
        spin(0);
        break;
    default:
        run_in(MODE_S, reset, 0);
    }
    return 255;
}
