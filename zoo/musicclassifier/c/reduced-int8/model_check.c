/* Tries model_invoke on inputs whose outputs are known from TensorFlow Lite Micro. */
#include "model.h"

#define MODEL_CHECK_ITEMS 4

static const int8_t model_check_inputs[] = {
  -32, -21, -49, 44, -44, -5, -40, -35, 6, -20, -8, 2, 32, 10, -2, -54, -31, -30, -14, 18, 2, -20, -2, -30, -9,
  -11, -18, 31, 6, 15, 39, 49, 36, 32, 10, 0, 25, 19, 38, 34, 4, -23, -18, -28, -28, -25, -39, -9, -36, -26, -11,
  -5, -13, 1, -13, -19, -13, -12, 10, -13, -20, -10, -37, 16, -67, 37, -35, -56, -41, 49, 10, -69, -17, -13, 1,
  17, -9, -115, 28, 8, -5, -11, -2, -12, -4, 5, -18, 40, 7, 80, 33, 75, 22, 18, 7, -17, -1, 35, 52, 11, 4, -2,
  -12, -19, -8, -20, -35, -1, -30, 25, 17, 52, -14, 2, 1, -21, -24, 34, 50, -4, 100, -57, -62, -10, 101, -97,
  -65, 5, -67, -24, -40, -110, -120, -103, 41, 124, 110, 49, 108, -14, 12, 35, -25, -59, 51, -51, 14, -110, -74,
  -115, 29, 78, 97, 80, 107, -127, 68, -44, 37, -106, -72, -9, -60, 30, 103, 13, 111, -94, -15, 51, -90, 28, -24,
  -9, 7, -52, 51, 107, -94, -107, -62, -91, -26, -32, -69, -62, -51, 29, 85, 49, -102, 52, 41, 70, -74, -84,
  -126, 63, -28, -66, 42, 9, 0, -72, -93, 79, -43, -101, 102, -18, -9, 34, -9, 50, 99, -104, -40, 123, 100, -54,
  -59, -14, 70, -51, -124, -118, -78, -66, 122, -45, 109, 19, -118, -111, 74, 110, -59, -78, 15, 7,
};
static const int8_t model_check_outputs[] = {
  -127, 65, -126, -128, -128, -94, -128, -128, -103, -128, -125, -8, -122, -116, -128, -91, -128, -128, -50,
  -128, -128, -128, -109, -99, -128, -2, -127, -47, -128, -128, -126, -127, -120, -119, -125, -116, -127, 68,
  -106, -127,
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
