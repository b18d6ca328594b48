/* Sum of two tensors of different scales; the smaller one is repeated. */
typedef struct {
  nn_factor_t one, other, sum;
  uint16_t number, one_number, other_number;
  int8_t output_zero, lowest, highest;
} nn_add_t;

/* A factor of one half or less, of numbers of 29 bits. */
static inline int32_t nn_add_scaled(int32_t value, const nn_factor_t *factor)
{
  const int32_t high = nn_high((value + factor->bias) * ((int32_t)1 << 21), factor->multiplier);
  return factor->shift ? (((high + (high >> 31)) >> (-factor->shift - 1)) + 1) >> 1 : high;
}

static NN_APART void nn_add(const nn_add_t *l, const int8_t *one, const int8_t *other, int8_t *output)
{
  const nn_add_t own = *l;
  int32_t i = 0, j = 0;
  for (int8_t *end = output + own.number; output < end;) {
    const int32_t sum = nn_add_scaled(one[i], &own.one) + nn_add_scaled(other[j], &own.other);
    *output++ = nn_clamp(nn_scale(sum, own.sum.multiplier, own.sum.shift) + own.output_zero, own.lowest, own.highest);
    i = i + 1 == own.one_number ? 0 : i + 1;
    j = j + 1 == own.other_number ? 0 : j + 1;
  }
}
