/* Each real number negated, without its sign, or squared. */
typedef struct {
  int32_t number, operation;
} nn_real_unary_t;

static NN_APART void nn_real_unary(const nn_real_unary_t *l, const float *input, float *output)
{
  for (int32_t i = 0; i < l->number; ++i) {
    const float value = input[i];
    output[i] = l->operation == 0 ? -value : l->operation == 2 ? value * value : value < 0.0f ? -value : value;
  }
}
