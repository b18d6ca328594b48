/* How a sketch shows a class: its name on the serial port, its number on the LEDs. */
#ifndef MODEL_RESULT_H
#define MODEL_RESULT_H

#include <Arduino.h>

#include "model_program.h"

static const char *const model_result_names[] = MODEL_CLASS_NAMES;
#ifdef LEDR
static const int model_result_leds[] = {LEDR, LEDG, LEDB}; /* as those of the Nano 33 BLE: they light when low */
#endif

/* The LED that most boards have. */
static inline void model_result_light(bool on)
{
#ifdef LED_BUILTIN
  digitalWrite(LED_BUILTIN, on ? HIGH : LOW);
#else
  (void)on;
#endif
}

static inline void model_result_begin()
{
  Serial.begin(115200);
#ifdef LED_BUILTIN
  pinMode(LED_BUILTIN, OUTPUT);
#endif
#ifdef LEDR
  for (int led : model_result_leds) {
    pinMode(led, OUTPUT);
    digitalWrite(led, HIGH);
  }
#endif
}

/* The class plus one in binary: red 1, green 2, blue 4, the yellow LED 8; on boards that have them. */
static inline void model_result_show(int32_t found)
{
  Serial.println(model_result_names[found]);
#ifdef LEDR
  for (int i = 0; i < 3; ++i) {
    digitalWrite(model_result_leds[i], (found + 1) >> i & 1 ? LOW : HIGH);
  }
#endif
  model_result_light((found + 1) >> 3 & 1);
}

/* Stops with the yellow LED blinking, so that a board without its sensor is not taken for a quiet one. */
static inline void model_result_stop(const char *reason)
{
  for (;;) {
    Serial.println(reason);
    model_result_light(true);
    delay(200);
    model_result_light(false);
    delay(800);
  }
}

#endif
