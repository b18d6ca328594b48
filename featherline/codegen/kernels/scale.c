/* A factor of any size: a multiplier and a shift, positive to the left, behind a bias. */
typedef struct {
  int32_t multiplier;
  int32_t bias;
  int32_t shift;
} nn_factor_t;

static inline int32_t nn_scale(int32_t value, int32_t multiplier, int32_t shift)
{
  const int32_t shifted = shift > 0 ? (int32_t)((uint32_t)value << shift) : value;
  const int32_t high = (int32_t)(((int64_t)shifted * multiplier + ((int64_t)1 << 30)) >> 31);
  if (shift >= 0) {
    return high;
  }
  return (int32_t)(((int64_t)high + (high >> 31) + ((int64_t)1 << (-shift - 1))) >> -shift);
}
