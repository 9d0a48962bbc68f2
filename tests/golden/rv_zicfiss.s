# Source of rv_zicfiss.txt (update.py): every instruction of the group, twice if it has operands, but
# ssamoswap.w, which binutils 2.44 has for RV32 only (rv_ssamoswap_w.txt). Then words that are near to them.
#
# SPDX-License-Identifier: MIT
.option norelax
    c.sspush ra
    c.sspopchk t0
.option norvc
    sspush ra
    sspush t0
    sspopchk ra
    sspopchk t0
    ssrdp a0
    ssrdp t6
    ssamoswap.d a0,a2,(a1)
    ssamoswap.d.aq t1,s4,(sp)
    ssamoswap.d.rl zero,zero,(a0)
    ssamoswap.d.aqrl s2,t5,(t6)
    mop.r.28 zero,sp
    mop.r.28 ra,ra
    mop.rr.7 zero,zero,sp
    mop.rr.7 ra,zero,ra
    mop.rr.7 zero,ra,ra
