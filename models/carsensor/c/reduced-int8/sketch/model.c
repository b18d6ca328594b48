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

/* A convolution of each channel by itself with the pooling behind it. Weights lie as output channels
   within columns within rows. */
typedef struct {
  const int8_t *weights;
  const model_channel_t *channels;
  uint16_t input_height, input_width, input_channels;
  uint16_t output_height, output_width, output_channels; /* behind the pooling */
  uint16_t rows, columns;                                /* of the convolution that a pooling window sees */
  uint8_t kernel_height, kernel_width, stride_height, stride_width, pad_top, pad_left;
  uint8_t pool_height, pool_width, multiplier;
  int8_t input_zero, output_zero, lowest, highest;
} model_depthwise_t;

static MODEL_APART int32_t model_depthwise_sum(const model_depthwise_t *l, const int8_t *input, const int8_t *weights, int32_t top, int32_t left)
{
  int32_t sum = 0;
  for (int32_t y = top; y < top + l->kernel_height; ++y) {
    for (int32_t x = left; x < left + l->kernel_width; ++x, weights += l->output_channels) {
      if (y >= 0 && y < l->input_height && x >= 0 && x < l->input_width) {
        sum += (input[(y * l->input_width + x) * l->input_channels] - l->input_zero) * *weights;
      }
    }
  }
  return sum;
}

static MODEL_APART void model_depthwise(const model_depthwise_t *l, const int8_t *input, int8_t *output)
{
  for (int32_t y = 0; y < l->output_height; ++y) {
    for (int32_t x = 0; x < l->output_width; ++x) {
      for (int32_t c = 0; c < l->output_channels; ++c) {
        int32_t best = INT32_MIN;
        for (int32_t row = y * l->pool_height; row < (y + 1) * l->pool_height && row < l->rows; ++row) {
          for (int32_t column = x * l->pool_width; column < (x + 1) * l->pool_width && column < l->columns; ++column) {
            const int32_t sum = model_depthwise_sum(l, input + c / l->multiplier, l->weights + c,
                                                 row * l->stride_height - l->pad_top, column * l->stride_width - l->pad_left);
            best = sum > best ? sum : best;
          }
        }
        *output++ = model_clamp(model_requantize(best, l->channels + c) + l->output_zero, l->lowest, l->highest);
      }
    }
  }
}

/* Mean over the middle one of three axes, requantized. */
typedef struct {
  model_channel_t channel;
  uint16_t outer, reduced, inner;
  int8_t output_zero;
} model_mean_t;

