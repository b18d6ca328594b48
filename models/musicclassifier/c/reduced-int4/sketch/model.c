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

#define MODEL_PACKED 1

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
  0xe8f958cd, 0x686b587a, 0x68261fb6, 0x3b446539, 0x955967b9, 0x189b6ce6, 0x8888886a, 0x52e5f1b7, 0x478828a8,
  0xccfc86fd, 0xcc7195ea, 0x9adb6c27, 0x76a3979c, 0x8888888c, 0x78c86d95, 0x6863adac, 0x6b2c2889, 0x96bc4f6a,
  0x99a919fd, 0x6bdc5b27, 0x88888888, 0x59695d3f, 0x5f4d69d8, 0x96cee4ba, 0x6656c4ea, 0xddf33968, 0x6a45c5ee,
  0x88888869, 0x56dd28d8, 0x41f2f64b, 0x49768677, 0x7af7f983, 0x852c78a5, 0xa62f3866, 0x888888bc, 0x2bba2ba1,
  0xf96e3279, 0x8aaf8598, 0x8a56fd16, 0x7b5fa831, 0xa4645d13, 0x88888891,
};

static const model_channel_t model_0_conv_2d_channels[] = {
  {1338746994, -21341}, {1559605782, 29188}, {1697166256, 6051}, {1848513609, -39484}, {1454614535, -54940},
  {1147896831, 19779}, {1096222090, -35485}, {1438503589, -11805}, {1384802896, 15523}, {1382119772, -2013},
  {1515516418, 1251}, {2030948681, 31748},
};

static const model_conv_t model_0_conv_2d_settings = {
  .weights = model_0_conv_2d_weights, .channels = model_0_conv_2d_channels, .input_height = 53,
  .input_width = 20, .input_channels = 1, .output_height = 13, .output_width = 5, .rows = 26, .columns = 10,
  .kernel_height = 5, .kernel_width = 5, .stride_height = 2, .stride_width = 2, .pad_top = 2, .pad_left = 1,
  .pool_height = 2, .pool_width = 2, .input_zero = 40, .output_zero = -128, .lowest = -128, .highest = 127,
  .output_channels = 12, .column = 5, .step = 10, .words = 7, .stretch = 4, .bits = 4, .room = 14,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_0_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_0_conv_2d_settings, input, output, model_memory + 195);
}

static const int8_t model_1_depthwise_conv_2d_weights[] = {
  7, 0, 3, 2, 1, -7, 0, 0, -6, -1, -6, -1, 3, 4, 0, -7, 4, 4, -7, 1, 3, 6, 1, 4, -4, 6, -1, -3, 1, -1, -6, -3, 5,
  1, -6, -5, -3, -3, -7, -3, -4, 5, 0, 3, 1, 7, -7, -6, -5, -3, 4, 3, 7, -3, 5, 5, 0, 2, 4, -3, 5, -4, -6, -1, 1,
  1, 1, -4, 1, -4, 7, 1, -6, 1, 4, 7, 2, -3, 0, -7, 2, -4, 4, 5, 3, -3, -5, 2, -3, -7, -5, 3, -7, 5, 0, -7, 5,
  -7, 4, 1, 2, -1, 2, 0, 3, -2, -5, -5,
};

static const model_channel_t model_1_depthwise_conv_2d_channels[] = {
  {1409475352, -4029}, {1267447482, 5155}, {1446961929, 4771}, {1829454758, -157}, {1428360090, -6749},
  {1965121809, 7364}, {1344062123, 7235}, {1434730108, -1277}, {1229846813, -381}, {1085535318, -10333},
  {1698774648, 3524}, {1466035665, 13636},
};

static const model_depthwise_fours_t model_1_depthwise_conv_2d_settings = {
  .weights = model_1_depthwise_conv_2d_weights, .channels = model_1_depthwise_conv_2d_channels,
  .input_height = 13, .input_width = 5, .input_channels = 12, .output_height = 13, .output_width = 5, .rows = 13,
  .columns = 5, .kernel_height = 3, .kernel_width = 3, .stride_height = 1, .stride_width = 1, .pad_top = 1,
  .pad_left = 1, .pool_height = 1, .pool_width = 1, .input_zero = -128, .output_zero = 10, .lowest = -128,
  .highest = 127,
};

/* DEPTHWISE_CONV_2D */
static MODEL_APART void model_1_depthwise_conv_2d(const int8_t *input, int8_t *output)
{
  model_depthwise_fours(&model_1_depthwise_conv_2d_settings, input, output);
}

static const uint32_t model_2_conv_2d_weights[] = {
  0xccf4c37a, 0xb86c13cd, 0xee5764a1, 0x677b8c56, 0x3857d572, 0xffe3fb4d, 0xfa975ce5, 0xa3339791, 0x45546a3f,
  0x3197cc83, 0x74a1eb18, 0x9ef9bb85, 0x8bd68251, 0x4b7dac4b, 0xc5ab169b, 0xf914efc5, 0x283b158b, 0xa935fa73,
};

static const model_channel_t model_2_conv_2d_channels[] = {
  {1417000822, 1474}, {1327130071, -4766}, {1927820316, -2526}, {1767348762, -2654}, {1504726674, 3746},
  {1934465624, 1186}, {1954165566, 3362}, {1888429549, -4254}, {1534424332, 450}, {1115604922, 1569},
  {2024524196, 386}, {1380791756, 1058},
};

