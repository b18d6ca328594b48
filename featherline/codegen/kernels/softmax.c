/* Softmax over the last axis in fixed point: exp from its series in [-1/4, 0) and powers of e,
   1 / sum by Newton and Raphson. */
typedef struct {
  int32_t multiplier;
  int16_t lowest_difference;
  uint16_t rows, classes;
  uint8_t shift;
} nn_softmax_t;

static NN_APART int32_t nn_high_product(int32_t a, int32_t b)
{
  return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

static NN_APART int32_t nn_halved(int32_t value, int32_t times)
{
  return (((value + (value >> 31)) >> (times - 1)) + 1) >> 1;
}

static NN_APART int32_t nn_exp(const nn_softmax_t *l, int32_t difference)
{
  static const int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  const int32_t quarter = (int32_t)1 << 24;
  if (difference < l->lowest_difference) {
    return 0;
  }
  if (difference == 0) {
    return INT32_MAX;
  }
  const int32_t value = nn_high_product(difference * ((int32_t)1 << l->shift), l->multiplier);
  if (value == 0) {
    return INT32_MAX;
  }
  const int32_t rest = (value & (quarter - 1)) - quarter;
  const int32_t x = rest * 32 + ((int32_t)1 << 28);
  const int32_t square = nn_high_product(x, x);
  int32_t tail = nn_halved(nn_high_product(square, square), 2) + nn_high_product(square, x);
  tail = nn_halved(nn_high_product(tail, 715827883) + square, 1);
  int32_t result = 1895147668 + nn_high_product(1895147668, x + tail);
  for (int32_t i = 0; i < 7; ++i) {
    if ((rest - value) >> 24 >> i & 1) {
      result = nn_high_product(result, factors[i]);
    }
  }
  return result;
}

static NN_APART void nn_softmax(const nn_softmax_t *l, const int8_t *input, int8_t *output)
{
  for (int32_t row = 0; row < l->rows; ++row, input += l->classes, output += l->classes) {
    int32_t largest = INT8_MIN, digits = 12;
    uint32_t sum = 0;
    for (int32_t c = 0; c < l->classes; ++c) {
      largest = input[c] > largest ? input[c] : largest;
    }
    for (int32_t c = 0; c < l->classes; ++c) {
      sum += (uint32_t)nn_halved(nn_exp(l, input[c] - largest), 12);
    }
    while (sum < 0x80000000u) {
      sum <<= 1;
      --digits;
    }
    const int32_t half = (int32_t)(sum >> 1);
    int32_t x = 1515870810 + nn_high_product(half, -1010580540);
    for (int32_t i = 0; i < 3; ++i) {
      x += nn_high_product(x, ((int32_t)1 << 29) - nn_high_product(half, x)) * 4;
    }
    x = x > INT32_MAX / 2 ? INT32_MAX : x * 2;
    for (int32_t c = 0; c < l->classes; ++c) {
      const int32_t share = nn_halved(nn_high_product(x, nn_exp(l, input[c] - largest)), digits + 23);
      output[c] = (int8_t)(share > 255 ? 127 : share - 128);
    }
  }
}
