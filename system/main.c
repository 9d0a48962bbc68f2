/*
 * main(): the only place that ends the program.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/runstate.h"

int main(int argc, char **argv)
{
    int status;

    if (rvemu_init(argc, argv, &status)) {
        status = rvemu_main_loop();
    }
    rvemu_cleanup();
    return status;
}
