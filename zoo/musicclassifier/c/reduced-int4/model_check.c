/* Tries model_invoke on inputs whose outputs are known from TensorFlow Lite Micro. */
#include "model.h"

#define MODEL_CHECK_ITEMS 4

static const int8_t model_check_inputs[] = {
  -28, -11, -57, 86, -46, 9, -43, -38, 28, -11, 8, 20, 64, 33, 15, -65, -28, -26, 0, 48, 20, -16, 15, -28, 4, 0,
  -10, 64, 26, 38, 79, 91, 76, 66, 36, 22, 61, 50, 79, 73, 23, -20, -13, -28, -26, -22, -43, 2, -39, -24, 0, 9,
  -2, 20, -2, -11, 0, 1, 33, 1, -10, 6, -38, 42, -81, 73, -35, -71, -46, 98, 35, -87, -7, 0, 19, 47, 8, -128, 63,
  31, 8, -2, 14, 0, 12, 24, -10, 78, 29, 127, 70, 127, 53, 46, 31, -6, 20, 76, 102, 37, 23, 12, -3, -14, 4, -14,
  -36, 14, -30, 56, 47, 95, -3, 22, 20, -14, -17, 75, 96, 15, 100, -57, -62, -10, 101, -97, -65, 5, -67, -24,
  -40, -110, -120, -103, 41, 124, 110, 49, 108, -14, 12, 35, -25, -59, 51, -51, 14, -110, -74, -115, 29, 78, 97,
  80, 107, -127, 68, -44, 37, -106, -72, -9, -60, 30, 103, 13, 111, -94, -15, 51, -90, 28, -24, -9, 7, -52, 51,
  107, -94, -107, -62, -91, -26, -32, -69, -62, -51, 29, 85, 49, -102, 52, 41, 70, -74, -84, -126, 63, -28, -66,
  42, 9, 0, -72, -93, 79, -43, -101, 102, -18, -9, 34, -9, 50, 99, -104, -40, 123, 100, -54, -59, -14, 70, -51,
  -124, -118, -78, -66, 122, -45, 109, 19, -118, -111, 74, 110, -59, -78, 15, 7,
};
static const int8_t model_check_outputs[] = {
  -128, 107, -116, -128, -128, -122, -128, -127, -126, -128, -126, -57, -107, -68, -124, -121, -127, -123, -43,
  -127, -107, -124, -117, -127, -128, 59, -121, -114, -128, -117, -126, -103, -124, -127, -126, -72, 20, -121,
  -127, -117,
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
