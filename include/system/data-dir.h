/*
 * Looking for files that come with other packages: firmware.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_DATA_DIR_H
#define SYSTEM_DATA_DIR_H

/*
 * The name of the first regular file in the folders of `path` (with ':' between them) whose name
 * there is one of `names` (NULL behind the last one), the first folder's first; NULL if there is
 * none. The caller frees it.
 */
char *data_dir_find(const char *path, const char *const *names);

#endif
