# Source of rv_zbc.txt (update.py): every instruction of the group, twice if it has operands.
#
# SPDX-License-Identifier: MIT
.option norelax
.option norvc
    clmul a0,a1,a4
    clmul s11,t3,a3
    clmulh t4,t6,s2
    clmulh a1,s11,a0
    clmulr s11,s2,gp
    clmulr a7,s0,t0
