/* Any factor: a multiplier, a bias and a shift, positive to the left. */
typedef struct {
  int32_t multiplier;
  int32_t bias;
  int32_t shift;
} nn_channel_t;

NN_HELPER int32_t nn_requantize(int32_t sum, const nn_channel_t *channel)
{
  return nn_scale(sum + channel->bias, channel->multiplier, channel->shift);
}

#if defined(NN_HELIUM)
/* The same of four neighbouring channels. */
NN_HELPER int32x4_t nn_requantize_four(int32x4_t sums, const nn_channel_t *channel)
{
  const uint32x4_t apart = vmulq_n_u32(vidupq_n_u32(0, 1), sizeof *channel);
  const int32x4_t multipliers = vldrwq_gather_offset_s32(&channel->multiplier, apart);
  const int32x4_t biases = vldrwq_gather_offset_s32(&channel->bias, apart);
  const int32x4_t shifts = vldrwq_gather_offset_s32(&channel->shift, apart), none = vdupq_n_s32(0);
  const int32x4_t right = vminq_s32(shifts, none);
  const int32x4_t shifted = vshlq_s32(vaddq_s32(sums, biases), vmaxq_s32(shifts, none));
  const int32x4_t high = vqrdmulhq_s32(shifted, multipliers);
  return vrshlq_s32(vqaddq_s32(high, vshrq_n_s32(vandq_s32(high, right), 31)), right);
}
#endif
