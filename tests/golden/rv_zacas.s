# Source of rv_zacas.txt (update.py): every instruction of the group, twice if it has operands.
#
# SPDX-License-Identifier: MIT
.option norelax
.option norvc
    amocas.w a0,a2,(a1)
    amocas.w.aq t1,s4,(sp)
    amocas.w.rl zero,zero,(a0)
    amocas.w.aqrl s2,t5,(t6)
    amocas.d a0,a2,(a1)
    amocas.d.aq t1,s4,(sp)
    amocas.d.rl zero,zero,(a0)
    amocas.d.aqrl s2,t5,(t6)
    amocas.q a0,a2,(a1)
    amocas.q.aq t1,s4,(sp)
    amocas.q.rl zero,zero,(a0)
    amocas.q.aqrl s2,t5,(t6)
