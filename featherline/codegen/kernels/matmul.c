/* Products of matrices that are both computed, each of a batch. Steps are in numbers. */
typedef struct {
  const nn_sum_t *biases;                   /* of each column */
  const int32_t *one_places, *other_places; /* where the matrices of the batch begin */
  int32_t batch, rows, depth, columns;
  int32_t one_row, one_depth, other_column, other_depth; /* steps */
  int32_t one_zero, other_zero, multiplier, shift, output_zero, lowest, highest;
} nn_matmul_t;

static NN_APART void nn_matmul(const nn_matmul_t *l, const nn_value_t *one, const nn_value_t *other, nn_value_t *output)
{
  for (int32_t b = 0; b < l->batch; ++b) {
    for (int32_t i = 0; i < l->rows; ++i) {
      for (int32_t j = 0; j < l->columns; ++j) {
        const nn_value_t *p = one + l->one_places[b] + i * l->one_row;
        const nn_value_t *q = other + l->other_places[b] + j * l->other_column;
        nn_sum_t sum = l->biases[j];
        for (int32_t k = 0; k < l->depth; ++k, p += l->one_depth, q += l->other_depth) {
          sum += (nn_sum_t)(*p - l->one_zero) * (*q - l->other_zero);
        }
        const int32_t value = sizeof(nn_sum_t) > 4 ? nn_multiplied_wide(sum, l->multiplier, l->shift)
                                                   : nn_multiplied((int32_t)sum, l->multiplier, l->shift);
        *output++ = (nn_value_t)nn_bounded(value + l->output_zero, l->lowest, l->highest);
      }
    }
  }
}
