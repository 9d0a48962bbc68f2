/*
 * What the files of the hart's type share.
 *
 * Only cpu*.c include this. What does not belong here: what others may know of a hart
 * (target-riscv/cpu.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_CPU_INTERNAL_H
#define TARGET_RISCV_CPU_INTERNAL_H

#include "target-riscv/cpu.h"

/*
 * The model's extensions with those switched by name; false and an error where they contradict each
 * other.
 */
bool riscv_cpu_resolve_ext(RISCVCPU *cpu, RISCVExtSet *set, Error **errp);

/* cpu-model.c: CPUClass.parse_model, list_models and explain_model. */
const char *riscv_cpu_parse_model(const char *text, Error **errp);
void riscv_cpu_list_models(FILE *f);
bool riscv_cpu_explain_model(const char *text, FILE *f, Error **errp);

/* cpu-fdt.c: DeviceClass.fdt_populate. */
bool riscv_cpu_fdt_populate(DeviceState *dev, DTNode *parent, hwaddr base, Error **errp);

#endif
