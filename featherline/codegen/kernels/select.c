/* One of two tensors where a condition holds, else the other; all three spread over each other. */
typedef struct {
  const int32_t *axes, *other_axes;
  int32_t rank;
} nn_select_t;

static NN_APART void nn_select(const nn_select_t *l, const uint8_t *condition, const nn_value_t *one,
                               const nn_value_t *other, nn_value_t *output)
{
  int32_t at[8] = {0, 0, 0, 0, 0, 0, 0, 0}, other_at[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  int32_t i = 0, j = 0, k = 0, nothing = 0;
  do {
    *output++ = condition[i] ? one[j] : other[k];
    nn_advance(l->other_axes, l->rank, other_at, &k, &nothing);
  } while (nn_advance(l->axes, l->rank, at, &i, &j));
}
