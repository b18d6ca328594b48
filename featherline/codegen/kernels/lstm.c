/* Long short-term memory over a sequence. Of weights and biases there are those of the input, forget, cell and output
   gates, one behind another; the zero points are part of the biases. */
typedef struct {
  const int8_t *weights, *recurrent_weights;
  const nn_sum_t *biases, *recurrent_biases;
  const int32_t *factors; /* multiplier and shift of each gate: of the input, of the state */
  const uint16_t *table;
  int32_t batch, steps, inputs, units, batch_step, time_step, output_batch_step, output_time_step;
  int32_t forget_multiplier, forget_shift, cell_multiplier, cell_shift, hidden_multiplier, hidden_shift, hidden_zero;
  int32_t lowest, highest, clip, tangent_multiplier, tangent_shift;
} nn_lstm_t;

static NN_APART int32_t nn_lstm_gate(const nn_lstm_t *l, const nn_value_t *input, const nn_value_t *hidden,
                                     int32_t gate, int32_t unit)
{
  const int32_t row = gate * l->units + unit, *factors = l->factors + 4 * gate;
  const int8_t *weights = l->weights + row * l->inputs, *recurrent = l->recurrent_weights + row * l->units;
  nn_sum_t sum = l->biases[row], again = l->recurrent_biases[row];
  for (int32_t i = 0; i < l->inputs; ++i) {
    sum += (nn_sum_t)input[i] * weights[i];
  }
  for (int32_t i = 0; i < l->units; ++i) {
    again += (nn_sum_t)hidden[i] * recurrent[i];
  }
  const int32_t a = sizeof(nn_sum_t) > 4 ? nn_multiplied_wide(sum, factors[0], factors[1])
                                         : nn_multiplied((int32_t)sum, factors[0], factors[1]);
  const int32_t b = sizeof(nn_sum_t) > 4 ? nn_multiplied_wide(again, factors[2], factors[3])
                                         : nn_multiplied((int32_t)again, factors[2], factors[3]);
  const int32_t both = nn_bounded(nn_bounded(a, -32768, 32767) + nn_bounded(b, -32768, 32767), -32768, 32767);
  return gate == 2 ? nn_tanh(l->table, both, 3, 0) : nn_sigmoid(l->table, both, 3, 0);
}

static NN_APART void nn_lstm(const nn_lstm_t *l, const nn_value_t *input, nn_value_t *hidden, int16_t *cell,
                             nn_value_t *output, int32_t *scratch)
{
  nn_value_t *next = (nn_value_t *)scratch;
  for (int32_t b = 0; b < l->batch; ++b, hidden += l->units, cell += l->units) {
    for (int32_t t = 0; t < l->steps; ++t) {
      const nn_value_t *x = input + b * l->batch_step + t * l->time_step;
      nn_value_t *y = output + b * l->output_batch_step + t * l->output_time_step;
      for (int32_t i = 0; i < l->units; ++i) {
        const int32_t kept = nn_lstm_gate(l, x, hidden, 1, i) * cell[i];
        const int32_t added = nn_lstm_gate(l, x, hidden, 0, i) * nn_lstm_gate(l, x, hidden, 2, i);
        int32_t now = nn_bounded(nn_multiplied(kept, l->forget_multiplier, l->forget_shift), -32768, 32767) +
                      nn_bounded(nn_multiplied(added, l->cell_multiplier, l->cell_shift), -32768, 32767);
        now = nn_bounded(now, -32768, 32767);
        if (l->clip > 0) {
          now = nn_bounded(now, -l->clip, l->clip);
        }
        cell[i] = (int16_t)now;
        const int32_t shown = nn_tanh(l->table, now, l->tangent_multiplier, l->tangent_shift);
        const int32_t value =
            nn_multiplied(shown * nn_lstm_gate(l, x, hidden, 3, i), l->hidden_multiplier, l->hidden_shift);
        next[i] = (nn_value_t)nn_bounded(value + l->hidden_zero, l->lowest, l->highest);
      }
      for (int32_t i = 0; i < l->units; ++i) {
        hidden[i] = next[i];
        y[i] = next[i];
      }
    }
  }
}
