/* Sum or difference of two tensors of different scales, spread over each other; the last axis is fastest. */
typedef struct {
  const int32_t *axes;
  int32_t rank, left, sign;
  int32_t one_zero, one_multiplier, one_shift, other_zero, other_multiplier, other_shift;
  int32_t multiplier, shift, output_zero, lowest, highest;
} nn_blend_t;

static NN_APART void nn_blend(const nn_blend_t *l, const nn_value_t *one, const nn_value_t *other, nn_value_t *output)
{
  int32_t at[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  int32_t i = 0, j = 0;
  do {
    const int32_t a = nn_multiplied((one[i] - l->one_zero) * l->left, l->one_multiplier, l->one_shift);
    const int32_t b = nn_multiplied((other[j] - l->other_zero) * l->left, l->other_multiplier, l->other_shift);
    const int32_t value = nn_multiplied(a + l->sign * b, l->multiplier, l->shift) + l->output_zero;
    *output++ = (nn_value_t)nn_bounded(value, l->lowest, l->highest);
  } while (nn_advance(l->axes, l->rank, at, &i, &j));
}
