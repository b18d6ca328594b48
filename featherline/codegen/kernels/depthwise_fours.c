/* A convolution of each channel by itself with the pooling behind it, four channels at a time. Weights
   lie as channels within columns within rows.
   Paths, and instructions a product: NN_DSP 12 / 4, with a border 14 / 4; NN_HELIUM and C as compiled.
   Bounds: channels a multiple of four, windows and strides of 255, rows and columns of 65535. */
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
#if defined(NN_DSP) && defined(__ARM_FEATURE_UNALIGNED) && NN_NARROW && !NN_IN_PLACE_POOLED
#define NN_AT_ONCE /* the sums of four channels become outputs before others are made */
#endif
/* What is made of a window, in the order in which assembly loads it. */
typedef struct {
  int32_t from, depth;            /* the first tap of a row, seen from behind its last one; numbers of a tap */
  const int8_t *input, *weights;  /* behind the last tap of the first row, of the next four channels */
  int32_t input_row, weights_row; /* numbers from one row of taps to the next */
  int32_t rows, left;
  uint32_t zeros; /* the zero point of the input in both halfwords */
#if defined(NN_AT_ONCE)
  const nn_channel_t *end;
  int32_t rounded; /* twice the zero point of the output and one */
  const nn_channel_t *channel;
  int8_t *output;
  int32_t lowest, highest;
#else
  const int32_t *end;
  int32_t *sums;
#endif
} nn_fours_t;

#if defined(NN_DSP) && defined(__ARM_FEATURE_UNALIGNED)
#if NN_ZEROS_APART
#define NN_ZEROS "ldr r12, [r12, #32]\n"
#define NN_WITHOUT_ZERO(x) "ssub16 " x ", " x ", r12\n\t"
#define NN_BACK "ldr r12, [sp, #28]\n\t"
#else
#define NN_ZEROS "\n"
#define NN_WITHOUT_ZERO(x)
#define NN_BACK
#endif
#if defined(NN_AT_ONCE)
#define NN_SCALED(sum, multiplier, packed) /* as `nn_outputs` */ \
  "add " sum ", " sum ", " packed ", asr #5\n\t"                 \
  "lsls " sum ", " sum ", #1\n\t"                                \
  "smmulr " sum ", " sum ", " multiplier "\n\t"                  \
  "and " packed ", " packed ", #31\n\t"                          \
  "add " sum ", " sum ", " sum ", asr #31\n\t"                   \
  "asrs " sum ", " sum ", " packed "\n\t"                        \
  "adds " sum ", " sum ", lr\n\t"
#if NN_SATURATED
#define NN_BOUNDS
#define NN_STORED(sum) "ssat " sum ", #8, " sum ", asr #1\n\tstrb " sum ", [r1], #1\n\t"
#define NN_OUTPUTS(one, other)                                                                               \
  "ldm r0!, {r3, r8, r10, r11}\n\t" NN_SCALED(one, "r3", "r8") NN_STORED(one) NN_SCALED(other, "r10", "r11") \
      NN_STORED(other)
#else
#define NN_BOUNDS "ldrd r3, r8, [r12, #52]\n\t"
#define NN_OUTPUT(sum)                                                                       \
  "ldrd r10, r11, [r0], #8\n\t" NN_SCALED(sum, "r10", "r11") "asrs " sum ", " sum ", #1\n\t" \
                                                             "cmp " sum ", r3\n\t"           \
                                                             "it lt\n\t"                     \
                                                             "movlt " sum ", r3\n\t"         \
                                                             "cmp " sum ", r8\n\t"           \
                                                             "it gt\n\t"                     \
                                                             "movgt " sum ", r8\n\t"         \
                                                             "strb " sum ", [r1], #1\n\t"
#define NN_OUTPUTS(one, other) NN_OUTPUT(one) NN_OUTPUT(other)
#endif
#define NN_TAKEN                \
  "ldrd r2, lr, [r12, #36]\n\t" \
  "ldrd r0, r1, [r12, #44]\n\t" NN_BOUNDS NN_OUTPUTS("r4", "r5") NN_OUTPUTS("r6", "r7") "strd r0, r1, [r12, #44]\n\t"
#else
#define NN_TAKEN                \
  "ldrd r2, r0, [r12, #36]\n\t" \
  "stm r0!, {r4-r7}\n\t"        \
  "str r0, [r12, #40]\n\t"
#endif

/* Four channels after another, twelve instructions a tap. All registers but r9, which some programs keep for
   themselves. */
