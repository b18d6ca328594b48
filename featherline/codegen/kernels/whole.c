/* Sum, difference or product of whole numbers that stand for themselves, spread over each other; it wraps around. */
typedef struct {
  const int32_t *axes;
  int32_t rank, operation, lowest, highest;
} nn_whole_t;

static NN_APART void nn_whole(const nn_whole_t *l, const int32_t *one, const int32_t *other, int32_t *output)
{
  int32_t at[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  int32_t i = 0, j = 0;
  do {
    const uint32_t a = (uint32_t)one[i], b = (uint32_t)other[j];
    const int32_t value = (int32_t)(l->operation == 0 ? a + b : l->operation == 1 ? a - b : a * b);
    *output++ = nn_bounded(value, l->lowest, l->highest);
  } while (nn_advance(l->axes, l->rank, at, &i, &j));
}
