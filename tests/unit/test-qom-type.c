/*
 * Types and classes: registration, order of initialisation, inheritance, lookup, lists, mistakes.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "fatal.h"
#include "qom/object.h"

/* What ran since the last look, words separated by blanks. */
static char trace[512];

static void record(const char *what, const char *type_name)
{
    g_autofree char *word = g_strdup_printf("%s%s:%s", *trace ? " " : "", what, type_name);

    g_assert_cmpuint(g_strlcat(trace, word, sizeof(trace)), <, sizeof(trace));
}

static void expect_trace(const char *expected)
{
    g_assert_cmpstr(trace, ==, expected);
    *trace = '\0';
}

/*
 * ---- Animals: base <- bird <- duck; base and bird are abstract, duck inherits bird's sizes. ----
 */

typedef struct AnimalClass {
    ObjectClass parent_class;
    int legs;
    const char *sound;
    int *own_counter; /* must not be shared with derived classes */
} AnimalClass;

typedef struct BirdClass {
    AnimalClass parent_class;
    int wings;
} BirdClass;

typedef struct Animal {
    Object parent_obj;
    int age;
} Animal;

DECLARE_OBJ_CHECKERS(Animal, AnimalClass, ANIMAL, "animal")
DECLARE_CLASS_CHECKERS(BirdClass, BIRD, "bird")

static int counter;

static void animal_class_init(ObjectClass *klass, const void *data)
{
    AnimalClass *animal = ANIMAL_CLASS(klass);

    record("init", object_class_get_name(klass));
    g_assert_null(data);
    animal->legs = 4;
    animal->sound = "?";
    animal->own_counter = &counter;
}

static void animal_class_base_init(ObjectClass *klass, const void *data)
{
    AnimalClass *animal = ANIMAL_CLASS(klass);

    record("animal-base", object_class_get_name(klass));
    if (strcmp(object_class_get_name(klass), "duck") == 0) {
        g_assert_cmpstr(data, ==, "quack");
    }
    g_assert_true(animal->own_counter == &counter ||
                  !object_class_dynamic_cast(object_class_get_parent(klass), "animal") ||
                  ANIMAL_CLASS(object_class_get_parent(klass))->own_counter == NULL);
    animal->own_counter = NULL;
}

static void bird_class_init(ObjectClass *klass, const void *data G_GNUC_UNUSED)
{
    record("init", object_class_get_name(klass));
    /* The parent's values are there already, its base_init has run. */
    g_assert_cmpint(ANIMAL_CLASS(klass)->legs, ==, 4);
    g_assert_null(ANIMAL_CLASS(klass)->own_counter);
    g_assert_cmpint(BIRD_CLASS(klass)->wings, ==, 0);
    ANIMAL_CLASS(klass)->legs = 2;
    BIRD_CLASS(klass)->wings = 2;
}

static void bird_class_base_init(ObjectClass *klass, const void *data G_GNUC_UNUSED)
{
    record("bird-base", object_class_get_name(klass));
}

static void duck_class_init(ObjectClass *klass, const void *data)
{
    record("init", object_class_get_name(klass));
    ANIMAL_CLASS(klass)->sound = data;
}

static const char duck_sound[] = "quack";

static const TypeInfo animal_types[] = {
    /* The child before the parent: order does not matter. */
    {
        .name = "duck",
        .parent = "bird",
        .class_init = duck_class_init,
        .class_data = duck_sound,
    },
    {
        .name = "bird",
        .parent = "animal",
        .abstract = true,
        .class_size = sizeof(BirdClass),
        .class_init = bird_class_init,
        .class_base_init = bird_class_base_init,
    },
    {
        .name = "animal",
        .parent = TYPE_OBJECT,
        .abstract = true,
        .instance_size = sizeof(Animal),
        .class_size = sizeof(AnimalClass),
        .class_init = animal_class_init,
        .class_base_init = animal_class_base_init,
    },
    { .name = "Cat", .parent = "animal" },
    { .name = "dog", .parent = "animal" },
};

DEFINE_TYPES(animal_types)

