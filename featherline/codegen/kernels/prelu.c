/* Two straight lines that meet in zero; the slope of the negative one is a tensor that is spread over the input. */
typedef struct {
  const int32_t *axes;
  int32_t rank, one_zero, other_zero, multiplier, shift, negative_multiplier, negative_shift, output_zero;
  int32_t lowest, highest;
} nn_prelu_t;

static NN_APART void nn_prelu(const nn_prelu_t *l, const nn_value_t *one, const nn_value_t *other, nn_value_t *output)
{
  int32_t at[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  int32_t i = 0, j = 0;
  do {
    const int32_t value = one[i] - l->one_zero;
    const int32_t scaled =
        value < 0 ? nn_multiplied(value * (other[j] - l->other_zero), l->negative_multiplier, l->negative_shift)
                  : nn_multiplied(value, l->multiplier, l->shift);
    *output++ = (nn_value_t)nn_bounded(scaled + l->output_zero, l->lowest, l->highest);
  } while (nn_advance(l->axes, l->rank, at, &i, &j));
}
