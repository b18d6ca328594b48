/* The sum, the largest or the smallest value over some axes; sums are requantized. */
typedef struct {
  const int32_t *kept, *reduced; /* axes: length and numbers from one place to the next */
  int32_t kept_rank, reduced_rank, operation, multiplier, shift, bias, output_zero, lowest, highest;
} nn_reduce_t;

static NN_APART void nn_reduce(const nn_reduce_t *l, const nn_value_t *input, nn_value_t *output)
{
  int32_t at[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  int32_t i = 0, nothing = 0;
  do {
    int32_t within[8] = {0, 0, 0, 0, 0, 0, 0, 0};
    int32_t j = i, sum = 0, largest = input[i], smallest = input[i];
    do {
      const int32_t value = (int32_t)input[j];
      sum += l->operation == 0 ? value : 0;
      largest = value > largest ? value : largest;
      smallest = value < smallest ? value : smallest;
    } while (nn_advance(l->reduced, l->reduced_rank, within, &j, &nothing));
    if (l->operation == 0) {
      sum = nn_multiplied(sum + l->bias, l->multiplier, l->shift) + l->output_zero;
      *output++ = (nn_value_t)nn_bounded(sum, l->lowest, l->highest);
    } else {
      *output++ = (nn_value_t)(l->operation == 1 ? largest : smallest);
    }
  } while (nn_advance(l->kept, l->kept_rank, at, &i, &nothing));
}
