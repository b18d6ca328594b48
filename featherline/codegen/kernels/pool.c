/* Largest or mean value of a window, of each channel by itself.
   Paths: NN_HELIUM, C. Bounds: windows and strides of 255, rows and columns of 65535. */
typedef struct {
  uint16_t input_height, input_width, channels, output_height, output_width;
  uint8_t window_height, window_width, stride_height, stride_width, pad_top, pad_left, average;
  int8_t lowest, highest;
} nn_pool_t;

static NN_APART void nn_pool(const nn_pool_t *l, const int8_t *input, int8_t *output)
{
  const int32_t channels = l->channels, line = l->input_width * channels;
  for (int32_t y = 0; y < l->output_height; ++y) {
    const int32_t first = y * l->stride_height - l->pad_top, beyond = first + l->window_height;
    const int32_t top = first > 0 ? first : 0, bottom = beyond < l->input_height ? beyond : l->input_height;
    for (int32_t x = 0; x < l->output_width; ++x) {
      const int32_t start = x * l->stride_width - l->pad_left, stop = start + l->window_width;
      const int32_t left = start > 0 ? start : 0, right = stop < l->input_width ? stop : l->input_width;
      const int32_t width = (right - left) * channels, number = (bottom - top) * (right - left);
      const int8_t *corner = input + top * line + left * channels;
      int32_t c = 0;
#if defined(NN_HELIUM)
      /* Eight channels at a time, while their sums fit 16 bits. */
      for (; number <= 256 && c + 8 <= channels; c += 8, corner += 8, output += 8) {
        int16x8_t values = vdupq_n_s16(l->average ? 0 : INT8_MIN);
        const int8_t *row = corner;
        for (int32_t i = bottom - top; i > 0; --i, row += line) {
          const int8_t *at = row;
          for (int32_t j = right - left; j > 0; --j, at += channels) {
            const int16x8_t more = vldrbq_s16(at);
            values = l->average ? vaddq_s16(values, more) : vmaxq_s16(values, more);
          }
        }
        if (l->average) {
          int16_t sums[8];
          vst1q_s16(sums, values);
          for (int32_t i = 0; i < 8; ++i) {
            const int32_t sum = sums[i];
            output[i] = nn_clamp((sum > 0 ? sum + number / 2 : sum - number / 2) / number, l->lowest, l->highest);
          }
        } else {
          vstrbq_s16(output, vminq_s16(vmaxq_s16(values, vdupq_n_s16(l->lowest)), vdupq_n_s16(l->highest)));
        }
      }
#endif
      for (; c < channels; ++c, ++corner) {
        int32_t sum = 0, best = INT8_MIN;
        const int8_t *row = corner;
        for (int32_t i = bottom - top; i > 0; --i, row += line) {
          const int8_t *at = row, *end = row + width;
          do {
            const int32_t value = *at;
            best = value > best ? value : best;
            sum += value;
            at += channels;
          } while (at < end);
        }
        if (l->average) {
          best = (sum > 0 ? sum + number / 2 : sum - number / 2) / number;
        }
        *output++ = nn_clamp(best, l->lowest, l->highest);
      }
    }
  }
}
