# Source of rv_zicond.txt (update.py): every instruction of the group, twice if it has operands.
#
# SPDX-License-Identifier: MIT
.option norelax
.option norvc
    czero.eqz t0,s11,sp
    czero.eqz tp,t1,s10
    czero.nez s3,a4,a0
    czero.nez s0,a1,s0
