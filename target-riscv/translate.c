/*
 * From guest code to blocks: fetching, decoding, and the layout of operations and exits in a block.
 *
 * A block's operations follow one another in memory. A branch or jump is followed by its exit, an operation
 * slot that holds the link to the next block and, while unlinked, leaves for the run loop itself. Exits to
 * another page are never linked (the page may be mapped elsewhere next time): their link goes to an
 * exit_far operation at the block's end. What does not belong here: running (interp/) and finding (code-cache.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/guest-ram.h"
#include "target-riscv/debug.h"
#include "target-riscv/decode.h"
#include "target-riscv/disas.h"
#include "target-riscv/engine.h"
#include "target-riscv/fpu.h"
#include "target-riscv/stuck.h"
#include "target-riscv/trace.h"
#include "util/log.h"

/* A block being built. */
typedef struct Builder {
    CPURISCVState *env;
    const RISCVHandlers *handlers;
    RISCVCodeCache *cache;
    RISCVBlock *block;
    RISCVFetchTLBEntry page;
    RAMPage *code;       /* of that page: where granules are marked */
    uint64_t vpage;      /* virtual address of the page */
    unsigned insns;      /* decoded so far */
    unsigned max_insns;
    unsigned ops;        /* used so far */
    bool spins;          /* has the operation for an empty loop */
    bool whole_page;     /* fetch permission holds for all of the page */
    uint16_t ids[RISCV_BLOCK_MAX_OPS]; /* instruction at each slot; RISCV_INSN_illegal where there is none */
    unsigned far_count;  /* exits to other pages: index of the exit's slot, and displacement from the page */
    struct {
        unsigned slot;
        int32_t displacement;
    } far[RISCV_BLOCK_MAX_INSNS + 1]; /* one for each branch, and the way straight on */
} Builder;

static RISCVOp *op_at(Builder *b, unsigned n)
{
    return &b->cache->ops[b->block->first + n];
}

static RISCVOpInfo *info_at(Builder *b, unsigned n)
{
    return &b->cache->info[b->block->first + n];
}

/* ---- code pages ---- */

static void forget_stores_work(CPUState *cs, void *opaque)
{
    riscv_tlb_forget_stores(&RISCV_CPU(cs)->env, opaque);
}

/* Make the page at `offset` of `ram` one that holds code: from now on every store to it is looked at. */
static RAMPage *begin_code_page(CPURISCVState *env, RAMBlock *ram, uint64_t offset)
{
    RAMPage *page = ram_page_begin_code(ram, offset);

    if (!__atomic_load_n(&page->settled, __ATOMIC_ACQUIRE)) {
        riscv_tlb_forget_stores(env, page);
        cpu_run_on_others(riscv_env_cs(env), forget_stores_work, page);
        __atomic_store_n(&page->settled, 1, __ATOMIC_RELEASE);
    }
    return page;
}

/* ---- operations ---- */

/* Which operand fields share their place with pc_offset is a matter of RISCVOp; see insn.h. */
void riscv_op_set_operands(RISCVOp *op, const RISCVInsn *insn, unsigned offset)
{
    const RISCVInsnInfo *row = &riscv_insn_info[insn->id];
    unsigned jumps = RISCV_INSN_FLAG_JUMP | RISCV_INSN_FLAG_JUMP_INDIRECT;

    op->rd = insn->rd == 0 && row->rd == RISCV_REG_X ? RISCV_X_SINK : insn->rd;
    op->rs1 = insn->rs1;
    op->rs2 = insn->rs2;
    op->rs3 = insn->rs3;
    op->imm = insn->imm;
    if (row->flags & jumps) {
        op->pc_offset = offset + insn->len;
    } else if (row->flags & RISCV_INSN_FLAG_PC) {
        op->pc_offset = offset;
    }
}

static void emit(Builder *b, RISCVHandler *handler, const RISCVInsn *insn, unsigned offset)
{
    RISCVOp *op = op_at(b, b->ops);

    riscv_op_set_operands(op, insn, offset);
    op->handler = handler;
    b->ids[b->ops] = insn->id;
    *info_at(b, b->ops) = (RISCVOpInfo){
        .raw = insn->raw, .offset = offset, .retired = b->insns, .len = insn->len
    };
    b->ops++;
}

