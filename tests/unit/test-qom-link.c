/*
 * Links and aliases: references, checks, paths as values, what they lead to.
 *
 * SPDX-License-Identifier: MIT
 */
#include "expect.h"
#include "fatal.h"
#include "qom/object.h"

#define TYPE_NODE "node"
OBJECT_DECLARE_SIMPLE_TYPE(Node, NODE)

struct Node {
    Object parent_obj;
    Node *strong;
    Node *weak;
    Node *fixed; /* cannot be set through its property */
    Node *picky; /* takes red nodes only */
    bool red;
    uint8_t level;
};

static int nodes_alive;

static bool only_red(Object *obj, const char *name, Object *value, Error **errp)
{
    g_assert_nonnull(object_dynamic_cast(obj, TYPE_NODE));
    g_assert_cmpstr(name, ==, "picky");
    if (value && !NODE(value)->red) {
        error_setg(errp, "it is not red");
        return false;
    }
    return true;
}

static void node_init(Object *obj)
{
    nodes_alive++;
    object_property_add_link(obj, "weak", TYPE_NODE, &NODE(obj)->weak,
                             object_property_allow_set_link, 0);
}

static void node_finalize(Object *obj G_GNUC_UNUSED)
{
    nodes_alive--;
}

static void node_class_init(ObjectClass *klass, const void *data G_GNUC_UNUSED)
{
    static const Property level = DEFINE_PROP_UINT8("level", Node, level, 3, "a number", .max = 9);

    object_class_property_add_link(klass, "strong", TYPE_NODE, offsetof(Node, strong),
                                   object_property_allow_set_link, OBJ_PROP_LINK_STRONG);
    object_class_property_add_link(klass, "fixed", TYPE_NODE, offsetof(Node, fixed), NULL, 0);
    object_class_property_add_link(klass, "picky", TYPE_NODE, offsetof(Node, picky), only_red,
                                   OBJ_PROP_LINK_STRONG);
    object_class_property_add_field(klass, &level);
}

static const TypeInfo types[] = {
    {
        .name = TYPE_NODE,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(Node),
        .instance_init = node_init,
        .instance_finalize = node_finalize,
        .class_init = node_class_init,
    },
    { .name = "leaf", .parent = TYPE_NODE },
    { .name = "stranger", .parent = TYPE_OBJECT },
};

DEFINE_TYPES(types)

/* A new object at path, which alone holds it. */
static Object *plant(const char *path, const char *type_name)
{
    Object *obj = object_new(type_name);
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);

    object_property_add_child(container_get(object_get_root(), folder), name, obj);
    object_unref(obj);
    return obj;
}

static void uproot_all(void)
{
    object_root_cleanup();
    g_assert_cmpint(nodes_alive, ==, 0);
}

static void expect_value(Object *obj, const char *name, const char *expected)
{
    g_autofree char *path = object_property_get_str(obj, name, &error_abort);

    g_assert_cmpstr(path, ==, expected);
}

static void test_strong(void)
{
    Object *a = object_new(TYPE_NODE), *b = object_new(TYPE_NODE), *c = object_new("leaf");

    g_assert_cmpstr(object_property_find(a, "strong")->type, ==, "link<node>");
    g_assert_null(object_property_get_link(a, "strong", &error_abort));
    g_assert_true(object_property_set_link(a, "strong", b, &error_abort));
    g_assert_true(object_property_get_link(a, "strong", &error_abort) == b);
    g_assert_true((void *)NODE(a)->strong == (void *)b);
    object_unref(b); /* a holds it */
    g_assert_cmpint(nodes_alive, ==, 3);
    g_assert_true(object_property_set_link(a, "strong", c, &error_abort));
    g_assert_cmpint(nodes_alive, ==, 2);
    g_assert_true(object_property_set_link(a, "strong", c, &error_abort)); /* itself again */
    object_unref(c);
    g_assert_cmpint(nodes_alive, ==, 2);
    g_assert_true(object_property_set_link(a, "strong", NULL, &error_abort));
    g_assert_cmpint(nodes_alive, ==, 1);
    g_assert_true(object_property_set_link(a, "strong", object_new(TYPE_NODE), &error_abort));
    object_unref(object_property_get_link(a, "strong", &error_abort));
    object_unref(a); /* and what it holds */
    g_assert_cmpint(nodes_alive, ==, 0);
}

