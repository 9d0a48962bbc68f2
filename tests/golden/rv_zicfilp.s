# Source of rv_zicfilp.txt (update.py): every instruction of the group, twice if it has operands.
#
# SPDX-License-Identifier: MIT
.option norelax
    lpad 0
    lpad 0x12345
    lpad 0xfffff
