/*
 * The tree: children, paths, resolution, the root, leaving.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "expect.h"
#include "fatal.h"
#include "qom/object.h"

#define TYPE_PART "part"
OBJECT_DECLARE_SIMPLE_TYPE(Part, PART)

struct Part {
    Object parent_obj;
};

#define TYPE_BOARD "board"
OBJECT_DECLARE_SIMPLE_TYPE(Board, BOARD)

struct Board {
    Object parent_obj;
    Part left;
    Part right;
};

/* Paths of parts when they left the tree, and f for each that was finalized. */
static GString *trace;

static void part_unparent(Object *obj)
{
    g_autofree char *path = object_get_canonical_path(obj);

    g_string_append_printf(trace, "%s ", path ? path : "(none)");
}

static void part_finalize(Object *obj G_GNUC_UNUSED)
{
    g_string_append(trace, "f ");
}

static void part_class_init(ObjectClass *klass, const void *data G_GNUC_UNUSED)
{
    klass->unparent = part_unparent;
}

static void board_init(Object *obj)
{
    object_initialize_child(obj, "left", &BOARD(obj)->left, TYPE_PART);
    object_initialize_child(obj, "right", &BOARD(obj)->right, "special-part");
}

static void board_finalize(Object *obj G_GNUC_UNUSED)
{
    g_string_append(trace, "board ");
}

static const TypeInfo types[] = {
    {
        .name = TYPE_PART,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(Part),
        .instance_finalize = part_finalize,
        .class_init = part_class_init,
    },
    { .name = "special-part", .parent = TYPE_PART },
    {
        .name = TYPE_BOARD,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(Board),
        .instance_init = board_init,
        .instance_finalize = board_finalize,
    },
};

DEFINE_TYPES(types)

/* A new object below parent, which alone holds it. */
static Object *plant(Object *parent, const char *name, const char *type_name)
{
    Object *obj = object_new(type_name);

    object_property_add_child(parent, name, obj);
    object_unref(obj);
    return obj;
}

static void expect_path(const Object *obj, const char *expected)
{
    g_autofree char *path = object_get_canonical_path(obj);

    g_assert_cmpstr(path, ==, expected);
}

static void expect_trace(const char *expected)
{
    g_assert_cmpstr(trace->str, ==, expected);
    g_string_truncate(trace, 0);
}

static void test_paths(void)
{
    Object *soc = container_get(object_get_root(), "/machine/soc");
    Object *part = plant(soc, "htif", TYPE_PART);
    g_autoptr(Object) outside = object_new(TYPE_BOARD);

    expect_path(object_get_root(), "/");
    expect_path(soc, "/machine/soc");
    expect_path(part, "/machine/soc/htif");
    g_assert_cmpstr(object_get_canonical_path_component(part), ==, "htif");
    g_assert_null(object_get_canonical_path_component(object_get_root()));
    expect_path(outside, NULL);
    expect_path(OBJECT(&BOARD(outside)->left), NULL);
    g_assert_cmpstr(object_get_canonical_path_component(OBJECT(&BOARD(outside)->left)), ==, "left");
    g_clear_pointer(&outside, object_unref);
    object_root_cleanup();
    g_string_truncate(trace, 0);
}

static void test_child_property(void)
{
    Object *part = plant(object_get_root(), "p", "special-part");
    Error *err = NULL;

    g_assert_cmpstr(object_property_find(object_get_root(), "p")->type, ==, "child<special-part>");
    g_autofree char *value = object_property_get_str(object_get_root(), "p", &error_abort);
    g_assert_cmpstr(value, ==, "/p");
    g_assert_true(object_property_get_link(object_get_root(), "p", &error_abort) == part);
    g_assert_false(object_property_set_str(object_get_root(), "p", "/", &err));
    expect_error(&err, "property 'container.p': it cannot be written", NULL);
    g_assert_false(object_property_set_link(object_get_root(), "p", part, &err));
    expect_error(&err, "property 'container.p': it is of type child<special-part>, not a link",
                 NULL);
    object_root_cleanup();
    g_string_truncate(trace, 0);
}

static void test_add_errors(void)
{
    Object *part = plant(object_get_root(), "p", TYPE_PART);
    g_autoptr(Object) other = object_new(TYPE_PART);
    Error *err = NULL;

    g_assert_null(object_property_try_add_child(object_get_root(), "q", part, &err));
    expect_error(&err, "an object of type 'part' has a parent already, it is '/p'", NULL);
    g_assert_null(object_property_try_add_child(object_get_root(), "p", other, &err));
    expect_error(&err, "type 'container' has a property 'p' already", NULL);
    g_assert_null(object_property_try_add_child(object_get_root(), "a/b", other, &err));
    expect_error(&err, "'a/b' cannot be the name of a child", NULL);
    g_assert_null(object_property_try_add_child(object_get_root(), "", other, &err));
    expect_error(&err, "'' cannot be the name of a child", NULL);
    g_assert_cmpint(other->ref, ==, 1);
    g_clear_pointer(&other, object_unref);
    object_root_cleanup();
    g_string_truncate(trace, 0);
}