static void test_weak(void)
{
    Object *a = object_new(TYPE_NODE), *b = object_new(TYPE_NODE);

    g_assert_true(object_property_set_link(a, "weak", b, &error_abort));
    g_assert_cmpint(b->ref, ==, 1);
    object_unref(a);
    g_assert_cmpint(b->ref, ==, 1);
    object_unref(b);
    g_assert_cmpint(nodes_alive, ==, 0);
}

static void test_path_values(void)
{
    Object *a = plant("/a", TYPE_NODE), *b = plant("/b", "leaf");

    expect_value(a, "strong", "");
    g_assert_true(object_property_set_str(a, "strong", "/b", &error_abort));
    g_assert_true(object_property_get_link(a, "strong", &error_abort) == b);
    expect_value(a, "strong", "/b");
    g_assert_true(object_property_parse(a, "weak", "b", &error_abort)); /* a partial path */
    expect_value(a, "weak", "/b");
    g_assert_true(object_property_set_str(a, "strong", "", &error_abort));
    g_assert_null(NODE(a)->strong);
    g_autoptr(Object) outside = object_new(TYPE_NODE);
    g_assert_true(object_property_set_link(a, "strong", outside, &error_abort));
    expect_value(a, "strong", ""); /* it has no path */
    g_clear_pointer(&outside, object_unref);
    uproot_all();
}

/* A partial path is looked for among objects of the link's type. */
static void test_typed_path(void)
{
    Object *a = plant("/a", TYPE_NODE), *pair = plant("/x/pair", TYPE_NODE);

    plant("/y/pair", "stranger");
    g_assert_true(object_property_set_str(a, "strong", "pair", &error_abort));
    g_assert_true(object_property_get_link(a, "strong", &error_abort) == pair);
    uproot_all();
}

static void test_errors(void)
{
    Object *a = plant("/a", TYPE_NODE);
    Error *err = NULL;

    plant("/stranger", "stranger");
    plant("/x/twin", TYPE_NODE);
    plant("/y/twin", TYPE_NODE);
    g_assert_false(object_property_set_str(a, "strong", "/nowhere", &err));
    expect_error(&err, "property 'node.strong': no object '/nowhere'", NULL);
    g_assert_false(object_property_set_str(a, "strong", "twin", &err));
    expect_error(&err, "property 'node.strong': path 'twin' fits several objects", NULL);
    g_assert_false(object_property_set_str(a, "strong", "/stranger", &err));
    expect_error(&err, "property 'node.strong': object '/stranger' is of type 'stranger', "
                 "not 'node'", NULL);
    g_assert_false(object_property_set_link(a, "strong", object_resolve_path("/stranger", NULL),
                                            &err));
    expect_error(&err, "property 'node.strong': object '/stranger' is of type 'stranger', "
                 "not 'node'", NULL);
    g_assert_false(object_property_set_link(a, "level", a, &err));
    expect_error(&err, "property 'node.level': it is of type uint8, not a link", NULL);
    g_assert_null(object_property_get_link(a, "level", &err));
    expect_error(&err, "property 'node.level': it is of type uint8, not a link", NULL);
    g_assert_false(object_property_set_link(a, "storng", a, &err));
    expect_error(&err, "type 'node' has no property 'storng'", "did you mean 'strong'?");
    g_assert_null(object_property_get_link(a, "storng", &err));
    expect_error(&err, "type 'node' has no property 'storng'", "did you mean 'strong'?");
    uproot_all();
}

