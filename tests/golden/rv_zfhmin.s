# Source of rv_zfhmin.txt (update.py): every instruction of the group, twice if it has operands.
#
# SPDX-License-Identifier: MIT
.option norelax
.option norvc
    flh ft11,-2048(a4)
    flh fa0,77(t6)
    fsh ft0,2047(t5)
    fsh fs0,-1(zero)
    fmv.x.h gp,ft1
    fmv.h.x fa0,t5
    fcvt.s.h fs0,fa7
    fcvt.d.h ft8,ft1
    fmv.x.h a0,ft0
    fmv.h.x fs0,s11
    fcvt.s.h fs1,ft7
    fcvt.d.h fa7,ft7
    fcvt.h.s ft1,ft7
    fcvt.h.s ft11,ft11,rne
    fcvt.h.s fs11,ft7,rtz
    fcvt.h.s ft7,ft0,rdn
    fcvt.h.s ft0,fs0,rup
    fcvt.h.s fs0,ft7,rmm
    fcvt.h.d ft7,fs1
    fcvt.h.d fa0,fs0,rne
    fcvt.h.d ft8,fs0,rtz
    fcvt.h.d ft7,fs0,rdn
    fcvt.h.d fa7,fs1,rup
    fcvt.h.d ft0,fa0,rmm
