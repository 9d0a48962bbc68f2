# Source of rv_zkn.txt (update.py): every instruction of the group, twice if it has operands.
#
# SPDX-License-Identifier: MIT
.option norelax
.option norvc
    aes64ds a0,a1,a2
    aes64ds t6,s3,sp
    aes64dsm a0,a1,a2
    aes64dsm t6,s3,sp
    aes64es a0,a1,a2
    aes64es t6,s3,sp
    aes64esm a0,a1,a2
    aes64esm t6,s3,sp
    aes64ks2 a0,a1,a2
    aes64ks2 t6,s3,sp
    aes64ks1i a0,a1,0
    aes64ks1i t6,s3,10
    aes64ks1i s0,ra,7
    aes64im a0,a1
    aes64im t6,s3
    sha256sum0 a0,a1
    sha256sum0 t6,s3
    sha256sum1 a0,a1
    sha256sum1 t6,s3
    sha256sig0 a0,a1
    sha256sig0 t6,s3
    sha256sig1 a0,a1
    sha256sig1 t6,s3
    sha512sum0 a0,a1
    sha512sum0 t6,s3
    sha512sum1 a0,a1
    sha512sum1 t6,s3
    sha512sig0 a0,a1
    sha512sig0 t6,s3
    sha512sig1 a0,a1
    sha512sig1 t6,s3
