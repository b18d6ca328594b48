/* Product of two tensors; the smaller one is repeated. */
typedef struct {
  nn_channel_t product;
  uint16_t number, one_number, other_number;
  int8_t one_zero, other_zero, output_zero, lowest, highest;
} nn_mul_t;

static NN_APART void nn_mul(const nn_mul_t *l, const int8_t *one, const int8_t *other, int8_t *output)
{
  int32_t i = 0, j = 0;
  for (int32_t k = 0; k < l->number; ++k) {
    const int32_t product = (int32_t)(one[i] - l->one_zero) * (other[j] - l->other_zero);
    output[k] = nn_clamp(nn_requantize(product, &l->product) + l->output_zero, l->lowest, l->highest);
    i = i + 1 == l->one_number ? 0 : i + 1;
    j = j + 1 == l->other_number ? 0 : j + 1;
  }
}
