#include "model.h"

#if defined(__GNUC__)
#define MODEL_APART __attribute__((noinline))
#else
#define MODEL_APART
#endif

/* A factor of one half or less: a multiplier, a bias in the upper 27 bits of a word and a right shift below it. */
typedef struct {
  int32_t multiplier;
  int32_t bias_and_shift;
} model_channel_t;

static inline int32_t model_requantize(int32_t sum, const model_channel_t *channel)
{
  const int32_t packed = channel->bias_and_shift;
  const int32_t shift = packed & 31;
  const int32_t doubled = (sum + (packed >> 5)) * 2;
  const int32_t high = (int32_t)(((int64_t)doubled * channel->multiplier + 0x80000000LL) >> 32);
  return (high + (high >> 31) + (1 << (shift - 1))) >> shift;
}

/* No activation of this model cuts off more than int8 itself. */
static inline int8_t model_clamp(int32_t value, int32_t lowest, int32_t highest)
{
  (void)lowest;
  (void)highest;
  value = value < -128 ? -128 : value;
  return (int8_t)(value > 127 ? 127 : value);
}

#define MODEL_PACKED 0

#define MODEL_ALWAYS_POOLED 1

/* Sums of products of two windows of 16 bits and two channels of weights, four numbers at a time. A word
   of weights has the first and the third of its numbers in the even bytes, so that SXTB16 makes pairs
   of neighbours; of the two channels the words take turns. */
typedef struct {
  int32_t p0, p1, q0, q1;
} model_sums_t;

#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__) && defined(__OPTIMIZE__)
static inline model_sums_t model_products(const uint32_t *weights, const uint32_t *end, const int16_t *p, const int16_t *q)
{
  model_sums_t s = {0, 0, 0, 0};
  uint32_t u, v, x, a, b;
  __asm__("1:\n\t"
          "ldrd %[u], %[v], [%[weights]], #8\n\t"
          "ldr %[a], [%[p]], #4\n\t"
          "ldr %[b], [%[q]], #4\n\t"
          "sxtb16 %[x], %[u]\n\t"
          "smlad %[p0], %[x], %[a], %[p0]\n\t"
          "smlad %[q0], %[x], %[b], %[q0]\n\t"
          "sxtb16 %[x], %[v]\n\t"
          "smlad %[p1], %[x], %[a], %[p1]\n\t"
          "smlad %[q1], %[x], %[b], %[q1]\n\t"
          "ldr %[a], [%[p]], #4\n\t"
          "ldr %[b], [%[q]], #4\n\t"
          "sxtb16 %[u], %[u], ror #8\n\t"
          "smlad %[p0], %[u], %[a], %[p0]\n\t"
          "smlad %[q0], %[u], %[b], %[q0]\n\t"
          "sxtb16 %[v], %[v], ror #8\n\t"
          "smlad %[p1], %[v], %[a], %[p1]\n\t"
          "smlad %[q1], %[v], %[b], %[q1]\n\t"
          "cmp %[weights], %[end]\n\t"
          "bne 1b"
          : [weights] "+r"(weights), [p] "+r"(p), [q] "+r"(q), [p0] "+r"(s.p0), [p1] "+r"(s.p1), [q0] "+r"(s.q0),
            [q1] "+r"(s.q1), [u] "=&r"(u), [v] "=&r"(v), [x] "=&r"(x), [a] "=&r"(a), [b] "=&r"(b)
          : [end] "r"(end)
          : "cc", "memory");
  return s;
}
#else
static inline model_sums_t model_products(const uint32_t *weights, const uint32_t *end, const int16_t *p, const int16_t *q)
{
  static const uint8_t shifts[] = {0, 16, 8, 24};
  model_sums_t s = {0, 0, 0, 0};
  for (; weights != end; weights += 2, p += 4, q += 4) {
    for (int32_t i = 0; i < 4; ++i) {
      const int32_t u = (int8_t)(weights[0] >> shifts[i]), v = (int8_t)(weights[1] >> shifts[i]);
      s.p0 += u * p[i];
      s.p1 += v * p[i];
      s.q0 += u * q[i];
      s.q1 += v * q[i];
    }
  }
  return s;
}
#endif

