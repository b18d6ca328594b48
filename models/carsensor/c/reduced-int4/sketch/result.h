/* How a sketch shows a class: its name on the serial port, its number on the LEDs. */
#ifndef RESULT_H
#define RESULT_H

#include <Arduino.h>

#include "program.h"

static const char *const class_names[] = MODEL_CLASS_NAMES;
static const int leds[] = {LEDR, LEDG, LEDB}; /* of the Nano 33 BLE: they light when low */

static inline void result_begin()
{
    Serial.begin(115200);
    pinMode(LED_BUILTIN, OUTPUT);
    for (int led : leds) {
        pinMode(led, OUTPUT);
        digitalWrite(led, HIGH);
    }
}

/* The class plus one in binary: red 1, green 2, blue 4, the yellow LED 8. */
static inline void result_show(int found)
{
    Serial.println(class_names[found]);
    for (int i = 0; i < 3; ++i) {
        digitalWrite(leds[i], (found + 1) >> i & 1 ? LOW : HIGH);
    }
    digitalWrite(LED_BUILTIN, (found + 1) >> 3 & 1 ? HIGH : LOW);
}

/* Stops with the yellow LED blinking, so that a board without its sensor is not taken for a quiet one. */
static inline void result_stop(const char *reason)
{
    for (;;) {
        Serial.println(reason);
        digitalWrite(LED_BUILTIN, HIGH);
        delay(200);
        digitalWrite(LED_BUILTIN, LOW);
        delay(800);
    }
}

#endif
