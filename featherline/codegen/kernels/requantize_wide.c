/* Any factor: a multiplier, a bias and a shift, positive to the left. */
typedef struct {
  int32_t multiplier;
  int32_t bias;
  int32_t shift;
} nn_channel_t;

static inline int32_t nn_requantize(int32_t sum, const nn_channel_t *channel)
{
  return nn_scale(sum + channel->bias, channel->multiplier, channel->shift);
}
