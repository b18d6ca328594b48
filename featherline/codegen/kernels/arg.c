/* The place of the largest or of the smallest value along an axis; the first of equal ones. */
typedef struct {
  int32_t outer, length, inner, largest;
} nn_arg_t;

static NN_APART void nn_arg(const nn_arg_t *l, const nn_value_t *input, nn_result_t *output)
{
  for (int32_t i = 0; i < l->outer; ++i, input += l->length * l->inner) {
    for (int32_t k = 0; k < l->inner; ++k) {
      int32_t best = 0;
      for (int32_t j = 1; j < l->length; ++j) {
        const nn_value_t value = input[j * l->inner + k], before = input[best * l->inner + k];
        best = (l->largest ? value > before : value < before) ? j : best;
      }
      *output++ = (nn_result_t)best;
    }
  }
}
