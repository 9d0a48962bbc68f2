/*
 * "NAME,key=value,key=value" to a list of pairs.
 *
 * SPDX-License-Identifier: MIT
 */
#include "util/keyval.h"

#include <string.h>

#include "util/cutils.h"

#define COMMA_HINT "a comma that belongs to a value is written twice"

static void keyval_free(void *data)
{
    KeyVal *kv = data;

    g_free(kv->key);
    g_free(kv->value);
    g_free(kv);
}

static void add(GPtrArray *keyvals, const char *key, size_t key_length, const char *value)
{
    KeyVal *kv = g_new(KeyVal, 1);

    kv->key = g_strndup(key, key_length);
    kv->value = g_strdup(value);
    g_ptr_array_add(keyvals, kv);
}

/*
 * The text up to the next single comma, doubled ones made single. *text moves behind that comma, or
 * becomes NULL where there is none.
 */
static char *next_part(const char **text)
{
    GString *part = g_string_new(NULL);
    const char *p = *text;

    for (; *p; p++) {
        if (*p == ',') {
            if (p[1] != ',') {
                break;
            }
            p++;
        }
        g_string_append_c(part, *p);
    }
    *text = *p ? p + 1 : NULL;
    return g_string_free(part, FALSE);
}

static bool parse_part(GPtrArray *keyvals, const char *part, const char *implied_key, Error **errp)
{
    const char *equals = strchr(part, '=');

    if (is_help_option(part)) {
        add(keyvals, "help", 4, "on");
    } else if (equals && equals > part) {
        add(keyvals, part, (size_t)(equals - part), equals + 1);
    } else if (*part && !equals && implied_key) {
        add(keyvals, implied_key, strlen(implied_key), part);
    } else if (!*part) {
        error_setg(errp, "empty part between commas");
        error_append_hint(errp, COMMA_HINT);
        return false;
    } else {
        error_setg(errp, "'%s' is not of the form KEY=VALUE", part);
        error_append_hint(errp, COMMA_HINT);
        return false;
    }
    return true;
}

GPtrArray *keyval_parse(const char *text, const char *implied_key, Error **errp)
{
    g_autoptr(GPtrArray) keyvals = g_ptr_array_new_with_free_func(keyval_free);

    while (text) {
        g_autofree char *part = next_part(&text);

        if (!parse_part(keyvals, part, implied_key, errp)) {
            return NULL;
        }
        implied_key = NULL;
    }
    return g_steal_pointer(&keyvals);
}

const char *keyval_get(const GPtrArray *keyvals, const char *key)
{
    for (guint i = keyvals->len; i > 0; i--) {
        const KeyVal *kv = keyvals->pdata[i - 1];

        if (g_str_equal(kv->key, key)) {
            return kv->value;
        }
    }
    return NULL;
}

char *keyval_steal(GPtrArray *keyvals, const char *key)
{
    char *value = g_strdup(keyval_get(keyvals, key));

    for (guint i = keyvals->len; i > 0; i--) {
        const KeyVal *kv = keyvals->pdata[i - 1];

        if (g_str_equal(kv->key, key)) {
            g_ptr_array_remove_index(keyvals, i - 1);
        }
    }
    return value;
}

bool keyval_wants_help(const GPtrArray *keyvals)
{
    return keyval_get(keyvals, "help") != NULL;
}
