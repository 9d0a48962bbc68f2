/*
 * The interpreter's run loop: interrupts, finding and linking blocks, running operations, and the way out of
 * an operation that raises an exception.
 *
 * What does not belong here: handlers (handlers.c), decoding (../translate.c), traps themselves (../trap.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/interp/interp.h"

#include "system/symbols.h"
#include "target-riscv/counters.h"
#include "target-riscv/decode.h"
#include "target-riscv/fpu.h"
#include "target-riscv/history.h"
#include "target-riscv/interp/commits.h"
#include "target-riscv/listing.h"
#include "target-riscv/trace.h"
#include "target-riscv/trigger.h"
#include "util/log.h"

/* ---- counting ---- */

uint64_t riscv_instret(CPURISCVState *env, const RISCVOp *op)
{
    uint64_t before = op ? riscv_env_op_info(env, op)->retired : 0;

    return env->instret_end - env->budget + before;
}

uint64_t riscv_op_pc(CPURISCVState *env, const RISCVOp *op)
{
    return env->pc_page + riscv_env_op_info(env, op)->offset;
}

/*
 * Blocks look at env->budget when they are left: below 0 no other one begins. So that an exact budget is not
 * exceeded, `reserve` is kept back from it, as many instructions as a block can have; when the rest of the budget
 * is less than that, only single blocks begin that are not longer, and where there is none, blocks of one.
 */
static int64_t budget_left(const CPURISCVState *env)
{
    const RISCVEngine *engine = env->engine;

    return env->budget + engine->reserve;
}

/* Of what is `left`, let blocks begin while more than `reserve` (or just that) remains. */
static void divide_budget(CPURISCVState *env, int64_t left, int64_t reserve, bool step)
{
    RISCVEngine *engine = env->engine;

    env->instret_end += left - reserve - env->budget;
    env->budget = left - reserve;
    engine->reserve = reserve;
    if (engine->step != step) {
        engine->step = step;
        engine->unlinked = NULL; /* an exit of the other kind of block */
        riscv_mode_changed(env);
    }
}

/*
 * A counter's overflow interrupt is looked for by the run loop. Without an exact budget it comes within a block for
 * cycles and instructions, and soon for events that come now and then; with one, each instruction is a block.
 */
static void divide_budget_for_counters(CPURISCVState *env, int64_t left)
{
    const RISCVEngine *engine = env->engine;
    int64_t deadline = riscv_counters_deadline(env, riscv_instret(env, NULL));

    if (engine->exact) {
        divide_budget(env, left, left + 1, true);
    } else {
        divide_budget(env, left, left > deadline ? left - deadline : 0, false);
    }
}

/* False: it is used up. */
static bool set_budget(CPURISCVState *env, int64_t left)
{
    const RISCVEngine *engine = env->engine;
    int64_t longest = engine->exact ? engine->max_insns : 0;

    if (left < 0 || ((engine->exact || env->triggers_watch) && left == 0)) {
        return false;
    }
    if (G_UNLIKELY(env->triggers_watch || env->irq_held)) {
        divide_budget(env, left, left + 1, true);
        return true;
    }
    if (G_UNLIKELY(env->counters_armed)) {
        divide_budget_for_counters(env, left);
        return true;
    }
    divide_budget(env, left, left < longest ? left + 1 : longest, false);
    return true;
}

int64_t riscv_interp_budget_left(AccelState *accel, CPUState *cpu)
{
    CPURISCVState *env = &RISCV_CPU(cpu)->env;

    (void)accel;
    return budget_left(env) -
           (env->clocked ? riscv_env_op_info(env, env->clocked)->retired : 0);
}

/*
 * A trap retires nothing, but uses up budget: a hart that traps for ever must not keep the others of its thread
 * from running.
 */
static void charge_trap(CPURISCVState *env)
{
    env->budget--;
    env->instret_end--;
    if (env->spike_turns) {
        riscv_end_turn(env);
    }
}

/* What a trigger does ends no turn in Spike, but interrupts are looked at. */
static void charge_trigger(CPURISCVState *env)
{
    env->looks = true;
    if (!env->spike_turns) {
        charge_trap(env);
    }
}

/* ---- leaving an operation ---- */

/* The hart stands at `op`'s instruction, which does not retire. */
static void stop_at(CPURISCVState *env, const RISCVOp *op)
{
    const RISCVOpInfo *info = riscv_env_op_info(env, op);

    env->pc = env->pc_page + info->offset;
    env->budget -= info->retired;
    if (G_UNLIKELY(env->listing)) { /* an instruction may be none, and then nothing else has begun it */
        riscv_listing_begin(env->listing, env->pc, info->raw);
    }
}