static void test_checks(void)
{
    Object *a = plant("/a", TYPE_NODE), *b = plant("/b", TYPE_NODE);
    Error *err = NULL;

    g_assert_false(object_property_set_link(a, "fixed", b, &err));
    expect_error(&err, "property 'node.fixed': it cannot be written", NULL);
    g_assert_false(object_property_set_str(a, "fixed", "/b", &err));
    expect_error(&err, "property 'node.fixed': it cannot be written", NULL);
    NODE(a)->fixed = NODE(b);
    expect_value(a, "fixed", "/b");

    g_assert_false(object_property_set_link(a, "picky", b, &err));
    expect_error(&err, "property 'node.picky': it is not red", NULL);
    g_assert_false(object_property_set_str(a, "picky", "/b", &err));
    expect_error(&err, "property 'node.picky': it is not red", NULL);
    g_assert_null(NODE(a)->picky);
    NODE(b)->red = true;
    g_assert_true(object_property_set_link(a, "picky", b, &error_abort));
    g_assert_true(object_property_set_link(a, "picky", NULL, &error_abort));
    uproot_all();
}

static bool frozen_check(Object *obj G_GNUC_UNUSED, const ObjectProperty *prop G_GNUC_UNUSED,
                         Error **errp)
{
    error_setg(errp, "frozen");
    return false;
}

static void test_config_check(void)
{
    g_autoptr(Object) a = object_new("leaf");
    Node *target = NULL;
    Error *err = NULL;

    object_property_add_link(a, "config", TYPE_NODE, &target, object_property_allow_set_link,
                             OBJ_PROP_CONFIG);
    object_get_class(a)->config_check = frozen_check;
    g_assert_false(object_property_set_link(a, "config", a, &err));
    expect_error(&err, "property 'leaf.config': frozen", NULL);
    g_assert_true(object_property_set_link(a, "weak", a, &error_abort));
    object_get_class(a)->config_check = NULL;
}

/* ---- Aliases ---- */

static void test_alias_value(void)
{
    g_autoptr(Object) inner = object_new(TYPE_NODE);
    g_autoptr(Object) outer = object_new(TYPE_NODE);
    ObjectProperty *alias = object_property_add_alias(outer, "inner-level", inner, "level");
    Error *err = NULL;

    g_assert_cmpstr(alias->type, ==, "uint8");
    g_assert_cmpstr(alias->description, ==, "a number");
    g_assert_cmpuint(g_variant_get_uint64(alias->defval), ==, 3);
    g_assert_cmpuint(alias->max, ==, 9);
    g_assert_true(object_property_parse(outer, "inner-level", "7", &error_abort));
    g_assert_cmpuint(NODE(inner)->level, ==, 7);
    g_assert_cmpuint(NODE(outer)->level, ==, 3);
    g_assert_cmpuint(object_property_get_uint(outer, "inner-level", &error_abort), ==, 7);
    g_assert_null(object_property_get_link(outer, "inner-level", &err));
    expect_error(&err, "property 'node.inner-level': it is of type uint8, not a link", NULL);
    /* The message names what the user wrote. */
    g_assert_false(object_property_set_uint(outer, "inner-level", 10, &err));
    expect_error(&err, "property 'node.inner-level': 10 is out of range 0..9", NULL);
    /* An alias of an alias. */
    object_property_add_alias(outer, "again", outer, "inner-level");
    g_assert_true(object_property_set_uint(outer, "again", 8, &error_abort));
    g_assert_cmpuint(NODE(inner)->level, ==, 8);
    g_assert_false(object_property_set_uint(outer, "again", 11, &err));
    expect_error(&err, "property 'node.again': 11 is out of range 0..9", NULL);
}

