/* Feeds the whole program with noise, and holds every window against what Featherline computed of the same noise.

   A compiler that rounds a * b + c otherwise may move a feature by a step, and so an output by a few: as many as
   NN_PROGRAM_CHECK_STEPS are let pass. As long as all outputs are equal, the classes have to be equal too. */

#include "nn_program_check.h"

#define NN_PROGRAM_CHECK_AT_ONCE 64

static uint32_t nn_program_check_seed;

/* Noise of eight loudnesses, from 2^14 down. */
static int16_t nn_program_check_noise(int32_t sample)
{
  const int32_t loudness = sample / NN_PROGRAM_CHECK_SAMPLES_A_LOUDNESS % 8;
  nn_program_check_seed = nn_program_check_seed * 1664525u + 1013904223u;
  return (int16_t)(((int32_t)(nn_program_check_seed >> 17) - 16384) / ((int32_t)1 << loudness));
}

int nn_program_check(void)
{
  static const int8_t outputs[] = NN_PROGRAM_CHECK_OUTPUTS;
  static const int8_t classes[] = NN_PROGRAM_CHECK_CLASSES;
  static int16_t samples[NN_PROGRAM_CHECK_AT_ONCE * NN_FRONTEND_SAMPLE_VALUES];
  int32_t window = 0, wrong = 0;
  int equal = 1; /* all outputs so far */
  nn_program_check_seed = 0;
  nn_program_reset();
  for (int32_t first = 0; first < NN_PROGRAM_CHECK_SAMPLES; first += NN_PROGRAM_CHECK_AT_ONCE) {
    const int32_t left = NN_PROGRAM_CHECK_SAMPLES - first;
    const int32_t count = left < NN_PROGRAM_CHECK_AT_ONCE ? left : NN_PROGRAM_CHECK_AT_ONCE;
    for (int32_t i = 0; i < count * NN_FRONTEND_SAMPLE_VALUES; ++i) {
      samples[i] = nn_program_check_noise(first + i / NN_FRONTEND_SAMPLE_VALUES);
    }
    for (int32_t at = 0; at < count;) {
      int32_t found;
      at += nn_program_push(samples + NN_FRONTEND_SAMPLE_VALUES * at, count - at, &found);
      if (found == NN_PROGRAM_NOT_DUE) {
        continue;
      }
      if (window == NN_PROGRAM_CHECK_WINDOWS) {
        nn_program_reset();
        return (int)(wrong + 1);
      }
      const int8_t *output = nn_program_output(), *expected = outputs + window * NN_OUTPUT_BYTES;
      int differs = 0;
      for (int32_t i = 0; i < NN_OUTPUT_BYTES; ++i) {
        const int steps = output[i] > expected[i] ? output[i] - expected[i] : expected[i] - output[i];
        differs |= steps > NN_PROGRAM_CHECK_STEPS;
        equal &= steps == 0;
      }
      differs |= equal && found != classes[window];
      wrong += differs;
      ++window;
    }
  }
  nn_program_reset();
  return (int)(wrong + NN_PROGRAM_CHECK_WINDOWS - window);
}
