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

static int32_t model_memory[384];

static const uint32_t model_0_conv_2d_weights[] = {
  0xe5b1b62d, 0x89f962d8, 0xc900f0fc, 0x7700fbcb, 0x00002715, 0x00e5da39, 0xe1ed2d81, 0x26fc7f8a, 0xd40023db,
  0x6000caaf, 0x002dc1bf, 0x00f1ad4c, 0xa62bf18b, 0xeeee7f62, 0x000000e3, 0x0000002f, 0xb70700f4, 0x6cf1f12e,
  0x0f00bab0, 0x0000e24d, 0x0028c52c, 0x00c5f81a, 0x3781d9ce, 0xb8d081cc, 0xd700e725, 0x0e002093, 0x000104cc,
  0x003599b2, 0xdc1414d3, 0x9cd5cad4, 0x00000057, 0x00000031, 0x2b3cb6ab, 0xf2ecd20d, 0xbf004e43, 0xb200f1b7,
  0x001216e9, 0x000bcbbd, 0xb8305295, 0xa71d132b, 0x1600d702, 0x1c00bf04, 0x00cdc532, 0x00cec1d0, 0x237f6264,
  0xab0881bf, 0x000000ac, 0x000000dc, 0xedb9d830, 0xc5d516cc, 0x3b00fe48, 0x250016e7, 0x00bfbf43, 0x00fb7f10,
  0x26077f69, 0x0719dfee, 0x2300a2a7, 0x190027d7, 0x004058ec, 0x001cb722, 0x0de98fe3, 0x1fd5ef18, 0x00000054,
  0x000000f3,
};

static const model_channel_t model_0_conv_2d_channels[] = {
  {1647567667, -731767}, {1162327149, 134984}, {1544634510, -236631}, {1482650381, -965367},
  {2049062926, 219880}, {1317946534, -1237559}, {1177374227, 243687}, {1625878699, 8582},
};

static const model_conv_t model_0_conv_2d_settings = {
  .weights = model_0_conv_2d_weights, .channels = model_0_conv_2d_channels, .input_height = 24,
  .input_width = 16, .input_channels = 1, .output_height = 12, .output_width = 8, .rows = 24, .columns = 16,
  .kernel_height = 5, .kernel_width = 5, .stride_height = 1, .stride_width = 1, .pad_top = 2, .pad_left = 2,
  .pool_height = 2, .pool_width = 2, .input_zero = -44, .output_zero = -128, .lowest = -128, .highest = 127,
  .output_channels = 8, .column = 6, .step = 6, .words = 8, .stretch = 4,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_0_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_0_conv_2d_settings, input, output, model_memory + 192);
}

static const int8_t model_1_depthwise_conv_2d_weights[] = {
  127, 29, 21, 17, 40, -85, 17, 18, -63, -25, -120, -23, -13, -14, -3, -53, 13, -1, -118, 18, 31, 47, 27, 23, 7,
  5, -66, -3, 29, -23, -4, -22, 23, -29, -73, -66, -49, -82, -28, 15, -22, 68, -75, 33, -15, 62, -127, -44, -68,
  -36, 10, 58, 52, -21, 11, 20, -20, 61, -48, -37, 5, -50, -81, -51, -14, -6, -54, -19, 26, -48, 89, 34, -124,
  -57, 20, 79, 92, -50, 21, -11, 51, 23, 102, 64, 17, -46, -100, -31, -47, -44, -111, 65, -4, 27, -74, -37, -26,
  35, -5, 3, -19, -81, -7, -2, 52, -32, -127, -84, -9, -127, -83, -37, -63, 36, -81, 5, -31, -17, -19, -38, 49,
  -57, 10, -54, 40, -87, -11, 74, -72, -45, -61, -33, 43, 22, 17, 45, -64, -82, -68, -98, -24, 37, -30, 2, -82,
  -69, -20, -127, 8, 12, 31, -55, -35, 127, 120, -125, 37, -62, 35, 4, -53, -12, -65, 17, 38, 44, -69, 127, 74,
  38, -12, -13, 127, -93, 48, -8, -18, 23, 29, -100, -27, -79, 48, -1, -2, -21, -53, 68, -58, 13, -24, 29, -95,
  73, -54, 72, 108, -8, -63, 67,
};

static const model_channel_t model_1_depthwise_conv_2d_channels[] = {
  {1428748548, 247273}, {1366422385, 7751}, {1294485319, 438761}, {1495149556, 88776}, {1205634513, -202520},
  {1453021262, 287689}, {1642869446, 232553}, {1323420437, -22520},
};

static const model_depthwise_fours_t model_1_depthwise_conv_2d_settings = {
  .weights = model_1_depthwise_conv_2d_weights, .channels = model_1_depthwise_conv_2d_channels,
  .input_height = 12, .input_width = 8, .input_channels = 8, .output_height = 12, .output_width = 8, .rows = 12,
  .columns = 8, .kernel_height = 5, .kernel_width = 5, .stride_height = 1, .stride_width = 1, .pad_top = 2,
  .pad_left = 2, .pool_height = 1, .pool_width = 1, .input_zero = -128, .output_zero = -5, .lowest = -128,
  .highest = 127,
};

/* DEPTHWISE_CONV_2D */
static MODEL_APART void model_1_depthwise_conv_2d(const int8_t *input, int8_t *output)
{
  model_depthwise_fours(&model_1_depthwise_conv_2d_settings, input, output);
}

