/* Front end, model and smoothing over windows, put together. */

#include "program.h"

static int8_t output[MODEL_OUTPUT_BYTES];
static int16_t smoothed[MODEL_OUTPUT_BYTES];

static int decided(const int8_t *features)
{
    if (!features) {
        return PROGRAM_NOT_DUE;
    }
    model_invoke(features, output);
    int best = 0;
    for (int i = 0; i < MODEL_OUTPUT_BYTES; ++i) {
        smoothed[i] = (int16_t)(smoothed[i] - smoothed[i] / PROGRAM_SMOOTHING + output[i]);
        if (smoothed[i] > smoothed[best]) {
            best = i;
        }
    }
    return best;
}

#ifdef FRONTEND_FRAME_SAMPLES
int program_push(const int16_t *samples, int count)
{
    return decided(frontend_push(samples, count));
}
#else
int program_push(const int16_t xyz[3])
{
    return decided(frontend_push(xyz));
}
#endif

const int8_t *program_output(void)
{
    return output;
}

void program_reset(void)
{
    frontend_reset();
    for (int i = 0; i < MODEL_OUTPUT_BYTES; ++i) {
        smoothed[i] = 0;
    }
}
