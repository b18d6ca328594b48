/* Tries model_invoke on inputs whose outputs are known from TensorFlow Lite Micro. */
#include "model.h"

#define MODEL_CHECK_ITEMS 4

static const int8_t model_check_inputs[] = {
  25, 38, 37, 12, 56, -10, 0, 17, -15, -21, 4, 11, 7, 27, 9, -42, -19, 13, 16, 9, 22, 12, 22, -15, 51, 12, -22,
  -27, -5, -10, 16, 6, 3, -3, -45, 47, -40, 38, -14, 9, 8, 15, -6, -28, -1, -44, -47, -56, -33, -65, -21, -55,
  -61, -51, -34, -16, -94, -9, -43, -38, 18, 13, -23, 5, -33, 14, 1, 35, -10, -1, 29, 36, -30, 13, 25, 2, -7,
  -17, 22, 40, 13, 18, 19, 7, -24, -10, -20, -8, -7, 6, -22, -28, 9, 9, 0, -29, -14, -38, -10, -26, 21, 35, 18,
  -9, 22, -9, -12, -17, -5, 12, -34, -5, 8, 1, -1, -46, 0, -61, 19, -25, -20, 10, 67, 18, 77, -9, -20, -3, 38,
  39, 2, 13, -24, 33, 61, -13, -38, 64, 53, 0, 8, -4, 34, 7, 54, 8, -13, 48, 58, 36, 66, 44, 55, 52, 48, 40, 36,
  49, 32, 53, 17, -1, 39, 7, 2, 15, -14, 22, 36, 29, 45, 36, 77, 47, 64, 39, 49, 82, 52, 78, 23, 39, 7, -61, 10,
  -43, -19, 1, 16, 18, 68, 50, 6, 44, 36, 31, 72, -6, -19, -2, -12, -28, -23, -24, -9, -17, -65, 4, -30, -27,
  -29, 13, 32, 30, 26, 11, 13, -8, -34, -20, -2, -26, -1, -7, -18, -10, -50, 0, -16, -24, -16, 25, 25, 12, -2,
  17, 13, -30, -18, -21,
};
static const int8_t model_check_outputs[] = {
  127, -128, -128, -128, -128, -128, -128, -128, -128, -127, -111, -128, 26, -97, -111, -127, -125, -125, -125,
  -101, -128, -128, -128, -128, -128, 127, -128, -128, -128, -128, -128, -119, -117, -127, -128, -128, -128, 104,
  -128, -126,
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