static inline void nn_depthwise_channels(nn_fours_t *fours)
{
  register nn_fours_t *at __asm__("r12") = fours;
  __asm__ volatile("push {r4-r8, r10-r12}\n\t"
                   "ldrd r0, r1, [r12, #8]\n"
                   "1:\n\t"
                   "ldr r8, [r12, #24]\n\t"
                   "movs r4, #0\n\t"
                   "movs r5, #0\n\t"
                   "movs r6, #0\n\t"
                   "movs r7, #0\n"
                   "2:\n\t"
                   "str r8, [r12, #28]\n\t"
                   "ldrd r2, r3, [r12]\n\t" NN_ZEROS "3:\n\t"
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
                                                                         "bne 3b\n\t" NN_BACK "ldr r8, [r12, #28]\n\t"
                                                                         "subs r8, r8, #1\n\t"
                                                                         "beq 4f\n\t"
                                                                         "ldrd r2, r3, [r12, #16]\n\t"
                                                                         "add r0, r0, r2\n\t"
                                                                         "add r1, r1, r3\n\t"
                                                                         "b 2b\n"
                                                                         "4:\n\t" NN_TAKEN "cmp r0, r2\n\t"
                                                                         "ldrd r0, r1, [r12, #8]\n\t"
                                                                         "add r0, r0, #4\n\t"
                                                                         "add r1, r1, #4\n\t"
                                                                         "strd r0, r1, [r12, #8]\n\t"
                                                                         "bne 1b\n\t"
                                                                         "pop {r4-r8, r10-r12}"
                   : "+r"(at)
                   :
                   : "r0", "r1", "r2", "r3", "lr", "cc", "memory");
}
#undef NN_ZEROS
#undef NN_WITHOUT_ZERO
#undef NN_BACK
#undef NN_SCALED
#undef NN_BOUNDS
#undef NN_STORED
#undef NN_OUTPUT
#undef NN_OUTPUTS
#undef NN_TAKEN
#else
static inline void nn_depthwise_channels(nn_fours_t *fours)
{
  const int32_t depth = fours->depth, input_row = fours->input_row, weights_row = fours->weights_row;
  const int32_t from = fours->from, rows = fours->rows;
  const int16_t zero = (int16_t)(uint16_t)fours->zeros;
  const int32_t *end = fours->end;
  const int8_t *input = fours->input, *weights = fours->weights;
  for (int32_t *sums = fours->sums; sums != end; sums += 4, input += 4, weights += 4) {
    const int8_t *behind = input, *w = weights + from;
    int32_t first = 0, second = 0, third = 0, fourth = 0; /* for the compiler to keep them in registers */
    for (int32_t left = rows; left > 0; --left, behind += input_row, w += weights_row + from) {
      const int8_t *x = behind + from;
      do {
        first += (int32_t)(x[0] - zero) * w[0];
        second += (int32_t)(x[1] - zero) * w[1];
        third += (int32_t)(x[2] - zero) * w[2];
        fourth += (int32_t)(x[3] - zero) * w[3];
        x += depth;
        w += depth;
      } while (x != behind);
    }
    sums[0] = first;
    sums[1] = second;
    sums[2] = third;
    sums[3] = fourth;
  }
  fours->input = input;
  fours->weights = weights;
}
#endif

/* The taps of a window that lie within the input, from the channel `c` on. */
static inline void nn_depthwise_window(const nn_depthwise_fours_t *l, const int8_t *input, int32_t row, int32_t column,
                                       int32_t c, nn_fours_t *fours)
{
  const nn_taps_t taps = nn_taps(l, input, row * l->stride_height - l->pad_top, column * l->stride_width - l->pad_left);
  const int32_t run = taps.columns * l->input_channels;
  fours->from = -run;
  fours->input = taps.input + c + run;
  fours->weights = taps.weights + c + run;
  fours->input_row = taps.input_row + run;
  fours->weights_row = taps.weights_row + run;
  fours->rows = taps.rows;
}

#if NN_IN_PLACE_POOLED
/* The largest sums of a pooling window, of some channels. */
static NN_APART void nn_depthwise_best(const nn_depthwise_fours_t *l, const int8_t *input, int32_t top, int32_t left,
                                       int32_t c, int32_t number, int32_t *best, nn_fours_t *fours)
{
  for (int32_t i = 0; i < number; ++i) {
    best[i] = INT32_MIN;
  }
  for (int32_t row = top; row < top + l->pool_height && row < l->rows; ++row) {
    for (int32_t column = left; column < left + l->pool_width && column < l->columns; ++column) {
      int32_t sums[NN_SUMS];
      nn_depthwise_window(l, input, row, column, c, fours);
      fours->sums = sums;
      fours->end = sums + number;
      nn_depthwise_channels(fours);
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
  nn_fours_t fours;
  fours.depth = depth;
  fours.zeros = (uint32_t)(uint16_t)l->input_zero * 0x10001u;
#if defined(NN_AT_ONCE)
  fours.end = l->channels + depth;
  fours.rounded = 2 * l->output_zero + 1;
  fours.output = output;
  fours.lowest = l->lowest;
  fours.highest = l->highest;
#endif
  for (int32_t y = 0; y < l->output_height; ++y) {
    for (int32_t x = 0; x < l->output_width; ++x) {
#if !NN_IN_PLACE_POOLED
      nn_depthwise_window(l, input, y, x, 0, &fours);
#endif
#if defined(NN_AT_ONCE)
      fours.channel = l->channels;
      nn_depthwise_channels(&fours);
#else
      for (int32_t c = 0; c < depth; c += NN_SUMS) {
        const int32_t number = depth - c < NN_SUMS ? depth - c : NN_SUMS;
        int32_t sums[NN_SUMS];
#if NN_IN_PLACE_POOLED
        nn_depthwise_best(l, input, y * l->pool_height, x * l->pool_width, c, number, sums, &fours);
#else
        fours.sums = sums;
        fours.end = sums + number;
        nn_depthwise_channels(&fours);
#endif
        output = nn_outputs(sums, l->channels + c, number, output, l->output_zero, l->lowest, l->highest);
      }
#endif
    }
  }
}
#endif
