/* The same few bytes over and over. */
typedef struct {
  const uint8_t *pattern;
  int32_t size;
  int32_t number;
} nn_fill_t;

static NN_APART void nn_fill(const nn_fill_t *l, void *output)
{
  uint8_t *target = (uint8_t *)output;
  for (int32_t i = 0; i < l->number; ++i) {
    for (int32_t j = 0; j < l->size; ++j) {
      *target++ = l->pattern[j];
    }
  }
}