/* A convolution with the pooling behind it. Of a stretch of one output row, the columns of the input
   that it sees are laid side by side in 16 bits ("band"), so that each window is one run of numbers
   and the next window begins `step` further on. Two windows and two channels are multiplied at a
   time; sums meet in the maximum of their pooling window before they are requantized. */
typedef struct {
  const uint32_t *weights; /* `words` words of four for each channel; two channels take turns */
  const model_channel_t *channels;
  uint16_t input_height, input_width, input_channels;
  uint16_t column; /* numbers of the band for one column of the input */
  uint16_t step;   /* numbers of the band from one window to the next */
  uint16_t words;
  uint16_t output_height, output_width, output_channels; /* behind the pooling */
  uint16_t rows, columns; /* of the convolution that a pooling window sees */
  uint16_t kernel_width, stride_width, pad_left;
  uint8_t kernel_height, stride_height, pad_top;
#if MODEL_PACKED
  uint8_t bits; /* of a weight; below 8, each channel pair is unpacked into `room` words */
  uint16_t room;
#endif
  uint8_t stretch;                 /* outputs of a row that are worked on at a time */
  uint8_t pool_height, pool_width; /* the width is even, or 1 */
  int8_t input_zero, output_zero, lowest, highest;
} model_conv_t;

static MODEL_APART void model_conv_fill(const model_conv_t *l, const int8_t *input, int16_t *band, int32_t top, int32_t left, int32_t columns)
{
  const int32_t depth = l->input_channels, column = l->column, width = l->input_width;
  int32_t bottom = top + l->kernel_height, right = left + columns;
  if (top < 0 || left < 0 || bottom > l->input_height || right > width) {
    const int16_t zero = l->input_zero;
    for (int16_t *to = band, *end = band + columns * column; to < end; ++to) {
      *to = zero;
    }
    if (top < 0) {
      band -= top * depth;
      top = 0;
    }
    if (left < 0) {
      band -= left * column;
      left = 0;
    }
    bottom = bottom < l->input_height ? bottom : l->input_height;
    right = right < width ? right : width;
  }
  for (; top < bottom; ++top, band += depth) {
    const int8_t *from = input + (top * width + left) * depth, *end = input + (top * width + right) * depth;
    int16_t *to = band;
    if (depth == 1) {
      for (; from < end; to += column) {
        *to = *from++;
      }
    }
    for (; from < end; to += column) {
      for (int32_t c = 0; c < depth; ++c) {
        to[c] = *from++;
      }
    }
  }
}

static inline void model_conv_keep(int32_t *best, int32_t one, int32_t other)
{
  best[0] = one > best[0] ? one : best[0];
  best[1] = other > best[1] ? other : best[1];
}

#if MODEL_PACKED
/* Of `8 / bits` words the bytes share one byte each, the first in the lowest bits, each raised by half its range. */
static MODEL_APART const uint32_t *model_conv_unpack(const model_conv_t *l, const uint32_t *packed, uint32_t *room)
{
  const uint32_t ones = 0x01010101u, mask = ((1u << l->bits) - 1) * ones, raised = (1u << (l->bits - 1)) * ones;
  for (const uint32_t *end = room + l->room; room < end;) {
    uint32_t word = *packed++;
    for (int32_t bits = 8; bits > 0; bits -= l->bits, word >>= l->bits) {
      *room++ = (((word & mask) | 0x80 * ones) - raised) ^ 0x80 * ones;
    }
  }
  return packed;
}

