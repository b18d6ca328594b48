/* Stand-in for tests: what the sketches use of the real header, no more. */
#ifndef ARDUINO_H
#define ARDUINO_H

#include <stdint.h>

enum { LOW, HIGH };
enum { INPUT, OUTPUT };

/* Macros, as on the Nano 33 BLE: a sketch asks by #ifdef whether its board has them. */
#ifndef BOARD_WITHOUT_LEDS
#define LED_BUILTIN 13
#define LEDR 22
#define LEDG 23
#define LEDB 24
#endif

void pinMode(int pin, int mode);
void digitalWrite(int pin, int value);
unsigned long micros();
enum { A0 = 14 };
int analogRead(int pin); /* a test that uses it says what it reads */
void delay(unsigned long milliseconds);

struct SerialPort {
  void begin(unsigned long baud);
  void println(const char *text);
};
extern SerialPort Serial;

void setup();
void loop();

#endif
