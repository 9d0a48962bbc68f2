/*
 * main(): the only place that ends the program.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "system/runstate.h"
#include "util/error.h"

int main(int argc, char **argv)
{
    int status;

    if (rvemu_init(argc, argv, &status)) {
        status = rvemu_main_loop();
    }
    rvemu_cleanup();
    return error_check_stdout() || status ? status : EXIT_FAILURE;
}