void riscv_raise(CPURISCVState *env, const RISCVOp *op, unsigned cause, uint64_t tval)
{
    RISCVEngine *engine = env->engine;

    stop_at(env, op);
    charge_trap(env);
    riscv_take_trap(env, cause, tval);
    longjmp(engine->leave, 1);
}

void riscv_raise_trigger(CPURISCVState *env, const RISCVOp *op, uint64_t tval)
{
    RISCVEngine *engine = env->engine;

    stop_at(env, op);
    charge_trigger(env);
    if (G_UNLIKELY(env->listing)) {
        riscv_listing_trigger(env);
    }
    riscv_take_trap(env, EXC_BREAKPOINT, tval);
    longjmp(engine->leave, 1);
}

void riscv_raise_illegal(CPURISCVState *env, const RISCVOp *op)
{
    riscv_raise(env, op, EXC_ILLEGAL, riscv_env_op_info(env, op)->raw);
}

void riscv_run_alone(CPURISCVState *env, const RISCVOp *op)
{
    RISCVEngine *engine = env->engine;

    env->access_op = op;
    if (!engine->exact || engine->step || engine->max_insns == 1) {
        return;
    }
    stop_at(env, op);
    divide_budget(env, budget_left(env), budget_left(env), true);
    engine->alone = true;
    longjmp(engine->leave, 1);
}

void riscv_leave_before(CPURISCVState *env, const RISCVOp *op)
{
    RISCVEngine *engine = env->engine;
    const RISCVOpInfo *info = riscv_env_op_info(env, op);

    env->pc = env->pc_page + info->offset;
    env->budget -= info->retired;
    longjmp(engine->leave, 1);
}

static void sync_code(CPURISCVState *env)
{
    RISCVEngine *engine = env->engine;
    AddressSpace *as = riscv_env_cs(env)->as;
    uint64_t host_fpu = host_fpu_save(); /* GLib computes with floating point when a hash table shrinks */
    uint64_t generation = engine->cache->generation;
    unsigned dropped;

    env->noted = 0;
    dropped = riscv_cache_sync(engine->cache, as->granules, riscv_handlers.dropped);
    env->stats.blocks_dropped += dropped;
    if (dropped) {
        trace_riscv_block_drop(env->hartid, dropped);
    }
    env->stats.syncs += engine->cache->generation != generation;
    host_fpu_restore(host_fpu);
}

/* Behind each instruction that stored to code: riscv_run_alone() sees to that. */
static void sync_code_if_stored(CPURISCVState *env)
{
    RISCVEngine *engine = env->engine;

    if (granule_map_generation(riscv_env_cs(env)->as->granules) != engine->cache->generation) {
        sync_code(env);
        engine->unlinked = NULL;
    }
}

void riscv_fence_i(CPURISCVState *env, const RISCVOp *op)
{
    (void)op;
    sync_code(env);
}

/* ---- the loop ---- */

static void run_ops(CPURISCVState *env, const RISCVOp *op)
{
    while (op) {
        op = op->handler(env, op, env->last);
    }
}

/* Items that see every block: while one is selected, blocks are neither linked nor found by the jump table. */
#define LOG_BLOCKS (LOG_EXEC | LOG_CPU)

static void log_block(CPURISCVState *env)
{
    CPUState *cs = riscv_env_cs(env);

    if (!log_filter_passes(env->pc)) {
        return;
    }
    if (log_enabled(LOG_EXEC)) {
        g_autofree char *name = symbols_describe(current_symbols(), env->pc);

        log_printf("Trace %" PRIu64 ": 0x%016" PRIx64 "/%u%s%s\n", env->hartid, env->pc, env->mode, name ? " " : "",
                   name ? name : "");
    }
    if (log_enabled(LOG_CPU)) {
        g_autofree char *text = NULL;
        size_t size;
        FILE *f = open_memstream(&text, &size);

        CPU_GET_CLASS(cs)->dump_state(cs, f);
        fclose(f);
        log_printf("%s", text);
    }
}

/* A block that is not kept (see translate_alone) is neither remembered nor linked; none is while LOG_BLOCKS. */
static const RISCVOp *enter_block(CPURISCVState *env, RISCVBlock *block, const RISCVOp *from)
{
    RISCVEngine *engine = env->engine;
    RISCVCodeCache *cache = engine->cache;
    const RISCVOp *op = &cache->ops[block->first];

    if (block - cache->blocks == cache->block_count || log_enabled(LOG_BLOCKS)) {
        return op;
    }
    riscv_cache_enter_jump(cache, riscv_context(env, riscv_fetch_index(env)) - engine->contexts, env->mode,
                           env->pc, op);
    if (from && riscv_cache_link(cache, from, block)) {
        env->stats.links++;
    }
    return op;
}

