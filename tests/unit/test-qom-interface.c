/*
 * Interfaces: methods per class, inheritance both ways, casts.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fatal.h"
#include "qom/object.h"

/* ---- "speaker", and "singer" derived from it ---- */

#define TYPE_SPEAKER "speaker"
#define TYPE_SINGER "singer"
#define TYPE_RAPPER "rapper" /* the same over again */

typedef struct Speaker Speaker;

typedef struct SpeakerClass {
    InterfaceClass parent_class;
    const char *(*speak)(Speaker *speaker);
} SpeakerClass;

typedef struct SingerClass {
    SpeakerClass parent_class;
    int octaves;
} SingerClass;

#define SPEAKER(obj) INTERFACE_CHECK(Speaker, (obj), TYPE_SPEAKER)
DECLARE_CLASS_CHECKERS(SpeakerClass, SPEAKER, TYPE_SPEAKER)
DECLARE_CLASS_CHECKERS(SingerClass, SINGER, TYPE_SINGER)

static const char *speak_default(Speaker *speaker G_GNUC_UNUSED)
{
    return "...";
}

static void speaker_class_init(ObjectClass *klass, const void *data G_GNUC_UNUSED)
{
    SPEAKER_CLASS(klass)->speak = speak_default;
}

static void singer_class_init(ObjectClass *klass, const void *data G_GNUC_UNUSED)
{
    SINGER_CLASS(klass)->octaves = 1;
}

/* ---- Who implements them ---- */

static const char *speak_hello(Speaker *speaker)
{
    g_assert_nonnull(object_dynamic_cast(OBJECT(speaker), "person"));
    return "hello";
}

static const char *speak_la(Speaker *speaker G_GNUC_UNUSED)
{
    return "la";
}

static void person_class_init(ObjectClass *klass, const void *data G_GNUC_UNUSED)
{
    SPEAKER_CLASS(klass)->speak = speak_hello;
}

static void tenor_class_init(ObjectClass *klass, const void *data G_GNUC_UNUSED)
{
    SPEAKER_CLASS(klass)->speak = speak_la; /* through the derived interface, the only one here */
    SINGER_CLASS(klass)->octaves = 2;
}

static const InterfaceInfo speaks[] = { { TYPE_SPEAKER }, { NULL } };
static const InterfaceInfo sings_and_raps[] = { { TYPE_SINGER }, { TYPE_RAPPER }, { NULL } };
static const InterfaceInfo sings[] = { { TYPE_SINGER }, { TYPE_SPEAKER }, { NULL } };

static const TypeInfo types[] = {
    {
        .name = TYPE_SPEAKER,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(SpeakerClass),
        .class_init = speaker_class_init,
    },
    {
        .name = TYPE_SINGER,
        .parent = TYPE_SPEAKER,
        .class_size = sizeof(SingerClass),
        .class_init = singer_class_init,
    },
    { .name = TYPE_RAPPER, .parent = TYPE_SPEAKER },
    { .name = "versatile", .parent = TYPE_OBJECT, .interfaces = sings_and_raps },
    { .name = "stone", .parent = TYPE_OBJECT },
    { .name = "radio", .parent = TYPE_OBJECT, .interfaces = speaks },
    { .name = "person", .parent = TYPE_OBJECT, .interfaces = speaks,
      .class_init = person_class_init },
    { .name = "child", .parent = "person", .interfaces = speaks },
    { .name = "tenor", .parent = TYPE_OBJECT, .interfaces = sings,
      .class_init = tenor_class_init },
    { .name = "soprano", .parent = "tenor" },
    { .name = "chorister", .parent = "person", .interfaces = sings },
};

DEFINE_TYPES(types)

static const char *speech_of(const char *type_name)
{
    g_autoptr(Object) obj = object_new(type_name);
    Speaker *speaker = SPEAKER(obj);

    g_assert_true((void *)speaker == (void *)obj);
    return SPEAKER_GET_CLASS(speaker)->speak(speaker);
}

static void test_methods(void)
{
    g_assert_cmpstr(speech_of("radio"), ==, "..."); /* the interface's own default */
    g_assert_cmpstr(speech_of("person"), ==, "hello");
    g_assert_cmpstr(speech_of("child"), ==, "hello"); /* named again, yet inherited */
    g_assert_cmpstr(speech_of("tenor"), ==, "la");
    g_assert_cmpstr(speech_of("soprano"), ==, "la");
    /* Two copies fit "speaker" here; the one made for exactly that is the parent's. */
    g_assert_cmpstr(speech_of("chorister"), ==, "hello");
}

