/* Any sensor: sample, classify, show.

   Fill `read_sample` with what reads your sensor. It is called NN_FRONTEND_RATE_HZ times a second and gives one number
   for each of NN_FRONTEND_COLUMN_NAMES, in the unit of the recordings (NN_FRONTEND_UNIT). As it stands it reads the
   analog inputs from A0 on, as raw counts. */

#include "nn_result.h"

static void read_sample(float values[NN_FRONTEND_SAMPLE_VALUES])
{
  for (int i = 0; i < NN_FRONTEND_SAMPLE_VALUES; ++i) {
    values[i] = (float)analogRead(A0 + i);
  }
}

static const float STEPS[] = NN_FRONTEND_STEPS, ZEROS[] = NN_FRONTEND_ZEROS;
static const unsigned long PERIOD_US = (unsigned long)(1000000.0f / NN_FRONTEND_RATE_HZ + 0.5f);
static unsigned long period_start_us;

static int16_t stored(float value, float step)
{
  const float units = value / step;
  const float rounded = units < 0 ? units - 0.5f : units + 0.5f;
  return (int16_t)(rounded < -32768 ? -32768 : rounded > 32767 ? 32767 : rounded);
}

void setup()
{
  nn_result_begin();
  period_start_us = micros();
}

void loop()
{
  if (micros() - period_start_us < PERIOD_US) {
    return;
  }
  period_start_us += PERIOD_US;
  float values[NN_FRONTEND_SAMPLE_VALUES];
  read_sample(values);
  int16_t sample[NN_FRONTEND_SAMPLE_VALUES];
  for (int i = 0; i < NN_FRONTEND_SAMPLE_VALUES; ++i) {
    sample[i] = stored(values[i] - ZEROS[i], STEPS[i]);
  }
  int32_t found;
  nn_program_push(sample, 1, &found);
  if (found != NN_PROGRAM_NOT_DUE) {
    nn_result_show(found);
  }
}
