/* Front end, model and smoothing over windows, put together. */

#include "model_program.h"

#if MODEL_PROGRAM_SMOOTHING < 1 || MODEL_PROGRAM_SMOOTHING > 254
#error "MODEL_PROGRAM_SMOOTHING has to be 1 to 254: more would not fit the sums of 16 bits."
#endif

#if MODEL_PROGRAM_EVENT >= MODEL_OUTPUT_BYTES || (MODEL_PROGRAM_EVENT >= 0 && MODEL_OUTPUT_BYTES < 2)
#error "MODEL_PROGRAM_EVENT has to be one of two or more classes, or -1."
#endif

#if defined(__AVR__)
#include <avr/io.h>
#if defined(RAMEND) && defined(RAMSTART)
#if MODEL_RAM_BYTES + MODEL_FRONTEND_RAM_BYTES + 3 * MODEL_OUTPUT_BYTES > RAMEND - RAMSTART + 1
#error "model_program: this core has too little RAM for the front end and the model."
#endif
#endif
#endif

static int8_t model_output[MODEL_OUTPUT_BYTES];
static int16_t model_smoothed[MODEL_OUTPUT_BYTES];
#if MODEL_PROGRAM_EVENT >= 0
static int32_t model_refractory; /* windows for which the event is not told again */
#endif

static int32_t model_decided(const int8_t *features)
{
  if (!features) {
    return MODEL_PROGRAM_NOT_DUE;
  }
  model_invoke(features, model_output);
  int32_t best = MODEL_PROGRAM_EVENT == 0;
  for (int32_t i = 0; i < MODEL_OUTPUT_BYTES; ++i) {
    model_smoothed[i] = (int16_t)(model_smoothed[i] - model_smoothed[i] / MODEL_PROGRAM_SMOOTHING + model_output[i]);
    if (i != MODEL_PROGRAM_EVENT && model_smoothed[i] > model_smoothed[best]) {
      best = i;
    }
  }
#if MODEL_PROGRAM_EVENT >= 0
  if (model_refractory > 0) {
    --model_refractory;
  } else if (model_smoothed[MODEL_PROGRAM_EVENT] >= MODEL_PROGRAM_THRESHOLD) {
    model_refractory = MODEL_PROGRAM_REFRACTORY;
    return MODEL_PROGRAM_EVENT;
  }
#endif
  return best;
}

int32_t model_program_push(const int16_t *samples, int32_t count, int32_t *found)
{
  const int8_t *features;
  const int32_t taken = model_frontend_push(samples, count, &features);
  *found = model_decided(features);
  return taken;
}

const int8_t *model_program_output(void)
{
  return model_output;
}

void model_program_reset(void)
{
  model_frontend_reset();
  for (int32_t i = 0; i < MODEL_OUTPUT_BYTES; ++i) {
    model_smoothed[i] = 0;
  }
#if MODEL_PROGRAM_EVENT >= 0
  model_refractory = 0;
#endif
}
