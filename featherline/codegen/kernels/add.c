/* Sum of two tensors of different scales; the smaller one is repeated.
   Paths: NN_HELIUM, C. Bounds: 65535 numbers. */
typedef struct {
  nn_factor_t one, other, sum;
  uint16_t number, one_number, other_number;
  int8_t output_zero, lowest, highest;
} nn_add_t;

/* A factor of one half or less, of numbers of 29 bits. */
static inline int32_t nn_add_scaled(int32_t value, const nn_factor_t *factor)
{
  const int32_t high = nn_high((value + factor->bias) * ((int32_t)1 << 21), factor->multiplier);
  return factor->shift ? (((high + (high >> 31)) >> (-factor->shift - 1)) + 1) >> 1 : high;
}

#if defined(NN_HELIUM)
/* The same of four numbers; the shift of a factor is none or to the right. */
static inline int32x4_t nn_add_scaled_four(int32x4_t values, const nn_factor_t *factor)
{
  const int32x4_t high = vqrdmulhq_n_s32(vshlq_n_s32(vaddq_n_s32(values, factor->bias), 20), factor->multiplier);
  return factor->shift ? vrshlq_n_s32(vaddq_s32(high, vshrq_n_s32(high, 31)), factor->shift) : high;
}

static inline int32x4_t nn_scale_four(int32x4_t values, int32_t multiplier, int32_t shift)
{
  const int32x4_t high = vqrdmulhq_n_s32(shift > 0 ? vshlq_r_s32(values, shift) : values, multiplier);
  return shift < 0 ? vrshlq_n_s32(vaddq_s32(high, vshrq_n_s32(high, 31)), shift) : high;
}
#endif

static NN_APART void nn_add(const nn_add_t *l, const int8_t *one, const int8_t *other, int8_t *output)
{
  const nn_add_t own = *l;
  int32_t i = 0, j = 0;
  int8_t *end = output + own.number;
#if defined(NN_HELIUM)
  if (own.one_number == own.number && own.other_number == own.number) {
    for (; end - output >= 4; i += 4, output += 4) {
      const int32x4_t sums = vaddq_s32(nn_add_scaled_four(vldrbq_s32(one + i), &own.one),
                                       nn_add_scaled_four(vldrbq_s32(other + i), &own.other));
      const int32x4_t values = vaddq_n_s32(nn_scale_four(sums, own.sum.multiplier, own.sum.shift), own.output_zero);
      vstrbq_s32(output, vminq_s32(vmaxq_s32(values, vdupq_n_s32(own.lowest)), vdupq_n_s32(own.highest)));
    }
    j = i;
  }
#endif
  while (output < end) {
    const int32_t sum = nn_add_scaled(one[i], &own.one) + nn_add_scaled(other[j], &own.other);
    *output++ = nn_clamp(nn_scale(sum, own.sum.multiplier, own.sum.shift) + own.output_zero, own.lowest, own.highest);
    i = i + 1 == own.one_number ? 0 : i + 1;
    j = j + 1 == own.other_number ? 0 : j + 1;
  }
}
