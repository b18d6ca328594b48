/* Front end, model and smoothing over windows, put together. */

#include "nn_program.h"

#if NN_PROGRAM_SMOOTHING < 1 || NN_PROGRAM_SMOOTHING > 254
#error "NN_PROGRAM_SMOOTHING has to be 1 to 254: more would not fit the sums of 16 bits."
#endif

#if NN_PROGRAM_EVENT >= NN_OUTPUT_BYTES || (NN_PROGRAM_EVENT >= 0 && NN_OUTPUT_BYTES < 2)
#error "NN_PROGRAM_EVENT has to be one of two or more classes, or -1."
#endif

#if defined(__AVR__)
#include <avr/io.h>
#if defined(RAMEND) && defined(RAMSTART)
#if NN_RAM_BYTES + NN_FRONTEND_RAM_BYTES + 3 * NN_OUTPUT_BYTES > RAMEND - RAMSTART + 1
#error "nn_program: this core has too little RAM for the front end and the model."
#endif
#endif
#endif

static int8_t nn_output[NN_OUTPUT_BYTES];
static int16_t nn_smoothed[NN_OUTPUT_BYTES];
#if NN_PROGRAM_EVENT >= 0
static int32_t nn_refractory; /* windows for which the event is not told again */
#endif

static int32_t nn_decided(const int8_t *features)
{
  if (!features) {
    return NN_PROGRAM_NOT_DUE;
  }
  nn_invoke(features, nn_output);
  int32_t best = NN_PROGRAM_EVENT == 0;
  for (int32_t i = 0; i < NN_OUTPUT_BYTES; ++i) {
    nn_smoothed[i] = (int16_t)(nn_smoothed[i] - nn_smoothed[i] / NN_PROGRAM_SMOOTHING + nn_output[i]);
    if (i != NN_PROGRAM_EVENT && nn_smoothed[i] > nn_smoothed[best]) {
      best = i;
    }
  }
#if NN_PROGRAM_EVENT >= 0
  if (nn_refractory > 0) {
    --nn_refractory;
  } else if (nn_smoothed[NN_PROGRAM_EVENT] >= NN_PROGRAM_THRESHOLD) {
    nn_refractory = NN_PROGRAM_REFRACTORY;
    return NN_PROGRAM_EVENT;
  }
#endif
  return best;
}

int32_t nn_program_push(const int16_t *samples, int32_t count, int32_t *found)
{
  const int8_t *features;
  const int32_t taken = nn_frontend_push(samples, count, &features);
  *found = nn_decided(features);
  return taken;
}

const int8_t *nn_program_output(void)
{
  return nn_output;
}

void nn_program_reset(void)
{
  nn_frontend_reset();
  for (int32_t i = 0; i < NN_OUTPUT_BYTES; ++i) {
    nn_smoothed[i] = 0;
  }
#if NN_PROGRAM_EVENT >= 0
  nn_refractory = 0;
#endif
}
