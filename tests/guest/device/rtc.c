/*
 * The real-time clock: the date of the command line (-rtc base=2024-02-29T12:30:00), that it goes
 * on, and its alarm as an interrupt in S mode.
 *
 * SPDX-License-Identifier: MIT
 */
#include "device.h"

#define START 1709209800000000000ul /* the date, in ns since 1970 */
#define SECOND 1000000000ul
#define ALARM 5000000ul /* ns */

static uint64_t wait(uint64_t context)
{
    uint64_t source;

    while (!hart()->irq_count) {
        asm volatile("wfi");
    }
    source = plic_claim(context);
    rtc_clear_interrupt = 1;
    plic_claim(context) = source;
    return source;
}

static void check_alarm(void)
{
    uint64_t before = rtc_time(), ticks = clint_mtime;

    irq_log_reset();
    rtc_set_alarm(before + ALARM);
    CHECK_EQ(rtc_alarm_status, 1);
    csr_write(mie, IRQ_BIT(IRQ_SEI));
    CHECK_EQ(run_in(MODE_S, wait, CONTEXT_S(0)), SOURCE_RTC);
    CHECK(rtc_time() >= before + ALARM);
    CHECK(clint_mtime - ticks >= ALARM / 100 / 2); /* about the same time */
    CHECK_EQ(rtc_alarm_status, 0);
    CHECK_EQ(csr_read(mip) & IRQ_BIT(IRQ_SEI), 0);
    CHECK_EQ(hart()->irq_count, 1);
    CHECK_EQ(hart()->irq_log[0], IRQ_SEI | (uint64_t)MODE_S << 32);
}

int main(void)
{
    uint64_t now = rtc_time();

    timer_off();
    CHECK(now >= START);
    CHECK(now < START + 60 * SECOND);
    while (rtc_time() == now) {
    }
    CHECK(rtc_time() > now);

    delegate(0);
    csr_write(mideleg, IRQ_BIT(IRQ_SEI));
    csr_set(mstatus, MSTATUS_SIE);
    plic_priority(SOURCE_RTC) = 1;
    plic_enable(CONTEXT_S(0)) = 1u << SOURCE_RTC;
    rtc_irq_enabled = 1;
    for (unsigned i = 0; i < 3; i++) {
        check_alarm();
    }
    return 0;
}
