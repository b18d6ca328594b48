/* A board that does not exist: sensors give what a file holds, the serial port is the standard output,
   time passes with each sample. Behind the last sample the LEDs are told and the program ends. */

#include "board.h"

#include <Arduino.h>
#include <stdio.h>
#include <stdlib.h>

SerialPort Serial;

static FILE *samples;
static unsigned long time_us, sample_us;
static int levels[32];
static void (*before_loop)();

void pinMode(int, int)
{
}
void digitalWrite(int pin, int value)
{
  levels[pin] = value;
}
unsigned long micros()
{
  return time_us;
}
void delay(unsigned long)
{
}

void SerialPort::begin(unsigned long)
{
}
void SerialPort::println(const char *text)
{
  puts(text);
}

size_t board_read(void *buffer, size_t size_bytes)
{
  return fread(buffer, 1, size_bytes, samples);
}
void board_wait()
{
  time_us += sample_us;
}
void board_before_loop(void (*turn)())
{
  before_loop = turn;
}

void board_end()
{
#ifndef BOARD_WITHOUT_LEDS
  printf("LEDs %d%d%d%d\n", levels[LEDR] == LOW, levels[LEDG] == LOW, levels[LEDB] == LOW, levels[LED_BUILTIN] == HIGH);
#endif
  exit(0);
}

/* Its arguments are the file of samples and the microseconds between two of them. */
int main(int, char **arguments)
{
  samples = fopen(arguments[1], "rb");
  sample_us = strtoul(arguments[2], nullptr, 10);
  setup();
  for (;;) {
    if (before_loop) {
      before_loop();
    }
    loop();
  }
}
