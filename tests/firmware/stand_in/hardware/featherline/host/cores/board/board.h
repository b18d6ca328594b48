/* What the sensors of the board that does not exist use of it. */
#ifndef BOARD_H
#define BOARD_H

#include <stddef.h>

/* Reads from the file of samples as fread does. */
size_t board_read(void *buffer, size_t size_bytes);

/* Lets the time of one sample pass. */
void board_wait();

/* Tells the LEDs and ends the program: behind the last sample. */
[[noreturn]] void board_end();

/* Lets a sensor that calls back have its turn before each loop(). */
void board_before_loop(void (*turn)());

#endif
