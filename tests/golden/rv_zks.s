# Source of rv_zks.txt (update.py): every instruction of the group, twice if it has operands.
#
# SPDX-License-Identifier: MIT
.option norelax
.option norvc
    sm4ed a0,a1,a2,0
    sm4ed t6,s3,sp,3
    sm4ed s1,s1,s1,2
    sm4ks a0,a1,a2,0
    sm4ks t6,s3,sp,3
    sm4ks s1,s1,s1,2
    sm3p0 a0,a1
    sm3p0 t6,s3
    sm3p1 a0,a1
    sm3p1 t6,s3
