/*
 * Traces and logs as one kind of thing: see source.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "source.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "system/image-source.h"
#include "tool.h"

struct Source {
    char *name;
    RISCVTraceReader *trace; /* NULL: it is a log */
    gzFile log;
    GString *line;
    uint64_t position;
    RISCVExtSet exts; /* of a log */
    Symbols *symbols; /* from the ELF file, or NULL */
};

static bool read_elf(Source *source, const char *elf, Error **errp)
{
    g_autoptr(ImageSource) file = image_source_open(elf, errp);
    ElfImage *image = file ? elf_image_parse(file, errp) : NULL;

    if (!image) {
        return false;
    }
    source->symbols = symbols_new();
    symbols_add(source->symbols, image);
    return true;
}

/* A log packed or not: zlib finds out. */
static bool open_log(Source *source, const char *filename, Error **errp)
{
    source->log =
        strcmp(filename, "-") == 0 ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(filename, "rb");
    if (!source->log) {
        error_setg_errno(errp, errno, "cannot open '%s'", filename);
        error_append_hint(errp, "name a trace or a log");
        return false;
    }
    gzbuffer(source->log, 1 << 17);
    source->exts = riscv_ext_model(RISCV_MODEL_MAX);
    return true;
}

Source *source_open(const char *filename, const char *elf, Error **errp)
{
    g_autoptr(Source) source = g_new0(Source, 1);

    source->name = g_strdup(filename);
    source->line = g_string_new(NULL);
    if (elf && !read_elf(source, elf, errp)) {
        return NULL;
    }
    if (riscv_trace_is_trace(filename)) {
        source->trace = riscv_trace_open(filename, errp);
        return source->trace ? g_steal_pointer(&source) : NULL;
    }
    return open_log(source, filename, errp) ? g_steal_pointer(&source) : NULL;
}

void source_free(Source *source)
{
    if (!source) {
        return;
    }
    riscv_trace_reader_free(source->trace);
    if (source->log) {
        gzclose_r(source->log);
    }
    symbols_free(source->symbols);
    g_string_free(source->line, TRUE);
    g_free(source->name);
    g_free(source);
}

const char *source_name(const Source *source)
{
    return source->name;
}

const RISCVExtSet *source_exts(const Source *source)
{
    return source->trace ? riscv_trace_exts(source->trace) : &source->exts;
}

const Symbols *source_symbols(const Source *source)
{
    return source->symbols || !source->trace ? source->symbols : riscv_trace_symbols(source->trace);
}

/* A line, as long as it may be (binary junk has long ones, of which the beginning is enough). */
static bool next_line(Source *source)
{
    enum { LONGEST = 1 << 20 };
    char part[4096];

    g_string_truncate(source->line, 0);
    while (gzgets(source->log, part, sizeof(part))) {
        char *end = part + strlen(part);
        bool whole = end > part && end[-1] == '\n';

        while (end > part && (end[-1] == '\n' || end[-1] == '\r')) {
            end--;
        }
        if (source->line->len < LONGEST) {
            g_string_append_len(source->line, part, end - part);
        }
        if (whole) {
            source->position++;
            return true;
        }
    }
    source->position += source->line->len > 0;
    return source->line->len > 0;
}

static bool next_in_log(Source *source, RISCVTraceItem *item, Error **errp)
{
    const char *problem;
    int number;

    while (next_line(source)) {
        if (parse_commit(source->line->str, &item->commit)) {
            item->is_trap = false;
            item->hart = item->commit.hart;
            return true;
        }
    }
    problem = gzerror(source->log, &number);
    if (number < 0 && number != Z_BUF_ERROR) {
        error_setg(errp, "%s: %s", source->name, number == Z_ERRNO ? g_strerror(errno) : problem);
        error_append_hint(errp, "record the log again");
    } else if (number == Z_BUF_ERROR) {
        error_setg(errp, "%s: the packed log is cut short", source->name);
        error_append_hint(errp, "record the log again");
    }
    return false;
}

bool source_next(Source *source, RISCVTraceItem *item, Error **errp)
{
    if (!source->trace) {
        return next_in_log(source, item, errp);
    }
    if (!riscv_trace_next(source->trace, item, errp)) {
        g_autofree char *problem = riscv_trace_cut_short(source->trace);

        if (problem && !*errp) {
            warn_user(problem);
        }
        return false;
    }
    source->position++;
    return true;
}

uint64_t source_position(const Source *source)
{
    return source->position;
}

const char *source_line(Source *source, const RISCVTraceItem *item)
{
    if (source->trace) {
        g_string_truncate(source->line, 0);
        riscv_commit_text(&item->commit, source->line);
        g_string_truncate(source->line, source->line->len - 1);
    }
    return source->line->str;
}
