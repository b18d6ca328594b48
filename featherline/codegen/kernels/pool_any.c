/* Largest or mean value of a window, of each channel by itself, for batches and numbers of any type. */
typedef struct {
  int32_t batch, input_height, input_width, channels, output_height, output_width;
  int32_t window_height, window_width, stride_height, stride_width, pad_top, pad_left, average, lowest, highest;
} nn_pool_any_t;

static NN_APART void nn_pool_any(const nn_pool_any_t *l, const nn_value_t *input, nn_value_t *output)
{
  for (int32_t b = 0; b < l->batch; ++b, input += l->input_height * l->input_width * l->channels) {
    for (int32_t y = 0; y < l->output_height; ++y) {
      for (int32_t x = 0; x < l->output_width; ++x) {
        for (int32_t c = 0; c < l->channels; ++c) {
          int32_t sum = 0, number = 0, best = INT32_MIN;
          for (int32_t i = 0; i < l->window_height; ++i) {
            for (int32_t j = 0; j < l->window_width; ++j) {
              const int32_t row = y * l->stride_height - l->pad_top + i, column = x * l->stride_width - l->pad_left + j;
              if (row >= 0 && row < l->input_height && column >= 0 && column < l->input_width) {
                const int32_t value = input[(row * l->input_width + column) * l->channels + c];
                best = value > best ? value : best;
                sum += value;
                ++number;
              }
            }
          }
          if (l->average) {
            best = (sum > 0 ? sum + number / 2 : sum - number / 2) / number;
          }
          *output++ = (nn_value_t)nn_bounded(best, l->lowest, l->highest);
        }
      }
    }
  }
}
