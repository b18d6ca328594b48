/* A factor of one half or less: a multiplier, a bias in the upper 27 bits of a word and a right shift below it. */
typedef struct {
  int32_t multiplier;
  int32_t bias_and_shift;
} nn_channel_t;

static inline int32_t nn_requantize(int32_t sum, const nn_channel_t *channel)
{
  const int32_t packed = channel->bias_and_shift;
  const int32_t shift = packed & 31;
  const int32_t doubled = (sum + (packed >> 5)) * 2;
  const int32_t high = (int32_t)(((int64_t)doubled * channel->multiplier + ((int64_t)1 << 31)) >> 32);
  return (high + (high >> 31) + ((int32_t)1 << (shift - 1))) >> shift;
}
