#include "model.h"

#if defined(__GNUC__)
#define MODEL_APART __attribute__((noinline))
#else
#define MODEL_APART
#endif

/* Any factor: a multiplier, a bias and a shift, positive to the left. */
typedef struct {
  int32_t multiplier;
  int32_t bias;
  int32_t shift;
} model_channel_t;

static inline int32_t model_scale(int32_t value, int32_t multiplier, int32_t shift)
{
  const int32_t shifted = shift > 0 ? (int32_t)((uint32_t)value << shift) : value;
  const int32_t high = (int32_t)(((int64_t)shifted * multiplier + (1LL << 30)) >> 31);
  if (shift >= 0) {
    return high;
  }
  return (int32_t)(((int64_t)high + (high >> 31) + (1LL << (-shift - 1))) >> -shift);
}

static inline int32_t model_requantize(int32_t sum, const model_channel_t *channel)
{
  return model_scale(sum + channel->bias, channel->multiplier, channel->shift);
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

static int32_t model_memory[419];

static const int8_t model_0_depthwise_conv_2d_weights[] = {
  1, 1, 0, 1, -1, 1, 1, -1, 0, 0, -1, 0, 1, 0,
};

static const model_channel_t model_0_depthwise_conv_2d_channels[] = {
  {1144195199, 0, 0}, {2040554999, -1, -1},
};

static const model_depthwise_t model_0_depthwise_conv_2d_settings = {
  .weights = model_0_depthwise_conv_2d_weights, .channels = model_0_depthwise_conv_2d_channels,
  .input_height = 256, .input_width = 1, .input_channels = 2, .output_height = 256, .output_width = 1,
  .rows = 256, .columns = 1, .kernel_height = 7, .kernel_width = 1, .stride_height = 1, .stride_width = 1,
  .pad_top = 3, .pad_left = 0, .pool_height = 1, .pool_width = 1, .input_zero = -60, .output_zero = -22,
  .lowest = -128, .highest = 127, .output_channels = 2, .multiplier = 1,
};

/* DEPTHWISE_CONV_2D */
static MODEL_APART void model_0_depthwise_conv_2d(const int8_t *input, int8_t *output)
{
  model_depthwise(&model_0_depthwise_conv_2d_settings, input, output);
}

static const uint32_t model_1_conv_2d_weights[] = {
  0xaaaeaaab, 0xaaa5aaaf, 0xaaa9aaa7,
};

static const model_channel_t model_1_conv_2d_channels[] = {
  {2061215201, 21, 1}, {1837135951, 23, 1}, {1653555167, -1, 1}, {1511157399, -1, 1}, {1687426755, 1, 1},
  {1114393909, -22, 2},
};

static const model_conv_t model_1_conv_2d_settings = {
  .weights = model_1_conv_2d_weights, .channels = model_1_conv_2d_channels, .input_height = 1,
  .input_width = 512, .input_channels = 1, .output_height = 1, .output_width = 128, .rows = 1, .columns = 256,
  .kernel_height = 1, .kernel_width = 2, .stride_height = 1, .stride_width = 2, .pad_top = 0, .pad_left = 0,
  .pool_height = 1, .pool_width = 2, .input_zero = -22, .output_zero = -128, .lowest = -128, .highest = 127,
  .output_channels = 6, .column = 1, .step = 2, .words = 1, .stretch = 4, .bits = 2, .room = 4,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_1_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_1_conv_2d_settings, input, output, model_memory + 320);
}

static const uint32_t model_2_conv_2d_weights[] = {
  0x5ffad95b, 0xe75eea56, 0xba6eabf6, 0xdb7df6ae, 0x776666a5, 0xaaaeaaaf, 0xe95a7f96, 0xae6ede7f, 0x97d9eaa6,
  0x5ee76b6e, 0xd5be77af, 0xaaa9aaa6, 0xe9ee7a7e, 0xbb6ddeaf, 0x795b56ea, 0xdeaed556, 0x595d9e55, 0xaaa9aaaf,
  0x9569a9b9, 0xf97bebdf, 0xefabadda, 0xb9ede599, 0xba5aeead, 0xaaaeaaab, 0x979dbf65, 0xaf9a6ba5, 0xaa5affa9,
  0x55f5e95e, 0xa6ad6dfd, 0xaaabaaa9, 0xea9b95dd, 0xeda9dedf, 0xe66bad5d, 0xafa59b55, 0xe7d75fab, 0xaaadaaae,
  0xab679bae, 0x5fe9bd9e, 0x9bf6fbf5, 0xda6b7b95, 0xefbffbb7, 0xaaa9aaaf, 0xf66fdffa, 0x9aedfdef, 0x5b6fafaa,
  0x9f97d7ae, 0xf967a75b, 0xaaa5aaaf,
};

static const model_channel_t model_2_conv_2d_channels[] = {
  {1703223099, 446, -2}, {2010134805, -408, -2}, {1852510643, -34, -1}, {1997063335, -3, -2},
  {1092267042, -1145, -1}, {1334856900, 225, -1}, {1129073451, -574, -1}, {1506047785, 1153, -2},
  {1285804440, -790, -1}, {1164825775, -41, -1}, {1471956540, -1168, -2}, {1326220072, 884, -2},
  {1611382525, 1160, -2}, {1224835214, 573, -1}, {1946367493, 755, -2}, {1899913653, 805, -2},
};

