/* Real numbers to whole ones: halves are rounded away from zero. */
typedef struct {
  float scale;
  int32_t number, zero, lowest, highest;
} nn_quantize_t;

static NN_APART void nn_quantize(const nn_quantize_t *l, const float *input, nn_value_t *output)
{
  for (int32_t i = 0; i < l->number; ++i) {
    /* What is further out is cut off anyway, and so far whole numbers and halves are exact. */
    float ratio = input[i] / l->scale;
    ratio = ratio > -100000.0f ? ratio : -100000.0f;
    ratio = ratio < 100000.0f ? ratio : 100000.0f;
    int32_t whole = (int32_t)ratio;
    const float rest = ratio - (float)whole;
    whole += rest >= 0.5f ? 1 : 0;
    whole -= rest <= -0.5f ? 1 : 0;
    output[i] = (nn_value_t)nn_bounded(whole + l->zero, l->lowest, l->highest);
  }
}