/* Channels outside, so that they are unpacked once for all windows of a stretch. */
static MODEL_APART void model_conv_row(const model_conv_t *l, const int16_t *band, int32_t *best, int32_t windows, uint32_t *room)
{
  const int32_t step = l->step, depth = (l->output_channels + 1) & ~1, words = 2 * l->words;
  const uint32_t *weights = l->weights;
  for (int32_t *last = best + depth; best < last; best += 2) {
    const uint32_t *first = weights;
    const int16_t *window = band;
    int32_t *to = best, left = l->pool_width;
    if (l->bits < 8) {
      first = room;
      weights = model_conv_unpack(l, weights, room);
    } else {
      weights += words;
    }
    for (int32_t j = windows; j > 0; j -= 2) {
      const int32_t apart = MODEL_ALWAYS_POOLED || j == 1 || l->pool_width > 1 ? 0 : depth;
      const model_sums_t s = model_products(first, first + words, window, j > 1 ? window + step : window);
      window += 2 * step;
      model_conv_keep(to, s.p0, s.p1);
      model_conv_keep(to + apart, s.q0, s.q1);
      left -= 2;
      if (left <= 0) {
        left = l->pool_width;
        to += depth + apart;
      }
    }
  }
}
#else
static MODEL_APART void model_conv_row(const model_conv_t *l, const int16_t *band, int32_t *best, int32_t windows)
{
  const int32_t depth = (l->output_channels + 1) & ~1, words = 2 * l->words;
  int32_t left = l->pool_width;
  for (; windows > 0; windows -= 2) {
    const int16_t *next = windows > 1 ? band + l->step : band;
    /* Both windows lie in one pooling window, unless nothing is pooled. */
    const int32_t apart = MODEL_ALWAYS_POOLED || windows == 1 || l->pool_width > 1 ? 0 : depth;
    const uint32_t *weights = l->weights;
    for (int32_t *to = best, *end = best + depth; to < end; to += 2) {
      const model_sums_t s = model_products(weights, weights + words, band, next);
      weights += words;
      if (MODEL_ALWAYS_POOLED) {
        model_conv_keep(to, s.p0 > s.q0 ? s.p0 : s.q0, s.p1 > s.q1 ? s.p1 : s.q1);
      } else {
        model_conv_keep(to, s.p0, s.p1);
        model_conv_keep(to + apart, s.q0, s.q1);
      }
    }
    band += 2 * l->step;
    left -= 2;
    if (left <= 0) {
      left = l->pool_width;
      best += depth + apart;
    }
  }
}
#endif

static MODEL_APART int8_t *model_conv_store(const model_conv_t *l, int32_t *best, int32_t outputs, int8_t *output)
{
  const int32_t zero = l->output_zero, lowest = l->lowest, highest = l->highest;
  for (; outputs > 0; --outputs) {
    const model_channel_t *channel = l->channels, *end = channel + l->output_channels;
    do {
      *output++ = model_clamp(model_requantize(*best, channel) + zero, lowest, highest);
      *best++ = INT32_MIN;
    } while (++channel != end);
    best += l->output_channels & 1;
  }
  return output;
}

static MODEL_APART void model_conv(const model_conv_t *l, const int8_t *input, int8_t *output, int32_t *scratch)
{
  int32_t *room = scratch + l->stretch * ((l->output_channels + 1) & ~1);
#if MODEL_PACKED
  int16_t *band = (int16_t *)(room + l->room);
#else
  int16_t *band = (int16_t *)room;
#endif
  for (int32_t *best = scratch; best < room; ++best) {
    *best = INT32_MIN;
  }
  for (int32_t y = 0; y < l->output_height; ++y) {
    int32_t outputs = l->stretch;
    for (int32_t x = 0; x < l->output_width; x += outputs) {
      const int32_t first = x * l->pool_width;
      int32_t windows = l->columns - first;
      outputs = l->output_width - x < outputs ? l->output_width - x : outputs;
      windows = windows < outputs * l->pool_width ? windows : outputs * l->pool_width;
      for (int32_t row = y * l->pool_height; row < (y + 1) * l->pool_height && row < l->rows; ++row) {
        model_conv_fill(l, input, band, row * l->stride_height - l->pad_top, first * l->stride_width - l->pad_left,
                     (windows - 1) * l->stride_width + l->kernel_width);
#if MODEL_PACKED
        model_conv_row(l, band, scratch, windows, (uint32_t *)room);
#else
        model_conv_row(l, band, scratch, windows);
#endif
      }
      output = model_conv_store(l, scratch, outputs, output);
    }
  }
}