/* Find the block at env->pc, enter it in the jump table, and link the exit that led here to it. */
static const RISCVOp *next_block(CPURISCVState *env)
{
    RISCVEngine *engine = env->engine;
    RISCVCodeCache *cache = engine->cache;
    const RISCVJump *jump = &env->jumps[riscv_jump_index(env->pc)];
    const RISCVOp *from = engine->unlinked;
    uint64_t flushes = cache->flushes;
    RISCVBlock *block;
    unsigned cause;
    uint64_t tval;

    engine->unlinked = NULL;
    if (G_UNLIKELY(log_enabled(LOG_BLOCKS))) {
        log_block(env);
    } else if (!from && jump->pc == env->pc && env->budget >= 0) {
        env->pc_page = env->pc & RISCV_PAGE_MASK;
        return jump->op;
    }
    env->stats.jump_misses += !from;
    block = riscv_block_get(env, engine->handlers, &cause, &tval);
    if (G_UNLIKELY(engine->history && cache->flushes != engine->history_flushes)) {
        riscv_history_forget(engine->history);
        engine->history_flushes = cache->flushes;
    }
    if (!block) {
        charge_trap(env);
        riscv_take_trap(env, cause, tval);
        return NULL;
    }
    if (env->budget < 0 && block->insns > budget_left(env)) {
        divide_budget(env, budget_left(env), 1, true);
        return NULL;
    }
    env->pc_page = env->pc & RISCV_PAGE_MASK;
    return enter_block(env, block, cache->flushes == flushes ? from : NULL);
}

/* May an indirect jump lead to the instruction `raw` at env->pc: Unprivileged ISA, "Landing Pad Instruction"? */
static bool is_landing_pad(const CPURISCVState *env, uint32_t raw)
{
    enum { LABEL_REGISTER = 7 };
    const RISCVInsnInfo *lpad = &riscv_insn_info[RISCV_INSN_lpad];
    uint32_t label = raw & ~lpad->mask;

    return env->pc % 4 == 0 && (raw & lpad->mask) == lpad->match &&
           (!label || label == ((uint32_t)env->x[LABEL_REGISTER] & ~lpad->mask));
}

/* What a block that begins with `op` has in front of its first instruction is skipped. */
static const RISCVOp *first_insn(const RISCVOp *op)
{
    while (op->handler == riscv_handlers.count || op->handler == riscv_handlers.breakpoint ||
           op->handler == riscv_handlers.spin || op->handler == riscv_handlers.note) {
        op++;
    }
    return op;
}

/*
 * An indirect jump led to `op`, a block's first. ELP goes only now, when nothing comes before the instruction there
 * any more: interrupts and exceptions of its fetch keep it for the return. A landing pad has an operation, a nop at
 * that place may have none.
 */
static const RISCVOp *land(CPURISCVState *env, const RISCVOp *op)
{
    const RISCVOpInfo *info = riscv_env_op_info(env, first_insn(op));

    if (op->handler == riscv_handlers.dropped) { /* leads back to the run loop, which then finds what is there now */
        return op;
    }
    if (info->offset == (env->pc & ~RISCV_PAGE_MASK) && is_landing_pad(env, info->raw)) {
        env->elp = false;
        return op;
    }
    charge_trap(env);
    riscv_take_trap(env, EXC_SOFTWARE_CHECK, SOFTWARE_CHECK_LANDING_PAD);
    return NULL;
}

/* ---- triggers ---- */

/* A trap was taken between two instructions: where the last one led to is not where the hart goes. */
static bool diverted(CPURISCVState *env, bool trapped)
{
    if (trapped) {
        charge_trigger(env);
        ((RISCVEngine *)env->engine)->unlinked = NULL;
    }
    return trapped;
}

/*
 * Has the hart to look again, before the instruction at env->pc is fetched: in blocks of one instruction, each of which
 * leads back here, or at the handler of a trap?
 */
static bool diverts_fetch(CPURISCVState *env)
{
    const RISCVEngine *engine = env->engine;

    return !engine->step || env->budget >= 0 || diverted(env, riscv_triggers_before_fetch(env));
}

/* Does a trigger fire on the instruction of a block that begins with `op`? */
static bool diverts_insn(CPURISCVState *env, const RISCVOp *op)
{
    const RISCVOpInfo *info = riscv_env_op_info(env, first_insn(op));

    /* Without an instruction it leads back here at once. */
    return info->len && diverted(env, riscv_triggers_before_insn(env, info->raw, info->len));
}

/* The next block when all that comes before its first instruction has been looked at; NULL: look again. */
static const RISCVOp *fetch(CPURISCVState *env)
{
    const RISCVOp *op;

    if (G_UNLIKELY(env->triggers_watch) && diverts_fetch(env)) {
        return NULL;
    }
    op = next_block(env);
    if (G_UNLIKELY(env->triggers_watch) && op && diverts_insn(env, op)) {
        return NULL;
    }
    if (G_UNLIKELY(env->elp) && op) {
        op = land(env, op);
    }
    return op;
}

