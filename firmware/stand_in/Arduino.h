/* Stand-in for tests: what the sketches use of the real header, no more. */
#ifndef ARDUINO_H
#define ARDUINO_H

#include <stdint.h>

enum { LOW, HIGH };
enum { INPUT, OUTPUT };
enum { LED_BUILTIN = 13, LEDR = 22, LEDG = 23, LEDB = 24 };

void pinMode(int pin, int mode);
void digitalWrite(int pin, int value);
unsigned long micros();
void delay(unsigned long milliseconds);

struct SerialPort {
    void begin(unsigned long baud);
    void println(const char *text);
};
extern SerialPort Serial;

void setup();
void loop();

#endif
