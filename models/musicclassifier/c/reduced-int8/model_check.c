/* Tries model_invoke on inputs whose outputs are known from TensorFlow Lite Micro. */
#include "model.h"

#define MODEL_CHECK_ITEMS 4

static const int8_t model_check_inputs[] = {
  24, 40, 36, 12, 58, -12, -1, 17, -17, -22, 3, 10, 6, 28, 9, -45, -19, 12, 14, 9, 22, 11, 21, -19, 51, 11, -26,
  -31, -7, -13, 14, 3, 1, -5, -48, 50, -45, 37, -19, 6, 6, 14, -7, -31, -3, -47, -51, -61, -36, -72, -25, -62,
  -68, -58, -37, -18, -104, -13, -50, -45, 17, 12, -24, 5, -35, 13, 1, 35, -12, -2, 29, 35, -33, 14, 28, 2, -6,
  -19, 20, 41, 11, 18, 19, 6, -27, -12, -23, -11, -9, 4, -27, -32, 8, 8, -1, -34, -18, -45, -14, -32, 20, 35, 18,
  -11, 21, -10, -14, -20, -6, 12, -39, -8, 7, -1, -2, -51, -3, -69, 16, -31, -23, 9, 67, 18, 80, -10, -22, -4,
  39, 40, 1, 12, -27, 34, 68, -15, -38, 64, 52, -1, 6, -6, 34, 6, 55, 6, -16, 47, 60, 36, 69, 42, 57, 53, 48, 42,
  36, 49, 30, 53, 16, -3, 41, 6, 1, 15, -16, 23, 37, 30, 47, 36, 82, 49, 66, 41, 49, 84, 51, 80, 22, 40, 6, -64,
  10, -45, -20, 0, 15, 18, 70, 50, 5, 46, 39, 33, 75, -7, -22, -3, -15, -30, -26, -28, -12, -19, -72, 1, -33,
  -31, -34, 10, 32, 30, 25, 11, 11, -12, -39, -25, -5, -28, -3, -8, -21, -11, -54, -2, -18, -28, -19, 24, 26, 11,
  -3, 17, 11, -36, -23, -27,
};
static const int8_t model_check_outputs[] = {
  127, -128, -128, -128, -128, -128, -128, -128, -128, -127, -116, -127, 84, -121, -128, -128, -125, -127, -128,
  -109, -128, -128, -128, -128, -128, 127, -128, -128, -128, -128, -127, -108, 40, -127, -128, -128, -128, -62,
  -128, -127,
};

int model_check(void)
{
  static int8_t output[MODEL_OUTPUT_BYTES];
  const int8_t *input = model_check_inputs, *expected = model_check_outputs;
  int wrong = 0;
  for (int item = 0; item < MODEL_CHECK_ITEMS; ++item, input += MODEL_INPUT_BYTES) {
    int differs = 0;
    model_invoke(input, output);
    for (int32_t i = 0; i < MODEL_OUTPUT_BYTES; ++i) {
      differs |= output[i] != *expected++;
    }
    wrong += differs;
  }
  return wrong;
}

#if defined(MODEL_CHECK_MAIN)
#include <stdio.h>

int main(void)
{
  const int wrong = model_check();
  printf("model_check: %d of %d items right\n", MODEL_CHECK_ITEMS - wrong, MODEL_CHECK_ITEMS);
  return wrong != 0;
}
#endif
