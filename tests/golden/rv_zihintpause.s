# Source of rv_zihintpause.txt (update.py): every instruction of the group, twice if it has operands.
#
# SPDX-License-Identifier: MIT
.option norelax
.option norvc
    pause
