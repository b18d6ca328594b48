/* A factor of one half or less: a multiplier, a bias in the upper 27 bits of a word and below it a right shift less
   one, behind which the last bit is rounded away. */
typedef struct {
  int32_t multiplier;
  int32_t bias_and_shift;
} nn_channel_t;

NN_HELPER int32_t nn_requantize(int32_t sum, const nn_channel_t *channel)
{
  const int32_t packed = channel->bias_and_shift;
  const int32_t high = nn_high((sum + (packed >> 5)) * 2, channel->multiplier);
  return (((high + (high >> 31)) >> (packed & 31)) + 1) >> 1;
}

#if defined(NN_HELIUM)
/* The same of four neighbouring channels. */
NN_HELPER int32x4_t nn_requantize_four(int32x4_t sums, const nn_channel_t *channel)
{
  const int32x4x2_t factors = vld2q_s32(&channel->multiplier);
  const int32x4_t packed = factors.val[1];
  const int32x4_t high = vqrdmulhq_s32(vaddq_s32(sums, vshrq_n_s32(packed, 5)), factors.val[0]);
  return vrshlq_s32(vaddq_s32(high, vshrq_n_s32(high, 31)), vornq_s32(vdupq_n_s32(~31), packed));
}
#endif
