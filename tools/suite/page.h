/*
 * page.html, as it is in the program: with marks such as @GROUPS@ in it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SUITE_PAGE_H
#define SUITE_PAGE_H

#include <stddef.h>
#include <stdint.h>

extern const uint8_t suite_page[];
extern const size_t suite_page_size;

#endif /* SUITE_PAGE_H */
