# Source of rv_zba.txt (update.py): every instruction of the group, twice if it has operands.
#
# SPDX-License-Identifier: MIT
.option norelax
.option norvc
    sh1add t1,s11,t1
    sh1add s1,ra,a6
    sh2add t1,t6,s1
    sh2add gp,a5,t0
    sh3add t3,a0,t0
    sh3add a1,a0,a0
    add.uw sp,s1,s2
    add.uw a6,s1,s0
    sh1add.uw a7,t6,a3
    sh1add.uw gp,s11,t5
    sh2add.uw gp,s0,s2
    sh2add.uw t4,s1,t1
    sh3add.uw tp,a6,a7
    sh3add.uw t2,a6,tp
    add.uw a0,a1,zero
    slli.uw a0,a1,0
    slli.uw t6,s11,63
