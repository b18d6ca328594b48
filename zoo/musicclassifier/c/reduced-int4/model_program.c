/* Front end, model and smoothing over windows, put together. */

#include "model_program.h"

#if MODEL_PROGRAM_SMOOTHING < 1 || MODEL_PROGRAM_SMOOTHING > 254
#error "MODEL_PROGRAM_SMOOTHING has to be 1 to 254: more would not fit the sums of 16 bits."
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

static int32_t model_decided(const int8_t *features)
{
  if (!features) {
    return MODEL_PROGRAM_NOT_DUE;
  }
  model_invoke(features, model_output);
  int32_t best = 0;
  for (int32_t i = 0; i < MODEL_OUTPUT_BYTES; ++i) {
    model_smoothed[i] = (int16_t)(model_smoothed[i] - model_smoothed[i] / MODEL_PROGRAM_SMOOTHING + model_output[i]);
    if (model_smoothed[i] > model_smoothed[best]) {
      best = i;
    }
  }
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
}
