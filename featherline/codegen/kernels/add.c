/* Sum of two tensors of different scales; the smaller one is repeated. */
typedef struct {
  nn_channel_t one, other, sum;
  uint16_t number, one_number, other_number;
  int8_t output_zero, lowest, highest;
} nn_add_t;

static NN_APART void nn_add(const nn_add_t *l, const int8_t *one, const int8_t *other, int8_t *output)
{
  int32_t i = 0, j = 0;
  for (int32_t k = 0; k < l->number; ++k) {
    const int32_t a = nn_scale((one[i] + l->one.bias) * ((int32_t)1 << 20), l->one.multiplier, l->one.shift);
    const int32_t b = nn_scale((other[j] + l->other.bias) * ((int32_t)1 << 20), l->other.multiplier, l->other.shift);
    output[k] = nn_clamp(nn_scale(a + b, l->sum.multiplier, l->sum.shift) + l->output_zero, l->lowest, l->highest);
    i = i + 1 == l->one_number ? 0 : i + 1;
    j = j + 1 == l->other_number ? 0 : j + 1;
  }
}