/* In a process of its own, where no other test has initialised the classes. */
static void test_class_init_order(void)
{
    if (!g_test_subprocess()) {
        g_test_trap_subprocess(NULL, 0, 0);
        g_test_trap_assert_passed();
        return;
    }
    expect_trace("");
    ObjectClass *duck = object_class_by_name("duck");
    expect_trace("init:animal animal-base:bird init:bird "
                 "bird-base:duck animal-base:duck init:duck");
    g_assert_true(duck == object_class_by_name("duck"));
    object_class_by_name("bird");
    expect_trace("");
}

static void test_inheritance(void)
{
    ObjectClass *duck = object_class_by_name("duck");
    ObjectClass *bird = object_class_get_parent(duck);
    ObjectClass *animal = object_class_get_parent(bird);
    ObjectClass *object = object_class_get_parent(animal);

    g_assert_cmpstr(object_class_get_name(duck), ==, "duck");
    g_assert_true(bird == object_class_by_name("bird"));
    g_assert_cmpstr(object_class_get_name(animal), ==, "animal");
    g_assert_cmpstr(object_class_get_name(object), ==, TYPE_OBJECT);
    g_assert_null(object_class_get_parent(object));

    g_assert_cmpint(ANIMAL_CLASS(animal)->legs, ==, 4);
    g_assert_cmpint(ANIMAL_CLASS(duck)->legs, ==, 2);
    g_assert_cmpint(BIRD_CLASS(duck)->wings, ==, 2);
    g_assert_cmpstr(ANIMAL_CLASS(bird)->sound, ==, "?");
    g_assert_cmpstr(ANIMAL_CLASS(duck)->sound, ==, "quack");
    g_assert_true(ANIMAL_CLASS(animal)->own_counter == &counter);
    g_assert_null(ANIMAL_CLASS(duck)->own_counter);
}

static void test_abstract(void)
{
    g_assert_true(object_class_is_abstract(object_class_by_name("animal")));
    g_assert_true(object_class_is_abstract(object_class_by_name("bird")));
    g_assert_false(object_class_is_abstract(object_class_by_name("duck")));
    g_assert_true(object_class_is_abstract(object_class_by_name(TYPE_OBJECT)));
    /* No instance size all the way up. */
    g_assert_true(object_class_is_abstract(object_class_by_name("test-interface")));
}

static void test_unknown(void)
{
    g_assert_null(object_class_by_name("no-such-type"));
    g_assert_null(object_class_by_name("Duck"));
    g_assert_null(object_class_by_name(NULL));
    g_assert_null(object_class_by_name(""));
}

/* ---- Casts ---- */

static void test_class_cast(void)
{
    ObjectClass *duck = object_class_by_name("duck");
    ObjectClass *cat = object_class_by_name("Cat");

    g_assert_true(object_class_dynamic_cast(duck, "duck") == duck);
    g_assert_true(object_class_dynamic_cast(duck, "bird") == duck);
    g_assert_true(object_class_dynamic_cast(duck, TYPE_OBJECT) == duck);
    g_assert_null(object_class_dynamic_cast(cat, "bird"));
    g_assert_null(object_class_dynamic_cast(cat, "no-such-type"));
    g_assert_null(object_class_dynamic_cast(cat, TYPE_INTERFACE));
    g_assert_null(object_class_dynamic_cast(NULL, "bird"));
    g_assert_null(BIRD_CLASS(NULL));
    /* More names than the cache holds, and each more than once. */
    static const char *const names[] = { "duck", "bird", "animal", "object" };
    for (int i = 0; i < 20; i++) {
        const char *name = names[i % G_N_ELEMENTS(names)];
        g_assert_true(OBJECT_CLASS_CHECK(ObjectClass, duck, name) == duck);
        g_autofree char *copy = g_strdup(name);
        g_assert_true(object_class_dynamic_cast(duck, copy) == duck);
    }
}

static void cast_class_wrong(void)
{
    BIRD_CLASS(object_class_by_name("Cat"));
}

