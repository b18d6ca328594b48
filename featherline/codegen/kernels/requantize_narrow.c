/* A factor of one half or less: a multiplier, a bias in the upper 27 bits of a word and below it a right shift less
   one, behind which the last bit is rounded away. */
typedef struct {
  int32_t multiplier;
  int32_t bias_and_shift;
} nn_channel_t;

static inline int32_t nn_requantize(int32_t sum, const nn_channel_t *channel)
{
  const int32_t packed = channel->bias_and_shift;
  const int32_t high = nn_high((sum + (packed >> 5)) * 2, channel->multiplier);
  return (((high + (high >> 31)) >> (packed & 31)) + 1) >> 1;
}
