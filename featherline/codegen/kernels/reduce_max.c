/* Largest value over the middle one of three axes. */
typedef struct {
  uint16_t outer, reduced, inner;
} nn_reduce_max_t;

static NN_APART void nn_reduce_max(const nn_reduce_max_t *l, const int8_t *input, int8_t *output)
{
  for (int32_t i = 0; i < l->outer; ++i) {
    for (int32_t k = 0; k < l->inner; ++k) {
      const int8_t *at = input + i * l->reduced * l->inner + k;
      int8_t best = *at;
      for (int32_t j = 1; j < l->reduced; ++j) {
        at += l->inner;
        best = *at > best ? *at : best;
      }
      *output++ = best;
    }
  }
}
