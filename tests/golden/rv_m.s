# Source of rv_m.txt (update.py): every instruction of the group, twice if it has operands.
#
# SPDX-License-Identifier: MIT
.option norelax
.option norvc
    mul t3,ra,a7
    mul s2,s2,ra
    mulh s1,t2,s11
    mulh a7,s10,ra
    mulhsu a6,a7,t4
    mulhsu sp,a7,a6
    mulhu s1,s0,t3
    mulhu sp,a0,a0
    div t0,s0,t0
    div a6,tp,s10
    divu t3,t6,sp
    divu t3,t3,a2
    rem a7,a3,a7
    rem s0,a6,t2
    remu a6,s0,s10
    remu s10,a0,s0
    mulw s11,t3,s11
    mulw a2,gp,a3
    divw t4,tp,ra
    divw a6,s0,a5
    divuw t5,s11,t2
    divuw a2,sp,t4
    remw t6,t4,sp
    remw a2,sp,a5
    remuw a5,a4,a0
    remuw a4,s3,t6