static void test_unparent(void)
{
    Object *held = object_ref(plant(object_get_root(), "held", TYPE_PART));

    plant(object_get_root(), "free", TYPE_PART);
    object_unparent(object_resolve_path("/free", NULL));
    expect_trace("/free f ");
    object_unparent(held);
    expect_trace("/held ");
    g_assert_null(object_resolve_path("/held", NULL));
    expect_path(held, NULL);
    object_unparent(held); /* outside the tree: nothing happens */
    expect_trace("");
    object_property_add_child(container_get(object_get_root(), "new"), "place", held);
    expect_path(held, "/new/place");
    object_property_del(object_resolve_path("/new", NULL), "place");
    expect_trace("/new/place ");
    object_unref(held);
    expect_trace("f ");
    object_root_cleanup();
}

/* Embedded children go with their parent, the newest first, before it is finalized. */
static void test_embedded(void)
{
    Object *board = plant(object_get_root(), "board", TYPE_BOARD);
    Part *left = &BOARD(board)->left;

    expect_path(OBJECT(left), "/board/left");
    g_assert_cmpint(left->parent_obj.ref, ==, 1);
    g_assert_cmpstr(object_get_typename(OBJECT(&BOARD(board)->right)), ==, "special-part");
    object_root_cleanup();
    expect_trace("(none) f (none) f board ");
}

static void test_root_cleanup(void)
{
    plant(container_get(object_get_root(), "/a/b"), "p", TYPE_PART);
    object_root_cleanup();
    g_assert_true(g_str_has_suffix(trace->str, "f "));
    g_string_truncate(trace, 0);
    g_assert_null(object_resolve_path("/a", NULL));
    object_root_cleanup();
    object_root_cleanup(); /* nothing there: nothing happens */
}

static void test_container_get(void)
{
    Object *root = object_get_root();
    Object *b = container_get(root, "/a/b");

    g_assert_cmpstr(object_get_typename(b), ==, TYPE_CONTAINER);
    g_assert_true(container_get(root, "/a/b") == b);
    g_assert_true(container_get(root, "/a//b/") == b);
    g_assert_true(container_get(object_resolve_path("/a", NULL), "b") == b);
    g_assert_true(container_get(root, "/") == root);
    Object *part = plant(b, "part", TYPE_PART);
    g_assert_true(container_get(root, "/a/b/part") == part); /* whatever its type */
    object_root_cleanup();
    g_string_truncate(trace, 0);
}

/*
 * /machine/soc/uart, /machine/soc/uart2, /machine/other/uart, and a link /machine/console -> uart2
 */
static void build_tree(void)
{
    static Object *console;
    Object *soc = container_get(object_get_root(), "/machine/soc");

    plant(soc, "uart", TYPE_PART);
    console = plant(soc, "uart2", "special-part");
    plant(container_get(object_get_root(), "/machine/other"), "uart", TYPE_PART);
    object_property_add_link(container_get(object_get_root(), "/machine"), "console", TYPE_PART,
                             &console, NULL, 0);
}

static void expect_resolved(const char *path, const char *type_name, const char *expected,
                            bool expected_ambiguous)
{
    bool ambiguous = !expected_ambiguous;
    Object *obj = object_resolve_path_type(path, type_name, &ambiguous);
    g_autofree char *found = obj ? object_get_canonical_path(obj) : NULL;

    g_assert_cmpstr(found, ==, expected);
    g_assert_true(ambiguous == expected_ambiguous);
    g_assert_true(object_resolve_path_type(path, type_name, NULL) == obj);
    if (strcmp(type_name, TYPE_OBJECT) == 0) {
        g_assert_true(object_resolve_path(path, NULL) == obj);
    }
}

