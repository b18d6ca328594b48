/* How a sketch shows a class: its name on the serial port, its number on the LEDs. */
#ifndef RESULT_H
#define RESULT_H

#include <Arduino.h>

#include "program.h"

static const char *const class_names[] = MODEL_CLASS_NAMES;
#ifdef LEDR
static const int leds[] = {LEDR, LEDG, LEDB}; /* as those of the Nano 33 BLE: they light when low */
#endif

/* The LED that most boards have. */
static inline void result_light(bool on)
{
#ifdef LED_BUILTIN
    digitalWrite(LED_BUILTIN, on ? HIGH : LOW);
#else
    (void)on;
#endif
}

static inline void result_begin()
{
    Serial.begin(115200);
#ifdef LED_BUILTIN
    pinMode(LED_BUILTIN, OUTPUT);
#endif
#ifdef LEDR
    for (int led : leds) {
        pinMode(led, OUTPUT);
        digitalWrite(led, HIGH);
    }
#endif
}

/* The class plus one in binary: red 1, green 2, blue 4, the yellow LED 8; on boards that have them. */
static inline void result_show(int found)
{
    Serial.println(class_names[found]);
#ifdef LEDR
    for (int i = 0; i < 3; ++i) {
        digitalWrite(leds[i], (found + 1) >> i & 1 ? LOW : HIGH);
    }
#endif
    result_light((found + 1) >> 3 & 1);
}

/* Stops with the yellow LED blinking, so that a board without its sensor is not taken for a quiet one. */
static inline void result_stop(const char *reason)
{
    for (;;) {
        Serial.println(reason);
        result_light(true);
        delay(200);
        result_light(false);
        delay(800);
    }
}

#endif