/* A convolution of each channel by itself with the pooling behind it, four channels at a time. Weights
   lie as channels within columns within rows. */
typedef struct {
  const int8_t *weights;
  const model_channel_t *channels;
  uint16_t input_height, input_width, input_channels;
  uint16_t output_height, output_width; /* behind the pooling */
  uint16_t rows, columns;               /* of the convolution that a pooling window sees */
  uint8_t kernel_height, kernel_width, stride_height, stride_width, pad_top, pad_left;
  uint8_t pool_height, pool_width;
  int8_t input_zero, output_zero, lowest, highest;
} model_depthwise_fours_t;

#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__)
#include <arm_acle.h>
typedef struct {
  uint32_t word;
} __attribute__((packed, may_alias)) model_four_t;

static inline void model_taps(const int8_t *input, const int8_t *weights, int32_t zero, int32_t *sums)
{
  const uint32_t x = ((const model_four_t *)input)->word, w = ((const model_four_t *)weights)->word;
  const int16x2_t x_even = __ssub16(__sxtb16(x), zero), x_odd = __ssub16(__sxtb16(x >> 8 | x << 24), zero);
  const int16x2_t w_even = __sxtb16(w), w_odd = __sxtb16(w >> 8 | w << 24);
  sums[0] = __smlabb(x_even, w_even, sums[0]);
  sums[1] = __smlabb(x_odd, w_odd, sums[1]);
  sums[2] = __smlatt(x_even, w_even, sums[2]);
  sums[3] = __smlatt(x_odd, w_odd, sums[3]);
}
#else
static inline void model_taps(const int8_t *input, const int8_t *weights, int32_t zero, int32_t *sums)
{
  for (int32_t i = 0; i < 4; ++i) {
    sums[i] += (input[i] - (int16_t)zero) * weights[i];
  }
}
#endif

static MODEL_APART void model_depthwise_sums(const model_depthwise_fours_t *l, const int8_t *input, const int8_t *weights,
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
        model_taps(x, w, zero, sums);
      }
    }
  }
  for (int32_t i = 0; i < 4; ++i) {
    best[i] = sums[i] > best[i] ? sums[i] : best[i];
  }
}

static MODEL_APART void model_depthwise_fours(const model_depthwise_fours_t *l, const int8_t *input, int8_t *output)
{
  for (int32_t y = 0; y < l->output_height; ++y) {
    for (int32_t x = 0; x < l->output_width; ++x) {
      for (int32_t c = 0; c < l->input_channels; c += 4) {
        int32_t best[4] = {INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN};
        for (int32_t row = y * l->pool_height; row < (y + 1) * l->pool_height && row < l->rows; ++row) {
          for (int32_t column = x * l->pool_width; column < (x + 1) * l->pool_width && column < l->columns; ++column) {
            model_depthwise_sums(l, input + c, l->weights + c, row * l->stride_height - l->pad_top,
                              column * l->stride_width - l->pad_left, best);
          }
        }
        for (int32_t i = 0; i < 4; ++i) {
          *output++ = model_clamp(model_requantize(best[i], l->channels + c + i) + l->output_zero, l->lowest, l->highest);
        }
      }
    }
  }
}

/* Softmax over the last axis in fixed point: exp from its series in [-1/4, 0) and powers of e,
   1 / sum by Newton and Raphson. */
typedef struct {
  int32_t multiplier;
  int16_t lowest_difference;
  uint16_t rows, classes;
  uint8_t shift;
} model_softmax_t;

static MODEL_APART int32_t model_high_product(int32_t a, int32_t b)
{
  return (int32_t)(((int64_t)a * b + (1LL << 30)) >> 31);
}

static MODEL_APART int32_t model_halved(int32_t value, int32_t times)
{
  return (((value + (value >> 31)) >> (times - 1)) + 1) >> 1;
}

