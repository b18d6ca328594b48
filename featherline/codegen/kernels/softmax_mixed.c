/* Softmax of int8 over the last axis with outputs of 16 bits; the arithmetic of nn_softmax. */
typedef struct {
  int32_t multiplier, shift, lowest_difference, rows, classes;
} nn_softmax_mixed_t;

static int32_t nn_softmax_mixed_high(int32_t a, int32_t b)
{
  return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

static int32_t nn_softmax_mixed_halved(int32_t value, int32_t times)
{
  return times > 0 ? (((value + (value >> 31)) >> (times - 1)) + 1) >> 1 : value;
}

static NN_APART int32_t nn_softmax_mixed_exp(const nn_softmax_mixed_t *l, int32_t difference)
{
  static const int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  const int32_t quarter = (int32_t)1 << 24;
  const int32_t value = nn_softmax_mixed_high(difference * ((int32_t)1 << l->shift), l->multiplier);
  if (value == 0) {
    return INT32_MAX;
  }
  const int32_t rest = (value & (quarter - 1)) - quarter;
  const int32_t x = rest * 32 + ((int32_t)1 << 28);
  const int32_t square = nn_softmax_mixed_high(x, x);
  int32_t tail = nn_softmax_mixed_halved(nn_softmax_mixed_high(square, square), 2) + nn_softmax_mixed_high(square, x);
  tail = nn_softmax_mixed_halved(nn_softmax_mixed_high(tail, 715827883) + square, 1);
  int32_t result = 1895147668 + nn_softmax_mixed_high(1895147668, x + tail);
  for (int32_t i = 0; i < 7; ++i) {
    if ((rest - value) >> 24 >> i & 1) {
      result = nn_softmax_mixed_high(result, factors[i]);
    }
  }
  return result;
}

static NN_APART void nn_softmax_mixed(const nn_softmax_mixed_t *l, const int8_t *input, int16_t *output)
{
  for (int32_t row = 0; row < l->rows; ++row, input += l->classes, output += l->classes) {
    int32_t largest = INT8_MIN, digits = 12;
    uint32_t sum = 0;
    for (int32_t c = 0; c < l->classes; ++c) {
      largest = input[c] > largest ? input[c] : largest;
    }
    for (int32_t c = 0; c < l->classes; ++c) {
      if (input[c] - largest >= l->lowest_difference) {
        sum += (uint32_t)nn_softmax_mixed_halved(nn_softmax_mixed_exp(l, input[c] - largest), 12);
      }
    }
    while (sum < 0x80000000u) {
      sum <<= 1;
      --digits;
    }
    const int32_t half = (int32_t)(sum >> 1);
    int32_t x = 1515870810 + nn_softmax_mixed_high(half, -1010580540);
    for (int32_t i = 0; i < 3; ++i) {
      x += nn_softmax_mixed_high(x, ((int32_t)1 << 29) - nn_softmax_mixed_high(half, x)) * 4;
    }
    x = x > INT32_MAX / 2 ? INT32_MAX : x * 2;
    for (int32_t c = 0; c < l->classes; ++c) {
      int32_t share = 0;
      if (input[c] - largest >= l->lowest_difference) {
        share =
            nn_softmax_mixed_halved(nn_softmax_mixed_high(x, nn_softmax_mixed_exp(l, input[c] - largest)), digits + 15);
      }
      output[c] = (int16_t)(share > 65535 ? 32767 : share - 32768);
    }
  }
}
