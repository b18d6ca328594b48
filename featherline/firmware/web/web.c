/* The program as a page in a browser calls it: one unit around nn_program.c, which is compiled as it is.

   The page writes samples into `samples`, pushes them, and looks at the features and outputs of a
   window that was due. A function that is exported has a name without a prefix: a page has one model. */

#include "nn_program.h"

#define NN_EXPORTED(name) __attribute__((export_name(name)))
#define NN_WEB_SAMPLES 1024

static int16_t nn_web_samples[NN_WEB_SAMPLES * NN_FRONTEND_SAMPLE_VALUES];
static int32_t nn_web_decision;
static int8_t nn_web_input[NN_INPUT_BYTES]; /* of the window that was due last */

/* Keeps what goes into the model: the program itself does not tell its features, and the model writes over them. */
static void nn_web_invoke(const int8_t *input, int8_t *output)
{
  for (int32_t i = 0; i < NN_INPUT_BYTES; ++i) {
    nn_web_input[i] = input[i];
  }
  nn_invoke(input, output);
}

#define nn_invoke nn_web_invoke
#include "nn_program.c"
#undef nn_invoke

/* Where the page writes samples, and how many have room there. */
NN_EXPORTED("samples") int16_t *nn_web_place(void)
{
  return nn_web_samples;
}

NN_EXPORTED("capacity") int32_t nn_web_capacity(void)
{
  return NN_WEB_SAMPLES;
}

/* Pushes those from `first` to before `end`; returns the first that was not taken yet. */
NN_EXPORTED("push") int32_t nn_web_push(int32_t first, int32_t end)
{
  const int16_t *samples = nn_web_samples + NN_FRONTEND_SAMPLE_VALUES * first;
  return first + nn_program_push(samples, end - first, &nn_web_decision);
}

/* The class that the last push told, or NN_PROGRAM_NOT_DUE. */
NN_EXPORTED("decision") int32_t nn_web_told(void)
{
  return nn_web_decision;
}

/* The features of the window that was due last: they last until the next push. */
NN_EXPORTED("features") const int8_t *nn_web_features(void)
{
  return nn_web_input;
}

NN_EXPORTED("output") const int8_t *nn_web_output(void)
{
  return nn_program_output();
}

NN_EXPORTED("reset") void nn_web_reset(void)
{
  nn_program_reset();
}

/* The model alone, for golden vectors and to tell how long it takes: from `input` to `result`, which have
   room beside everything else. */
static int8_t nn_web_scratch[NN_INPUT_BYTES], nn_web_result[NN_OUTPUT_BYTES];

NN_EXPORTED("input") int8_t *nn_web_scratch_input(void)
{
  return nn_web_scratch;
}

NN_EXPORTED("result") const int8_t *nn_web_scratch_result(void)
{
  return nn_web_result;
}

NN_EXPORTED("infer") void nn_web_infer(void)
{
  nn_invoke(nn_web_scratch, nn_web_result);
}
