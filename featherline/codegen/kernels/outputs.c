/* Sums of neighbouring channels as outputs. Where sums meet in the maximum of a pooling window, they are left as low as
   they get.
   Paths, and instructions an output: NN_DSP 13, of narrow factors; NN_HELIUM and C as compiled. */
#define NN_SUMS 16 /* that are made before they are requantized, where nothing else says how many */

#if NN_OUTPUTS_SHARED
#define NN_ONCE NN_APART
#elif defined(__GNUC__)
#define NN_ONCE __attribute__((unused)) /* where a depthwise convolution makes outputs of its sums itself */
#else
#define NN_ONCE
#endif

#if defined(NN_HELIUM)
/* Four at a time. */
static NN_ONCE int8_t *nn_outputs(int32_t *sums, const nn_channel_t *channel, int32_t number, int8_t *output,
                                  int32_t zero, int32_t lowest, int32_t highest)
{
  for (; number >= 4; number -= 4, sums += 4, channel += 4, output += 4) {
    const int32x4_t values = vaddq_n_s32(nn_requantize_four(vldrwq_s32(sums), channel), zero);
    vstrbq_s32(output, vminq_s32(vmaxq_s32(values, vdupq_n_s32(lowest)), vdupq_n_s32(highest)));
#if NN_POOLED
    vstrwq_s32(sums, vdupq_n_s32(INT32_MIN));
#endif
  }
  for (; number > 0; --number) {
    *output++ = nn_clamp(nn_requantize(*sums, channel++) + zero, lowest, highest);
#if NN_POOLED
    *sums = INT32_MIN;
#endif
    ++sums;
  }
  return output;
}
#elif defined(NN_DSP) && NN_NARROW
/* As `nn_requantize` and `nn_clamp`, with the zero point added before the last bit is rounded away. */
static NN_ONCE int8_t *nn_outputs(int32_t *sums, const nn_channel_t *channel, int32_t number, int8_t *output,
                                  int32_t zero, int32_t lowest, int32_t highest)
{
  int32_t value, multiplier, packed;
#if NN_POOLED
#define NN_TAKEN "ldr %[value], [%[sums]]\n\t"
#define NN_LEFT "str %[low], [%[sums]], #4\n\t"
#else
#define NN_TAKEN "ldr %[value], [%[sums]], #4\n\t"
#define NN_LEFT
#endif
#if NN_SATURATED
  (void)lowest;
  (void)highest;
#define NN_CLAMPED "ssat %[value], #8, %[value], asr #1\n\t"
#else
#define NN_CLAMPED                 \
  "asr %[value], %[value], #1\n\t" \
  "cmp %[value], %[lowest]\n\t"    \
  "it lt\n\t"                      \
  "movlt %[value], %[lowest]\n\t"  \
  "cmp %[value], %[highest]\n\t"   \
  "it gt\n\t"                      \
  "movgt %[value], %[highest]\n\t"
#endif
  __asm__ volatile("1:\n\t" NN_TAKEN "ldrd %[multiplier], %[packed], [%[channel]], #8\n\t"
                   "add %[value], %[value], %[packed], asr #5\n\t"
                   "lsls %[value], %[value], #1\n\t"
                   "smmulr %[value], %[value], %[multiplier]\n\t"
                   "and %[packed], %[packed], #31\n\t"
                   "add %[value], %[value], %[value], asr #31\n\t"
                   "asrs %[value], %[value], %[packed]\n\t"
                   "adds %[value], %[value], %[rounded]\n\t" NN_CLAMPED "strb %[value], [%[output]], #1\n\t" NN_LEFT
                   "cmp %[sums], %[end]\n\t"
                   "bne 1b"
                   : [sums] "+r"(sums), [channel] "+r"(channel), [output] "+r"(output), [value] "=&r"(value),
                     [multiplier] "=&r"(multiplier), [packed] "=&r"(packed)
                   : [end] "r"(sums + number), [rounded] "r"(2 * zero + 1)
#if NN_POOLED
                                                   ,
                     [low] "r"(INT32_MIN)
#endif
#if !NN_SATURATED
                         ,
                     [lowest] "r"(lowest), [highest] "r"(highest)
#endif
                   : "cc", "memory");
#undef NN_TAKEN
#undef NN_LEFT
#undef NN_CLAMPED
  return output;
}
#else
static NN_ONCE int8_t *nn_outputs(int32_t *sums, const nn_channel_t *channel, int32_t number, int8_t *output,
                                  int32_t zero, int32_t lowest, int32_t highest)
{
  const nn_channel_t *end = channel + number;
  do {
    *output++ = nn_clamp(nn_requantize(*sums, channel) + zero, lowest, highest);
#if NN_POOLED
    *sums = INT32_MIN;
#endif
    ++sums;
  } while (++channel != end);
  return output;
}
#endif
