/* A convolution with the pooling behind it. Of a stretch of one output row, the columns of the input
   that it sees are laid side by side in 16 bits ("band"), so that each window is one run of numbers
   and the next window begins `step` further on. Two windows and two channels are multiplied at a
   time; sums meet in the maximum of their pooling window before they are requantized. */
typedef struct {
  const uint32_t *weights; /* of each channel `words` words of four weights: first, third, second, fourth */
  const nn_channel_t *channels;
  uint16_t input_height, input_width, input_channels;
  uint16_t column;         /* numbers of the band for one column of the input */
  uint16_t step;           /* numbers of the band from one window to the next */
  uint16_t words;
  uint16_t output_height, output_width, output_channels; /* behind the pooling */
  uint16_t rows, columns;  /* of the convolution that a pooling window sees */
  uint16_t stretch;        /* outputs of a row that are worked on at a time */
  uint8_t kernel_height, kernel_width, stride_height, stride_width, pad_top, pad_left;
  uint8_t pool_height, pool_width;
  int8_t input_zero, output_zero, lowest, highest;
} nn_conv_t;

static NN_APART void nn_conv_fill(const nn_conv_t *l, const int8_t *input, int16_t *band, int32_t top, int32_t left, int32_t columns)
{
  const int32_t depth = l->input_channels;
  for (int32_t y = top; y < top + l->kernel_height; ++y, band += depth) {
    int16_t *to = band;
    for (int32_t x = left; x < left + columns; ++x, to += l->column) {
      if ((uint32_t)y < l->input_height && (uint32_t)x < l->input_width) {
        const int8_t *from = input + (y * l->input_width + x) * depth;
        for (int32_t c = 0; c < depth; ++c) {
          to[c] = from[c];
        }
      } else {
        for (int32_t c = 0; c < depth; ++c) {
          to[c] = l->input_zero;
        }
      }
    }
  }
}

static NN_APART void nn_conv_row(const nn_conv_t *l, const int16_t *band, int32_t *best, int32_t windows)
{
  const uint32_t *weights = l->weights;
  const int32_t depth = l->output_channels;
  for (int32_t c = 0; c < depth; c += 2) {
    const int32_t next = c + 1 < depth ? 1 : 0;
    const uint32_t *end = weights + l->words;
    const int32_t ahead = next * l->words;
    const int16_t *window = band;
    int32_t *to = best + c;
    int32_t left = l->pool_width;
    for (int32_t j = 0; j < windows; j += 2) {
      const uint32_t *w = weights;
      const int16_t *p = window, *q = j + 1 < windows ? window + l->step : window;
      int32_t p0 = 0, p1 = 0, q0 = 0, q1 = 0;
      do {
        const uint32_t v = w[ahead], u = *w++;
        const nn_pair_t u_even = nn_even(u), u_odd = nn_odd(u), v_even = nn_even(v), v_odd = nn_odd(v);
        nn_pair_t even = nn_load(p), odd = nn_load(p + 2);
        p0 = nn_dot(u_even, even, p0);
        p1 = nn_dot(v_even, even, p1);
        p0 = nn_dot(u_odd, odd, p0);
        p1 = nn_dot(v_odd, odd, p1);
        even = nn_load(q), odd = nn_load(q + 2);
        q0 = nn_dot(u_even, even, q0);
        q1 = nn_dot(v_even, even, q1);
        q0 = nn_dot(u_odd, odd, q0);
        q1 = nn_dot(v_odd, odd, q1);
        p += 4;
        q += 4;
      } while (w != end);
      window += 2 * l->step;
      to[0] = p0 > to[0] ? p0 : to[0];
      to[next] = p1 > to[next] ? p1 : to[next];
      if (--left == 0) {
        left = l->pool_width;
        to += j + 1 < windows ? depth : 0;
      }
      to[0] = q0 > to[0] ? q0 : to[0];
      to[next] = q1 > to[next] ? q1 : to[next];
      if (--left == 0) {
        left = l->pool_width;
        to += depth;
      }
    }
    weights = end + ahead;
  }
}

static NN_APART void nn_conv(const nn_conv_t *l, const int8_t *input, int8_t *output, int32_t *scratch)
{
  const int32_t depth = l->output_channels;
  for (int32_t y = 0; y < l->output_height; ++y) {
    for (int32_t x = 0; x < l->output_width; x += l->stretch) {
      const int32_t outputs = l->output_width - x < l->stretch ? l->output_width - x : l->stretch;
      const int32_t sums = outputs * depth;
      const int32_t first = x * l->pool_width;
      const int32_t seen = l->columns - first, wanted = outputs * l->pool_width;
      const int32_t windows = seen < wanted ? seen : wanted;
      int16_t *band = (int16_t *)(scratch + l->stretch * depth);
      for (int32_t i = 0; i < sums; ++i) {
        scratch[i] = INT32_MIN;
      }
      for (int32_t row = y * l->pool_height; row < (y + 1) * l->pool_height && row < l->rows; ++row) {
        nn_conv_fill(l, input, band, row * l->stride_height - l->pad_top, first * l->stride_width - l->pad_left,
                     (windows - 1) * l->stride_width + l->kernel_width);
        nn_conv_row(l, band, scratch, windows);
      }
      const nn_channel_t *channel = l->channels;
      for (int32_t i = 0; i < sums; ++i) {
        *output++ = nn_clamp(nn_requantize(scratch[i], channel) + l->output_zero, l->lowest, l->highest);
        channel = channel + 1 == l->channels + depth ? l->channels : channel + 1;
      }
    }
  }
}
