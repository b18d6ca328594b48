/* Accelerometer of an Arduino Nano 33 BLE Sense: sample, classify, show.

   The sensor runs faster than the model's recordings did (104 or 119 Hz by its library's version,
   4 g at most). The samples of each period of MODEL_FRONTEND_RATE_HZ are averaged; a sample that comes
   late is only late, because the front end's buffer lies behind it. */

#include <Arduino_LSM9DS1.h>

#include "model_result.h"

static const unsigned long PERIOD_US = 1000000UL / MODEL_FRONTEND_RATE_HZ;

static float sum_g[3];
static int gathered;
static unsigned long period_start_us;

static int16_t stored(float value_g)
{
  const float value = value_g * MODEL_FRONTEND_UNITS_PER_G;
  return (int16_t)(value < -32768 ? -32768 : value > 32767 ? 32767 : value);
}

void setup()
{
  model_result_begin();
  if (!IMU.begin()) {
    model_result_stop("The accelerometer does not answer.");
  }
  period_start_us = micros();
}

void loop()
{
  if (IMU.accelerationAvailable()) {
    float x, y, z;
    if (IMU.readAcceleration(x, y, z)) {
      sum_g[0] += x;
      sum_g[1] += y;
      sum_g[2] += z;
      ++gathered;
    }
  }
  if (micros() - period_start_us < PERIOD_US || gathered == 0) {
    return;
  }
  period_start_us += PERIOD_US;
  int16_t xyz[3];
  for (int i = 0; i < 3; ++i) {
    xyz[i] = stored(sum_g[i] / (float)gathered);
    sum_g[i] = 0;
  }
  gathered = 0;
  int32_t found;
  model_program_push(xyz, 1, &found);
  if (found != MODEL_PROGRAM_NOT_DUE) {
    model_result_show(found);
  }
}
