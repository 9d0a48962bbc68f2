# Source of rv_zcb.txt (update.py): every instruction of the group, twice if it has operands.
#
# SPDX-License-Identifier: MIT
.option norelax
    c.lbu a0,0(a1)
    c.lbu s0,3(a5)
    c.lbu s1,2(a4)
    c.lhu a0,2(a1)
    c.lhu a5,0(s0)
    c.lh a0,0(a1)
    c.lh a0,2(a1)
    c.sb a0,1(a1)
    c.sb s0,2(s1)
    c.sh a0,2(a1)
    c.sh a5,0(s0)
    c.zext.b a0
    c.zext.b s1
    c.sext.b a0
    c.sext.b s1
    c.zext.h a0
    c.zext.h s1
    c.sext.h a0
    c.sext.h s1
    c.zext.w a0
    c.zext.w s1
    c.not a0
    c.not s1
    c.mul a0,a1
    c.mul s1,a5
