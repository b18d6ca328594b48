/* Sum, difference, product or quotient of real numbers, spread over each other: one operation each, so that every
   core rounds alike. */
typedef struct {
  const int32_t *axes;
  int32_t rank, operation;
  float lowest, highest;
} nn_real_t;

static NN_APART void nn_real(const nn_real_t *l, const float *one, const float *other, float *output)
{
  int32_t at[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  int32_t i = 0, j = 0;
  do {
    const float a = one[i], b = other[j];
    float value = l->operation == 0 ? a + b : l->operation == 1 ? a - b : l->operation == 2 ? a * b : a / b;
    value = value < l->lowest ? l->lowest : value;
    *output++ = value > l->highest ? l->highest : value;
  } while (nn_advance(l->axes, l->rank, at, &i, &j));
}
