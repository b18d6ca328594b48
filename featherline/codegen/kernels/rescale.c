/* Whole numbers of one scale and zero point to those of another. */
typedef struct {
  int32_t number, input_zero, multiplier, shift, output_zero, lowest, highest;
} nn_rescale_t;

static NN_APART void nn_rescale(const nn_rescale_t *l, const nn_value_t *input, nn_result_t *output)
{
  for (int32_t i = 0; i < l->number; ++i) {
    const int32_t value = nn_multiplied((int32_t)input[i] - l->input_zero, l->multiplier, l->shift) + l->output_zero;
    output[i] = (nn_result_t)nn_bounded(value, l->lowest, l->highest);
  }
}