static void test_resolve(void)
{
    build_tree();
    /* absolute */
    expect_resolved("/", TYPE_OBJECT, "/", false);
    expect_resolved("/machine", TYPE_OBJECT, "/machine", false);
    expect_resolved("/machine/soc/uart", TYPE_OBJECT, "/machine/soc/uart", false);
    expect_resolved("//machine///soc/uart/", TYPE_OBJECT, "/machine/soc/uart", false);
    expect_resolved("/machine/console", TYPE_OBJECT, "/machine/soc/uart2", false);
    expect_resolved("/uart", TYPE_OBJECT, NULL, false);
    expect_resolved("/machine/soc/uart/x", TYPE_OBJECT, NULL, false);
    /* partial */
    expect_resolved("uart2", TYPE_OBJECT, "/machine/soc/uart2", false);
    expect_resolved("soc/uart", TYPE_OBJECT, "/machine/soc/uart", false);
    expect_resolved("machine/other/uart", TYPE_OBJECT, "/machine/other/uart", false);
    expect_resolved("uart", TYPE_OBJECT, NULL, true);
    expect_resolved("console", TYPE_OBJECT, NULL, false); /* a link is no place */
    expect_resolved("nothing", TYPE_OBJECT, NULL, false);
    /* typed */
    expect_resolved("/machine/soc/uart", TYPE_PART, "/machine/soc/uart", false);
    expect_resolved("/machine/soc/uart", "special-part", NULL, false);
    expect_resolved("", "special-part", "/machine/soc/uart2", false);
    expect_resolved("", TYPE_PART, NULL, true);
    expect_resolved("", TYPE_BOARD, NULL, false);
    expect_resolved("uart", "special-part", NULL, false);
    object_root_cleanup();
    g_string_truncate(trace, 0);
}

static void test_resolve_at(void)
{
    build_tree();
    Object *machine = object_resolve_path("/machine", NULL);

    expect_path(object_resolve_path_at(machine, "soc/uart"), "/machine/soc/uart");
    expect_path(object_resolve_path_at(machine, "/machine/other"), "/machine/other");
    expect_path(object_resolve_path_at(machine, "console"), "/machine/soc/uart2");
    g_assert_true(object_resolve_path_at(machine, "") == machine);
    g_assert_null(object_resolve_path_at(machine, "uart"));
    expect_path(object_resolve_path_component(machine, "soc"), "/machine/soc");
    g_assert_null(object_resolve_path_component(machine, "uart"));
    object_root_cleanup();
    g_string_truncate(trace, 0);
}

/* ---- Walking ---- */

static int collect(Object *child, void *opaque)
{
    g_string_append_printf(opaque, "%s ", object_get_canonical_path_component(child));
    return 0;
}

static int stop_at_uart2(Object *child, void *opaque)
{
    collect(child, opaque);
    return strcmp(object_get_canonical_path_component(child), "uart2") == 0 ? 7 : 0;
}

static void test_foreach(void)
{
    g_autoptr(GString) names = g_string_new(NULL);

    build_tree();
    Object *machine = object_resolve_path("/machine", NULL);
    g_assert_cmpint(object_child_foreach(machine, collect, names), ==, 0);
    g_assert_cmpstr(names->str, ==, "soc other ");
    g_string_truncate(names, 0);
    g_assert_cmpint(object_child_foreach_recursive(machine, collect, names), ==, 0);
    g_assert_cmpstr(names->str, ==, "soc uart uart2 other uart ");
    g_string_truncate(names, 0);
    g_assert_cmpint(object_child_foreach_recursive(machine, stop_at_uart2, names), ==, 7);
    g_assert_cmpstr(names->str, ==, "soc uart uart2 ");
    g_string_truncate(names, 0);
    g_assert_cmpint(object_child_foreach(machine, stop_at_uart2, names), ==, 0);
    object_root_cleanup();
    g_string_truncate(trace, 0);
}

/* ---- Mistakes ---- */

static void two_parents(void)
{
    Object *part = plant(object_get_root(), "p", TYPE_PART);

    object_property_add_child(object_get_root(), "q", part);
}

static void unref_child(void)
{
    object_unref(plant(object_get_root(), "p", TYPE_PART));
}

static const FatalCase fatal_cases[] = {
    { "/qom/tree/fatal/two-parents", two_parents,
      "*unexpected error*: an object of type 'part' has a parent already, it is '/p'\n" },
    { "/qom/tree/fatal/unref-child", unref_child, "*assertion failed*parent*" },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    trace = g_string_new(NULL);
    g_test_add_func("/qom/tree/paths", test_paths);
    g_test_add_func("/qom/tree/child-property", test_child_property);
    g_test_add_func("/qom/tree/add-errors", test_add_errors);
    g_test_add_func("/qom/tree/unparent", test_unparent);
    g_test_add_func("/qom/tree/embedded", test_embedded);
    g_test_add_func("/qom/tree/root-cleanup", test_root_cleanup);
    g_test_add_func("/qom/tree/container-get", test_container_get);
    g_test_add_func("/qom/tree/resolve", test_resolve);
    g_test_add_func("/qom/tree/resolve-at", test_resolve_at);
    g_test_add_func("/qom/tree/foreach", test_foreach);
    add_fatal_cases(fatal_cases, G_N_ELEMENTS(fatal_cases));
    int result = g_test_run();
    g_string_free(trace, TRUE);
    return result;
}
