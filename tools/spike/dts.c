/*
 * --dump-dts: a flattened device tree as source, in the words of dtc, which Spike leaves that to.
 *
 * What does not belong here: the tree, which is the machine's.
 *
 * SPDX-License-Identifier: MIT
 */
#include <libfdt.h>
#include <string.h>

#include "spike.h"

/* May it be text: some characters to each NUL, the last of which ends it? */
static bool is_text(const uint8_t *value, int length)
{
    int nuls = 0;

    for (int i = 0; i < length; i++) {
        if (value[i] && !g_ascii_isprint(value[i]) && !strchr("\a\b\t\n\v\f\r", value[i])) {
            return false;
        }
        nuls += !value[i];
    }
    return length > 0 && !value[length - 1] && nuls <= length - nuls;
}

static void put_text(FILE *f, const uint8_t *value, int length)
{
    static const char special[] = "\a\b\t\n\v\f\r\\\"", names[] = "abtnvfr\\\"";

    fputc('"', f);
    for (int i = 0; i < length - 1; i++) {
        const char *at = value[i] ? strchr(special, value[i]) : NULL;

        if (at) {
            fprintf(f, "\\%c", names[at - special]);
        } else if (value[i]) {
            fputc(value[i], f);
        } else {
            fputs("\\0", f);
        }
    }
    fputc('"', f);
}

static void put_cells(FILE *f, const uint8_t *value, int length)
{
    for (int i = 0; i < length; i += 4) {
        fprintf(f, "%s0x%02x", i ? " " : "<", fdt32_ld((const fdt32_t *)(value + i)));
    }
    fputc('>', f);
}

static void put_bytes(FILE *f, const uint8_t *value, int length)
{
    for (int i = 0; i < length; i++) {
        fprintf(f, "%s%02x", i ? " " : "[", value[i]);
    }
    fputc(']', f);
}

static void put_property(FILE *f, const char *name, const uint8_t *value, int length)
{
    fputs(name, f);
    if (length > 0) {
        fputs(" = ", f);
        (is_text(value, length) ? put_text : length % 4 ? put_bytes : put_cells)(f, value, length);
    }
    fputs(";\n", f);
}

static void indent(FILE *f, int depth)
{
    for (int i = 0; i < depth; i++) {
        fputc('\t', f);
    }
}

static void put_node(FILE *f, const void *fdt, int node, int depth)
{
    const char *name = fdt_get_name(fdt, node, NULL);
    int item;

    indent(f, depth);
    fprintf(f, "%s {\n", depth ? name : "/");
    fdt_for_each_property_offset(item, fdt, node) {
        int length;
        const uint8_t *value = fdt_getprop_by_offset(fdt, item, &name, &length);

        indent(f, depth + 1);
        put_property(f, name, value, length);
    }
    fdt_for_each_subnode(item, fdt, node) {
        fputc('\n', f);
        put_node(f, fdt, item, depth + 1);
    }
    indent(f, depth);
    fputs("};\n", f);
}

void spike_print_dts(FILE *f, const void *fdt)
{
    fputs("/dts-v1/;\n\n", f);
    put_node(f, fdt, 0, 0);
}