static const model_conv_t model_2_conv_2d_settings = {
  .weights = model_2_conv_2d_weights, .channels = model_2_conv_2d_channels, .input_height = 13,
  .input_width = 60, .input_channels = 1, .output_height = 3, .output_width = 1, .rows = 12, .columns = 4,
  .kernel_height = 1, .kernel_width = 12, .stride_height = 1, .stride_width = 12, .pad_top = 0, .pad_left = 0,
  .pool_height = 4, .pool_width = 4, .input_zero = 10, .output_zero = -128, .lowest = -128, .highest = 127,
  .output_channels = 12, .column = 1, .step = 12, .words = 3, .stretch = 1, .bits = 4, .room = 6,
};

/* CONV_2D, MAX_POOL_2D, MAX_POOL_2D */
static MODEL_APART void model_2_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_2_conv_2d_settings, input, output, model_memory + 0);
}

static const int8_t model_3_depthwise_conv_2d_weights[] = {
  7, 7, 0, 3, 6, 7, 3, 6, -7, 4, -1, 4, -1, -4, -6, -6, -4, -3, 7, -7, 2, -6, 5, 3, -4, 2, 7, -7, 7, 7, 3, 0, -6,
  -7, 7, 7,
};

static const model_channel_t model_3_depthwise_conv_2d_channels[] = {
  {1494565322, -1533}, {1625956559, -1182}, {1095209162, 3522}, {1564461858, 16963}, {1662704796, -6174},
  {1991093952, -9309}, {1184248647, -24766}, {1209908007, 6498}, {1332515586, 9026}, {1156063639, 16771},
  {1676698000, -17149}, {1999532483, -23869},
};

static const model_depthwise_fours_t model_3_depthwise_conv_2d_settings = {
  .weights = model_3_depthwise_conv_2d_weights, .channels = model_3_depthwise_conv_2d_channels,
  .input_height = 3, .input_width = 1, .input_channels = 12, .output_height = 2, .output_width = 1, .rows = 2,
  .columns = 1, .kernel_height = 3, .kernel_width = 1, .stride_height = 2, .stride_width = 2, .pad_top = 1,
  .pad_left = 0, .pool_height = 1, .pool_width = 1, .input_zero = -128, .output_zero = -9, .lowest = -128,
  .highest = 127,
};

/* DEPTHWISE_CONV_2D */
static MODEL_APART void model_3_depthwise_conv_2d(const int8_t *input, int8_t *output)
{
  model_depthwise_fours(&model_3_depthwise_conv_2d_settings, input, output);
}

static const uint32_t model_4_conv_2d_weights[] = {
  0xa64e1b6f, 0x4663a47a, 0xe4cac8ae, 0x9699b71a, 0xb3c1e76e, 0x4fa64287, 0xf7b3873b, 0x9bc4ac9f, 0xb721878e,
  0x98781945, 0x632951c4, 0x8346ca15,
};

static const model_channel_t model_4_conv_2d_channels[] = {
  {1341118694, 4514}, {1536245724, 1058}, {1530951194, -766}, {1873542186, 2626}, {1256530031, 2466},
  {1212307988, 3105}, {1718508470, -5118}, {1144867679, -6974},
};

static const model_conv_t model_4_conv_2d_settings = {
  .weights = model_4_conv_2d_weights, .channels = model_4_conv_2d_channels, .input_height = 1, .input_width = 24,
  .input_channels = 1, .output_height = 1, .output_width = 1, .rows = 1, .columns = 2, .kernel_height = 1,
  .kernel_width = 12, .stride_height = 1, .stride_width = 12, .pad_top = 0, .pad_left = 0, .pool_height = 1,
  .pool_width = 2, .input_zero = -9, .output_zero = -128, .lowest = -128, .highest = 127, .output_channels = 8,
  .column = 1, .step = 12, .words = 3, .stretch = 1, .bits = 4, .room = 6,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_4_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_4_conv_2d_settings, input, output, model_memory + 0);
}

static const uint32_t model_5_fully_connected_weights[] = {
  0x45c6a95a, 0xd83add67, 0xcd149497, 0x9947c58d, 0xac77e64a, 0x836c2ac8, 0x156dc6cd, 0x99a835d8, 0x459c8cd4,
  0x3b5cd459,
};

static const model_channel_t model_5_fully_connected_channels[] = {
  {1141231025, 17859}, {1141231025, 9091}, {1141231025, -5789}, {1141231025, -925}, {1141231025, 14755},
  {1141231025, -2493}, {1141231025, 10243}, {1141231025, 8707}, {1141231025, 17603}, {1141231025, -15229},
};

static const model_conv_t model_5_fully_connected_settings = {
  .weights = model_5_fully_connected_weights, .channels = model_5_fully_connected_channels, .input_height = 1,
  .input_width = 8, .input_channels = 1, .output_height = 1, .output_width = 1, .rows = 1, .columns = 1,
  .kernel_height = 1, .kernel_width = 8, .stride_height = 1, .stride_width = 8, .pad_top = 0, .pad_left = 0,
  .pool_height = 1, .pool_width = 1, .input_zero = -128, .output_zero = -15, .lowest = -128, .highest = 127,
  .output_channels = 10, .column = 1, .step = 8, .words = 2, .stretch = 1, .bits = 4, .room = 4,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_5_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_5_fully_connected_settings, input, output, model_memory + 0);
}

static const model_softmax_t model_6_softmax_settings = {
  .multiplier = 1764208384, .shift = 22, .lowest_difference = -256, .rows = 1, .classes = 10,
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
  model_3_depthwise_conv_2d((int8_t *)(model_memory + 195), (int8_t *)(model_memory + 26));
  model_4_conv_2d((int8_t *)(model_memory + 26), (int8_t *)(model_memory + 26));
  model_5_fully_connected((int8_t *)(model_memory + 26), (int8_t *)(model_memory + 18));
  model_6_softmax((int8_t *)(model_memory + 18), output);
}
