/* Softmax of 16 bits over the last axis: exp and 1 / (1 + x) from tables, between whose values a line is drawn. */
typedef struct {
  const int16_t *exponentials, *reciprocals;
  int32_t rows, classes, multiplier, shift;
} nn_softmax_wide_t;

static int32_t nn_softmax_wide_at(const int16_t *table, int32_t value)
{
  const int32_t at = 256 + (value >> 7), rest = value & 127;
  return table[at] + (((table[at + 1] - table[at]) * rest + 64) >> 7);
}

static NN_APART void nn_softmax_wide(const nn_softmax_wide_t *l, const int16_t *input, int16_t *output)
{
  for (int32_t row = 0; row < l->rows; ++row, input += l->classes, output += l->classes) {
    int32_t largest = INT16_MIN, sum = 0, zeros = 0;
    for (int32_t c = 0; c < l->classes; ++c) {
      largest = input[c] > largest ? input[c] : largest;
    }
    for (int32_t c = 0; c < l->classes; ++c) {
      const int32_t below = nn_multiplied(input[c] - largest, l->multiplier, l->shift) + 32767;
      output[c] = (int16_t)nn_softmax_wide_at(l->exponentials, nn_bounded(below, -32768, 32767));
      sum += output[c];
    }
    while (zeros < 31 && ((uint32_t)sum << zeros) < 0x80000000u) {
      ++zeros;
    }
    const int32_t rest = (int32_t)((((int64_t)sum << (zeros - 1)) + ((int32_t)1 << 13)) >> 14) - 98304;
    const int32_t share = nn_softmax_wide_at(l->reciprocals, nn_bounded(rest, -32768, 32767));
    const int32_t down = 31 - zeros;
    for (int32_t c = 0; c < l->classes; ++c) {
      const int32_t value = (int32_t)(((int64_t)output[c] * share + ((int64_t)1 << (down - 1))) >> down);
      output[c] = (int16_t)nn_bounded(value, 0, 32767);
    }
  }
}
