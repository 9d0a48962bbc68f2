# Source of rv_zimop.txt (update.py): every instruction of the group, twice if it has operands.
#
# SPDX-License-Identifier: MIT
.option norelax
    mop.r.0 t6,s3
    mop.r.1 a0,a1
    mop.r.2 t6,s3
    mop.r.4 t6,s3
    mop.r.7 a0,a1
    mop.r.8 t6,s3
    mop.r.16 t6,s3
    mop.r.28 t6,s3
    mop.r.31 a0,a1
    mop.r.3 zero,zero
    mop.rr.0 t6,s3,zero
    mop.rr.1 a0,a1,a2
    mop.rr.2 t6,s3,zero
    mop.rr.3 a0,a1,a2
    mop.rr.4 t6,s3,zero
    mop.rr.5 a0,a1,a2
    mop.rr.6 t6,s3,zero
    mop.rr.7 a0,a1,a2
    c.mop.1
    c.mop.3
    c.mop.5
    c.mop.7
    c.mop.9
    c.mop.11
    c.mop.13
    c.mop.15