static MODEL_APART void model_mean(const model_mean_t *l, const int8_t *input, int8_t *output)
{
  for (int32_t i = 0; i < l->outer; ++i) {
    for (int32_t k = 0; k < l->inner; ++k) {
      const int8_t *at = input + i * l->reduced * l->inner + k;
      int32_t sum = 0;
      for (int32_t j = 0; j < l->reduced; ++j, at += l->inner) {
        sum += *at;
      }
      *output++ = model_clamp(model_requantize(sum, &l->channel) + l->output_zero, -128, 127);
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

static int32_t model_memory[395];

static const int8_t model_0_depthwise_conv_2d_weights[] = {
  94, 62, -28, 127, -99, 54, 127, -93, 4, 27, -118, -29, 124, -25,
};

static const model_channel_t model_0_depthwise_conv_2d_channels[] = {
  {1253135709, 231}, {1466232820, -1753},
};

static const model_depthwise_t model_0_depthwise_conv_2d_settings = {
  .weights = model_0_depthwise_conv_2d_weights, .channels = model_0_depthwise_conv_2d_channels,
  .input_height = 256, .input_width = 1, .input_channels = 2, .output_height = 256, .output_width = 1,
  .rows = 256, .columns = 1, .kernel_height = 7, .kernel_width = 1, .stride_height = 1, .stride_width = 1,
  .pad_top = 3, .pad_left = 0, .pool_height = 1, .pool_width = 1, .input_zero = -60, .output_zero = -23,
  .lowest = -128, .highest = 127, .output_channels = 2, .multiplier = 1,
};

/* DEPTHWISE_CONV_2D */
static MODEL_APART void model_0_depthwise_conv_2d(const int8_t *input, int8_t *output)
{
  model_depthwise(&model_0_depthwise_conv_2d_settings, input, output);
}

static const uint32_t model_1_conv_2d_weights[] = {
  0x0034007f, 0x007f00d6, 0x00810040, 0x009f007f, 0x0083007f, 0x00fc0081,
};

static const model_channel_t model_1_conv_2d_channels[] = {
  {1933008941, 129062}, {1713297261, 66886}, {2058690906, -49306}, {1610035802, 17158}, {1582139089, 3334},
  {2126567773, -97274},
};

static const model_conv_t model_1_conv_2d_settings = {
  .weights = model_1_conv_2d_weights, .channels = model_1_conv_2d_channels, .input_height = 1,
  .input_width = 512, .input_channels = 1, .output_height = 1, .output_width = 128, .rows = 1, .columns = 256,
  .kernel_height = 1, .kernel_width = 2, .stride_height = 1, .stride_width = 2, .pad_top = 0, .pad_left = 0,
  .pool_height = 1, .pool_width = 2, .input_zero = -23, .output_zero = -128, .lowest = -128, .highest = 127,
  .output_channels = 6, .column = 1, .step = 2, .words = 1, .stretch = 4,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_1_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_1_conv_2d_settings, input, output, model_memory + 320);
}

static const uint32_t model_2_conv_2d_weights[] = {
  0x43f2a46e, 0x7f141509, 0xcd39c1c7, 0xbb4358c1, 0x6a030cf3, 0xd25c0890, 0x09bfdbb9, 0x61bf65c1, 0x09157bf0,
  0x017ff0d9, 0x51021936, 0xe1c2185f, 0x59c6110f, 0x1863ce4b, 0xb27f5924, 0x57a42ef8, 0x4521e4d3, 0xd2a3c1ce,
  0x3b22d6f5, 0xd3adcdf4, 0x00120075, 0x00360066, 0xaff17fee, 0xf1f04bc0, 0xeacf5ac2, 0x49b1dc13, 0x1b03172a,
  0x253e3572, 0xfef6b33f, 0x02d97fba, 0x699af0f6, 0xa0e812c0, 0xa3bf16f4, 0x18247309, 0xf875711a, 0x33d4ef3c,
  0x9df71224, 0xc926dfb1, 0xb3e9375c, 0xdd41a624, 0xcb3b3613, 0x221fb8f3, 0x00d400dc, 0x00f200d6, 0xc9f315e7,
  0xdb7ce652, 0x18083b3a, 0x372694c1, 0x30d7e722, 0xe3332b6a, 0x33e6df03, 0xe7b96df5, 0xb23711f0, 0x09e2d20b,
  0x28aa8115, 0xc69ed825, 0x0b14a9ed, 0x497fc2bd, 0xd3fddccb, 0x4b1753b4, 0xbac91194, 0x0f592baa, 0xb9c2aae0,
  0xc1a70ccc, 0x00d60025, 0x00f10059, 0xdfd9d7ca, 0xdae5f210, 0xd5fef826, 0xf9bef3ed, 0xbe2d2661, 0x1d08267f,
  0x2c4b06ca, 0x4cb73862, 0x4129be1e, 0x30f340e6, 0x0114ea8b, 0x75eb2357, 0xb7c29dcf, 0x1038ce01, 0x33fd07e2,
  0x185e71e3, 0x0105f381, 0xf4fc2945, 0x44df070e, 0x04c16bf4, 0x00eb004c, 0x005600ff, 0x39a7359c, 0xd03e7fc8,
  0xbdd324f4, 0xff0209ca, 0x2fe13cd7, 0x47f7e8c7, 0xf5cbf417, 0x21fa9301, 0xfc033ada, 0x1a043a1b, 0x16da70f0,
  0xf9b74ffd, 0xbebdb1e7, 0xb7c0ea59, 0xd351119a, 0xc74756c8, 0x11d6da81, 0xc26d5d4f, 0xfce5ef2a, 0x0508c647,
  0x003f00b1, 0x00eb001b, 0x062f81df, 0x23f4c239, 0x14c2a99a, 0x44fff769, 0xddbfea2a, 0x710d6132, 0x24e29fd1,
  0x5d137065, 0x225ba0af, 0xd0137f64, 0xeff9f5d8, 0x55b702bb, 0x42a337bb, 0x7bc700bd, 0xfd16b8bf, 0x0c2702b4,
  0x452d4d54, 0xb6b24621, 0x18afd40f, 0x5e5db204, 0x00b7001e, 0x00620032, 0x5b2f2df7, 0xffc11778, 0x15efd304,
  0xf5b1e20c, 0x66b2a8df, 0x5d2c456b, 0xcded2cbd, 0x9555dc2a, 0x7ff86dbc, 0x02b5ef9b, 0xa33b282e, 0xf565464f,
  0xf74d4ece, 0x12f1f1c0, 0xe0012bb9, 0x45aaa220, 0x3f602f25, 0x70611db4, 0xf74d7826, 0x7ff9421d, 0x00b5004b,
  0x00030074, 0x0e2c33ff, 0xc44224da, 0x2eebc04b, 0x26d85b3a, 0xdfc7d427, 0xf8577f35, 0xb0f170f7, 0xfa395774,
  0x44462411, 0x025b4edd, 0x980de1e1, 0xa5cd0d10, 0x4c342907, 0x22d9d739, 0xabcfa0dd, 0xde0f5a0d, 0x9838387f,
  0xe0bacedb, 0x7befe6a9, 0x2ba60dc4, 0x00d0007f, 0x00bf0068,
};

static const model_channel_t model_2_conv_2d_channels[] = {
  {1357554444, 2472584}, {1769234253, 792296}, {1462165729, 361255}, {2112714998, 330472},
  {1144579052, -2917273}, {1135243516, 513031}, {1181483713, -1219097}, {1315449723, 3513992},
  {1275119562, -2195289}, {1934907149, 1040520}, {1264800162, -2609208}, {2040795731, 4214313},
  {1496402840, 2487048}, {1702245346, 2511592}, {1645324923, 842152}, {1795125149, 2022920},
};

static const model_conv_t model_2_conv_2d_settings = {
  .weights = model_2_conv_2d_weights, .channels = model_2_conv_2d_channels, .input_height = 1,
  .input_width = 768, .input_channels = 1, .output_height = 1, .output_width = 32, .rows = 1, .columns = 128,
  .kernel_height = 1, .kernel_width = 42, .stride_height = 1, .stride_width = 6, .pad_top = 0, .pad_left = 18,
  .pool_height = 1, .pool_width = 4, .input_zero = -128, .output_zero = -128, .lowest = -128, .highest = 127,
  .output_channels = 16, .column = 1, .step = 6, .words = 11, .stretch = 2,
};

/* CONV_2D, MAX_POOL_2D, MAX_POOL_2D */
static MODEL_APART void model_2_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_2_conv_2d_settings, input, output, model_memory + 320);
}