static void cast_class_wrong_after_right(void)
{
    BIRD_CLASS(object_class_by_name("duck"));
    ANIMAL_CLASS(object_class_by_name("Cat"));
    BIRD_CLASS(object_class_by_name("Cat"));
}

/* ---- Lists ---- */

static void join_name(ObjectClass *klass, void *opaque)
{
    GPtrArray *names = opaque;

    g_ptr_array_add(names, (char *)object_class_get_name(klass));
}

static int compare_strings(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void expect_foreach(const char *implements, bool include_abstract, const char *expected)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    object_class_foreach(join_name, implements, include_abstract, names);
    g_ptr_array_sort(names, compare_strings);
    g_ptr_array_add(names, NULL);
    g_autofree char *joined = g_strjoinv(" ", (char **)names->pdata);
    g_assert_cmpstr(joined, ==, expected);
}

static void test_foreach(void)
{
    expect_foreach("animal", false, "Cat dog duck");
    expect_foreach("animal", true, "Cat animal bird dog duck");
    expect_foreach("bird", true, "bird duck");
    expect_foreach("duck", false, "duck");
    expect_foreach("no-such-type", true, "");
    expect_foreach("test-interface", true, "test-interface");
    expect_foreach(NULL, false, "Cat container dog duck");
}

static void test_list(void)
{
    g_autoptr(GSList) list = object_class_get_list_sorted("animal", true);
    static const char *const expected[] = { "animal", "bird", "Cat", "dog", "duck" };

    g_assert_cmpuint(g_slist_length(list), ==, G_N_ELEMENTS(expected));
    unsigned i = 0;
    for (GSList *l = list; l; l = l->next) {
        g_assert_cmpstr(object_class_get_name(l->data), ==, expected[i++]);
    }
    g_autoptr(GSList) unsorted = object_class_get_list("animal", false);
    g_assert_cmpuint(g_slist_length(unsorted), ==, 3);
    g_assert_nonnull(g_slist_find(unsorted, object_class_by_name("dog")));
    g_assert_null(object_class_get_list("no-such-type", true));
}

/* ---- The description is copied ---- */

static void test_description_is_copied(void)
{
    g_autofree char *name = g_strdup("copied");
    g_autofree char *parent = g_strdup("animal");
    InterfaceInfo interfaces[2] = { { g_strdup("test-interface") }, { NULL } };
    TypeInfo info = { .name = name, .parent = parent, .interfaces = interfaces };

    type_register(&info);
    memset(name, 'x', strlen(name));
    memset(parent, 'x', strlen(parent));
    memset((char *)interfaces[0].type, 'x', strlen(interfaces[0].type));
    g_free((char *)interfaces[0].type);
    interfaces[0].type = NULL;
    ObjectClass *klass = object_class_by_name("copied");
    g_assert_cmpstr(object_class_get_name(klass), ==, "copied");
    g_assert_nonnull(object_class_dynamic_cast(klass, "animal"));
    g_assert_nonnull(object_class_dynamic_cast(klass, "test-interface"));
}

static const TypeInfo interface_type[] = {
    { .name = "test-interface", .parent = TYPE_INTERFACE },
};

DEFINE_TYPES(interface_type)

/* ---- Mistakes ---- */

static void mistake(const TypeInfo *info)
{
    type_register(info);
    object_class_by_name(info->name);
}

static void register_twice(void)
{
    mistake(&(TypeInfo){ .name = "duck", .parent = TYPE_OBJECT });
}

static void without_name(void)
{
    mistake(&(TypeInfo){ .parent = "animal" });
}

static void without_parent(void)
{
    mistake(&(TypeInfo){ .name = "orphan" });
}

static void unknown_parent(void)
{
    mistake(&(TypeInfo){ .name = "orphan", .parent = "no-such-type" });
}

static void own_ancestor(void)
{
    type_register(&(TypeInfo){ .name = "hen", .parent = "egg" });
    mistake(&(TypeInfo){ .name = "egg", .parent = "hen" });
}

static void small_instance(void)
{
    mistake(&(TypeInfo){ .name = "small", .parent = "animal", .instance_size = 4 });
}

