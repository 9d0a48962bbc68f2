# Source of rv_zcmp.txt (update.py): every instruction of the group, twice if it has operands.
#
# SPDX-License-Identifier: MIT
.option norelax
.option arch, rv64i_zca_zcmp
    cm.push {ra},-16
    cm.push {ra,s0},-64
    cm.push {ra,s0-s1},-32
    cm.push {ra,s0-s11},-160
    cm.pop {ra},16
    cm.pop {ra,s0-s8},96
    cm.popret {ra,s0-s9},96
    cm.popret {ra,s0-s2},48
    cm.popretz {ra,s0-s11},112
    cm.popretz {ra,s0},32
    cm.mvsa01 s0,s7
    cm.mvsa01 s2,s1
    cm.mva01s s1,s2
    cm.mva01s s7,s7
