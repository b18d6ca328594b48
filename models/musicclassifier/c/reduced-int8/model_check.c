/* Tries model_invoke on inputs whose outputs are known from TensorFlow Lite Micro. */
#include "model.h"

#define MODEL_CHECK_ITEMS 4

static const int8_t model_check_inputs[] = {
  18, 24, 31, 8, 39, -7, -16, 24, -31, -19, -7, 12, -5, 26, 3, -45, -36, 12, 9, 9, 24, 19, 17, -19, 54, 13, -31,
  -32, -7, -17, 10, 2, -7, -8, -55, 43, -46, 36, -21, 4, 9, 25, -11, -35, -1, -46, -51, -59, -23, -82, -28, -63,
  -69, -62, -40, -18, -97, -12, -49, -44, 19, -13, -7, -16, -27, 2, 4, 21, -7, -13, 34, 24, -33, 2, 27, -6, -15,
  -26, 23, 35, 2, -2, 20, -4, -48, -5, -32, -12, -20, 5, -38, -39, 5, -2, -13, -34, -33, -50, -19, -38, 13, 17,
  22, -11, -18, 4, -15, -12, -30, 22, -51, -11, -1, -11, -15, -45, -15, -75, 8, -34, -12, -12, 63, 8, 62, -8,
  -29, -6, 35, 36, 3, 0, -26, 29, 57, -23, -41, 55, 50, -2, -3, -10, 24, -5, 48, -1, -19, 37, 55, 34, 64, 37, 53,
  47, 39, 31, 27, 42, 22, 48, 9, -9, 31, -12, -7, 10, -22, 12, 26, 22, 44, 24, 73, 39, 58, 32, 38, 80, 39, 77,
  57, -17, -6, 69, -7, -4, -29, -61, -38, -22, 8, 13, -2, 38, -65, 40, -3, -74, 58, 59, -28, -20, -39, -36, 29,
  -27, 16, 46, 70, 1, 4, -8, 4, 48, 47, -17, -24, -17, 9, -57, -28, -14, -16, -11, 5, 5, 34, 39, 40, 62, 43, 46,
  47, 82, 106, 54, 41, 14, 51, -24,
};
static const int8_t model_check_outputs[] = {
  112, -128, -126, -128, -127, -127, -128, -127, -123, -122, -39, -126, 7, -127, -121, -125, -127, -126, -125,
  -113, -121, -125, -125, -128, -127, 111, -128, -127, -126, -128, -128, -121, -128, -128, -128, -128, -124, 116,
  -128, -128,
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
