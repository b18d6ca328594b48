/* The next place of a walk over several axes, the last of them fastest. For each axis there is its length and
   what one step along it adds to each of two offsets. It is 0 at the end, and then all is as at the beginning. */
static inline int32_t nn_advance(const int32_t *axes, int32_t rank, int32_t *at, int32_t *one, int32_t *other)
{
  for (int32_t axis = rank - 1; axis >= 0; --axis) {
    const int32_t *a = axes + 3 * axis;
    *one += a[1];
    *other += a[2];
    if (++at[axis] < a[0]) {
      return 1;
    }
    *one -= a[0] * a[1];
    *other -= a[0] * a[2];
    at[axis] = 0;
  }
  return 0;
}
