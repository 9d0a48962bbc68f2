# Source of rv_zicbo.txt (update.py): every instruction of the group, twice if it has operands.
#
# SPDX-License-Identifier: MIT
.option norelax
.option norvc
    cbo.inval (a0)
    cbo.inval (t6)
    cbo.clean (a0)
    cbo.clean (t6)
    cbo.flush (a0)
    cbo.flush (t6)
    cbo.zero (a0)
    cbo.zero (t6)
    prefetch.i 0(a0)
    prefetch.i -2048(s11)
    prefetch.i 2016(sp)
    prefetch.r 0(a0)
    prefetch.r -2048(s11)
    prefetch.r 2016(sp)
    prefetch.w 0(a0)
    prefetch.w -2048(s11)
    prefetch.w 2016(sp)
