/* The larger or the smaller one of two tensors, spread over each other. */
typedef struct {
  const int32_t *axes;
  int32_t rank, largest;
} nn_choose_t;

static NN_APART void nn_choose(const nn_choose_t *l, const nn_value_t *one, const nn_value_t *other, nn_value_t *output)
{
  int32_t at[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  int32_t i = 0, j = 0;
  do {
    *output++ = (one[i] > other[j]) == l->largest ? one[i] : other[j];
  } while (nn_advance(l->axes, l->rank, at, &i, &j));
}
