# Source of rv_zihintntl.txt (update.py): every instruction of the group, twice if it has operands.
#
# SPDX-License-Identifier: MIT
.option norelax
.option norvc
    ntl.p1
    ntl.pall
    ntl.s1
    ntl.all
.option rvc
    c.ntl.p1
    c.ntl.pall
    c.ntl.s1
    c.ntl.all