/* The exit slot behind a branch, jump or fall_through; `target` is relative to the page's first byte. */
static void emit_exit(Builder *b, int64_t target)
{
    RISCVOp *op = op_at(b, b->ops);
    RISCVOpInfo *info = info_at(b, b->ops);
    bool near = target >= 0 && target < (int64_t)RISCV_PAGE_SIZE && b->whole_page;

    op->handler = b->handlers->exit_near;
    op->link = op;
    *info = (RISCVOpInfo){ .offset = near ? target : 0 };
    if (!near) {
        b->far[b->far_count].slot = b->ops;
        b->far[b->far_count++].displacement = target;
    }
    b->ops++;
}

static void emit_far_exits(Builder *b)
{
    for (unsigned i = 0; i < b->far_count; i++) {
        RISCVOp *op = op_at(b, b->ops);

        *op = (RISCVOp){ .handler = b->handlers->exit_far, .imm = b->far[i].displacement };
        *info_at(b, b->ops) = (RISCVOpInfo){ 0 };
        op_at(b, b->far[i].slot)->link = op;
        b->ops++;
    }
}

/* End a block in front of the instruction at `offset`, which may be the next page's first byte. */
static void emit_fall_through(Builder *b, unsigned offset)
{
    RISCVOp *op = op_at(b, b->ops);

    *op = (RISCVOp){ .handler = b->handlers->fall_through, .rd = b->insns };
    *info_at(b, b->ops) = (RISCVOpInfo){ .offset = offset, .retired = b->insns };
    b->ops++;
    emit_exit(b, offset);
}

static bool jump_misaligned(const Builder *b, const RISCVInsn *insn)
{
    return insn->imm & 2 && !riscv_ext_has(&b->env->ext, RISCV_EXT_Zca);
}

/*
 * A conditional or direct jump and its exits. The count of instructions that retire with it goes where the
 * format has no operand: rd of a branch, rs1 of a jump.
 */
static bool emit_jump(Builder *b, const RISCVInsn *insn, unsigned offset)
{
    bool branch = riscv_insn_info[insn->id].flags & RISCV_INSN_FLAG_BRANCH;
    RISCVOp *op = op_at(b, b->ops);

    if (jump_misaligned(b, insn) && !branch) {
        emit(b, b->handlers->misaligned, insn, offset);
        b->ids[b->ops - 1] = RISCV_INSN_illegal; /* nothing to make a pair with */
        b->insns++;
        return false;
    }
    emit(b, b->handlers->insn[insn->id], insn, offset);
    b->insns++;
    if (!branch) {
        op->rs1 = b->insns;
        emit_exit(b, (int64_t)offset + insn->imm);
        return false;
    }
    op->rd = b->insns;
    if (jump_misaligned(b, insn)) {
        RISCVOp *slot = op_at(b, b->ops);

        /* Taken, it raises in the branch's name, which then has not retired: the slot's info is the
         * branch's, and nothing is counted on the way there. */
        op->rd = 0;
        slot->handler = b->handlers->misaligned;
        slot->link = slot;
        *info_at(b, b->ops) = *info_at(b, b->ops - 1);
        b->ops++;
    } else {
        emit_exit(b, (int64_t)offset + insn->imm);
    }
    return true;
}

/* Has the block an operation for the instruction at `offset`? */
static bool decoded(Builder *b, int64_t offset)
{
    for (unsigned i = 0; i < b->ops; i++) {
        if (b->ids[i] != RISCV_INSN_illegal && info_at(b, i)->offset == offset) {
            return true;
        }
    }
    return false;
}

/*
 * A direct jump within the page needs no exit: the block goes on at its target, unless it has been there. What is
 * left of the jump is the link register, the address after it; an auipc of nothing writes that.
 */
static bool jump_inline(Builder *b, const RISCVInsn *insn, unsigned *offset)
{
    int64_t target = (int64_t)*offset + insn->imm;
    RISCVInsn link = { .raw = insn->raw, .id = RISCV_INSN_auipc, .len = insn->len, .rd = insn->rd };

    if (insn->id != RISCV_INSN_jal || target < 0 || target >= (int64_t)RISCV_PAGE_SIZE ||
        !b->whole_page || jump_misaligned(b, insn) || decoded(b, target)) {
        return false;
    }
    if (insn->rd) {
        emit(b, b->handlers->insn[link.id], &link, *offset);
        op_at(b, b->ops - 1)->pc_offset = *offset + insn->len;
    }
    b->insns++;
    *offset = target;
    return true;
}

