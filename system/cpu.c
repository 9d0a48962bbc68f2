/*
 * TYPE_CPU: the architecture-independent part of a virtual CPU object.
 *
 * What does not belong here: threads (system/cpus.c) and anything of an architecture.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/cpu.h"

#include "system/accel.h"
#include "util/module.h"

static void cpu_instance_init(Object *obj)
{
    CPUState *cpu = CPU(obj);

    g_cond_init(&cpu->own_wake);
    cpu->wake = &cpu->own_wake;
    g_queue_init(&cpu->work);
}

static void cpu_instance_finalize(Object *obj)
{
    CPUState *cpu = CPU(obj);

    g_queue_clear_full(&cpu->work, g_free);
    g_cond_clear(&cpu->own_wake);
}

static const TypeInfo cpu_type_info = {
    .name = TYPE_CPU,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(CPUState),
    .instance_init = cpu_instance_init,
    .instance_finalize = cpu_instance_finalize,
    .abstract = true,
    .class_size = sizeof(CPUClass),
};

static void cpu_register_types(void)
{
    type_register_static(&cpu_type_info);
}

type_init(cpu_register_types)
