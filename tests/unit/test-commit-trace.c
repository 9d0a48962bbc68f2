/*
 * Commit traces: random records come back as they were; damaged and truncated files do no harm.
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/commit-trace.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "expect.h"

static char *temp_path(void)
{
    char *path = NULL;
    int fd = g_file_open_tmp("rvemu-trace-XXXXXX", &path, NULL);

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    return path;
}

static uint64_t random64(void)
{
    uint64_t value = (uint64_t)g_test_rand_int() << 32 | (uint32_t)g_test_rand_int();

    return value >> (g_test_rand_int_range(0, 5) * 15); /* small ones, too */
}

/* ---- random records ---- */

static const uint32_t raws[] = {
    0x00a58533, 0x0182b283, 0x0062b023, 0xfe029ae3, 0x00008067, 0x30200073, 0x00000073, 0x02a5f6d3,
    0x0ff0000f, 0xffffffff, 0x00000000, 0x12b53633, 0x00c000ef, 0x0007a507, 0x00000517,
};

static void random_regs(RISCVCommit *c)
{
    unsigned key = 0;

    c->reg_count = g_test_rand_int_range(0, 10) ? g_test_rand_int_range(0, 3)
                                                : g_test_rand_int_range(0, COMMIT_MAX_REGS + 1);
    for (unsigned i = 0; i < c->reg_count; i++) {
        unsigned number = i < 31 ? (key >> 4) + 1 : 0;

        key = g_test_rand_bit() ? COMMIT_KEY(COMMIT_X, number) : COMMIT_KEY(COMMIT_F, number);
        if (i + 1u == c->reg_count && g_test_rand_int_range(0, 4) == 0) {
            key = COMMIT_KEY(COMMIT_CSR, g_test_rand_int_range(32, 4096));
        }
        c->keys[i] = key;
        c->regs[i] = random64();
    }
}

static void random_accesses(RISCVCommit *c)
{
    static const uint8_t sizes[] = { 0, 1, 2, 4, 8 };

    c->load_count =
        g_test_rand_int_range(0, 10) ? 0 : g_test_rand_int_range(0, COMMIT_MAX_ACCESSES + 1);
    c->store_count =
        g_test_rand_int_range(0, 10) ? 0 : g_test_rand_int_range(0, COMMIT_MAX_ACCESSES + 1);
    for (unsigned i = 0; i < c->load_count; i++) {
        c->loads[i] = random64();
    }
    for (unsigned i = 0; i < c->store_count; i++) {
        c->stores[i].size = sizes[g_test_rand_int_range(0, G_N_ELEMENTS(sizes))];
        c->stores[i].addr = random64();
        c->stores[i].value = random64();
    }
}

static void random_item(RISCVTraceItem *item, uint64_t hart)
{
    static const uint8_t privs[] = { 0, 1, 3 };

    memset(item, 0, sizeof(*item));
    item->hart = item->commit.hart = hart;
    item->is_trap = g_test_rand_int_range(0, 50) == 0;
    if (item->is_trap) {
        item->trap = (RISCVTracedTrap){
            .epc = random64() & ~1ull,
            .cause = random64(),
            .tval = random64(),
            .from = privs[g_test_rand_int_range(0, 3)],
            .to = privs[g_test_rand_int_range(0, 3)],
        };
        return;
    }
    item->commit.pc = 0x80000000 + 2 * g_test_rand_int_range(0, 300);
    item->commit.raw = raws[g_test_rand_int_range(0, G_N_ELEMENTS(raws))];
    item->commit.len = (item->commit.raw & 3) == 3 ? 4 : 2;
    item->commit.priv = privs[g_test_rand_int_range(0, 3)];
    item->commit.flen = g_test_rand_bit() ? 4 : 8;
    random_regs(&item->commit);
    random_accesses(&item->commit);
}

static void put(RISCVTraceStream *stream, const RISCVTraceItem *item)
{
    if (item->is_trap) {
        riscv_trace_trap(stream, &item->trap);
    } else {
        riscv_trace_commit(stream, &item->commit);
    }
}

static void expect_same(const RISCVTraceItem *got, const RISCVTraceItem *item)
{
    g_autoptr(GString) a = g_string_new(NULL);
    g_autoptr(GString) b = g_string_new(NULL);

    g_assert_cmpint(got->is_trap, ==, item->is_trap);
    g_assert_cmpuint(got->hart, ==, item->hart);
    if (got->is_trap) {
        g_assert_cmpmem(&got->trap, sizeof(got->trap), &item->trap, sizeof(item->trap));
        return;
    }
    /* Rows of many zero bytes have long texts: compare what they are made of. */
    for (unsigned i = 0; i < got->commit.store_count; i++) {
        g_assert_cmphex(got->commit.stores[i].value, ==, item->commit.stores[i].value);
        g_assert_cmphex(got->commit.stores[i].addr, ==, item->commit.stores[i].addr);
        g_assert_cmpuint(got->commit.stores[i].size, ==, item->commit.stores[i].size);
    }
    RISCVCommit x = got->commit, y = item->commit;
    g_assert_cmpuint(x.store_count, ==, y.store_count);
    x.store_count = y.store_count = 0;
    riscv_commit_text(&x, a);
    riscv_commit_text(&y, b);
    g_assert_cmpstr(a->str, ==, b->str);
}