static MODEL_APART int32_t model_exp(const model_softmax_t *l, int32_t difference)
{
  static const int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  const int32_t quarter = 1 << 24;
  if (difference < l->lowest_difference) {
    return 0;
  }
  if (difference == 0) {
    return INT32_MAX;
  }
  const int32_t value = model_high_product(difference * (1 << l->shift), l->multiplier);
  if (value == 0) {
    return INT32_MAX;
  }
  const int32_t rest = (value & (quarter - 1)) - quarter;
  const int32_t x = rest * 32 + (1 << 28);
  const int32_t square = model_high_product(x, x);
  int32_t tail = model_halved(model_high_product(square, square), 2) + model_high_product(square, x);
  tail = model_halved(model_high_product(tail, 715827883) + square, 1);
  int32_t result = 1895147668 + model_high_product(1895147668, x + tail);
  for (int32_t i = 0; i < 7; ++i) {
    if ((rest - value) >> 24 >> i & 1) {
      result = model_high_product(result, factors[i]);
    }
  }
  return result;
}

static MODEL_APART void model_softmax(const model_softmax_t *l, const int8_t *input, int8_t *output)
{
  for (int32_t row = 0; row < l->rows; ++row, input += l->classes, output += l->classes) {
    int32_t largest = INT8_MIN, digits = 12;
    uint32_t sum = 0;
    for (int32_t c = 0; c < l->classes; ++c) {
      largest = input[c] > largest ? input[c] : largest;
    }
    for (int32_t c = 0; c < l->classes; ++c) {
      sum += (uint32_t)model_halved(model_exp(l, input[c] - largest), 12);
    }
    while (sum < 0x80000000u) {
      sum <<= 1;
      --digits;
    }
    const int32_t half = (int32_t)(sum >> 1);
    int32_t x = 1515870810 + model_high_product(half, -1010580540);
    for (int32_t i = 0; i < 3; ++i) {
      x += model_high_product(x, (1 << 29) - model_high_product(half, x)) * 4;
    }
    x = x > INT32_MAX / 2 ? INT32_MAX : x * 2;
    for (int32_t c = 0; c < l->classes; ++c) {
      const int32_t share = model_halved(model_high_product(x, model_exp(l, input[c] - largest)), digits + 23);
      output[c] = (int8_t)(share > 255 ? 127 : share - 128);
    }
  }
}

static int32_t model_memory[390];

static const uint32_t model_0_conv_2d_weights[] = {
  0x0404042f, 0x2535ee19, 0xfc1e0310, 0xf4f3edf9, 0xfcf23fee, 0xf3dfd112, 0x1ddfe50a, 0xe2ebf3e1, 0xe40bf605,
  0x08eef715, 0xfc1a22ef, 0xd905f224, 0x00000013, 0x000000f7, 0xc8e5b8fc, 0xe8293616, 0xfa060002, 0xe300d50a,
  0x2728ed2e, 0x1c34ff31, 0x27c0e115, 0x20f90129, 0x1b192ef1, 0x0620eed4, 0xeecef12b, 0xfb0b0303, 0x00000024,
  0x00000001, 0xfdfe2fe5, 0xf623e807, 0x06da2921, 0xf0eb1015, 0x17220403, 0xf1cdca02, 0xeb1e3b0e, 0x0d1bdef0,
  0x0a05022a, 0x0813c33f, 0x172113f7, 0xec2fe9c8, 0x00000001, 0x00000000, 0x06011c28, 0xe2ebe4cd, 0x2c1b06fe,
  0xe1d4e83c, 0xf31fe909, 0x07294221, 0xf4f2eb08, 0xe8da2945, 0x1ae305fd, 0x334ecbe8, 0x0beeed21, 0xe9da3044,
  0x0000000a, 0x000000ec, 0xe342fe05, 0xd04da955, 0xa4b2e426, 0xbf6e6ab9, 0x0ce2e5ec, 0xc1f1fdf3, 0x17f10bbf,
  0xf96e78fd, 0xda35ffde, 0x049fe91f, 0xe45f01ed, 0x1aa7a9e9, 0x00000032, 0x00000032, 0x251d2e8c, 0xb229ae18,
  0x15659c05, 0x5ce3c0f8, 0x2372c403, 0x0313fe08, 0x20e553dc, 0xf8d661a8, 0x296f0394, 0xf7d91dc3, 0xb9c553af,
  0x14ead29e, 0x0000008d, 0x0000000a,
};

