# Source of rv_zawrs.txt (update.py): every instruction of the group, twice if it has operands.
#
# SPDX-License-Identifier: MIT
.option norelax
.option norvc
    wrs.nto
    wrs.sto