static const model_conv_t model_2_conv_2d_settings = {
  .weights = model_2_conv_2d_weights, .channels = model_2_conv_2d_channels, .input_height = 1,
  .input_width = 768, .input_channels = 1, .output_height = 1, .output_width = 32, .rows = 1, .columns = 128,
  .kernel_height = 1, .kernel_width = 42, .stride_height = 1, .stride_width = 6, .pad_top = 0, .pad_left = 18,
  .pool_height = 1, .pool_width = 4, .input_zero = -128, .output_zero = -128, .lowest = -128, .highest = 127,
  .output_channels = 16, .column = 1, .step = 6, .words = 11, .stretch = 2, .bits = 2, .room = 24,
};

/* CONV_2D, MAX_POOL_2D, MAX_POOL_2D */
static MODEL_APART void model_2_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_2_conv_2d_settings, input, output, model_memory + 320);
}

static const uint32_t model_3_conv_2d_weights[] = {
  0xd9fadaae, 0x79df66bd, 0xb5bef9e5, 0xf5eb7eaa, 0x99dfbf55, 0x7be5fad5, 0xab76d75e, 0xedb676ad, 0xd77d6a9d,
  0xedaeb7da, 0x7a6fd666, 0xef6adad9, 0x96a9abbb, 0x9d555aa9, 0xbd7de6fa, 0xabfbfe5f, 0xddaaebf7, 0x76f7fabd,
  0xeedbdabf, 0x699dd6a6, 0xd5d9b9fa, 0x66d5e66f, 0x9ebad6e5, 0xdf5dd6fa, 0x6ea7b6e9, 0xeef9ef69, 0x77756bad,
  0x679afe75, 0x696af7bb, 0xab9a5ada, 0xe5dfdefd, 0xad6f576b, 0x69d69e6d, 0x7e6a67a6, 0x7e5abdfb, 0x565a97aa,
};

static const model_channel_t model_3_conv_2d_channels[] = {
  {1079367526, -270, 0}, {1847745415, 778, -2}, {1966436236, -213, -1}, {1376569561, 38, -2},
  {2100082889, 577, -1}, {1295116678, 523, 0}, {1473094172, -1232, -2}, {1551787821, 810, -2},
  {1861847003, 590, -1}, {2032070479, -577, -2}, {1100089744, -361, 0}, {2031080158, -387, -1},
};

static const model_conv_t model_3_conv_2d_settings = {
  .weights = model_3_conv_2d_weights, .channels = model_3_conv_2d_channels, .input_height = 1,
  .input_width = 512, .input_channels = 1, .output_height = 1, .output_width = 4, .rows = 1, .columns = 16,
  .kernel_height = 1, .kernel_width = 48, .stride_height = 1, .stride_width = 32, .pad_top = 0, .pad_left = 0,
  .pool_height = 1, .pool_width = 4, .input_zero = -128, .output_zero = -128, .lowest = -128, .highest = 127,
  .output_channels = 12, .column = 1, .step = 32, .words = 12, .stretch = 2, .bits = 2, .room = 24,
};

/* CONV_2D, MAX_POOL_2D, MAX_POOL_2D */
static MODEL_APART void model_3_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_3_conv_2d_settings, input, output, model_memory + 0);
}

static const model_mean_t model_4_mean_settings = {
  .channel = {1508384436, 512, -1}, .outer = 1, .reduced = 4, .inner = 12, .output_zero = -128,
};

/* MEAN */
static MODEL_APART void model_4_mean(const int8_t *input, int8_t *output)
{
  model_mean(&model_4_mean_settings, input, output);
}

static const uint32_t model_5_fully_connected_weights[] = {
  0xa5e7d777, 0xa6aeada6,
};

static const model_channel_t model_5_fully_connected_channels[] = {
  {1608615436, 120, -2}, {1608615436, -376, -2},
};

static const model_conv_t model_5_fully_connected_settings = {
  .weights = model_5_fully_connected_weights, .channels = model_5_fully_connected_channels, .input_height = 1,
  .input_width = 12, .input_channels = 1, .output_height = 1, .output_width = 1, .rows = 1, .columns = 1,
  .kernel_height = 1, .kernel_width = 12, .stride_height = 1, .stride_width = 12, .pad_top = 0, .pad_left = 0,
  .pool_height = 1, .pool_width = 1, .input_zero = -128, .output_zero = 34, .lowest = -128, .highest = 127,
  .output_channels = 2, .column = 1, .step = 12, .words = 3, .stretch = 1, .bits = 2, .room = 8,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_5_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_5_fully_connected_settings, input, output, model_memory + 0);
}

static const model_softmax_t model_6_softmax_settings = {
  .multiplier = 1178377600, .shift = 22, .lowest_difference = -256, .rows = 1, .classes = 2,
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
  model_4_mean((int8_t *)(model_memory + 192), (int8_t *)(model_memory + 16));
  model_5_fully_connected((int8_t *)(model_memory + 16), (int8_t *)(model_memory + 16));
  model_6_softmax((int8_t *)(model_memory + 16), output);
}