/* A trace of `count` records, and they. */
static GArray *record(const char *path, unsigned count)
{
    RISCVTraceWriter *writer = riscv_trace_create(path, true, &error_abort);
    RISCVExtSet exts = riscv_ext_model(RISCV_MODEL_MAX);
    GArray *items = g_array_new(FALSE, FALSE, sizeof(RISCVTraceItem));
    RISCVTraceStream *streams[2];

    riscv_trace_describe(writer, &exts, NULL);
    for (unsigned i = 0; i < 2; i++) {
        streams[i] = riscv_trace_stream_new(writer, i);
    }
    for (unsigned i = 0; i < count; i++) {
        unsigned hart = i / 1000 % 2;
        RISCVTraceItem item;

        if (i % 1000 == 0) {
            riscv_trace_turn(streams[hart]);
        }
        random_item(&item, hart);
        put(streams[hart], &item);
        g_array_append_val(items, item);
    }
    riscv_trace_writer_unref(writer);
    riscv_trace_stream_end(streams[0]);
    riscv_trace_stream_end(streams[1]);
    return items;
}

/* How many come back as they were. */
static unsigned replay(const char *path, const GArray *items, Error **errp)
{
    g_autoptr(RISCVTraceReader) reader = riscv_trace_open(path, errp);
    static RISCVTraceItem item;
    unsigned count = 0;

    while (reader && riscv_trace_next(reader, &item, errp)) {
        g_assert_cmpuint(count, <, items->len);
        expect_same(&item, &g_array_index(items, RISCVTraceItem, count));
        count++;
    }
    return count;
}

static void test_round_trip(void)
{
    static const unsigned counts[] = { 0, 1, 5000, 300000 };

    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
        g_autofree char *path = temp_path();
        g_autoptr(GArray) items = record(path, counts[i]);

        g_assert_true(riscv_trace_is_trace(path));
        g_assert_cmpuint(replay(path, items, &error_abort), ==, counts[i]);
        g_remove(path);
    }
}

/* ---- what is wrong with a file ---- */

static void test_truncated(void)
{
    g_autofree char *path = temp_path();
    g_autofree char *bytes = NULL;
    gsize size;

    g_array_unref(record(path, 300000));
    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    for (unsigned i = 0; i < 20; i++) {
        gsize keep = i == 0 ? 0 : (gsize)(size * g_test_rand_double());
        Error *err = NULL;

        g_assert_true(g_file_set_contents(path, bytes, keep, NULL));
        g_autoptr(RISCVTraceReader) reader = riscv_trace_open(path, &err);
        g_assert_true(!reader == !!err);
        if (reader) {
            g_autofree char *cut = riscv_trace_cut_short(reader);
            static RISCVTraceItem item;

            g_assert_nonnull(cut);
            while (riscv_trace_next(reader, &item, &error_abort)) {
                continue;
            }
        }
        error_free(err);
    }
    g_remove(path);
}

/* A flipped bit is an error, or (in a few that zstd does not use) changes nothing. */
static void test_damaged(void)
{
    g_autofree char *path = temp_path();
    g_autoptr(GArray) items = record(path, 5000);
    g_autofree char *bytes = NULL;
    unsigned errors = 0;
    gsize size;

    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    for (unsigned i = 0; i < 300; i++) {
        gsize at = i < 200 ? (gsize)i : (gsize)(size * g_test_rand_double());
        Error *err = NULL;
        static RISCVTraceItem item;

        bytes[at] ^= 1 << (i % 8);
        g_assert_true(g_file_set_contents(path, bytes, size, NULL));
        bytes[at] ^= 1 << (i % 8);
        g_autoptr(RISCVTraceReader) reader = riscv_trace_open(path, &err);
        while (reader && riscv_trace_next(reader, &item, &err)) {
            continue;
        }
        if (err) {
            errors++;
            error_free(err);
        } else {
            g_assert_cmpuint(replay(path, items, &error_abort), ==, items->len);
        }
    }
    g_assert_cmpuint(errors, >, 290);
    g_remove(path);
}

static void expect_open_error(const char *contents, const char *message)
{
    g_autofree char *path = temp_path();
    Error *err = NULL;

    g_assert_true(g_file_set_contents(path, contents, strlen(contents), NULL));
    g_assert_null(riscv_trace_open(path, &err));
    g_assert_nonnull(strstr(error_get_pretty(err), message));
    g_assert_nonnull(error_get_hint(err));
    error_free(err);
    g_remove(path);
}

static void test_other_files(void)
{
    Error *err = NULL;

    expect_open_error("", "is no trace of rvemu");
    expect_open_error("core   0: 3 0x0000000080000000 (0x0001)\n", "is no trace of rvemu");
    expect_open_error("rvemu\x1atc\x07zzz................", "has version");
    g_assert_null(riscv_trace_open("/nonexistent/trace", &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "cannot open trace"));
    error_free(err);
    g_assert_false(riscv_trace_is_trace("/nonexistent/trace"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/commit-trace/round-trip", test_round_trip);
    g_test_add_func("/commit-trace/truncated", test_truncated);
    g_test_add_func("/commit-trace/damaged", test_damaged);
    g_test_add_func("/commit-trace/other-files", test_other_files);
    return g_test_run();
}