static void small_class(void)
{
    mistake(&(TypeInfo){ .name = "small", .parent = "animal", .class_size = 4 });
}

static void odd_alignment(void)
{
    mistake(&(TypeInfo){ .name = "odd", .parent = "animal", .instance_align = 24 });
}

static void interface_unknown(void)
{
    static const InterfaceInfo interfaces[] = { { "no-such-type" }, { NULL } };

    mistake(&(TypeInfo){ .name = "bad", .parent = "animal", .interfaces = interfaces });
}

static void interface_is_class(void)
{
    static const InterfaceInfo interfaces[] = { { "duck" }, { NULL } };

    mistake(&(TypeInfo){ .name = "bad", .parent = "animal", .interfaces = interfaces });
}

static void interface_with_state(void)
{
    mistake(&(TypeInfo){ .name = "fat", .parent = TYPE_INTERFACE, .instance_size = 64 });
}

static void register_from(ObjectClass *klass G_GNUC_UNUSED, void *opaque G_GNUC_UNUSED)
{
    type_register(&(TypeInfo){ .name = "late", .parent = TYPE_OBJECT });
}

static void register_while_walking(void)
{
    object_class_foreach(register_from, NULL, true, NULL);
}

static const FatalCase fatal_cases[] = {
    { "/qom/type/fatal/registered-twice", register_twice,
      "rvemu: type 'duck' was registered twice\n" },
    { "/qom/type/fatal/without-name", without_name,
      "rvemu: a type without name was registered (its parent is 'animal')\n" },
    { "/qom/type/fatal/without-parent", without_parent, "rvemu: type 'orphan' has no parent\n" },
    { "/qom/type/fatal/unknown-parent", unknown_parent,
      "rvemu: type 'orphan' has the unknown parent 'no-such-type'\n" },
    { "/qom/type/fatal/own-ancestor", own_ancestor, "rvemu: type '*' is its own ancestor\n" },
    { "/qom/type/fatal/small-instance", small_instance,
      "rvemu: type 'small': its instance size, 4, is smaller than that of its parent *\n" },
    { "/qom/type/fatal/small-class", small_class,
      "rvemu: type 'small': its class size, 4, is smaller than that of its parent 'animal', *\n" },
    { "/qom/type/fatal/odd-alignment", odd_alignment,
      "rvemu: type 'odd': its alignment, 24, is not a power of two\n" },
    { "/qom/type/fatal/interface-unknown", interface_unknown,
      "rvemu: type 'bad' implements 'no-such-type', which is no interface\n" },
    { "/qom/type/fatal/interface-is-class", interface_is_class,
      "rvemu: type 'bad' implements 'duck', which is no interface\n" },
    { "/qom/type/fatal/interface-with-state", interface_with_state,
      "rvemu: interface 'fat' has a state or implements another interface\n" },
    { "/qom/type/fatal/register-while-walking", register_while_walking,
      "rvemu: type 'late' was registered while the types were being walked\n" },
    { "/qom/type/fatal/cast", cast_class_wrong,
      "rvemu: BIRD_CLASS() at *test-qom-type.c:*: class 'Cat' is not a 'bird'\n" },
    { "/qom/type/fatal/cast-after-right", cast_class_wrong_after_right,
      "rvemu: BIRD_CLASS() at *test-qom-type.c:*: class 'Cat' is not a 'bird'\n" },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_null(object_class_by_name("duck")); /* announced, not registered */
    module_call_init(MODULE_INIT_QOM);
    g_test_add_func("/qom/type/class-init-order", test_class_init_order);
    g_test_add_func("/qom/type/inheritance", test_inheritance);
    g_test_add_func("/qom/type/abstract", test_abstract);
    g_test_add_func("/qom/type/unknown", test_unknown);
    g_test_add_func("/qom/type/class-cast", test_class_cast);
    g_test_add_func("/qom/type/foreach", test_foreach);
    g_test_add_func("/qom/type/list", test_list);
    g_test_add_func("/qom/type/description-is-copied", test_description_is_copied);
    add_fatal_cases(fatal_cases, G_N_ELEMENTS(fatal_cases));
    return g_test_run();
}