/* ---- a debugger's breakpoints ---- */

/*
 * A block begins where there may be one: at that place in a page, whichever page that is. For blocks are found under
 * every virtual address that leads to them, and ask for the one that they were entered by (riscv_stops_at()).
 */
static bool may_stop_at(const Builder *b, unsigned offset)
{
    const DebugPoints *points = riscv_env_cs(b->env)->debug.points;

    for (guint i = 0; points && i < points->breakpoints->len; i++) {
        if ((g_array_index(points->breakpoints, DebugPoint, i).addr & ~RISCV_PAGE_MASK) == offset) {
            return true;
        }
    }
    return false;
}

/* In front of everything else, for who wants to know where the hart has been. */
static void emit_note(Builder *b, unsigned offset)
{
    *op_at(b, b->ops) = (RISCVOp){ .handler = b->handlers->note };
    *info_at(b, b->ops) = (RISCVOpInfo){ .offset = offset };
    b->ops++;
}

static void emit_breakpoint(Builder *b, unsigned offset)
{
    *op_at(b, b->ops) = (RISCVOp){ .handler = b->handlers->breakpoint };
    *info_at(b, b->ops) = (RISCVOpInfo){ .offset = offset };
    b->ops++;
}

/* ---- counting ---- */

/* What a retired instruction counts as, by its major opcode: Unprivileged ISA, "RV32/64G Instruction Set Listings". */
static RISCVEvent insn_event(const RISCVInsn *insn)
{
    enum { LOAD = 0x03, LOAD_FP = 0x07, STORE = 0x23, STORE_FP = 0x27, AMO = 0x2f, LR_FUNCT5 = 2 };
    uint32_t match = riscv_insn_info[insn->id].match;

    switch (match & 0x7f) {
    case LOAD:
    case LOAD_FP:
        return RISCV_EVENT_LOAD;
    case STORE:
    case STORE_FP:
        return RISCV_EVENT_STORE;
    case AMO:
        return match >> 27 == LR_FUNCT5 ? RISCV_EVENT_LOAD : RISCV_EVENT_STORE;
    default:
        return RISCV_EVENT_COUNT;
    }
}

/* Count one, before the instruction at `offset`. */
static void emit_count(Builder *b, RISCVEvent event, unsigned offset)
{
    *op_at(b, b->ops) = (RISCVOp){ .handler = b->handlers->count, .rd = event };
    *info_at(b, b->ops) = (RISCVOpInfo){ .offset = offset, .retired = b->insns };
    b->ops++;
}

/*
 * A branch that is taken leaves the block: so each is counted before it, and where the block goes on behind it, as not
 * taken. One with a misaligned target does not retire when it is taken.
 */
static bool emit_counted_branch(Builder *b, const RISCVInsn *insn, unsigned offset)
{
    bool counts = !jump_misaligned(b, insn);

    if (counts) {
        emit_count(b, RISCV_EVENT_BRANCH, offset);
    }
    emit_jump(b, insn, offset);
    emit_count(b, counts ? RISCV_EVENT_NOT_TAKEN : RISCV_EVENT_BRANCH, offset + insn->len);
    if (!counts) {
        emit_count(b, RISCV_EVENT_NOT_TAKEN, offset + insn->len);
    }
    return true;
}

/*
 * In front of the jump of an empty loop. A jump like that ends the block, and if it is a branch, one operation will do:
 * there is no way past it.
 */
static void emit_spin(Builder *b, unsigned offset)
{
    *op_at(b, b->ops) = (RISCVOp){ .handler = b->handlers->spin };
    *info_at(b, b->ops) = (RISCVOpInfo){ .offset = offset, .retired = b->insns };
    b->ops++;
    b->spins = true;
}

/* "is_lp_expected": Unprivileged ISA, "Landing Pad Enforcement". */
static bool expects_pad(const Builder *b, const RISCVInsn *insn)
{
    return b->env->mode & RISCV_MODE_LPE && insn->id == RISCV_INSN_jalr && insn->rs1 != 1 &&
           insn->rs1 != 5 && insn->rs1 != 7;
}

