# Source of rv_zbkx.txt (update.py): every instruction of the group, twice if it has operands.
#
# SPDX-License-Identifier: MIT
.option norelax
.option norvc
    xperm4 a0,a1,a4
    xperm4 s11,t3,a3
    xperm8 t4,t6,s2
    xperm8 a1,s11,a0
