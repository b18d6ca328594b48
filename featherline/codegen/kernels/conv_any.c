/* A convolution with whatever the fast ones leave out: dilation, groups, batches, numbers of 16 bits. Weights lie as
   channels of the group within columns within rows within outputs. */
typedef struct {
  const int8_t *weights;
  const nn_sum_t *biases;
  const int32_t *multipliers, *shifts;
  int32_t batch, input_height, input_width, input_channels, output_height, output_width, output_channels;
  int32_t kernel_height, kernel_width, stride_height, stride_width, dilation_height, dilation_width, pad_top, pad_left;
  int32_t depth;   /* channels of the input that an output sees */
  int32_t outputs; /* that see the same channels */
  int32_t input_zero, output_zero, lowest, highest;
} nn_conv_any_t;

static NN_APART nn_sum_t nn_conv_any_sum(const nn_conv_any_t *l, const nn_value_t *input, const int8_t *weights,
                                         int32_t top, int32_t left)
{
  nn_sum_t sum = 0;
  for (int32_t i = 0; i < l->kernel_height; ++i) {
    const int32_t y = top + i * l->dilation_height;
    for (int32_t j = 0; j < l->kernel_width; ++j, weights += l->depth) {
      const int32_t x = left + j * l->dilation_width;
      if (y >= 0 && y < l->input_height && x >= 0 && x < l->input_width) {
        const nn_value_t *from = input + (y * l->input_width + x) * l->input_channels;
        for (int32_t c = 0; c < l->depth; ++c) {
          sum += (nn_sum_t)(from[c] - l->input_zero) * weights[c];
        }
      }
    }
  }
  return sum;
}

static NN_APART void nn_conv_any(const nn_conv_any_t *l, const nn_value_t *input, nn_value_t *output)
{
  const int32_t size = l->kernel_height * l->kernel_width * l->depth;
  for (int32_t b = 0; b < l->batch; ++b, input += l->input_height * l->input_width * l->input_channels) {
    for (int32_t y = 0; y < l->output_height; ++y) {
      for (int32_t x = 0; x < l->output_width; ++x) {
        for (int32_t c = 0; c < l->output_channels; ++c) {
          const nn_sum_t sum =
              l->biases[c] + nn_conv_any_sum(l, input + c / l->outputs * l->depth, l->weights + c * size,
                                             y * l->stride_height - l->pad_top, x * l->stride_width - l->pad_left);
          const int32_t value = sizeof(nn_sum_t) > 4 ? nn_multiplied_wide(sum, l->multipliers[c], l->shifts[c])
                                                     : nn_multiplied((int32_t)sum, l->multipliers[c], l->shifts[c]);
          *output++ = (nn_value_t)nn_bounded(value + l->output_zero, l->lowest, l->highest);
        }
      }
    }
  }
}
