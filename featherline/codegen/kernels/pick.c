/* Runs of bytes, each from a place that tables say: one for each axis of the output, of bytes in the input. */
typedef struct {
  const int32_t *lengths;
  const int32_t *places; /* the tables one behind another */
  int32_t rank;
  int32_t run; /* bytes */
} nn_pick_t;

static NN_APART void nn_pick(const nn_pick_t *l, const void *input, void *output)
{
  int32_t at[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  uint8_t *target = (uint8_t *)output;
  int32_t axis;
  do {
    const int32_t *places = l->places;
    const uint8_t *source = (const uint8_t *)input;
    for (axis = 0; axis < l->rank; ++axis) {
      source += places[at[axis]];
      places += l->lengths[axis];
    }
    for (int32_t i = 0; i < l->run; ++i) {
      *target++ = source[i];
    }
    for (axis = l->rank - 1; axis >= 0; --axis) {
      if (++at[axis] < l->lengths[axis]) {
        break;
      }
      at[axis] = 0;
    }
  } while (axis >= 0);
}