static const uint32_t model_2_conv_2d_weights[] = {
  0x61d5815a, 0x7f1421e5, 0xf43599a9, 0xcd23529a, 0x81d06adb, 0xe9f141b6, 0x08ce5e9b, 0x7fabe61a, 0xe8f125e2,
  0x237f0f48, 0x3afc717f, 0x5428a8ee, 0xfa81edc5, 0xc3d29ed6, 0xaa1ce456, 0xd08efc81, 0x31960f81, 0x9c2c7fb5,
  0xa9a555bd, 0xd9011a89, 0x734181d2, 0xfbf7c430, 0x50a29eb8, 0x64ef237f, 0x757f0bcc, 0xf5a0f37f, 0x32e0d7fa,
  0xd9a3e623, 0xdd7f1322, 0xbb7f43b3, 0x6ff6c259, 0x5f877765,
};

static const model_channel_t model_2_conv_2d_channels[] = {
  {1364616254, -20762}, {1264170901, 18374}, {2111176153, -24505}, {1415926810, -2106}, {2120762111, 41254},
  {1146132373, 37030}, {1527497442, -34170}, {1352189288, -103033}, {1826055363, -56729}, {1180257912, -21562},
  {1180162858, -31034}, {1593929774, 36422}, {1783359021, 27142}, {2111057898, -22138}, {2118258530, 42151},
  {1935954197, 39463},
};

static const model_conv_t model_2_conv_2d_settings = {
  .weights = model_2_conv_2d_weights, .channels = model_2_conv_2d_channels, .input_height = 12,
  .input_width = 64, .input_channels = 1, .output_height = 1, .output_width = 1, .rows = 8, .columns = 8,
  .kernel_height = 1, .kernel_width = 8, .stride_height = 1, .stride_width = 8, .pad_top = 0, .pad_left = 0,
  .pool_height = 8, .pool_width = 8, .input_zero = -5, .output_zero = -128, .lowest = -128, .highest = 127,
  .output_channels = 16, .column = 1, .step = 8, .words = 2, .stretch = 1,
};

/* CONV_2D, MAX_POOL_2D, MAX_POOL_2D, MAX_POOL_2D */
static MODEL_APART void model_2_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_2_conv_2d_settings, input, output, model_memory + 0);
}

static const uint32_t model_3_fully_connected_weights[] = {
  0x95b0be52, 0xeb45123c, 0x151c40a4, 0x69d9c78b, 0x918136e2, 0xec7ff73b, 0x47be8bfc, 0xafc3da53, 0x78c16005,
  0x8138cc2d, 0x7f27bc78, 0x3f378d76, 0xf289a7db, 0x6f66655a, 0xf641b6a6, 0xda016a3c, 0x63e40950, 0xf7d0e528,
  0x5d1b7f95, 0x4671f3c5, 0xea2098d3, 0xbe175d07, 0x1c66acea, 0xbe7f3ef7, 0x42f66647, 0x05a44765, 0x2581ea70,
  0xa98f0731, 0x18a7cfb1, 0x7f53e11d, 0xdfb54fef, 0xad816184,
};

static const model_channel_t model_3_fully_connected_channels[] = {
  {1933087478, -1966072}, {1790295542, 343080}, {1928912581, 32872}, {1886797783, 2347496}, {2112871917, 757736},
  {1752508972, 970760}, {1175999089, -45721}, {2131128839, -353464},
};

static const model_conv_t model_3_fully_connected_settings = {
  .weights = model_3_fully_connected_weights, .channels = model_3_fully_connected_channels, .input_height = 1,
  .input_width = 16, .input_channels = 1, .output_height = 1, .output_width = 1, .rows = 1, .columns = 1,
  .kernel_height = 1, .kernel_width = 16, .stride_height = 1, .stride_width = 16, .pad_top = 0, .pad_left = 0,
  .pool_height = 1, .pool_width = 1, .input_zero = -128, .output_zero = -128, .lowest = -128, .highest = 127,
  .output_channels = 8, .column = 1, .step = 16, .words = 4, .stretch = 1,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_3_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_3_fully_connected_settings, input, output, model_memory + 0);
}

static const uint32_t model_4_fully_connected_weights[] = {
  0x71c47f55, 0x6a3dd0ca, 0x38e9a6f4, 0xad69813e,
};

static const model_channel_t model_4_fully_connected_channels[] = {
  {1371304055, 796807}, {1491661745, 95655},
};

static const model_conv_t model_4_fully_connected_settings = {
  .weights = model_4_fully_connected_weights, .channels = model_4_fully_connected_channels, .input_height = 1,
  .input_width = 8, .input_channels = 1, .output_height = 1, .output_width = 1, .rows = 1, .columns = 1,
  .kernel_height = 1, .kernel_width = 8, .stride_height = 1, .stride_width = 8, .pad_top = 0, .pad_left = 0,
  .pool_height = 1, .pool_width = 1, .input_zero = -128, .output_zero = -65, .lowest = -128, .highest = 127,
  .output_channels = 2, .column = 1, .step = 8, .words = 2, .stretch = 1,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_4_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_4_fully_connected_settings, input, output, model_memory + 0);
}

static const model_softmax_t model_5_softmax_settings = {
  .multiplier = 1727475968, .shift = 22, .lowest_difference = -256, .rows = 1, .classes = 2,
};

/* SOFTMAX */
static MODEL_APART void model_5_softmax(const int8_t *input, int8_t *output)
{
  model_softmax(&model_5_softmax_settings, input, output);
}

void model_invoke(const int8_t *input, int8_t *output)
{
  model_0_conv_2d(input, (int8_t *)(model_memory + 0));
  model_1_depthwise_conv_2d((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 192));
  model_2_conv_2d((int8_t *)(model_memory + 192), (int8_t *)(model_memory + 192));
  model_3_fully_connected((int8_t *)(model_memory + 192), (int8_t *)(model_memory + 192));
  model_4_fully_connected((int8_t *)(model_memory + 192), (int8_t *)(model_memory + 192));
  model_5_softmax((int8_t *)(model_memory + 192), output);
}
