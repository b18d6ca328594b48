/* Comparison of two tensors, spread over each other: bits of `when` say whether less, equal and greater count. */
typedef struct {
  const int32_t *axes;
  int32_t rank, when, left;
  int32_t one_zero, one_multiplier, one_shift, other_zero, other_multiplier, other_shift;
} nn_compare_t;

static NN_APART void nn_compare(const nn_compare_t *l, const nn_value_t *one, const nn_value_t *other, uint8_t *output)
{
  int32_t at[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  int32_t i = 0, j = 0;
  do {
    nn_wide_t a = one[i], b = other[j];
    if (l->left) { /* quantized */
      a = nn_multiplied((int32_t)((a - l->one_zero) * l->left), l->one_multiplier, l->one_shift);
      b = nn_multiplied((int32_t)((b - l->other_zero) * l->left), l->other_multiplier, l->other_shift);
    }
    *output++ = (uint8_t)(l->when >> (a < b ? 0 : a == b ? 1 : 2) & 1);
  } while (nn_advance(l->axes, l->rank, at, &i, &j));
}