static const model_channel_t model_0_conv_2d_channels[] = {
  {1137306261, -211962}, {2037610188, 174535}, {1314371483, 29958}, {1923554401, -280601}, {1300367138, -474041},
  {1967197363, 186343}, {1535833545, -188410}, {2004513438, -161529}, {1574301916, 228583}, {1321001540, -48121},
  {1461000319, 56775}, {1174743729, 479495},
};

static const model_conv_t model_0_conv_2d_settings = {
  .weights = model_0_conv_2d_weights, .channels = model_0_conv_2d_channels, .input_height = 53,
  .input_width = 20, .input_channels = 1, .output_height = 13, .output_width = 5, .rows = 26, .columns = 10,
  .kernel_height = 5, .kernel_width = 5, .stride_height = 2, .stride_width = 2, .pad_top = 2, .pad_left = 1,
  .pool_height = 2, .pool_width = 2, .input_zero = 44, .output_zero = -128, .lowest = -128, .highest = 127,
  .output_channels = 12, .column = 5, .step = 10, .words = 7, .stretch = 4,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_0_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_0_conv_2d_settings, input, output, model_memory + 195);
}

static const int8_t model_1_depthwise_conv_2d_weights[] = {
  96, 1, 58, 31, 8, -92, 2, -2, -75, -29, -93, -26, 40, 101, 8, -95, 58, 49, -110, 26, 35, 125, 23, 73, -49, 127,
  -23, -46, 18, -9, -95, -51, 62, 13, -99, -93, -41, -75, -117, -36, -64, 65, 0, 63, 9, 127, -118, -104, -65,
  -68, 61, 38, 108, -36, 74, 87, -1, 37, 60, -59, 70, -101, -103, -16, 18, 17, 21, -72, 16, -91, 126, 28, -76,
  20, 59, 99, 34, -44, 0, -127, 30, -82, 73, 89, 37, -64, -85, 25, -54, -95, -77, 64, -86, 120, 0, -127, 73,
  -127, 66, 12, 29, -11, 29, -8, 31, -47, -78, -93,
};

static const model_channel_t model_1_depthwise_conv_2d_channels[] = {
  {1612127938, -46585}, {1787673236, 95688}, {1375607549, 67623}, {2048363883, -1209}, {1450273088, -88569},
  {1154375165, 83111}, {1304025256, 98823}, {1232787099, -20505}, {1572873740, -4601}, {1504398274, -202200},
  {1575464363, 52104}, {1219586548, 220072},
};

static const model_depthwise_fours_t model_1_depthwise_conv_2d_settings = {
  .weights = model_1_depthwise_conv_2d_weights, .channels = model_1_depthwise_conv_2d_channels,
  .input_height = 13, .input_width = 5, .input_channels = 12, .output_height = 13, .output_width = 5, .rows = 13,
  .columns = 5, .kernel_height = 3, .kernel_width = 3, .stride_height = 1, .stride_width = 1, .pad_top = 1,
  .pad_left = 1, .pool_height = 1, .pool_width = 1, .input_zero = -128, .output_zero = 8, .lowest = -128,
  .highest = 127,
};

/* DEPTHWISE_CONV_2D */
static MODEL_APART void model_1_depthwise_conv_2d(const int8_t *input, int8_t *output)
{
  model_depthwise_fours(&model_1_depthwise_conv_2d_settings, input, output);
}

