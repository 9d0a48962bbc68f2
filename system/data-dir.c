/*
 * Looking for files of other packages: see include/system/data-dir.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/data-dir.h"

#include <glib.h>

char *data_dir_find(const char *path, const char *const *names)
{
    g_auto(GStrv) dirs = g_strsplit(path, ":", -1);

    for (char **dir = dirs; *dir; dir++) {
        for (const char *const *name = names; *name; name++) {
            g_autofree char *file = g_build_filename(*dir, *name, NULL);

            if (g_file_test(file, G_FILE_TEST_IS_REGULAR)) {
                return g_steal_pointer(&file);
            }
        }
    }
    return NULL;
}