static void test_alias_link(void)
{
    Object *inner = plant("/inner", TYPE_NODE), *outer = plant("/outer", TYPE_NODE);
    Error *err = NULL;

    object_property_add_alias(outer, "next", inner, "strong");
    object_property_add_alias(outer, "next2", outer, "next");
    object_property_add_alias(outer, "inner-fixed", inner, "fixed");
    g_assert_cmpstr(object_property_find(outer, "next")->type, ==, "link<node>");
    g_assert_true(object_property_set_link(outer, "next2", outer, &error_abort));
    g_assert_true((void *)NODE(inner)->strong == (void *)outer);
    g_assert_true(object_property_get_link(outer, "next2", &error_abort) == outer);
    expect_value(outer, "next2", "/outer");
    g_assert_true(object_property_set_str(outer, "next", "/inner", &error_abort));
    g_assert_true((void *)NODE(inner)->strong == (void *)inner);
    g_assert_true(object_property_set_str(outer, "next", "", &error_abort));
    g_assert_false(object_property_set_link(outer, "inner-fixed", inner, &err));
    expect_error(&err, "property 'node.inner-fixed': it cannot be written", NULL);
    g_assert_false(object_property_set_str(outer, "inner-fixed", "/inner", &err));
    expect_error(&err, "property 'node.inner-fixed': it cannot be written", NULL);
    uproot_all();
}

/*
 * A child seen through an alias is a link: it can be walked through, and belongs to its parent
 * still.
 */
static void test_alias_child(void)
{
    Object *a = plant("/a", TYPE_NODE), *b = plant("/b", TYPE_NODE);
    Object *child = object_new(TYPE_NODE);

    object_property_add_child(a, "child", child);
    object_unref(child);
    object_property_add_alias(b, "theirs", a, "child");
    g_assert_cmpstr(object_property_find(b, "theirs")->type, ==, "link<node>");
    g_assert_true(object_resolve_path("/b/theirs", NULL) == child);
    expect_value(b, "theirs", "/a/child");
    g_autofree char *path = object_get_canonical_path(child);
    g_assert_cmpstr(path, ==, "/a/child");
    uproot_all();
}

static void test_alias_of_deleted(void)
{
    g_autoptr(Object) inner = object_new(TYPE_NODE);
    g_autoptr(Object) outer = object_new(TYPE_NODE);
    Error *err = NULL;

    object_property_add_alias(outer, "w", inner, "weak");
    object_property_del(inner, "weak");
    g_assert_null(object_property_get(outer, "w", &err));
    expect_error(&err, "property 'node.w': type 'node' has no property 'weak'", NULL);
    g_assert_false(object_property_set_link(outer, "w", inner, &err));
    expect_error(&err, "property 'node.w': type 'node' has no property 'weak'", NULL);
    g_assert_null(object_property_get_link(outer, "w", &error_abort));
}

static void alias_of_nothing(void)
{
    Object *obj = object_new(TYPE_NODE);

    object_property_add_alias(obj, "x", obj, "levle");
}

static const FatalCase fatal_cases[] = {
    { "/qom/link/fatal/alias-of-nothing", alias_of_nothing,
      "*unexpected error*: type 'node' has no property 'levle'\n" },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    g_test_add_func("/qom/link/strong", test_strong);
    g_test_add_func("/qom/link/weak", test_weak);
    g_test_add_func("/qom/link/path-values", test_path_values);
    g_test_add_func("/qom/link/typed-path", test_typed_path);
    g_test_add_func("/qom/link/errors", test_errors);
    g_test_add_func("/qom/link/checks", test_checks);
    g_test_add_func("/qom/link/config-check", test_config_check);
    g_test_add_func("/qom/link/alias-value", test_alias_value);
    g_test_add_func("/qom/link/alias-link", test_alias_link);
    g_test_add_func("/qom/link/alias-child", test_alias_child);
    g_test_add_func("/qom/link/alias-of-deleted", test_alias_of_deleted);
    add_fatal_cases(fatal_cases, G_N_ELEMENTS(fatal_cases));
    return g_test_run();
}
