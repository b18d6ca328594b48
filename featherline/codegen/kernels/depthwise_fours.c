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

/* The taps of a window that lie within the input. */
typedef struct {
  const int8_t *input, *weights;
  int32_t rows, columns, input_row, weights_row; /* numbers from one row of taps to the next */
} nn_taps_t;

static inline nn_taps_t nn_taps(const nn_depthwise_fours_t *l, const int8_t *input, int32_t top, int32_t left)
{
  const int32_t depth = l->input_channels, bottom = top + l->kernel_height, right = left + l->kernel_width;
  const int32_t y = top > 0 ? top : 0, x = left > 0 ? left : 0;
  nn_taps_t taps;
  taps.rows = (bottom < l->input_height ? bottom : l->input_height) - y;
  taps.columns = (right < l->input_width ? right : l->input_width) - x;
  taps.input = input + (y * l->input_width + x) * depth;
  taps.weights = l->weights + ((y - top) * l->kernel_width + x - left) * depth;
  taps.input_row = (l->input_width - taps.columns) * depth;
  taps.weights_row = (l->kernel_width - taps.columns) * depth;
  return taps;
}

#if defined(NN_HELIUM)
/* Products of 16 bits; one sum for the even ones of eight channels, another for the odd ones. */
static inline void nn_depthwise_eight(int16x8_t x, int16x8_t w, int32x4x2_t *sums)
{
  sums->val[0] = vaddq_s32(sums->val[0], vmullbq_int_s16(x, w));
  sums->val[1] = vaddq_s32(sums->val[1], vmulltq_int_s16(x, w));
}

static inline void nn_depthwise_keep(int32_t *best, int32x4x2_t sums, int32_t follows)
{
  if (follows) {
    const int32x4x2_t others = vld2q_s32(best);
    sums.val[0] = vmaxq_s32(sums.val[0], others.val[0]);
    sums.val[1] = vmaxq_s32(sums.val[1], others.val[1]);
  }
  vst2q_s32(best, sums);
}

/* Sums of sixteen channels, or the largest of these and of those that they follow. */
static inline void nn_depthwise_sixteen(const nn_taps_t *taps, int32_t c, int32_t depth, int16_t zero, int32_t *best,
                                        int32_t follows)
{
  const int8_t *x = taps->input + c, *w = taps->weights + c;
  int32x4x2_t lower = {{vdupq_n_s32(0), vdupq_n_s32(0)}}, upper = lower;
  for (int32_t i = taps->rows; i > 0; --i, x += taps->input_row, w += taps->weights_row) {
    for (int32_t j = taps->columns; j > 0; --j, x += depth, w += depth) {
      nn_depthwise_eight(vsubq_n_s16(vldrbq_s16(x), zero), vldrbq_s16(w), &lower);
      nn_depthwise_eight(vsubq_n_s16(vldrbq_s16(x + 8), zero), vldrbq_s16(w + 8), &upper);
    }
  }
  nn_depthwise_keep(best, lower, follows);
  nn_depthwise_keep(best + 8, upper, follows);
}

/* The same of four, eight or twelve channels. */
static inline void nn_depthwise_few(const nn_taps_t *taps, int32_t c, int32_t depth, int16_t zero, int32_t *best,
                                    int32_t follows)
{
  for (; c < depth; c += 8, best += 8) {
    const mve_pred16_t some = vctp16q((uint32_t)(depth - c));
    const int8_t *x = taps->input + c, *w = taps->weights + c;
    int32x4x2_t sums = {{vdupq_n_s32(0), vdupq_n_s32(0)}};
    for (int32_t i = taps->rows; i > 0; --i, x += taps->input_row, w += taps->weights_row) {
      for (int32_t j = taps->columns; j > 0; --j, x += depth, w += depth) {
        nn_depthwise_eight(vsubq_n_s16(vldrbq_z_s16(x, some), zero), vldrbq_z_s16(w, some), &sums);
      }
    }
    nn_depthwise_keep(best, sums, follows);
  }
}

static inline void nn_depthwise_some(const nn_taps_t *taps, int32_t c, int32_t depth, int16_t zero, int32_t *best,
                                     int32_t follows)
{
  if (depth - c >= 16) {
    nn_depthwise_sixteen(taps, c, depth, zero, best, follows);
  } else {
    nn_depthwise_few(taps, c, depth, zero, best, follows);
  }
}

