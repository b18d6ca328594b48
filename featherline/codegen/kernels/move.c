/* Copies runs of bytes from places of one tensor to places of another. */
typedef struct {
  const int32_t *axes; /* length, bytes in the input, bytes in the output; the last one fastest */
  int32_t rank;
  int32_t run;      /* bytes */
  int32_t from, to; /* bytes before the first */
} nn_move_t;

static NN_APART void nn_move(const nn_move_t *l, const void *input, void *output)
{
  int32_t at[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  int32_t from = l->from, to = l->to;
  do {
    const uint8_t *source = (const uint8_t *)input + from;
    uint8_t *target = (uint8_t *)output + to;
    for (int32_t i = 0; i < l->run; ++i) {
      target[i] = source[i];
    }
  } while (nn_advance(l->axes, l->rank, at, &from, &to));
}
