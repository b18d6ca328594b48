/* Product of two tensors, spread over each other. */
typedef struct {
  const int32_t *axes;
  int32_t rank, one_zero, other_zero, multiplier, shift, output_zero, lowest, highest;
} nn_product_t;

static NN_APART void nn_product(const nn_product_t *l, const nn_value_t *one, const nn_value_t *other,
                                nn_value_t *output)
{
  int32_t at[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  int32_t i = 0, j = 0;
  do {
    const int32_t product = (one[i] - l->one_zero) * (other[j] - l->other_zero);
    const int32_t value = nn_multiplied(product, l->multiplier, l->shift) + l->output_zero;
    *output++ = (nn_value_t)nn_bounded(value, l->lowest, l->highest);
  } while (nn_advance(l->axes, l->rank, at, &i, &j));
}
