# Source of rv_priv.txt (update.py): every instruction of the group, twice if it has operands.
#
# SPDX-License-Identifier: MIT
.option norelax
.option norvc
    mret
    sret
    wfi
    sfence.w.inval
    sfence.inval.ir
    sfence.vma
    sfence.vma a0
    sfence.vma a0,a1
    sfence.vma zero,s1
    sinval.vma a0,a1
    sinval.vma zero,zero
    sinval.vma t0,zero
