# Source of rv_zbs.txt (update.py): every instruction of the group, twice if it has operands.
#
# SPDX-License-Identifier: MIT
.option norelax
.option norvc
    bclr a0,t6,a2
    bclr sp,s1,s2
    bclri a2,gp,0
    bclri s1,a2,63
    bext sp,sp,s0
    bext t0,a2,t0
    bexti a7,sp,0
    bexti ra,a6,63
    binv a7,sp,s11
    binv t6,s0,t4
    binvi a2,s0,0
    binvi gp,t1,63
    bset ra,a1,s10
    bset s11,s11,a6
    bseti a2,s10,0
    bseti a4,t2,63