/* All windows of a pooling window but the first. */
static NN_APART void nn_depthwise_others(const nn_depthwise_fours_t *l, const int8_t *input, int32_t top, int32_t left,
                                         int32_t c, int32_t *best)
{
  for (int32_t row = top; row < top + l->pool_height && row < l->rows; ++row) {
    for (int32_t column = left; column < left + l->pool_width && column < l->columns; ++column) {
      if (row > top || column > left) {
        const nn_taps_t taps =
            nn_taps(l, input, row * l->stride_height - l->pad_top, column * l->stride_width - l->pad_left);
        nn_depthwise_some(&taps, c, l->input_channels, l->input_zero, best, 1);
      }
    }
  }
}

static NN_APART void nn_depthwise_fours(const nn_depthwise_fours_t *l, const int8_t *input, int8_t *output)
{
  const int32_t depth = l->input_channels, zero = l->output_zero, lowest = l->lowest, highest = l->highest;
  const int32_t pooled = l->pool_height > 1 || l->pool_width > 1;
  const int16_t input_zero = l->input_zero;
  for (int32_t y = 0; y < l->output_height; ++y) {
    for (int32_t x = 0; x < l->output_width; ++x) {
      const int32_t top = y * l->pool_height, left = x * l->pool_width;
      const nn_taps_t taps =
          nn_taps(l, input, top * l->stride_height - l->pad_top, left * l->stride_width - l->pad_left);
      for (int32_t c = 0; c < depth; c += 16) {
        const int32_t rest = depth - c;
        int32_t sums[16];
        nn_depthwise_some(&taps, c, depth, input_zero, sums, 0);
        if (pooled) {
          nn_depthwise_others(l, input, top, left, c, sums);
        }
        output = nn_outputs(sums, l->channels + c, rest < 16 ? rest : 16, output, zero, lowest, highest);
      }
    }
  }
}
#else
#if defined(NN_DSP) && defined(__ARM_FEATURE_UNALIGNED)
/* Adds the products of a row of taps to sums of channels, four channels at a time, twelve instructions a tap. Both
   pointers stand behind the last tap, and `from` runs up to zero. All registers but r9, which some programs keep for
   themselves. */
static inline void nn_depthwise_row(const int8_t *input, const int8_t *weights, int32_t from, int32_t depth,
                                    int32_t zero, int32_t *sums, const int32_t *end)
{
  register const int8_t *x __asm__("r0") = input;
  register const int8_t *w __asm__("r1") = weights;
  register int32_t at __asm__("r2") = from;
  register int32_t step __asm__("r3") = depth;
  register int32_t *to __asm__("r12") = sums;
  register const int32_t *last __asm__("lr") = end;
#if NN_ZEROS_APART
  register uint32_t twice __asm__("r8") = (uint32_t)(uint16_t)zero * 0x10001u;
#define NN_ZERO "ldr r12, [sp, #20]\n"
#define NN_WITHOUT_ZERO(x) "ssub16 " x ", " x ", r12\n\t"
#else
  (void)zero;
#define NN_ZERO
#define NN_WITHOUT_ZERO(x)
#endif
  __asm__ volatile("push {r2, r4-r8, r10-r12, lr}\n"
                   "1:\n\t"
                   "ldm r12, {r4-r7}\n\t" NN_ZERO "2:\n\t"
                   "ldr r10, [r0, r2]\n\t"
                   "ldr r11, [r1, r2]\n\t"
                   "adds r2, r2, r3\n\t"
                   "sxtb16 r8, r10\n\t" NN_WITHOUT_ZERO("r8") "sxtb16 lr, r11\n\t"
                                                              "smlabb r4, r8, lr, r4\n\t"
                                                              "smlatt r6, r8, lr, r6\n\t"
                                                              "sxtb16 r10, r10, ror #8\n\t" NN_WITHOUT_ZERO(
                                                                  "r10") "sxtb16 r11, r11, ror #8\n\t"
                                                                         "smlabb r5, r10, r11, r5\n\t"
                                                                         "smlatt r7, r10, r11, r7\n\t"
                                                                         "bne 2b\n\t"
                                                                         "ldrd r12, lr, [sp, #32]\n\t"
                                                                         "ldr r2, [sp]\n\t"
                                                                         "stm r12!, {r4-r7}\n\t"
                                                                         "adds r0, r0, #4\n\t"
                                                                         "adds r1, r1, #4\n\t"
                                                                         "str r12, [sp, #32]\n\t"
                                                                         "cmp r12, lr\n\t"
                                                                         "bne 1b\n\t"
                                                                         "pop {r2, r4-r8, r10-r12, lr}"
                   : "+r"(x), "+r"(w), "+r"(to)
                   : "r"(at), "r"(step), "r"(last)
#if NN_ZEROS_APART
                                             ,
                     "r"(twice)
#endif
                   : "cc", "memory");
#undef NN_ZERO
#undef NN_WITHOUT_ZERO
}
#else
static inline void nn_depthwise_row(const int8_t *input, const int8_t *weights, int32_t from, int32_t depth,
                                    int32_t zero, int32_t *sums, const int32_t *end)
{
  for (; sums != end; sums += 4, input += 4, weights += 4) {
    const int8_t *x = input + from, *w = weights + from;
    do {
      for (int8_t i = 0; i < 4; ++i) {
        sums[i] += (int32_t)(x[i] - (int16_t)zero) * w[i];
      }
      x += depth;
      w += depth;
    } while (x != input);
  }
}
#endif

