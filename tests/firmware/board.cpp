/* A board that does not exist: sensors give what a file holds, the serial port is the standard output,
   time passes with each sample. Behind the last sample the LEDs are told and the program ends. */

#include <Arduino.h>
#include <Arduino_LSM9DS1.h>
#include <PDM.h>

#include <stdio.h>
#include <stdlib.h>

SerialPort Serial;
LSM9DS1 IMU;
PDMClass PDM;

static FILE *samples;
static unsigned long time_us, sample_us;
static int levels[32];
static void (*on_receive)();
static int waiting_bytes;

void pinMode(int, int) {}
void digitalWrite(int pin, int value) { levels[pin] = value; }
unsigned long micros() { return time_us; }
void delay(unsigned long) {}

void SerialPort::begin(unsigned long) {}
void SerialPort::println(const char *text) { puts(text); }

static void end()
{
    printf("LEDs %d%d%d%d\n", levels[LEDR] == LOW, levels[LEDG] == LOW, levels[LEDB] == LOW, levels[LED_BUILTIN] == HIGH);
    exit(0);
}

int LSM9DS1::begin() { return 1; }

int LSM9DS1::accelerationAvailable()
{
    time_us += sample_us;
    return 1;
}

int LSM9DS1::readAcceleration(float &x, float &y, float &z)
{
    float xyz[3];
    if (fread(xyz, sizeof xyz, 1, samples) != 1) {
        end();
    }
    x = xyz[0], y = xyz[1], z = xyz[2];
    return 1;
}

int PDMClass::begin(int channels, int) { return channels == 1; }
int PDMClass::available() { return waiting_bytes; }
void PDMClass::onReceive(void (*function)()) { on_receive = function; }
void PDMClass::setGain(int) {}

int PDMClass::read(void *buffer, size_t size)
{
    const size_t bytes = fread(buffer, 1, size, samples);
    waiting_bytes -= (int)size;
    if (bytes < size) {
        end();
    }
    return (int)bytes;
}

int main(int, char **arguments)
{
    samples = fopen(arguments[1], "rb");
    sample_us = (unsigned long)atol(arguments[2]);
    setup();
    for (;;) {
        if (on_receive) {
            waiting_bytes = 128;
            on_receive();
        }
        loop();
    }
}
