/* A convolution of each channel by itself with the pooling behind it, four channels at a time. Weights
   lie as channels within columns within rows. */
typedef struct {
  const int8_t *weights;
  const nn_channel_t *channels;
  uint16_t input_height, input_width, input_channels;
  uint16_t output_height, output_width; /* behind the pooling */
  uint16_t rows, columns;               /* of the convolution that a pooling window sees */
  uint8_t kernel_height, kernel_width, stride_height, stride_width, pad_top, pad_left;
  uint8_t pool_height, pool_width;
  int8_t input_zero, output_zero, lowest, highest;
} nn_depthwise_fours_t;

#if defined(NN_HELIUM)
/* Eight channels at a time, or four: products of 16 bits, sums of the even channels and of the odd ones. */
static inline void nn_depthwise_most(const nn_depthwise_fours_t *l, const int8_t *input, const int8_t *weights,
                                     int32_t top, int32_t left, mve_pred16_t some, int32x4_t *even, int32x4_t *odd)
{
  const int32_t depth = l->input_channels, width = l->input_width;
  const int16_t zero = l->input_zero;
  const int32_t bottom = top + l->kernel_height, right = left + l->kernel_width;
  const int32_t first = left > 0 ? left : 0, last = right < width ? right : width;
  int32x4_t e = vdupq_n_s32(0), o = vdupq_n_s32(0);
  for (int32_t y = top; y < bottom; ++y, weights += l->kernel_width * depth) {
    if (y >= 0 && y < l->input_height) {
      const int8_t *w = weights + (first - left) * depth, *x = input + (y * width + first) * depth;
      for (int32_t taps = last - first; taps > 0; --taps, x += depth, w += depth) {
        const int16x8_t a = vsubq_n_s16(vldrbq_z_s16(x, some), zero), b = vldrbq_z_s16(w, some);
        e = vaddq_s32(e, vmullbq_int_s16(a, b));
        o = vaddq_s32(o, vmulltq_int_s16(a, b));
      }
    }
  }
  *even = vmaxq_s32(*even, e);
  *odd = vmaxq_s32(*odd, o);
}

static NN_APART void nn_depthwise_fours(const nn_depthwise_fours_t *l, const int8_t *input, int8_t *output)
{
  for (int32_t y = 0; y < l->output_height; ++y) {
    for (int32_t x = 0; x < l->output_width; ++x) {
      for (int32_t c = 0; c < l->input_channels; c += 8) {
        const int32_t number = l->input_channels - c < 8 ? 4 : 8;
        int32x4x2_t best = {{vdupq_n_s32(INT32_MIN), vdupq_n_s32(INT32_MIN)}};
        int32_t sums[8];
        for (int32_t row = y * l->pool_height; row < (y + 1) * l->pool_height && row < l->rows; ++row) {
          for (int32_t column = x * l->pool_width; column < (x + 1) * l->pool_width && column < l->columns; ++column) {
            nn_depthwise_most(l, input + c, l->weights + c, row * l->stride_height - l->pad_top,
                              column * l->stride_width - l->pad_left, vctp16q((uint32_t)number), &best.val[0],
                              &best.val[1]);
          }
        }
        vst2q_s32(sums, best);
        output = nn_outputs(sums, l->channels + c, number, output, l->output_zero, l->lowest, l->highest);
      }
    }
  }
}
#else
#if defined(NN_DSP)
typedef struct {
  uint32_t word;
} __attribute__((packed, may_alias)) nn_four_t;

static inline void nn_depthwise_taps(const int8_t *input, const int8_t *weights, int32_t zero, int32_t *sums)
{
  uint32_t x = ((const nn_four_t *)input)->word, w = ((const nn_four_t *)weights)->word, x_even, w_even;
  __asm__("sxtb16 %[x_even], %[x]\n\t"
          "sxtb16 %[w_even], %[w]\n\t"
          "ssub16 %[x_even], %[x_even], %[zero]\n\t"
          "sxtb16 %[x], %[x], ror #8\n\t"
          "sxtb16 %[w], %[w], ror #8\n\t"
          "ssub16 %[x], %[x], %[zero]\n\t"
          "smlabb %[s0], %[x_even], %[w_even], %[s0]\n\t"
          "smlabb %[s1], %[x], %[w], %[s1]\n\t"
          "smlatt %[s2], %[x_even], %[w_even], %[s2]\n\t"
          "smlatt %[s3], %[x], %[w], %[s3]"
          : [x] "+&r"(x), [w] "+&r"(w), [x_even] "=&r"(x_even), [w_even] "=&r"(w_even), [s0] "+&r"(sums[0]),
            [s1] "+&r"(sums[1]), [s2] "+&r"(sums[2]), [s3] "+&r"(sums[3])
          : [zero] "r"(zero));
}
#else
static inline void nn_depthwise_taps(const int8_t *input, const int8_t *weights, int32_t zero, int32_t *sums)
{
  for (int8_t i = 0; i < 4; ++i) {
    sums[i] += (int32_t)(input[i] - (int16_t)zero) * weights[i];
  }
}
#endif

static NN_APART void nn_depthwise_sums(const nn_depthwise_fours_t *l, const int8_t *input, const int8_t *weights,
                                       int32_t top, int32_t left, int32_t *best)
{
  const int32_t depth = l->input_channels, width = l->input_width;
  const int32_t zero = (int32_t)((uint32_t)(uint16_t)l->input_zero * 0x10001u);
  const int32_t bottom = top + l->kernel_height, right = left + l->kernel_width;
  const int32_t first = left > 0 ? left : 0, last = right < width ? right : width;
  int32_t sums[4] = {0, 0, 0, 0};
  for (int32_t y = top; y < bottom; ++y, weights += l->kernel_width * depth) {
    if (y >= 0 && y < l->input_height) {
      const int8_t *w = weights + (first - left) * depth;
      const int8_t *x = input + (y * width + first) * depth, *end = input + (y * width + last) * depth;
      for (; x < end; x += depth, w += depth) {
        nn_depthwise_taps(x, w, zero, sums);
      }
    }
  }
  for (int8_t i = 0; i < 4; ++i) {
    best[i] = sums[i] > best[i] ? sums[i] : best[i];
  }
}

static NN_APART void nn_depthwise_fours(const nn_depthwise_fours_t *l, const int8_t *input, int8_t *output)
{
  for (int32_t y = 0; y < l->output_height; ++y) {
    for (int32_t x = 0; x < l->output_width; ++x) {
      for (int32_t c = 0; c < l->input_channels; c += 4) {
        int32_t best[4] = {INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN};
        for (int32_t row = y * l->pool_height; row < (y + 1) * l->pool_height && row < l->rows; ++row) {
          for (int32_t column = x * l->pool_width; column < (x + 1) * l->pool_width && column < l->columns; ++column) {
            nn_depthwise_sums(l, input + c, l->weights + c, row * l->stride_height - l->pad_top,
                              column * l->stride_width - l->pad_left, best);
          }
        }
        for (int8_t i = 0; i < 4; ++i) {
          *output++ = nn_clamp(nn_requantize(best[i], l->channels + c + i) + l->output_zero, l->lowest, l->highest);
        }
      }
    }
  }
}
#endif