/* ---- interrupts ---- */

/*
 * turns=spike: an interrupt waits for the next turn, or for an instruction that Spike calls serializing: of CSRs, and
 * returns from traps. Meanwhile the hart goes by single steps. wfi waits for the next turn whatever is pending.
 */
static bool hold_interrupts(CPURISCVState *env)
{
    bool held = riscv_pending_interrupt(env) >= 0;

    if (held && !env->irq_held) {
        env->irq_held = true;
        set_budget(env, budget_left(env));
    }
    return !env->wfi;
}

/* Take a pending interrupt; false when the hart has nothing to do but wait for one, or its turn is over. */
static bool look_at_interrupts(CPURISCVState *env)
{
    int irq;

    if (env->spike_turns && !env->looks) {
        return hold_interrupts(env);
    }
    env->looks = false;
    env->irq_held = false;
    irq = riscv_pending_interrupt(env);
    if (irq >= 0) {
        env->wfi = false;
        ((RISCVEngine *)env->engine)->unlinked = NULL; /* its target is not where we go */
        if (G_UNLIKELY(env->triggers_watch)) {
            riscv_triggers_count(env);
        }
        riscv_take_trap(env, RISCV_CAUSE_INTERRUPT | irq, 0);
        return !env->spike_turns;
    } else if (env->wfi) {
        if (!(riscv_mip(env) & env->mie)) {
            return false;
        }
        env->wfi = false;
    }
    return true;
}

/* What there is to look at between two instructions. False: exec() ends with *result. */
static bool may_go_on(CPURISCVState *env, CPUExecResult *result)
{
    RISCVEngine *engine = env->engine;

    if (G_UNLIKELY(engine->fresh_code)) {
        sync_code_if_stored(env);
    }
    if (G_UNLIKELY(env->triggers_watch)) {
        diverted(env, riscv_triggers_settle(env));
    }
    if (__atomic_load_n(&riscv_env_cs(env)->exit_request, __ATOMIC_SEQ_CST)) {
        *result = CPU_EXEC_REQUEST;
        return false;
    }
    if (G_UNLIKELY(env->counters_armed)) {
        riscv_counters_check(env, riscv_instret(env, NULL));
    }
    if ((env->budget < 0 || G_UNLIKELY(env->counters_armed || env->triggers_watch || env->irq_held)) &&
        !set_budget(env, budget_left(env))) {
        engine->stopped_at = env->pc;
        *result = CPU_EXEC_BUDGET;
        return false;
    }
    *result = CPU_EXEC_HALTED;
    return look_at_interrupts(env);
}

static CPUExecResult run(CPURISCVState *env)
{
    RISCVEngine *engine = env->engine;
    CPUExecResult result;

    while (engine->alone || may_go_on(env, &result)) {
        engine->alone = false;
        run_ops(env, fetch(env));
    }
    return result;
}

/* turns=spike: reservations do not outlive a turn, and a hart that waits counts one instruction in each. */
static void begin_turn(CPURISCVState *env)
{
    riscv_env_cs(env)->turn_begins = false;
    env->reservation_size = 0;
    env->looks = true;
    if (env->wfi && !(riscv_mip(env) & env->mie)) {
        env->instret_end++;
    }
}

/* Blocks without notes from here on. */
static void end_history(RISCVEngine *engine)
{
    g_clear_pointer(&engine->history, g_free);
    riscv_cache_flush(engine->cache);
}

CPUExecResult riscv_interp_exec(AccelState *accel, CPUState *cpu, int64_t budget, bool exact)
{
    CPURISCVState *env = &RISCV_CPU(cpu)->env;
    RISCVEngine *engine = env->engine;
    CPUExecResult result;

    if (accel->single_thread && accel->last_cpu != cpu) {
        env->reservation_size = 0; /* other harts ran meanwhile and may have stored there */
        accel->last_cpu = cpu;
    }
    if (cpu->turn_begins) {
        begin_turn(env);
    }
    if (G_UNLIKELY(engine->commits)) {
        riscv_commit_turn(env);
    }
    if (G_UNLIKELY(engine->history) && riscv_instret(env, NULL) > engine->history_insns) {
        end_history(engine);
    }
    engine->exact = exact;
    set_budget(env, budget);
    /* A store to code becomes visible without fence.i in the end: Unprivileged ISA, "Ziccid". */
    sync_code(env);
    engine->unlinked = NULL;
    riscv_fpu_enter(env);
    if (setjmp(engine->leave)) { /* where riscv_raise() comes back, with the trap taken */
        riscv_commit_abandon(env);
    }
    result = run(env);
    riscv_fpu_leave(env);
    return result;
}
