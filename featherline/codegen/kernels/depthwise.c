/* A convolution of each channel by itself with the pooling behind it. Weights lie as output channels
   within columns within rows. */
typedef struct {
  const int8_t *weights;
  const nn_channel_t *channels;
  uint16_t input_height, input_width, input_channels;
  uint16_t output_height, output_width, output_channels; /* behind the pooling */
  uint16_t rows, columns;                                /* of the convolution that a pooling window sees */
  uint8_t kernel_height, kernel_width, stride_height, stride_width, pad_top, pad_left;
  uint8_t pool_height, pool_width, multiplier;
  int8_t input_zero, output_zero, lowest, highest;
} nn_depthwise_t;

static NN_APART int32_t nn_depthwise_sum(const nn_depthwise_t *l, const int8_t *input, const int8_t *weights,
                                         int32_t top, int32_t left)
{
  int32_t sum = 0;
  for (int32_t y = top; y < top + l->kernel_height; ++y) {
    for (int32_t x = left; x < left + l->kernel_width; ++x, weights += l->output_channels) {
      if (y >= 0 && y < l->input_height && x >= 0 && x < l->input_width) {
        sum += (int32_t)(input[(y * l->input_width + x) * l->input_channels] - l->input_zero) * *weights;
      }
    }
  }
  return sum;
}

static NN_APART void nn_depthwise(const nn_depthwise_t *l, const int8_t *input, int8_t *output)
{
  for (int32_t y = 0; y < l->output_height; ++y) {
    for (int32_t x = 0; x < l->output_width; ++x) {
      for (int32_t c = 0; c < l->output_channels; ++c) {
        int32_t best = INT32_MIN;
        for (int32_t row = y * l->pool_height; row < (y + 1) * l->pool_height && row < l->rows; ++row) {
          for (int32_t column = x * l->pool_width; column < (x + 1) * l->pool_width && column < l->columns; ++column) {
            const int32_t sum =
                nn_depthwise_sum(l, input + c / l->multiplier, l->weights + c, row * l->stride_height - l->pad_top,
                                 column * l->stride_width - l->pad_left);
            best = sum > best ? sum : best;
          }
        }
        *output++ = nn_clamp(nn_requantize(best, l->channels + c) + l->output_zero, l->lowest, l->highest);
      }
    }
  }
}
