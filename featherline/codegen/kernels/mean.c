/* Mean over the middle one of three axes, requantized. */
typedef struct {
  nn_channel_t channel;
  uint16_t outer, reduced, inner;
  int8_t output_zero;
} nn_mean_t;

static NN_APART void nn_mean(const nn_mean_t *l, const int8_t *input, int8_t *output)
{
  for (int32_t i = 0; i < l->outer; ++i) {
    for (int32_t k = 0; k < l->inner; ++k) {
      const int8_t *at = input + i * l->reduced * l->inner + k;
      int32_t sum = 0;
      for (int32_t j = 0; j < l->reduced; ++j, at += l->inner) {
        sum += *at;
      }
      *output++ = nn_clamp(nn_requantize(sum, &l->channel) + l->output_zero, -128, 127);
    }
  }
}
