/* A dense layer whose results of the last inferences are weighed over time (singular value decomposition filter). */
typedef struct {
  const int8_t *features;
  const nn_state_t *times;
  const int32_t *biases;
  int32_t batch, inputs, filters, memory, rank;
  int32_t input_zero, multiplier, shift, state_zero, lowest, highest;
  int32_t output_multiplier, output_shift, output_zero;
} nn_svdf_t;

static NN_APART void nn_svdf(const nn_svdf_t *l, const int8_t *input, nn_state_t *state, int8_t *output)
{
  const int32_t size = l->batch * l->filters * l->memory;
  for (int32_t i = 1; i < size; ++i) {
    state[i - 1] = state[i];
  }
  for (int32_t b = 0; b < l->batch; ++b, input += l->inputs) {
    const int8_t *features = l->features;
    const nn_state_t *times = l->times;
    int32_t sum = 0;
    for (int32_t i = 0; i < l->filters; ++i, state += l->memory) {
      int32_t feature = 0;
      for (int32_t j = 0; j < l->inputs; ++j) {
        feature += (int32_t)*features++ * (input[j] - l->input_zero);
      }
      /* Cut off before the zero point is added, and wrapped around behind it. */
      feature = nn_bounded(nn_multiplied(feature, l->multiplier, l->shift), l->lowest, l->highest) + l->state_zero;
      state[l->memory - 1] = (nn_state_t)feature;
      sum += i % l->rank == 0 ? l->biases[i / l->rank] : 0;
      for (int32_t j = 0; j < l->memory; ++j) {
        sum += (int32_t)*times++ * (state[j] - l->state_zero);
      }
      if ((i + 1) % l->rank == 0) {
        const int32_t value = nn_multiplied(sum, l->output_multiplier, l->output_shift) + l->output_zero;
        *output++ = (int8_t)nn_bounded(value, -128, 127);
        sum = 0;
      }
    }
  }
}
