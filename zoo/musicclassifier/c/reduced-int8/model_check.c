/* Tries model_invoke on inputs whose outputs are known from TensorFlow Lite Micro. */
#include "model.h"

#define MODEL_CHECK_ITEMS 4

static const int8_t model_check_inputs[] = {
  -36, -24, -55, 39, -48, -11, -46, -42, 1, -25, -12, -5, 25, 4, -7, -60, -36, -34, -17, 14, -4, -28, -8, -36,
  -15, -17, -24, 24, 0, 8, 34, 43, 32, 26, 6, -3, 22, 16, 35, 31, -2, -30, -26, -36, -35, -32, -46, -16, -43,
  -33, -18, -12, -19, -4, -19, -25, -17, -17, 4, -17, -24, -14, -43, 10, -71, 31, -41, -64, -48, 47, 5, -75, -22,
  -17, -5, 14, -12, -120, 24, 3, -12, -19, -8, -17, -10, -1, -24, 34, 1, 74, 28, 68, 18, 13, 3, -22, -4, 32, 49,
  7, -3, -9, -20, -27, -15, -27, -41, -8, -37, 19, 13, 45, -19, -3, -4, -27, -29, 32, 46, -8, 100, -57, -62, -10,
  101, -97, -65, 5, -67, -24, -40, -110, -120, -103, 41, 124, 110, 49, 108, -14, 12, 35, -25, -59, 51, -51, 14,
  -110, -74, -115, 29, 78, 97, 80, 107, -127, 68, -44, 37, -106, -72, -9, -60, 30, 103, 13, 111, -94, -15, 51,
  -90, 28, -24, -9, 7, -52, 51, 107, -94, -107, -62, -91, -26, -32, -69, -62, -51, 29, 85, 49, -102, 52, 41, 70,
  -74, -84, -126, 63, -28, -66, 42, 9, 0, -72, -93, 79, -43, -101, 102, -18, -9, 34, -9, 50, 99, -104, -40, 123,
  100, -54, -59, -14, 70, -51, -124, -118, -78, -66, 122, -45, 109, 19, -118, -111, 74, 110, -59, -78, 15, 7,
};
static const int8_t model_check_outputs[] = {
  -128, 101, -117, -128, -128, -116, -128, -127, -126, -128, -126, -7, -101, -85, -124, -117, -127, -122, -88,
  -127, -37, -125, -119, -127, -126, -22, -124, -115, -128, -100, -117, -68, -111, -128, -105, -91, -103, -94,
  -101, -107,
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