static const uint32_t model_3_conv_2d_weights[] = {
  0xc305ec0e, 0xe6f0062c, 0xa87fb20c, 0x4d5354db, 0xd92907d6, 0xee6baa2b, 0x31bb0f38, 0xa245ae0a, 0xbfebd6d8,
  0xa57fd6af, 0x495052ff, 0xd7205459, 0xcb250310, 0xa9144607, 0x2b00361d, 0x635eafda, 0xb8683290, 0x0d6333ab,
  0xc9d84eaf, 0xfe7ed1ba, 0x2294f6a4, 0xfbb107a0, 0x2b1c45d2, 0xba2b787b, 0x2f0a550f, 0x11baaf46, 0xf929b7ab,
  0x0ccc77c2, 0xd1f6eaa3, 0x4faad661, 0xea1e3300, 0x6bebb3e4, 0x48d20cc9, 0xb377f640, 0xce4b04a0, 0x7fd69de1,
  0xdc0b2f14, 0x6742bae7, 0xed1255cf, 0x2a08fc5b, 0xf72711de, 0xe366b2ce, 0x3f00c3e2, 0xcbcb4fbf, 0x2a080381,
  0x74e7f5f8, 0x0b0bb9c1, 0x41c87c2c, 0xfed57f47, 0xc0f6ec16, 0xa8001742, 0xf5fd0c06, 0xd0990bd5, 0x2bcb1afe,
  0x949ed4e0, 0x21d3beed, 0xc2d615f2, 0x5e4aa509, 0x265bfb3d, 0x16a95326, 0x363bf12c, 0x21e9284b, 0x19523cc6,
  0x08474ebe, 0xa2f73632, 0x5b1618bb, 0xd211fb51, 0x280b757f, 0xeb2ef0b7, 0xd2cc1630, 0x53312451, 0xd45258f1,
  0x21602f46, 0x3bf00c6d, 0xe1cba439, 0x73694824, 0xc9aff21d, 0xe1788ca7, 0xe781b41d, 0xc8284414, 0x989ab81e,
  0xb30be315, 0xb0c76a79, 0x6c57274e, 0x10c2fa5a, 0xaccfd048, 0xe2bc1235, 0xa6737fc7, 0xed1af597, 0x2aecacad,
  0x8441d4ed, 0x27ed434f, 0x569bea0c, 0x7c6dcb07, 0xd5969b41, 0x3ca92d4d, 0xf025e4c9, 0x5be3a20f, 0x080532e8,
  0xe2f1f07f, 0xf4c635a8, 0x3f1e5fe3, 0xe3311800, 0x362b5599, 0x2cb77fa7, 0xafb51b37, 0x2e510900, 0xb2ded4fd,
  0x25ea04b8, 0xcd1972ba, 0xead16341, 0xd8ea51be, 0xab012836, 0x21efddf6, 0xfe122f22, 0xe0db5b13, 0x341c06e6,
  0xf729ee0e, 0xf7c5bacf, 0xefef8240, 0x9a5623cb, 0x8c5b7a3d, 0x16a4d672, 0x7b37542e, 0xdb4b565c, 0x2d60b90c,
  0xf60ba3fa, 0x06bfb9c1, 0xc41de6c8, 0x10c56866, 0x06d4daf1, 0xa85fdccf, 0x02de7fdd, 0x45219ed1, 0x33e0e3de,
  0xa8cf94e4, 0x150ada54, 0x55f07fea, 0x49b47d7e, 0xbfb9fe51, 0xfaeb351d, 0xaffbcdfb, 0xc6cab309, 0xa9b50903,
};

