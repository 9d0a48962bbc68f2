/*
 * The devices of the spike machine beside CLINT and HTIF, as guest programs see them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef GUEST_DEVICE_H
#define GUEST_DEVICE_H

#include "guest.h"

#define FINISHER (*(volatile uint32_t *)0x100000ul)
#define FINISHER_FAIL(status) (0x3333u | (uint32_t)(status) << 16)
#define FINISHER_RESET 0x7777u

/* ---- PLIC ---- */

#define PLIC_BASE 0x0c000000ul
#define plic_priority(source) (*(volatile uint32_t *)(PLIC_BASE + 4ul * (source)))
#define plic_pending (*(volatile uint32_t *)(PLIC_BASE + 0x1000)) /* sources 0 to 31 */
#define plic_enable(context) (*(volatile uint32_t *)(PLIC_BASE + 0x2000 + 0x80ul * (context)))
#define plic_threshold(context) \
    (*(volatile uint32_t *)(PLIC_BASE + 0x200000 + 0x1000ul * (context)))
#define plic_claim(context) (*(volatile uint32_t *)(PLIC_BASE + 0x200004 + 0x1000ul * (context)))

#define CONTEXT_M(hart) (2 * (hart))
#define CONTEXT_S(hart) (2 * (hart) + 1)

enum { SOURCE_UART = 1, SOURCE_RTC = 5 };

/* ---- UART ---- */

#define UART_REG(offset) (*(volatile uint8_t *)(0x10000000ul + (offset)))
#define uart_data UART_REG(0)
#define uart_ier UART_REG(1)
#define uart_iir UART_REG(2) /* loads */
#define uart_fcr UART_REG(2) /* stores */
#define uart_lcr UART_REG(3)
#define uart_mcr UART_REG(4)
#define uart_lsr UART_REG(5)
#define uart_scr UART_REG(7)

enum { IER_RDI = 1, IER_THRI = 2 };
enum { IIR_MASK = 15, IIR_NONE = 1, IIR_THRI = 2, IIR_RDI = 4, IIR_TIMEOUT = 12 };
enum { LSR_DR = 1, LSR_THRE = 0x20 };
enum { MCR_LOOP = 0x10 };

/* 8 bits at `divisor`; FIFOs on and empty, an interrupt at 14 characters. */
static inline void uart_init(uint16_t divisor)
{
    uart_lcr = 0x83;
    UART_REG(0) = divisor & 0xff;
    UART_REG(1) = divisor >> 8;
    uart_lcr = 0x03;
    uart_fcr = 0xc7;
}

/* ---- RTC ---- */

#define RTC_REG(offset) (*(volatile uint32_t *)(0x101000ul + (offset)))
#define rtc_irq_enabled RTC_REG(0x10)
#define rtc_alarm_status RTC_REG(0x18)
#define rtc_clear_interrupt RTC_REG(0x1c)

static inline uint64_t rtc_time(void)
{
    uint64_t low = RTC_REG(0);

    return (uint64_t)RTC_REG(4) << 32 | low;
}

static inline void rtc_set_alarm(uint64_t ns)
{
    RTC_REG(0xc) = ns >> 32;
    RTC_REG(0x8) = (uint32_t)ns;
}

#endif