/* What goes into the block without an operation of its own, or with less: a jump within the page, a nop or a hint. */
static bool emit_nothing(Builder *b, const RISCVInsn *insn, unsigned *offset)
{
    if (b->handlers->every_insn || b->env->mode & RISCV_MODE_STEP) { /* triggers ask for the bits */
        return false;
    }
    if (jump_inline(b, insn, offset)) {
        return true;
    }
    if (insn->id != RISCV_INSN_addi || insn->rd != 0) {
        return false;
    }
    b->insns++;
    *offset += insn->len;
    return true;
}

/* False: the block ends with this instruction. */
static bool emit_insn(Builder *b, const RISCVInsn *insn, unsigned offset)
{
    unsigned flags = riscv_insn_info[insn->id].flags;
    bool counting = b->env->mode & RISCV_MODE_EVENTS;
    RISCVEvent event = insn_event(insn);

    if (counting && (flags & RISCV_INSN_FLAG_BRANCH)) {
        return emit_counted_branch(b, insn, offset);
    }
    if (flags & (RISCV_INSN_FLAG_BRANCH | RISCV_INSN_FLAG_JUMP)) {
        return emit_jump(b, insn, offset);
    }
    emit(b, b->handlers->insn[insn->id], insn, offset);
    if (expects_pad(b, insn)) {
        op_at(b, b->ops - 1)->handler = b->handlers->jalr_to_pad;
        b->ids[b->ops - 1] = RISCV_INSN_illegal; /* nothing to make a pair with */
    }
    b->insns++;
    if (counting && event != RISCV_EVENT_COUNT) { /* behind it: when it has retired */
        emit_count(b, event, offset + insn->len);
    }
    if (flags & RISCV_INSN_FLAG_JUMP_INDIRECT) {
        /* The count, for which its operands leave no room. */
        *op_at(b, b->ops) = (RISCVOp){ .rd = b->insns };
        *info_at(b, b->ops) = (RISCVOpInfo){ 0 };
        b->ops++;
    }
    return !(flags & (RISCV_INSN_FLAG_JUMP_INDIRECT | RISCV_INSN_FLAG_END));
}

static void emit_illegal(Builder *b, const RISCVInsn *insn, unsigned offset)
{
    RISCVInsn illegal = { .raw = insn->raw, .len = insn->len };

    emit(b, b->handlers->illegal, &illegal, offset);
    b->insns++;
}

/* Floating-point instructions are illegal while mstatus.FS is Off: Privileged ISA, "Extension Context Status". */
static bool needs_fs(const RISCVInsn *insn)
{
    const RISCVInsnInfo *row = &riscv_insn_info[insn->id];

    return row->rd == RISCV_REG_F || row->rs1 == RISCV_REG_F || row->rs2 == RISCV_REG_F;
}

/* ---- fetching ---- */

static void mark_code(CPURISCVState *env, RAMPage *page, uint64_t granules)
{
    uint64_t unsettled = ram_mark_code(page, granules);

    if (unsettled) {
        cpus_memory_barrier(riscv_env_cs(env));
        ram_settle_code(page, unsettled);
    }
}

static void mark_granules(Builder *b, unsigned offset, unsigned len)
{
    uint64_t bits = 1ull << (offset >> GRANULE_BITS) | 1ull << ((offset + len - 1) >> GRANULE_BITS);

    b->block->granules |= bits;
    mark_code(b->env, b->code, bits);
}

static unsigned fetch16(const uint8_t *p)
{
    uint16_t half;

    guest_ram_copy(&half, p, sizeof(half));
    return half;
}

/* Aligned: atomic, which Ziccif wants (another hart may be storing a whole instruction there). */
static uint32_t fetch32(const uint8_t *p)
{
    return __atomic_load_n((const uint32_t *)p, __ATOMIC_RELAXED);
}

/* The bits at `offset`; *len is 2 or 4. False if the instruction goes on in the next page. */
static bool fetch(Builder *b, unsigned offset, uint32_t *raw, unsigned *len)
{
    const uint8_t *p = b->page.host + offset;
    bool aligned = offset % 4 == 0;

    mark_granules(b, offset, 2);
    *raw = aligned ? fetch32(p) : fetch16(p);
    *len = (*raw & 3) == 3 ? 4 : 2;
    if (*len == 2) {
        *raw &= 0xffff;
    } else if (!aligned) {
        if (offset + 4 > RISCV_PAGE_SIZE) {
            return false;
        }
        mark_granules(b, offset + 2, 2);
        *raw |= fetch16(p + 2) << 16;
    }
    return true;
}

