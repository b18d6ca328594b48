/* An image of another size, each value a mixture of four: of rows and columns there are the two places and the share
   of the second one in 1024ths. */
typedef struct {
  const int32_t *rows, *columns;
  int32_t batch, input_height, input_width, channels, output_height, output_width;
} nn_bilinear_t;

static NN_APART void nn_bilinear(const nn_bilinear_t *l, const nn_value_t *input, nn_value_t *output)
{
  const int32_t line = l->input_width * l->channels;
  for (int32_t b = 0; b < l->batch; ++b, input += l->input_height * line) {
    for (int32_t y = 0; y < l->output_height; ++y) {
      const int32_t *row = l->rows + 3 * y;
      for (int32_t x = 0; x < l->output_width; ++x) {
        const int32_t *column = l->columns + 3 * x;
        const nn_value_t *upper = input + row[0] * line, *lower = input + row[1] * line;
        for (int32_t c = 0; c < l->channels; ++c) {
          const int32_t left = column[0] * l->channels + c, right = column[1] * l->channels + c;
          const int64_t above = (int64_t)upper[left] * (1024 - column[2]) + (int64_t)upper[right] * column[2];
          const int64_t below = (int64_t)lower[left] * (1024 - column[2]) + (int64_t)lower[right] * column[2];
          const int64_t sum = above * (1024 - row[2]) + below * row[2];
          *output++ = (nn_value_t)((sum + (sum > 0 ? 524288 : -524288)) / 1048576);
        }
      }
    }
  }
}