static const uint32_t model_2_conv_2d_weights[] = {
  0x20dacb10, 0x1e3820f9, 0x0027ce2b, 0x13f2cc1f, 0x35f7d5bc, 0x29e9ef0f, 0xf52630ef, 0xe7eeffd8, 0xfbf1d9b0,
  0xc2e23ff2, 0x55c22638, 0x504d57cf, 0x20ed44d8, 0x5105db44, 0xafaaee92, 0x14ca0c06, 0xd4c51c75, 0xd9deeec5,
  0xa9f139bf, 0xc7062af8, 0xcbaf2201, 0xf61842ad, 0x4e0d25dc, 0x124c1eff, 0x0ff2ddd5, 0xfa3903e4, 0x111d1613,
  0xd6f210d2, 0xf112f517, 0x2615b807, 0x05c86dd5, 0x4abf4028, 0xfa28db2d, 0xbfceb701, 0x09d51fb0, 0x19d352f1,
};

static const model_channel_t model_2_conv_2d_channels[] = {
  {1191848729, 18469}, {1341606171, -30075}, {1295987066, -21531}, {1189055798, -26235}, {1457560506, 42342},
  {1407715642, 12741}, {1302924671, 32037}, {1328700202, -34043}, {1981389327, 3333}, {1759622910, 16613},
  {1091785308, 7685}, {1157761016, 3397},
};

static const model_conv_t model_2_conv_2d_settings = {
  .weights = model_2_conv_2d_weights, .channels = model_2_conv_2d_channels, .input_height = 13,
  .input_width = 60, .input_channels = 1, .output_height = 3, .output_width = 1, .rows = 12, .columns = 4,
  .kernel_height = 1, .kernel_width = 12, .stride_height = 1, .stride_width = 12, .pad_top = 0, .pad_left = 0,
  .pool_height = 4, .pool_width = 4, .input_zero = 8, .output_zero = -128, .lowest = -128, .highest = 127,
  .output_channels = 12, .column = 1, .step = 12, .words = 3, .stretch = 1,
};

/* CONV_2D, MAX_POOL_2D, MAX_POOL_2D */
static MODEL_APART void model_2_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_2_conv_2d_settings, input, output, model_memory + 0);
}

static const int8_t model_3_depthwise_conv_2d_weights[] = {
  127, 115, -5, 26, 109, 77, 36, 88, -100, 42, -9, 53, -17, -65, -127, -59, -67, -37, 85, -95, 28, -63, 49, 43,
  -74, 36, 127, -66, 127, 80, 36, -2, -85, -72, 70, 103,
};

static const model_channel_t model_3_depthwise_conv_2d_channels[] = {
  {2130193989, -29944}, {1380826161, -18586}, {1273200123, 80423}, {1212351109, 147078}, {1355029545, -101562},
  {1379023144, -88282}, {1436353736, -271802}, {1354460545, 77702}, {1401411663, 113798}, {1663366646, 155719},
  {1232320248, -155258}, {2125001705, -298265},
};

static const model_depthwise_fours_t model_3_depthwise_conv_2d_settings = {
  .weights = model_3_depthwise_conv_2d_weights, .channels = model_3_depthwise_conv_2d_channels,
  .input_height = 3, .input_width = 1, .input_channels = 12, .output_height = 2, .output_width = 1, .rows = 2,
  .columns = 1, .kernel_height = 3, .kernel_width = 1, .stride_height = 2, .stride_width = 2, .pad_top = 1,
  .pad_left = 0, .pool_height = 1, .pool_width = 1, .input_zero = -128, .output_zero = -10, .lowest = -128,
  .highest = 127,
};

/* DEPTHWISE_CONV_2D */
static MODEL_APART void model_3_depthwise_conv_2d(const int8_t *input, int8_t *output)
{
  model_depthwise_fours(&model_3_depthwise_conv_2d_settings, input, output);
}

static const uint32_t model_4_conv_2d_weights[] = {
  0xd7692f6f, 0x12cfa8e0, 0xe6b0c028, 0xcbea18f7, 0xc61f0660, 0x4d362d16, 0xdb16ef2b, 0x0c0b26ae, 0xa181eb6b,
  0x1f2947e8, 0x7ede87e7, 0xd81ccd05, 0xfab2ef31, 0x672e05be, 0x2bb84869, 0x0d3a170b, 0xf68eee63, 0x24a4fb04,
  0x03fe08d8, 0x0af7a2c1, 0xb41595c1, 0xe1a6d53c, 0xb0e11bcd, 0x06ca35a6,
};