static void log_insn(const Builder *b, unsigned offset, uint32_t raw)
{
    g_autofree char *line =
        riscv_disas_line(b->vpage + offset, raw, &b->env->ext, 64, current_symbols());

    log_write(line, strlen(line));
}

/* Decode and emit the instruction at *offset, and go on to the next; false: the block ends with it. */
static bool translate_insn(Builder *b, unsigned *offset, uint32_t raw)
{
    RISCVInsn insn;

    if (G_UNLIKELY(log_enabled(LOG_IN_ASM)) && log_filter_passes(b->vpage + *offset)) {
        log_insn(b, *offset, raw);
    }
    if (!riscv_decode(raw, &b->env->ext, 64, &insn) ||
        (needs_fs(&insn) && !(b->env->mode & RISCV_MODE_FS))) {
        emit_illegal(b, &insn, *offset);
        return false;
    }
    if (!b->spins && riscv_loop_is_empty(b->page.host, *offset, &insn, &b->env->ext)) {
        emit_spin(b, *offset);
    } else if (emit_nothing(b, &insn, offset)) {
        return true;
    }
    if (!emit_insn(b, &insn, *offset)) {
        return false;
    }
    *offset += insn.len;
    return true;
}

/* Straight on from `offset` until something ends the block. */
static void translate_page(Builder *b, unsigned offset)
{
    uint32_t raw;
    unsigned len;

    while (offset < RISCV_PAGE_SIZE && b->insns < b->max_insns &&
           !(b->insns && may_stop_at(b, offset)) && fetch(b, offset, &raw, &len)) {
        if (!translate_insn(b, &offset, raw)) {
            return;
        }
    }
    if (b->insns == 0) {
        /* Another hart has just made the instruction one that crosses into the next page, before its
         * granule was marked: look again. A block kept of this would lead to itself for ever. */
        b->whole_page = false;
    }
    emit_fall_through(b, offset);
}

/* ---- pairs ---- */

#define NO_SLOT UINT_MAX

static bool is_zero(unsigned reg_class, unsigned reg)
{
    return reg_class == RISCV_REG_X && reg == 0;
}

/* What is known of the operands of the instruction at slot `i`, which runs after that at `before` (or NO_SLOT). */
static RISCVSource source(Builder *b, unsigned before, unsigned i)
{
    const RISCVInsnInfo *row = &riscv_insn_info[b->ids[i]];
    const RISCVOp *op = op_at(b, i);
    unsigned written = 0;

    if (before != NO_SLOT && riscv_insn_info[b->ids[before]].rd == RISCV_REG_X) {
        written = op_at(b, before)->rd; /* never 0: that is RISCV_X_SINK */
    }
    if (written && row->rs1 == RISCV_REG_X && op->rs1 == written) {
        return is_zero(row->rs2, op->rs2) ? RISCV_SOURCE_rs1_zero2 : RISCV_SOURCE_rs1;
    }
    if (written && row->rs2 == RISCV_REG_X && op->rs2 == written) {
        return RISCV_SOURCE_rs2;
    }
    if (is_zero(row->rs2, op->rs2)) {
        return RISCV_SOURCE_zero2;
    }
    return is_zero(row->rs1, op->rs1) ? RISCV_SOURCE_zero1 : RISCV_SOURCE_regs;
}

/* The slot after the instruction at slot `i`: a branch has its exit in between. */
static unsigned slot_after(Builder *b, unsigned i)
{
    return i + (riscv_insn_info[b->ids[i]].flags & RISCV_INSN_FLAG_BRANCH ? 2 : 1);
}

/* Give each operation that makes a pair with the next instruction the pair's handler. */
static void fuse(Builder *b)
{
    unsigned before = NO_SLOT, i = 0;

    while (i < b->ops) {
        unsigned next = slot_after(b, i);
        RISCVHandler *pair = NULL;

        if (next < b->ops) {
            pair = b->handlers->pair(b->ids[i], source(b, before, i), b->ids[next], source(b, i, next));
        }
        if (pair) {
            op_at(b, i)->handler = pair;
            b->env->stats.pairs++;
            before = next;
            next = slot_after(b, next);
        } else {
            before = i;
        }
        i = next;
    }
}

/* ---- whole blocks ---- */

