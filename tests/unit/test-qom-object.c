/*
 * Objects: creation, order of init and finalize, references, embedding, alignment, casts.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "fatal.h"
#include "qom/object.h"

/* One letter per call: i init, p post-init, f finalize of Alpha, Beta, Gamma (A, B, C). */
static char trace[64];

static void record(char what, char type)
{
    trace[strlen(trace)] = what;
    trace[strlen(trace)] = type;
    g_assert_cmpuint(strlen(trace), <, sizeof(trace) - 2);
}

static void expect_trace(const char *expected)
{
    g_assert_cmpstr(trace, ==, expected);
    memset(trace, 0, sizeof(trace));
}

#define TYPE_ALPHA "alpha"
#define TYPE_BETA "beta"
#define TYPE_GAMMA "gamma"
OBJECT_DECLARE_SIMPLE_TYPE(Alpha, ALPHA)
OBJECT_DECLARE_SIMPLE_TYPE(Beta, BETA)

struct Alpha {
    Object parent_obj;
    int a;
};

struct Beta {
    Alpha parent_obj;
    int b;
};

static void a_init(Object *obj)
{
    /* Already an object of its final type, with zeroed memory. */
    g_assert_nonnull(object_dynamic_cast(obj, TYPE_ALPHA));
    g_assert_cmpint(ALPHA(obj)->a, ==, 0);
    ALPHA(obj)->a = 1;
    record('i', 'A');
}

static void a_post_init(Object *obj G_GNUC_UNUSED)
{
    record('p', 'A');
}

static void a_finalize(Object *obj G_GNUC_UNUSED)
{
    record('f', 'A');
}

static void b_init(Object *obj)
{
    g_assert_cmpint(ALPHA(obj)->a, ==, 1);
    g_assert_cmpint(BETA(obj)->b, ==, 0);
    BETA(obj)->b = 2;
    record('i', 'B');
}

static void b_post_init(Object *obj)
{
    g_assert_cmpint(BETA(obj)->b, ==, 2);
    record('p', 'B');
}

static void b_finalize(Object *obj)
{
    g_assert_cmpint(BETA(obj)->b, ==, 2);
    record('f', 'B');
}

static void c_init(Object *obj G_GNUC_UNUSED)
{
    record('i', 'C');
}

static void c_finalize(Object *obj G_GNUC_UNUSED)
{
    record('f', 'C');
}

static const TypeInfo types[] = {
    {
        .name = TYPE_ALPHA,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(Alpha),
        .instance_init = a_init,
        .instance_post_init = a_post_init,
        .instance_finalize = a_finalize,
    },
    {
        .name = TYPE_BETA,
        .parent = TYPE_ALPHA,
        .instance_size = sizeof(Beta),
        .instance_init = b_init,
        .instance_post_init = b_post_init,
        .instance_finalize = b_finalize,
    },
    {
        .name = TYPE_GAMMA,
        .parent = TYPE_BETA,
        .instance_init = c_init,
        .instance_finalize = c_finalize,
    },
    { .name = "abstract-type", .parent = TYPE_ALPHA, .abstract = true },
    { .name = "aligned", .parent = TYPE_OBJECT, .instance_align = 256 },
    { .name = "aligned-child", .parent = "aligned" },
    { .name = "plain", .parent = TYPE_OBJECT },
};

DEFINE_TYPES(types)

static void test_new(void)
{
    Object *obj = object_new(TYPE_GAMMA);

    expect_trace("iAiBiCpApB");
    g_assert_cmpstr(object_get_typename(obj), ==, TYPE_GAMMA);
    g_assert_true(object_get_class(obj) == object_class_by_name(TYPE_GAMMA));
    object_unref(obj);
    expect_trace("fCfBfA");
}

static void test_new_with_class(void)
{
    Object *obj = object_new_with_class(object_class_by_name(TYPE_BETA));

    expect_trace("iAiBpApB");
    g_assert_cmpstr(object_get_typename(obj), ==, TYPE_BETA);
    object_unref(obj);
    expect_trace("fBfA");
}

static void test_references(void)
{
    Object *obj = object_new(TYPE_ALPHA);

    g_assert_true(object_ref(obj) == obj);
    object_ref(obj);
    object_unref(obj);
    object_unref(obj);
    expect_trace("iApA");
    object_unref(obj);
    expect_trace("fA");
    g_assert_null(object_ref(NULL));
    object_unref(NULL);
}

static void test_autoptr(void)
{
    {
        g_autoptr(Object) obj = object_new(TYPE_ALPHA);
        g_autoptr(Beta) b = BETA(object_new(TYPE_BETA));
        g_assert_cmpint(b->b, ==, 2);
        g_assert_nonnull(obj);
        expect_trace("iApAiAiBpApB");
    }
    expect_trace("fBfAfA");
}

/*
 * The memory belongs to the caller: it is still there after the object went, and can be used again.
 */
static void test_embedded(void)
{
    struct {
        int before;
        Beta b;
        int behind;
    } *holder = g_malloc(sizeof(*holder));

    memset(holder, 0x55, sizeof(*holder));
    for (int i = 0; i < 2; i++) {
        object_initialize(&holder->b, sizeof(holder->b), TYPE_BETA);
        expect_trace("iAiBpApB");
        g_assert_true(BETA(&holder->b) == &holder->b);
        object_ref(&holder->b);
        object_unref(&holder->b);
        object_unref(&holder->b);
        expect_trace("fBfA");
        g_assert_cmphex(holder->before, ==, 0x55555555);
        g_assert_cmphex(holder->behind, ==, 0x55555555);
        g_assert_cmpint(holder->b.b, ==, 2);
    }
    g_free(holder);
}