static const model_channel_t model_4_conv_2d_channels[] = {
  {1309547062, 77798}, {1971307453, 7366}, {1375760829, -29242}, {1347385683, 29381}, {1262869440, 36806},
  {1433048160, 46629}, {1806139001, -98362}, {1340507219, -109242},
};

static const model_conv_t model_4_conv_2d_settings = {
  .weights = model_4_conv_2d_weights, .channels = model_4_conv_2d_channels, .input_height = 1, .input_width = 24,
  .input_channels = 1, .output_height = 1, .output_width = 1, .rows = 1, .columns = 2, .kernel_height = 1,
  .kernel_width = 12, .stride_height = 1, .stride_width = 12, .pad_top = 0, .pad_left = 0, .pool_height = 1,
  .pool_width = 2, .input_zero = -10, .output_zero = -128, .lowest = -128, .highest = 127, .output_channels = 8,
  .column = 1, .step = 12, .words = 3, .stretch = 1,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_4_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_4_conv_2d_settings, input, output, model_memory + 0);
}

static const uint32_t model_5_fully_connected_weights[] = {
  0xd4e80d24, 0xc33c1ad3, 0x02214bf6, 0x4fb653e5, 0x4dc3bbee, 0x4294100a, 0x09ebd754, 0x0bc24501, 0x38eee21c,
  0x17ec63bf, 0xb83d1b04, 0x03dda637, 0xce53e551, 0x92e64346, 0x140bd305, 0x0d24b957, 0xd7403ac9, 0xc515014d,
  0x3144c719, 0xb9db46cd,
};

static const model_channel_t model_5_fully_connected_channels[] = {
  {1137572126, 350727}, {1137572126, 179431}, {1137572126, -132473}, {1137572126, 551}, {1137572126, 208999},
  {1137572126, -100889}, {1137572126, 290599}, {1137572126, 277191}, {1137572126, 417767}, {1137572126, -185049},
};

static const model_conv_t model_5_fully_connected_settings = {
  .weights = model_5_fully_connected_weights, .channels = model_5_fully_connected_channels, .input_height = 1,
  .input_width = 8, .input_channels = 1, .output_height = 1, .output_width = 1, .rows = 1, .columns = 1,
  .kernel_height = 1, .kernel_width = 8, .stride_height = 1, .stride_width = 8, .pad_top = 0, .pad_left = 0,
  .pool_height = 1, .pool_width = 1, .input_zero = -128, .output_zero = -13, .lowest = -128, .highest = 127,
  .output_channels = 10, .column = 1, .step = 8, .words = 2, .stretch = 1,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_5_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_5_fully_connected_settings, input, output, model_memory + 0);
}

static const model_softmax_t model_6_softmax_settings = {
  .multiplier = 2032874624, .shift = 22, .lowest_difference = -256, .rows = 1, .classes = 10,
};

/* SOFTMAX */
static MODEL_APART void model_6_softmax(const int8_t *input, int8_t *output)
{
  model_softmax(&model_6_softmax_settings, input, output);
}

void model_invoke(const int8_t *input, int8_t *output)
{
  model_0_conv_2d(input, (int8_t *)(model_memory + 0));
  model_1_depthwise_conv_2d((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 195));
  model_2_conv_2d((int8_t *)(model_memory + 195), (int8_t *)(model_memory + 195));
  model_3_depthwise_conv_2d((int8_t *)(model_memory + 195), (int8_t *)(model_memory + 20));
  model_4_conv_2d((int8_t *)(model_memory + 20), (int8_t *)(model_memory + 20));
  model_5_fully_connected((int8_t *)(model_memory + 20), (int8_t *)(model_memory + 14));
  model_6_softmax((int8_t *)(model_memory + 14), output);
}
