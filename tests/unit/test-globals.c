/*
 * Global properties, and devices that -device makes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "expect.h"
#include "fake-machine.h"

#include <stdlib.h>

#include "system/user-device.h"

/* ---- -global ---- */

static uint32_t number_of_new(const char *type)
{
    g_autoptr(Object) obj = object_new(type);
    return FAKE_DEVICE(obj)->number;
}

static void test_apply(void)
{
    g_assert_cmpuint(number_of_new(TYPE_FAKE_DEVICE), ==, 7);

    globals_parse("fake-device.number=8", &error_abort);
    g_assert_cmpuint(number_of_new(TYPE_FAKE_DEVICE), ==, 8);
    g_assert_cmpuint(number_of_new("fixed-device"), ==, 8); /* derived from it */

    globals_parse("driver=fixed-device,property=number,value=9", &error_abort);
    g_assert_cmpuint(number_of_new(TYPE_FAKE_DEVICE), ==, 8);
    g_assert_cmpuint(number_of_new("fixed-device"), ==, 9);

    globals_add(TYPE_FAKE_DEVICE, "number", "10", "later", &error_abort); /* the last one wins */
    g_assert_cmpuint(number_of_new("fixed-device"), ==, 10);
    g_assert_true(globals_check(&error_abort));

    globals_cleanup();
    g_assert_cmpuint(number_of_new(TYPE_FAKE_DEVICE), ==, 7);
}

static void test_parse_errors(void)
{
    static const char form[] = "for example -global riscv-cpu.misaligned=off, or "
                               "driver=TYPE,property=PROP,value=VALUE";
    static const struct {
        const char *text, *message, *hint;
    } cases[] = {
        { "", "not of the form TYPE.PROP=VALUE", form },
        { "fake-device", "not of the form TYPE.PROP=VALUE", form },
        { "fake-device.number", "not of the form TYPE.PROP=VALUE", form },
        { "fake-device=1.5", "not of the form TYPE.PROP=VALUE", form },
        { ".number=1", "not of the form TYPE.PROP=VALUE", form },
        { "fake-device.=1", "not of the form TYPE.PROP=VALUE", form },
        { "driver=fake-device", "not of the form TYPE.PROP=VALUE", form },
        { "driver=fake-device,property=number,value=1,x=2", "not of the form TYPE.PROP=VALUE",
          form },
        { "fake-devise.number=1", "unknown type of device 'fake-devise'",
          "did you mean 'fake-device'? '-device help' lists them" },
        { "plain-machine.memory=1", "unknown type of device 'plain-machine'",
          "'-device help' lists them" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Error *err = NULL;
        g_assert_false(globals_parse(cases[i].text, &err));
        expect_error(&err, cases[i].message, cases[i].hint);
    }
    globals_cleanup();
}

static void test_value_errors(void)
{
    Error *err = NULL;

    globals_parse("fake-device.number=101", &error_abort);
    g_assert_cmpuint(number_of_new(TYPE_FAKE_DEVICE), ==, 7);
    g_assert_false(globals_check(&err));
    g_assert_true(g_str_has_prefix(error_get_pretty(err),
                                   "-global fake-device.number=101: property "
                                   "'fake-device.number': "));
    g_clear_pointer(&err, error_free);
    globals_cleanup();

    globals_parse("fake-device.numbre=1", &error_abort);
    number_of_new(TYPE_FAKE_DEVICE);
    g_assert_false(globals_check(&err));
    g_assert_true(g_str_has_prefix(error_get_pretty(err), "-global fake-device.numbre=1: "));
    g_assert_nonnull(strstr(error_get_hint(err), "number"));
    g_clear_pointer(&err, error_free);
    globals_cleanup();
}

static void test_unused(void)
{
    if (g_test_subprocess()) {
        globals_parse("fake-device.number=1", &error_abort);
        globals_parse("fixed-device.number=1", &error_abort);
        number_of_new(TYPE_FAKE_DEVICE);
        g_assert_true(globals_check(&error_abort));
        globals_cleanup();
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("rvemu: warning: -global fixed-device.number=1: has no effect, the "
                              "machine has no device of type 'fixed-device'\n");
}

/* ---- -device ---- */

static void test_create(void)
{
    MachineState *machine = fake_machine_new("bare");

    g_assert_true(user_device_create(machine, "fake-device", &error_abort));
    g_assert_true(user_device_create(machine, "driver=fake-device,number=3", &error_abort));
    g_assert_true(user_device_create(machine, "fake-device,id=one,number=4", &error_abort));

    Object *first = object_resolve_path("/machine/peripheral-anon/device[0]", NULL);
    Object *second = object_resolve_path("/machine/peripheral-anon/device[1]", NULL);
    Object *named = object_resolve_path("/machine/peripheral/one", NULL);
    g_assert_cmpuint(FAKE_DEVICE(first)->number, ==, 7);
    g_assert_cmpuint(FAKE_DEVICE(second)->number, ==, 3);
    g_assert_cmpuint(FAKE_DEVICE(named)->number, ==, 4);
    g_assert_true(DEVICE(named)->realized);
    fake_machine_free();
}

static void test_create_errors(void)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        { "fake-devize", "-device fake-devize: unknown type of device 'fake-devize'" },
        { "plain-machine", "-device plain-machine: unknown type of device 'plain-machine'" },
        { "fake-family", "-device fake-family: 'fake-family' is a family of devices, not one" },
        { "fixed-device", "-device fixed-device: 'fixed-device' is part of a machine and cannot be "
                          "added" },
        { "id=x", "-device id=x: no type of device is named" },
        { "fake-device,number=x",
          "-device fake-device,number=x: property 'fake-device.number': 'x' "
          "is not a number" },
        { "fake-device,number=13", "-device fake-device,number=13: 13 is unlucky" },
        { "fake-device,", "-device fake-device,: empty part between commas" },
    };
    MachineState *machine = fake_machine_new("bare");

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Error *err = NULL;
        g_assert_false(user_device_create(machine, cases[i].text, &err));
        g_assert_cmpstr(error_get_pretty(err), ==, cases[i].message);
        error_free(err);
    }

    Error *err = NULL;
    g_assert_true(user_device_create(machine, "fake-device,id=a", &error_abort));
    g_assert_false(user_device_create(machine, "fake-device,id=a", &err));
    g_assert_true(g_str_has_prefix(error_get_pretty(err), "-device fake-device,id=a: "));
    g_clear_pointer(&err, error_free);
    g_assert_false(user_device_create(machine, "fake-device,id=a/b", &err));
    g_clear_pointer(&err, error_free);
    fake_machine_free();
}

