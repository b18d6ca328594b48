/* Two straight lines that meet in zero: what is negative has another factor. */
typedef struct {
  int32_t number, input_zero, multiplier, shift, negative_multiplier, negative_shift, output_zero, lowest, highest;
} nn_slopes_t;

static NN_APART void nn_slopes(const nn_slopes_t *l, const nn_value_t *input, nn_value_t *output)
{
  for (int32_t i = 0; i < l->number; ++i) {
    const int32_t value = input[i] - l->input_zero;
    const int32_t scaled = value < 0 ? nn_multiplied(value, l->negative_multiplier, l->negative_shift)
                                     : nn_multiplied(value, l->multiplier, l->shift);
    output[i] = (nn_value_t)nn_bounded(scaled + l->output_zero, l->lowest, l->highest);
  }
}
