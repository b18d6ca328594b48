/* The same numbers in another type. */
typedef struct {
  int32_t number, truth; /* whether all but zero is one */
} nn_cast_t;

static NN_APART void nn_cast(const nn_cast_t *l, const nn_value_t *input, nn_result_t *output)
{
  for (int32_t i = 0; i < l->number; ++i) {
    output[i] = l->truth ? (nn_result_t)(input[i] != 0) : (nn_result_t)input[i];
  }
}