static void test_help(void)
{
    TextStream out;

    g_assert_cmpint(user_device_help("fake-device", NULL, &error_abort), ==, OPTION_NEXT);
    g_assert_cmpint(user_device_help("help", text_stream_open(&out), &error_abort), ==,
                    OPTION_DONE);
    g_assert_true(g_str_has_prefix(text_stream_close(&out),
                                   "Devices that -device can add:\n"
                                   "fake-device          Device for tests\n"
                                   "Devices that machines are made of:\n"));
    g_assert_nonnull(strstr(out.text, "\nfixed-device         Part of a board\n"));
    g_assert_null(strstr(out.text, "fake-family"));
    free(out.text);

    g_assert_cmpint(user_device_help("fake-device,help", text_stream_open(&out), &error_abort), ==,
                    OPTION_DONE);
    g_assert_cmpstr(text_stream_close(&out), ==,
                    "Properties of device fake-device:\n"
                    "  number=<uint32>         any number (default: 7)\n");
    free(out.text);

    Error *err = NULL;
    g_assert_cmpint(user_device_help("fake-family,help", NULL, &err), ==, OPTION_ERROR);
    expect_error(&err, "'fake-family' is a family of devices, not one",
                 "'-device help' lists the types");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    g_test_add_func("/globals/apply", test_apply);
    g_test_add_func("/globals/parse-errors", test_parse_errors);
    g_test_add_func("/globals/value-errors", test_value_errors);
    g_test_add_func("/globals/unused", test_unused);
    g_test_add_func("/user-device/create", test_create);
    g_test_add_func("/user-device/create-errors", test_create_errors);
    g_test_add_func("/user-device/help", test_help);
    return g_test_run();
}