static void test_alignment(void)
{
    static const char *const names[] = { "aligned", "aligned-child" };

    for (int i = 0; i < 8; i++) {
        g_autoptr(Object) obj = object_new(names[i % 2]);
        g_assert_cmphex((uintptr_t)obj % 256, ==, 0);
    }
}

static void test_casts(void)
{
    Object *c = object_new(TYPE_GAMMA);
    Object *a = object_new(TYPE_ALPHA);

    g_assert_true(object_dynamic_cast(c, TYPE_ALPHA) == c);
    g_assert_true(object_dynamic_cast(c, TYPE_GAMMA) == c);
    g_assert_true(object_dynamic_cast(c, TYPE_OBJECT) == c);
    g_assert_null(object_dynamic_cast(a, TYPE_BETA));
    g_assert_null(object_dynamic_cast(a, "no-such-type"));
    g_assert_null(object_dynamic_cast(NULL, TYPE_ALPHA));
    g_assert_true((void *)ALPHA(c) == (void *)c);
    g_assert_null(ALPHA(NULL));
    static const char *const names[] = { TYPE_ALPHA, TYPE_BETA, TYPE_GAMMA, TYPE_OBJECT };
    for (int i = 0; i < 20; i++) {
        const char *name = names[i % G_N_ELEMENTS(names)];
        g_assert_true(OBJECT_CHECK(Object, c, name) == c);
    }
    object_unref(a);
    object_unref(c);
    expect_trace("iAiBiCpApBiApAfAfCfBfA");
}

/* ---- References from several threads ---- */

#define ROUNDS 100000

static void *take_and_drop(void *obj)
{
    for (int i = 0; i < ROUNDS; i++) {
        object_ref(obj);
        object_unref(ALPHA(obj));
    }
    object_unref(obj);
    return NULL;
}

static void test_threads(void)
{
    Object *obj = object_new(TYPE_ALPHA);
    GThread *threads[4];

    for (unsigned i = 0; i < G_N_ELEMENTS(threads); i++) {
        threads[i] = g_thread_new("ref", take_and_drop, object_ref(obj));
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(threads); i++) {
        g_thread_join(threads[i]);
    }
    expect_trace("iApA");
    object_unref(obj);
    expect_trace("fA");
}

/* ---- Mistakes ---- */

static void new_unknown(void)
{
    object_new("no-such-type");
}

static void new_abstract(void)
{
    object_new("abstract-type");
}

static void new_abstract_class(void)
{
    object_new_with_class(object_class_by_name(TYPE_OBJECT));
}

static void initialize_abstract(void)
{
    Alpha a;

    object_initialize(&a, sizeof(a), "abstract-type");
}

static void initialize_small(void)
{
    Alpha a;

    object_initialize(&a, 8, TYPE_ALPHA);
}

static void initialize_unaligned(void)
{
    g_autofree char *memory = g_malloc0(sizeof(Object) + 512);
    char *aligned = memory + (256 - (uintptr_t)memory % 256);

    object_initialize(aligned + 16, sizeof(Object), "aligned");
}

static void cast_wrong(void)
{
    g_autoptr(Object) obj = object_new(TYPE_ALPHA);

    BETA(obj);
}

static void unref_twice(void)
{
    Alpha a;

    object_initialize(&a, sizeof(a), TYPE_ALPHA);
    object_unref(&a);
    object_unref(&a);
}

static void ref_finalized(void)
{
    Alpha a;

    object_initialize(&a, sizeof(a), TYPE_ALPHA);
    object_unref(&a);
    object_ref(&a);
}

static const FatalCase fatal_cases[] = {
    { "/qom/object/fatal/new-unknown", new_unknown,
      "rvemu: cannot create an object of the unknown type 'no-such-type'\n" },
    { "/qom/object/fatal/new-abstract", new_abstract,
      "rvemu: cannot create an object of the abstract type 'abstract-type'\n" },
    { "/qom/object/fatal/new-abstract-class", new_abstract_class,
      "rvemu: cannot create an object of the abstract type 'object'\n" },
    { "/qom/object/fatal/initialize-abstract", initialize_abstract,
      "rvemu: cannot create an object of the abstract type 'abstract-type'\n" },
    { "/qom/object/fatal/initialize-small", initialize_small,
      "rvemu: an object of type 'alpha' needs * bytes and was given 8\n" },
    { "/qom/object/fatal/initialize-unaligned", initialize_unaligned,
      "rvemu: an object of type 'aligned' must be aligned to 256 bytes\n" },
    { "/qom/object/fatal/cast", cast_wrong,
      "rvemu: BETA() at *test-qom-object.c:*: an object of type 'alpha' is not a 'beta'\n" },
    { "/qom/object/fatal/unref-twice", unref_twice, "*assertion failed*ref*" },
    { "/qom/object/fatal/ref-finalized", ref_finalized, "*assertion failed*before > 0*" },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    g_test_add_func("/qom/object/new", test_new);
    g_test_add_func("/qom/object/new-with-class", test_new_with_class);
    g_test_add_func("/qom/object/references", test_references);
    g_test_add_func("/qom/object/autoptr", test_autoptr);
    g_test_add_func("/qom/object/embedded", test_embedded);
    g_test_add_func("/qom/object/alignment", test_alignment);
    g_test_add_func("/qom/object/casts", test_casts);
    g_test_add_func("/qom/object/threads", test_threads);
    add_fatal_cases(fatal_cases, G_N_ELEMENTS(fatal_cases));
    return g_test_run();
}
