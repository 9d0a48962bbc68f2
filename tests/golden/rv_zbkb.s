# Source of rv_zbkb.txt (update.py): every instruction of the group, twice if it has operands.
#
# SPDX-License-Identifier: MIT
.option norelax
.option norvc
    pack a0,a1,a4
    pack s11,t3,a3
    packh t4,t6,s2
    packh a1,s11,a0
    packw s11,s2,gp
    packw a7,s0,t0
    brev8 a0,a1
    brev8 t6,s3
# Special cases that have other names
    pack a0,a1,zero
    packw a0,a1,zero
