/* Whole numbers to the real ones that they stand for. */
typedef struct {
  float scale;
  int32_t number, zero;
} nn_dequantize_t;

static NN_APART void nn_dequantize(const nn_dequantize_t *l, const nn_value_t *input, float *output)
{
  for (int32_t i = 0; i < l->number; ++i) {
    output[i] = l->scale * (float)((int32_t)input[i] - l->zero);
  }
}