/* Sums of some channels. */
static inline void nn_depthwise_sums(const nn_taps_t *taps, int32_t c, int32_t depth, int32_t zero, int32_t *sums,
                                     int32_t number)
{
  const int32_t run = taps->columns * depth;
  const int8_t *x = taps->input + c + run, *w = taps->weights + c + run;
  for (int32_t i = 0; i < number; i += 4) {
    sums[i] = sums[i + 1] = sums[i + 2] = sums[i + 3] = 0;
  }
  int32_t left = taps->rows;
  do {
    nn_depthwise_row(x, w, -run, depth, zero, sums, sums + number);
    x += taps->input_row + run;
    w += taps->weights_row + run;
  } while (--left > 0);
}

#if NN_IN_PLACE_POOLED
/* The largest sums of a pooling window, of some channels. */
static NN_APART void nn_depthwise_best(const nn_depthwise_fours_t *l, const int8_t *input, int32_t top, int32_t left,
                                       int32_t c, int32_t number, int32_t *best)
{
  for (int32_t i = 0; i < number; ++i) {
    best[i] = INT32_MIN;
  }
  for (int32_t row = top; row < top + l->pool_height && row < l->rows; ++row) {
    for (int32_t column = left; column < left + l->pool_width && column < l->columns; ++column) {
      const nn_taps_t taps =
          nn_taps(l, input, row * l->stride_height - l->pad_top, column * l->stride_width - l->pad_left);
      int32_t sums[NN_SUMS];
      nn_depthwise_sums(&taps, c, l->input_channels, l->input_zero, sums, number);
      for (int32_t i = 0; i < number; ++i) {
        best[i] = sums[i] > best[i] ? sums[i] : best[i];
      }
    }
  }
}
#endif

static NN_APART void nn_depthwise_fours(const nn_depthwise_fours_t *l, const int8_t *input, int8_t *output)
{
  const int32_t depth = l->input_channels;
  for (int32_t y = 0; y < l->output_height; ++y) {
    for (int32_t x = 0; x < l->output_width; ++x) {
#if !NN_IN_PLACE_POOLED
      const nn_taps_t taps = nn_taps(l, input, y * l->stride_height - l->pad_top, x * l->stride_width - l->pad_left);
#endif
      for (int32_t c = 0; c < depth; c += NN_SUMS) {
        const int32_t number = depth - c < NN_SUMS ? depth - c : NN_SUMS;
        int32_t sums[NN_SUMS];
#if NN_IN_PLACE_POOLED
        nn_depthwise_best(l, input, y * l->pool_height, x * l->pool_width, c, number, sums);
#else
        nn_depthwise_sums(&taps, c, depth, l->input_zero, sums, number);
#endif
        output = nn_outputs(sums, l->channels + c, number, output, l->output_zero, l->lowest, l->highest);
      }
    }
  }
}
#endif
