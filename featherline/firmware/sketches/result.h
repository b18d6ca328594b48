/* How a sketch shows a class: its name on the serial port, its number on the LEDs. */
#ifndef NN_RESULT_H
#define NN_RESULT_H

#include <Arduino.h>

#include "nn_program.h"

static const char *const nn_result_names[] = NN_CLASS_NAMES;
#ifdef LEDR
static const int nn_result_leds[] = {LEDR, LEDG, LEDB}; /* as those of the Nano 33 BLE: they light when low */
#endif

/* The LED that most boards have. */
static inline void nn_result_light(bool on)
{
#ifdef LED_BUILTIN
  digitalWrite(LED_BUILTIN, on ? HIGH : LOW);
#else
  (void)on;
#endif
}

static inline void nn_result_begin()
{
  Serial.begin(115200);
#ifdef LED_BUILTIN
  pinMode(LED_BUILTIN, OUTPUT);
#endif
#ifdef LEDR
  for (int led : nn_result_leds) {
    pinMode(led, OUTPUT);
    digitalWrite(led, HIGH);
  }
#endif
}

/* The class plus one in binary: red 1, green 2, blue 4, the yellow LED 8; on boards that have them. */
static inline void nn_result_show(int32_t found)
{
  Serial.println(nn_result_names[found]);
#ifdef LEDR
  for (int i = 0; i < 3; ++i) {
    digitalWrite(nn_result_leds[i], (found + 1) >> i & 1 ? LOW : HIGH);
  }
#endif
  nn_result_light((found + 1) >> 3 & 1);
}

/* Stops with the yellow LED blinking, so that a board without its sensor is not taken for a quiet one. */
static inline void nn_result_stop(const char *reason)
{
  for (;;) {
    Serial.println(reason);
    nn_result_light(true);
    delay(200);
    nn_result_light(false);
    delay(800);
  }
}

#endif