static void test_derived_interface(void)
{
    ObjectClass *soprano = object_class_by_name("soprano");
    ObjectClass *chorister = object_class_by_name("chorister");

    g_assert_cmpint(SINGER_CLASS(soprano)->octaves, ==, 2);
    g_assert_cmpint(SINGER_CLASS(chorister)->octaves, ==, 1);
    g_assert_true((void *)SPEAKER_CLASS(soprano) == (void *)SINGER_CLASS(soprano));
    g_assert_null(object_class_dynamic_cast(object_class_by_name("person"), TYPE_SINGER));
}

/* Which of the two copies would "speaker" be? */
static void test_ambiguous(void)
{
    ObjectClass *versatile = object_class_by_name("versatile");

    g_assert_nonnull(object_class_dynamic_cast(versatile, TYPE_SINGER));
    g_assert_nonnull(object_class_dynamic_cast(versatile, TYPE_RAPPER));
    g_assert_null(object_class_dynamic_cast(versatile, TYPE_SPEAKER));
}

/* Each class has its own copy, which knows the class and casts along its own ancestors. */
static void test_copies(void)
{
    ObjectClass *person = object_class_by_name("person");
    ObjectClass *child = object_class_by_name("child");
    SpeakerClass *of_person = SPEAKER_CLASS(person);
    SpeakerClass *of_child = SPEAKER_CLASS(child);

    g_assert_true(of_person != of_child);
    g_assert_true(INTERFACE_CLASS(of_person)->concrete_class == person);
    g_assert_true(INTERFACE_CLASS(of_child)->concrete_class == child);
    g_assert_cmpstr(object_class_get_name(OBJECT_CLASS(of_child)), ==, TYPE_SPEAKER);
    g_assert_null(INTERFACE_CLASS(object_class_by_name(TYPE_SPEAKER))->concrete_class);
    of_child->speak = speak_la;
    g_assert_true(of_person->speak == speak_hello);
    of_child->speak = speak_hello;
}

static void test_casts(void)
{
    g_autoptr(Object) stone = object_new("stone");
    g_autoptr(Object) tenor = object_new("tenor");

    g_assert_null(object_dynamic_cast(stone, TYPE_SPEAKER));
    g_assert_null(object_dynamic_cast(stone, TYPE_INTERFACE));
    g_assert_true(object_dynamic_cast(tenor, TYPE_SPEAKER) == tenor);
    g_assert_true(object_dynamic_cast(tenor, TYPE_SINGER) == tenor);
    g_assert_true(object_dynamic_cast(tenor, TYPE_INTERFACE) == tenor);
    g_assert_null(SPEAKER(NULL));
    /* Casts to a class and to an interface do not disturb each other in the cache. */
    for (int i = 0; i < 3; i++) {
        ObjectClass *klass = object_get_class(tenor);
        g_assert_true(OBJECT_CLASS_CHECK(ObjectClass, klass, "tenor") == klass);
        g_assert_true((void *)SPEAKER_CLASS(klass) != (void *)klass);
    }
}

static void test_lists(void)
{
    g_autoptr(GSList) speakers = object_class_get_list_sorted(TYPE_SPEAKER, false);
    g_autoptr(GSList) singers = object_class_get_list_sorted(TYPE_SINGER, true);
    static const char *const expected[] = { "child",  "chorister", "person",
                                            "radio",  "soprano",   "tenor" };

    g_assert_cmpuint(g_slist_length(speakers), ==, G_N_ELEMENTS(expected));
    for (unsigned i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_assert_cmpstr(object_class_get_name(g_slist_nth_data(speakers, i)), ==, expected[i]);
    }
    g_assert_cmpuint(g_slist_length(singers), ==, 5); /* with the interface itself */
}

static void cast_stone(void)
{
    g_autoptr(Object) stone = object_new("stone");

    SPEAKER(stone);
}

static void new_interface(void)
{
    object_new(TYPE_SPEAKER);
}

static const FatalCase fatal_cases[] = {
    { "/qom/interface/fatal/cast", cast_stone,
      "rvemu: cast_stone() at *: an object of type 'stone' is not a 'speaker'\n" },
    { "/qom/interface/fatal/new", new_interface,
      "rvemu: cannot create an object of the abstract type 'speaker'\n" },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    g_test_add_func("/qom/interface/methods", test_methods);
    g_test_add_func("/qom/interface/derived", test_derived_interface);
    g_test_add_func("/qom/interface/ambiguous", test_ambiguous);
    g_test_add_func("/qom/interface/copies", test_copies);
    g_test_add_func("/qom/interface/casts", test_casts);
    g_test_add_func("/qom/interface/lists", test_lists);
    add_fatal_cases(fatal_cases, G_N_ELEMENTS(fatal_cases));
    return g_test_run();
}
