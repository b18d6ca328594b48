/* Sigmoid or hyperbolic tangent of each number of 16 bits. */
typedef struct {
  const uint16_t *table;
  int32_t number, tangent, multiplier, shift;
} nn_curve_t;

static NN_APART void nn_curve(const nn_curve_t *l, const int16_t *input, int16_t *output)
{
  for (int32_t i = 0; i < l->number; ++i) {
    output[i] = l->tangent ? nn_tanh(l->table, input[i], l->multiplier, l->shift)
                           : nn_sigmoid(l->table, input[i], l->multiplier, l->shift);
  }
}