static const model_channel_t model_3_conv_2d_channels[] = {
  {1284302760, -383097}, {1582363922, 1525673}, {1275696217, -1104601}, {1421541759, 1213993},
  {1228450175, 941959}, {1540992776, 2447111}, {1349165761, -2746167}, {1527209598, 3489481},
  {1164113840, 246823}, {1149764925, 6216}, {1167895384, 453031}, {1957051758, -220088},
};

static const model_conv_t model_3_conv_2d_settings = {
  .weights = model_3_conv_2d_weights, .channels = model_3_conv_2d_channels, .input_height = 1,
  .input_width = 512, .input_channels = 1, .output_height = 1, .output_width = 4, .rows = 1, .columns = 16,
  .kernel_height = 1, .kernel_width = 48, .stride_height = 1, .stride_width = 32, .pad_top = 0, .pad_left = 0,
  .pool_height = 1, .pool_width = 4, .input_zero = -128, .output_zero = -128, .lowest = -128, .highest = 127,
  .output_channels = 12, .column = 1, .step = 32, .words = 12, .stretch = 2,
};

/* CONV_2D, MAX_POOL_2D, MAX_POOL_2D */
static MODEL_APART void model_3_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_3_conv_2d_settings, input, output, model_memory + 0);
}

static const model_mean_t model_4_mean_settings = {
  .channel = {1866967047, 16385}, .outer = 1, .reduced = 4, .inner = 12, .output_zero = -128,
};

/* MEAN */
static MODEL_APART void model_4_mean(const int8_t *input, int8_t *output)
{
  model_mean(&model_4_mean_settings, input, output);
}

static const uint32_t model_5_fully_connected_weights[] = {
  0xc640267f, 0x9ca1a3a5, 0xe515d45c, 0xe5473481, 0x08ebd718, 0xa74137b4,
};

static const model_channel_t model_5_fully_connected_channels[] = {
  {1798028704, 733513}, {1715165700, -1846839},
};

static const model_conv_t model_5_fully_connected_settings = {
  .weights = model_5_fully_connected_weights, .channels = model_5_fully_connected_channels, .input_height = 1,
  .input_width = 12, .input_channels = 1, .output_height = 1, .output_width = 1, .rows = 1, .columns = 1,
  .kernel_height = 1, .kernel_width = 12, .stride_height = 1, .stride_width = 12, .pad_top = 0, .pad_left = 0,
  .pool_height = 1, .pool_width = 1, .input_zero = -128, .output_zero = 46, .lowest = -128, .highest = 127,
  .output_channels = 2, .column = 1, .step = 12, .words = 3, .stretch = 1,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_5_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_5_fully_connected_settings, input, output, model_memory + 0);
}

static const model_softmax_t model_6_softmax_settings = {
  .multiplier = 1260185856, .shift = 23, .lowest_difference = -248, .rows = 1, .classes = 2,
};

/* SOFTMAX */
static MODEL_APART void model_6_softmax(const int8_t *input, int8_t *output)
{
  model_softmax(&model_6_softmax_settings, input, output);
}

void model_invoke(const int8_t *input, int8_t *output)
{
  model_0_depthwise_conv_2d(input, (int8_t *)(model_memory + 192));
  model_1_conv_2d((int8_t *)(model_memory + 192), (int8_t *)(model_memory + 0));
  model_2_conv_2d((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 192));
  model_3_conv_2d((int8_t *)(model_memory + 192), (int8_t *)(model_memory + 192));
  model_4_mean((int8_t *)(model_memory + 192), (int8_t *)(model_memory + 8));
  model_5_fully_connected((int8_t *)(model_memory + 8), (int8_t *)(model_memory + 8));
  model_6_softmax((int8_t *)(model_memory + 8), output);
}
