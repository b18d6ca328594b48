#if defined(NN_HELIUM)
/* Sums of neighbouring channels as outputs, four at a time. */
NN_HELPER int8_t *nn_outputs(const int32_t *sums, const nn_channel_t *channel, int32_t number, int8_t *output,
                             int32_t zero, int32_t lowest, int32_t highest)
{
  for (; number >= 4; number -= 4, sums += 4, channel += 4, output += 4) {
    const int32x4_t values = vaddq_n_s32(nn_requantize_four(vldrwq_s32(sums), channel), zero);
    vstrbq_s32(output, vminq_s32(vmaxq_s32(values, vdupq_n_s32(lowest)), vdupq_n_s32(highest)));
  }
  for (; number > 0; --number) {
    *output++ = nn_clamp(nn_requantize(*sums++, channel++) + zero, lowest, highest);
  }
  return output;
}
#endif
