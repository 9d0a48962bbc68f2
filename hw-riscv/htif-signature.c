/*
 * The signature that architectural tests leave in memory, written to a file when the program ends:
 * lines of hexadecimal digits, each the bytes of one unit of memory as a little-endian number.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>

#include "htif-internal.h"

/* What can be said before the program runs is said then. */
static bool check_signature(const HTIFState *s, Error **errp)
{
    if (s->begin_signature == HTIF_NO_ADDR || s->end_signature == HTIF_NO_ADDR) {
        error_setg(errp, "signature=%s: the program has no symbol %s_signature", s->signature,
                   s->begin_signature == HTIF_NO_ADDR ? "begin" : "end");
        error_append_hint(
            errp, "begin_signature and end_signature say what to write; leave signature= out "
                  "for a program without");
        return false;
    }
    if (s->end_signature <= s->begin_signature) {
        error_setg(errp,
                   "signature=%s: end_signature at 0x%" PRIx64
                   " is not behind begin_signature at 0x%" PRIx64,
                   s->signature, s->end_signature, s->begin_signature);
        error_append_hint(errp, "check the program's data section");
        return false;
    }
    if (!address_space_ram_ptr(s->as, s->begin_signature, s->end_signature - s->begin_signature,
                               false)) {
        error_setg(errp, "signature=%s: 0x%" PRIx64 "-0x%" PRIx64 " is not in RAM", s->signature,
                   s->begin_signature, s->end_signature - 1);
        error_append_hint(errp,
                          "check where the linker script puts begin_signature and end_signature");
        return false;
    }
    return true;
}

bool htif_open_signature(HTIFState *s, Error **errp)
{
    if (s->granularity != 4 && s->granularity != 8 && s->granularity != 16) {
        error_setg(errp, "signature-granularity=%u is none of 4, 8 and 16", s->granularity);
        error_append_hint(errp, "16 is the default");
        return false;
    }
    if (!s->signature || !s->signature[0]) {
        return true;
    }
    if (!check_signature(s, errp)) {
        return false;
    }
    s->signature_file = fopen(s->signature, "we");
    if (!s->signature_file) {
        error_setg_errno(errp, errno, "cannot write the signature to '%s'", s->signature);
        error_append_hint(errp, "signature= takes the name of a file that can be created");
        return false;
    }
    return true;
}

/* The most significant byte comes first; bytes behind the end are zero. */
static void write_line(FILE *file, const uint8_t *data, uint64_t left, unsigned granularity)
{
    for (unsigned i = granularity; i-- > 0;) {
        fprintf(file, "%02x", i < left ? data[i] : 0);
    }
    fputc('\n', file);
}

bool htif_write_signature(HTIFState *s, Error **errp)
{
    uint64_t size = s->end_signature - s->begin_signature;
    FILE *file = g_steal_pointer(&s->signature_file);
    const uint8_t *data;
    bool ok;

    if (!file) {
        return true;
    }
    data = address_space_ram_ptr(s->as, s->begin_signature, size, false);
    g_assert(data); /* it was there when the file was opened */
    for (uint64_t i = 0; i < size; i += s->granularity) {
        write_line(file, data + i, size - i, s->granularity);
    }
    ok = !ferror(file);
    if (fclose(file) != 0 || !ok) {
        error_setg_errno(errp, errno, "cannot write the signature to '%s'", s->signature);
        error_append_hint(errp, "is its disk full?");
        return false;
    }
    return true;
}

void htif_close_signature(HTIFState *s)
{
    g_clear_pointer(&s->signature_file, fclose);
}
