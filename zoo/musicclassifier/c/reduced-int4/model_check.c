/* Tries model_invoke on inputs whose outputs are known from TensorFlow Lite Micro. */
#include "model.h"

#define MODEL_CHECK_ITEMS 4

static const int8_t model_check_inputs[] = {
  -31, -18, -51, 56, -45, 1, -40, -35, 12, -17, -4, 8, 43, 17, 4, -56, -30, -29, -11, 27, 9, -18, 4, -28, -4, -6,
  -15, 42, 12, 23, 50, 62, 48, 42, 18, 6, 35, 28, 50, 46, 11, -21, -15, -26, -26, -23, -39, -4, -35, -24, -7, 1,
  -10, 7, -9, -16, -9, -8, 17, -9, -17, -5, -37, 24, -71, 49, -35, -58, -41, 62, 17, -74, -14, -9, 7, 26, -4,
  -126, 38, 15, 0, -7, 3, -7, 2, 12, -15, 52, 15, 98, 44, 92, 31, 27, 14, -14, 5, 46, 66, 19, 10, 4, -8, -16, -3,
  -17, -34, 5, -29, 35, 26, 66, -10, 8, 8, -19, -21, 45, 64, 2, 100, -57, -62, -10, 101, -97, -65, 5, -67, -24,
  -40, -110, -120, -103, 41, 124, 110, 49, 108, -14, 12, 35, -25, -59, 51, -51, 14, -110, -74, -115, 29, 78, 97,
  80, 107, -127, 68, -44, 37, -106, -72, -9, -60, 30, 103, 13, 111, -94, -15, 51, -90, 28, -24, -9, 7, -52, 51,
  107, -94, -107, -62, -91, -26, -32, -69, -62, -51, 29, 85, 49, -102, 52, 41, 70, -74, -84, -126, 63, -28, -66,
  42, 9, 0, -72, -93, 79, -43, -101, 102, -18, -9, 34, -9, 50, 99, -104, -40, 123, 100, -54, -59, -14, 70, -51,
  -124, -118, -78, -66, 122, -45, 109, 19, -118, -111, 74, 110, -59, -78, 15, 7,
};
static const int8_t model_check_outputs[] = {
  -127, 82, -126, -128, -128, -101, -128, -128, -113, -128, -124, -12, -118, -115, -128, -80, -128, -127, -64,
  -128, -128, -128, -120, -101, -128, -12, -123, -28, -128, -128, -125, -119, -113, -124, -123, -100, -126, 33,
  -100, -126,
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