static void log_op(Builder *b, unsigned i)
{
    static const char *const event_names[] = {
        [RISCV_EVENT_LOAD] = "load", [RISCV_EVENT_STORE] = "store",
        [RISCV_EVENT_BRANCH] = "branch", [RISCV_EVENT_NOT_TAKEN] = "branch not taken",
    };
    const RISCVOp *op = op_at(b, i);
    const RISCVOpInfo *info = info_at(b, i);
    const RISCVInsnInfo *row = &riscv_insn_info[b->ids[i]];

    if (b->ids[i] != RISCV_INSN_illegal) {
        char text[RISCV_DISAS_SIZE];

        riscv_disas(b->vpage + info->offset, info->raw, &b->env->ext, 64, 0, text, sizeof(text));
        log_printf("  %3u  %03x  %-30s ; %s%s\n", i, info->offset, g_strdelimit(text, "\t", ' '),
                   row->name, op->handler == b->handlers->insn[b->ids[i]] ? "" : " and the next");
    } else if (op->handler == b->handlers->exit_far) {
        log_printf("  %3u       exit to page%+" PRId32 "\n", i, op->imm);
    } else if (op->handler == b->handlers->exit_near) {
        log_printf("  %3u       exit to %03x\n", i, info->offset);
    } else if (op->handler == b->handlers->note) {
        log_printf("  %3u       noted\n", i);
    } else if (op->handler == b->handlers->spin) {
        log_printf("  %3u       an empty loop\n", i);
    } else if (op->handler == b->handlers->count) {
        log_printf("  %3u       count a %s\n", i, event_names[op->rd]);
    } else if (op->handler == b->handlers->breakpoint) {
        log_printf("  %3u       a debugger's breakpoint\n", i);
    } else if (op->handler == b->handlers->jalr_to_pad) {
        log_printf("  %3u  %03x  jalr to a landing pad\n", i, info->offset);
    } else if (op->handler == b->handlers->fall_through) {
        log_printf("  %3u       end after %u instructions\n", i, op->rd);
    } else if (op->handler) {
        log_printf("  %3u  %03x  raises\n", i, info->offset);
    }
}

/* The block as it will run: operations that are instructions by their page offset, and exits. */
static void log_ops(Builder *b)
{
    log_printf("OP: hart %" PRIu64 ", block at 0x%016" PRIx64 ", mode %u\n", b->env->hartid,
               b->vpage + b->block->offset, b->block->mode);
    for (unsigned i = 0; i < b->ops; i++) {
        log_op(b, i);
    }
}

static void finish(Builder *b)
{
    RISCVEngine *engine = b->env->engine;

    if (engine->fuse) {
        fuse(b);
    }
    emit_far_exits(b);
    if (log_enabled(LOG_OP) && log_filter_passes(b->vpage + b->block->offset)) {
        log_ops(b);
    }
    b->block->insns = b->insns;
    b->env->stats.blocks_decoded++;
    trace_riscv_block_decode(b->env->hartid, b->vpage + b->block->offset, b->insns);
    b->env->stats.insns_decoded += b->insns;
}

static bool fetch_fault(uint64_t vaddr, uint64_t *tval)
{
    *tval = vaddr;
    return false;
}

/*
 * One instruction at the page's end whose second half is on the next page: a block of its own, keyed by
 * both pages. `other` is the second page.
 */
static void translate_crossing(Builder *b, unsigned offset, const RISCVFetchTLBEntry *other)
{
    RAMPage *code2 = begin_code_page(b->env, other->ram, other->ram_offset);
    uint32_t raw;

    b->block->granules2 = 1;
    mark_code(b->env, code2, 1);
    mark_granules(b, offset, 2);
    raw = fetch16(b->page.host + offset) | fetch16(other->host) << 16;
    if (translate_insn(b, &offset, raw)) {
        emit_fall_through(b, offset);
    }
}

/*
 * PMP splits the page: fetch permission was only asked for this instruction, so that its block is run once
 * and never found again (it is not inserted, and its exits are far).
 */
static bool translate_alone(Builder *b, uint64_t pc, unsigned *cause, uint64_t *tval)
{
    unsigned offset = pc & ~RISCV_PAGE_MASK;
    uint32_t raw;
    unsigned len;

    if (fetch(b, offset, &raw, &len) && len == 4) {
        RISCVFetchTLBEntry page;
        bool whole;

        if (!riscv_fetch_page(b->env, pc + 2, 2, &page, &whole, cause)) {
            return fetch_fault(pc + 2, tval);
        }
    }
    if (translate_insn(b, &offset, raw)) {
        emit_fall_through(b, offset);
    }
    return true;
}

