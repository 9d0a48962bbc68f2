/*
 * Sstc: the supervisor timer, which drives mip.STIP from stimecmp while menvcfg.STCE is set.
 *
 * What does not belong here: the timebase itself (system/timebase.c), CSR access
 * (csr-supervisor.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/stimer.h"

#include "target-riscv/csr.h"

/*
 * "A supervisor timer interrupt becomes pending whenever time contains a value greater than or
 * equal to stimecmp" (Privileged ISA, "Supervisor Timer (stimecmp) Register"). Runs in the hart's
 * thread after a write, and in the main loop's when the timer fires or mtime was written: the lock
 * keeps the two from leaving STIP as an outdated stimecmp has it.
 */
void riscv_stimer_update(CPURISCVState *env)
{
    RISCVCPU *cpu = riscv_env_cpu(env);
    uint64_t compare;

    if (!cpu->stimer) {
        return;
    }
    g_mutex_lock(&cpu->stimer_lock);
    compare = __atomic_load_n(&env->stimecmp, __ATOMIC_RELAXED);
    if (!(__atomic_load_n(&env->menvcfg, __ATOMIC_RELAXED) & MENVCFG_STCE)) {
        timer_del(cpu->stimer);
    } else if (timebase_read(cpu->timebase) >= compare) {
        timer_del(cpu->stimer);
        __atomic_fetch_or(&env->mip, MIP_STIP, __ATOMIC_SEQ_CST);
    } else {
        __atomic_fetch_and(&env->mip, ~MIP_STIP, __ATOMIC_SEQ_CST);
        timer_mod(cpu->stimer, timebase_deadline_ns(cpu->timebase, compare));
    }
    g_mutex_unlock(&cpu->stimer_lock);
}

static void stimer_look(void *opaque)
{
    RISCVCPU *cpu = opaque;

    riscv_stimer_update(&cpu->env);
    if (__atomic_load_n(&cpu->env.mip, __ATOMIC_SEQ_CST) & MIP_STIP) {
        cpu_kick(CPU(cpu));
    }
}

void riscv_stimer_init(RISCVCPU *cpu)
{
    g_mutex_init(&cpu->stimer_lock);
    cpu->stimer = timer_new(timebase_clock(cpu->timebase), stimer_look, cpu);
    timebase_add_notifier(cpu->timebase, stimer_look, cpu);
}

void riscv_stimer_cleanup(RISCVCPU *cpu)
{
    if (cpu->stimer) {
        timebase_remove_notifier(cpu->timebase, stimer_look, cpu);
        g_clear_pointer(&cpu->stimer, timer_free);
        g_mutex_clear(&cpu->stimer_lock);
    }
}
