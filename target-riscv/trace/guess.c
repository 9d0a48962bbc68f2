/*
 * Instructions executed along with a commit trace: their bodies once more, with accessors that only guess.
 *
 * Which instructions these are is part of the trace's format: CODEC_VERSION. What does not belong here: what is made
 * of a guess (codec.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/trace/codec.h"

#include "target-riscv/decode.h"
#include "target-riscv/fpu.h"

#undef WX
#define WX(field, value) (flow->result = (value))
#undef FPU_WRITE
#define FPU_WRITE(type, set, field, value) ((void)(value))
#undef LOAD
#define LOAD(type, addr) (flow->target = (addr), (type)0)
#undef STORE
#define STORE(type, addr, value) (flow->target = (addr), flow->rs1 = (uint64_t)(value)) /* as nobody reads rs1 */
#undef CHECK_TARGET
#define CHECK_TARGET(address) ((void)0)

#include "target-riscv/insn-bodies.h"

#define GUESSED(X)                                                                                \
    X(lui) X(auipc) X(jal) X(jalr) X(beq) X(bne) X(blt) X(bge) X(bltu) X(bgeu)                    \
    X(lb) X(lh) X(lw) X(ld) X(lbu) X(lhu) X(lwu) X(sb) X(sh) X(sw) X(sd)                          \
    X(addi) X(slti) X(sltiu) X(xori) X(ori) X(andi) X(slli) X(srli) X(srai)                       \
    X(add) X(sub) X(sll) X(slt) X(sltu) X(xor) X(srl) X(sra) X(or) X(and)                         \
    X(addiw) X(slliw) X(srliw) X(sraiw) X(addw) X(subw) X(sllw) X(srlw) X(sraw)                   \
    X(mul) X(mulh) X(mulhsu) X(mulhu) X(div) X(divu) X(rem) X(remu)                               \
    X(mulw) X(divw) X(divuw) X(remw) X(remuw) X(flw) X(fsw) X(fld) X(fsd)                         \
    X(sh1add) X(sh2add) X(sh3add) X(add_uw) X(sh1add_uw) X(sh2add_uw) X(sh3add_uw) X(slli_uw)     \
    X(andn) X(orn) X(xnor) X(max) X(maxu) X(min) X(minu) X(sext_b) X(sext_h) X(zext_h)            \
    X(rol) X(ror) X(rori) X(rolw) X(rorw) X(roriw) X(clz) X(ctz) X(cpop) X(rev8) X(orc_b)         \
    X(bclr) X(bclri) X(bext) X(bexti) X(binv) X(binvi) X(bset) X(bseti) X(czero_eqz) X(czero_nez)

#define GUESS(name)                                                                               \
    static void guess_##name(CPURISCVState *env, const RISCVOp *op, Guess *guess)                 \
    {                                                                                             \
        RISCVFlow flow = RISCV_FLOW(op);                                                          \
                                                                                                  \
        flow.result = 0; /* not anything: the same when the trace is read */                      \
        insn_##name(env, op, &flow);                                                              \
        guess->result = flow.result;                                                              \
        guess->address = flow.target;                                                             \
        guess->stored = flow.rs1;                                                                 \
        guess->target = flow.target;                                                              \
        guess->taken = flow.taken;                                                                \
    }
GUESSED(GUESS)

GuessFunc *guess_func(unsigned id)
{
#define ENTRY(name) [RISCV_INSN_##name] = guess_##name,
    static GuessFunc *const functions[RISCV_INSN_COUNT] = { GUESSED(ENTRY) };
#undef ENTRY

    return functions[id];
}