static ram_addr_t page_addr(const RISCVFetchTLBEntry *page)
{
    return page->ram->base + page->ram_offset;
}

/* Does the instruction at `pc`, on `page`, go on in the next page? */
static bool insn_crosses(uint64_t pc, const RISCVFetchTLBEntry *page)
{
    unsigned offset = pc & ~RISCV_PAGE_MASK;

    return offset == RISCV_PAGE_SIZE - 2 && (fetch16(page->host + offset) & 3) == 3;
}

/*
 * In the middle of a block, where it was stopped, one that only goes to the end of that: straight-line code that
 * goes on behind it is decoded already, and should not be once more for each place where a hart can stop.
 */
static unsigned max_insns(CPURISCVState *env, const RISCVFetchTLBEntry *page)
{
    RISCVEngine *engine = env->engine;
    unsigned rest = 0;

    if (env->mode & RISCV_MODE_STEP) {
        return 1;
    }
    if (engine->exact && engine->stopped_at == env->pc) {
        rest = riscv_cache_rest(engine->cache, page_addr(page), env->pc & ~RISCV_PAGE_MASK, env->mode);
    }
    return rest ? MIN(rest, engine->max_insns) : engine->max_insns;
}

static RISCVBlock *translate_block(CPURISCVState *env, const RISCVHandlers *handlers,
                                   const RISCVFetchTLBEntry *page, const RISCVFetchTLBEntry *other,
                                   bool whole_page, unsigned *cause, uint64_t *tval)
{
    RISCVEngine *engine = env->engine;
    unsigned offset = env->pc & ~RISCV_PAGE_MASK;
    Builder b = {
        .env = env, .handlers = handlers, .cache = engine->cache, .page = *page,
        .vpage = env->pc & RISCV_PAGE_MASK, .whole_page = whole_page,
        .max_insns = max_insns(env, page),
    };

    b.code = begin_code_page(env, page->ram, page->ram_offset);
    b.block = riscv_cache_alloc(b.cache);
    b.block->page = page_addr(page);
    b.block->offset = offset;
    b.block->mode = env->mode;
    if (may_stop_at(&b, offset)) {
        emit_breakpoint(&b, offset);
    }
    if (engine->history) {
        emit_note(&b, offset);
    }
    if (other) {
        b.block->page2 = page_addr(other);
        translate_crossing(&b, offset, other);
    } else if (whole_page) {
        translate_page(&b, offset);
    } else if (!translate_alone(&b, env->pc, cause, tval)) {
        return NULL;
    }
    finish(&b);
    if (b.whole_page) {
        riscv_cache_insert(b.cache, b.block, b.ops);
    }
    return b.block;
}

RISCVBlock *riscv_block_get(CPURISCVState *env, const RISCVHandlers *handlers, unsigned *cause,
                            uint64_t *tval)
{
    RISCVEngine *engine = env->engine;
    uint64_t pc = env->pc;
    RISCVFetchTLBEntry page, other;
    bool crosses, whole_page, whole_other = true;
    RISCVBlock *block = NULL;

    env->stats.lookups++;
    if (!riscv_fetch_page(env, pc, 2, &page, &whole_page, cause)) {
        fetch_fault(pc, tval);
        return NULL;
    }
    crosses = insn_crosses(pc, &page);
    if (crosses && !riscv_fetch_page(env, pc + 2, 2, &other, &whole_other, cause)) {
        fetch_fault(pc + 2, tval);
        return NULL;
    }
    whole_page = whole_page && whole_other;
    if (whole_page) {
        block = riscv_cache_find(engine->cache, page_addr(&page),
                                 crosses ? page_addr(&other) : RAM_ADDR_ALL, pc & ~RISCV_PAGE_MASK,
                                 env->mode);
    }
    if (!block) {
        bool timed = log_enabled(LOG_STATS);
        uint64_t begin = timed ? host_clock_ns() : 0;

        riscv_fpu_leave(env); /* GLib computes with floating point when a hash table grows */
        block = translate_block(env, handlers, &page, crosses ? &other : NULL, whole_page, cause, tval);
        riscv_fpu_enter(env);
        env->stats.decode_ns += timed ? host_clock_ns() - begin : 0;
    }
    return block;
}
