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
  52, 44, -17, 88, -55, 37, 71, -64, 1, 19, -67, -19, 70, -17,
};

static const model_channel_t model_0_depthwise_conv_2d_channels[] = {
  {1137023024, 230}, {1083607785, -986},
};

static const model_depthwise_t model_0_depthwise_conv_2d_settings = {
  .weights = model_0_depthwise_conv_2d_weights, .channels = model_0_depthwise_conv_2d_channels,
  .input_height = 256, .input_width = 1, .input_channels = 2, .output_height = 256, .output_width = 1,
  .rows = 256, .columns = 1, .kernel_height = 7, .kernel_width = 1, .stride_height = 1, .stride_width = 1,
  .pad_top = 3, .pad_left = 0, .pool_height = 1, .pool_width = 1, .input_zero = -59, .output_zero = -20,
  .lowest = -128, .highest = 127, .output_channels = 2, .multiplier = 1,
};

/* DEPTHWISE_CONV_2D */
static MODEL_APART void model_0_depthwise_conv_2d(const int8_t *input, int8_t *output)
{
  model_depthwise(&model_0_depthwise_conv_2d_settings, input, output);
}

static const uint32_t model_1_conv_2d_weights[] = {
  0x00250059, 0x004d00e6, 0x00b00028, 0x00d1003e, 0x00a6005c, 0x00fd009e,
};

static const model_channel_t model_1_conv_2d_channels[] = {
  {1414134565, 79173}, {1446153625, 35525}, {1659187084, -27579}, {1700138027, 7109}, {1125644716, 2725},
  {1409206184, -65467},
};

static const model_conv_t model_1_conv_2d_settings = {
  .weights = model_1_conv_2d_weights, .channels = model_1_conv_2d_channels, .input_height = 1,
  .input_width = 512, .input_channels = 1, .output_height = 1, .output_width = 128, .rows = 1, .columns = 256,
  .kernel_height = 1, .kernel_width = 2, .stride_height = 1, .stride_width = 2, .pad_top = 0, .pad_left = 0,
  .pool_height = 1, .pool_width = 2, .input_zero = -20, .output_zero = -128, .lowest = -128, .highest = 127,
  .output_channels = 6, .column = 1, .step = 2, .words = 1, .stretch = 4,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_1_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_1_conv_2d_settings, input, output, model_memory + 320);
}

static const uint32_t model_2_conv_2d_weights[] = {
  0x14fde322, 0x38090905, 0xef11ebee, 0xe22029e4, 0x210205fd, 0xed2802cd, 0x03ecf6e8, 0x2be22de3, 0x040626fc,
  0xff3af8ef, 0x18010812, 0xf4e50b2b, 0x1cee0704, 0x0d2cec20, 0xe8271b0c, 0x27d816ff, 0x160bf8f3, 0xedd7e5eb,
  0x120bf3fe, 0xeddeeafc, 0x00050024, 0x0019002e, 0xcef84ef6, 0xfafa1ee7, 0xf4e238da, 0x1ce1f108, 0x10020e1a,
  0x0e19162e, 0x00fbd227, 0x01f132e5, 0x41c1f7fa, 0xd9f608e6, 0xc7d80df9, 0x090f2e04, 0xfb484610, 0x14eef918,
  0xc4fa0c17, 0xea10f3e0, 0xd1f22239, 0xf11adb0e, 0xdf25210c, 0x0d0de2fc, 0x00e400ea, 0x00fa00ee, 0xe1f90cf1,
  0xe74fee34, 0x0e082221, 0x2418bed7, 0x1ee9f214, 0xee201b42, 0x1df3ee01, 0xf0d644fa, 0xd22108f7, 0x07eee407,
  0x1acfb90b, 0xdbc3e617, 0x060bcff6, 0x2c50d8d7, 0xe801ede2, 0x300f35cf, 0xdce009c3, 0x09371aca, 0xd8decff0,
  0xd9ca08e0, 0x00eb0015, 0x00f70037, 0xefeaebe3, 0xf2f6fb03, 0xe801f914, 0xfee7fbf9, 0xdf191534, 0x08010c2c,
  0x182704e2, 0x1ce41422, 0x2218dd11, 0x0ffa15f7, 0x030bf5c3, 0x29fa0e21, 0xd9dfcce6, 0x0613ee00, 0x1a0104f0,
  0x082228f6, 0x0302f9bd, 0xfbfe0e18, 0x25ee0408, 0x02e927fa, 0x00f80029, 0x001d0000, 0x24c821c1, 0xdf2e5bdc,
  0xd5e516f9, 0x010406db, 0x1ded26e7, 0x32f8efd9, 0xfadef80e, 0x18fdb102, 0xfd0224e9, 0x14022914, 0x0ee946f6,
  0xffcc38fe, 0xd7d6cff1, 0xced3f23f, 0xe4330bc1, 0xd8333dda, 0x0ce6e9b1, 0xd44e4339, 0xfeeff61a, 0x0705da32,
  0x002800cf, 0x00f20016, 0x0213d0f4, 0x7f81817f, 0x08eadfda, 0x7f81817f, 0xf5e7f811, 0x7f7f7f7f, 0x0ff4dcee,
  0x7f7f7f7f, 0x0c27dbe3, 0x817f7f7f, 0xfbfefdf1, 0x7f817f81, 0x1adb16e5, 0x7f818181, 0xfd0be3e7, 0x7f7f8181,
  0x1d132123, 0x81817f7f, 0x0ae0ef06, 0x7f7f8109, 0x00e7000c, 0x007f007f, 0x251611ff, 0x7f817f7f, 0x0bfaf001,
  0x8181817f, 0x2bdfdbf1, 0x7f7f7f7f, 0xeafa11e5, 0x817f817f, 0x36fd2ee3, 0x7f818181, 0xd9191013, 0x817f7f7f,
  0xfb221fed, 0x7f818181, 0xf30111e2, 0x7f81817f, 0x1a28140f, 0x7f7f7f81, 0xfb213011, 0x7f817f7f, 0x00e1001e,
  0x0081007f, 0x08181c00, 0xe32110f1, 0x19f5df28, 0x14ef2c1a, 0xeee3e915, 0xfd283918, 0xd6f93afc, 0xfe1b2835,
  0x25231408, 0x022a24f1, 0xc807f0f0, 0xd6e80506, 0x281d1605, 0x10f0ec1c, 0xd4e5ccee, 0xf2072906, 0xc81e1e43,
  0xf3e0e9ef, 0x41f6f3d2, 0x14d607e6, 0x00e60043, 0x00e30030,
};

static const model_channel_t model_2_conv_2d_channels[] = {
  {2090061521, 795303}, {1887340643, 449383}, {1129366232, 271654}, {1241499729, 120614}, {1918591893, -1538649},
  {1723534595, 340199}, {2123057845, -570297}, {1746645974, 1162855}, {1949923606, -1334073},
  {1297055849, 889927}, {1535335756, -858905}, {2115905314, -654535628}, {1720556579, 1056903},
  {2115905314, -584077516}, {1483250781, 470855}, {1867203673, 999367},
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
  0xe602f906, 0xfbfd0209, 0xdb36df06, 0x0f1111f9, 0xf01103ee, 0xfe14f108, 0x15e30719, 0xef0df104, 0xe5f7eff0,
  0xf119f9f1, 0x1f232300, 0xf9071111, 0xea100206, 0xf1050d02, 0x1300180e, 0x1412f1fb, 0xe22c16d1, 0x03140bf0,
  0xeaf021de, 0x0219f8f4, 0x0fd3fcd9, 0x00f201ee, 0x120c1eed, 0xf4081718, 0x20083d0a, 0x03f0ee0f, 0xfb1ecfc7,
  0x03f419f2, 0xe1faf2c0, 0x12edf614, 0xf1142402, 0x17fbeefb, 0x32e30adb, 0xee1afe0e, 0xdf3603bf, 0x1cf6eaf8,
  0xe909210e, 0x180ef0f9, 0xf50b3ce1, 0x0a02fe14, 0xf91c0cea, 0xf916eef6, 0x2d02d5ea, 0xf4f410f1, 0x1d0601a7,
  0x1afafcfd, 0x0806d0d6, 0x0ef41a09, 0xfee74d2a, 0xd9faf30d, 0xcc010e28, 0xf9fd0804, 0xe5c207e7, 0x19df1000,
  0xbfc5e6ee, 0x13e5d9f3, 0xdbe80ef8, 0x392dc805, 0x1837fe25, 0x0dca3318, 0x2123f81a, 0x13f2192e, 0x103124df,
  0x052c30d8, 0xc8fb211e, 0x370f0fd6, 0xe60bfe31, 0x1807494f, 0xf41cf7d6, 0xe3e20e1f, 0x311c1531, 0xe63235f7,
  0x0610060a, 0x7f817f7f, 0xfaf7f40b, 0x7f7f7f7f, 0xf7f4ff07, 0x817f8181, 0xfcedf404, 0x817f7f7f, 0xefeff304,
  0x817f817f, 0xf2f71215, 0x7f7f7f7f, 0x02f7ff10, 0x8181817f, 0xfcf50209, 0x817f7f81, 0xfc05fdf1, 0x7f818181,
  0xed0afaff, 0x7f817f7f, 0x0df1fe04, 0x7f7f817f, 0xf9f1ef08, 0x7f817f7f, 0xf915f3e0, 0x28f3d105, 0x04041cf4,
  0xeff7fa3a, 0xfae11ecf, 0x1b0c2bf5, 0xf01b0e02, 0x171425ce, 0x1ada47cf, 0xdbdf0c19, 0x1a2e0702, 0xd9efedff,
  0x16f403db, 0xe80c34e1, 0xf5e63825, 0xedf724e3, 0xd1001720, 0x0ffbeefa, 0x000b1a12, 0xf2f02a0a, 0x1e1103f0,
  0xfc14f809, 0xfcdfdae7, 0xf9f9c51d, 0xbc3b17da, 0xcc28361b, 0x0dc0e550, 0x37192615, 0xe5323b40, 0x152ae105,
  0xf909c1fa, 0x03e3e1e5, 0xd814f0da, 0x07e72f2c, 0x02e1e7f7, 0xd92bf1ea, 0x00e85aea, 0x200fd4eb, 0x23ebede9,
  0xdaebd0f5, 0x1008e739, 0x25f939f6, 0x31ca5958, 0xe3e10024, 0xfbf22515, 0xddfde9fd, 0xd9dccc06, 0xd9df0402,
};

static const model_channel_t model_3_conv_2d_channels[] = {
  {1613873196, -78042}, {1122674464, 443078}, {1989430332, -615833}, {1720660835, 188455}, {1097629569, 658886},
  {1343938452, 1513414}, {1147371271, -384858}, {1333542510, -621643309}, {1123028313, 294438},
  {1345050181, -55289}, {1802361433, 371783}, {1167729107, -53882},
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
  .channel = {1606319676, 16385}, .outer = 1, .reduced = 4, .inner = 12, .output_zero = -128,
};

/* MEAN */
static MODEL_APART void model_4_mean(const int8_t *input, int8_t *output)
{
  model_mean(&model_4_mean_settings, input, output);
}

static const uint32_t model_5_fully_connected_weights[] = {
  0xdf26184b, 0xc8cacbcc, 0xf10be637, 0xf0281db9, 0x05f4e80f, 0xce241fd5,
};

static const model_channel_t model_5_fully_connected_channels[] = {
  {1622789484, 454824}, {1622789484, -1052824},
};

static const model_conv_t model_5_fully_connected_settings = {
  .weights = model_5_fully_connected_weights, .channels = model_5_fully_connected_channels, .input_height = 1,
  .input_width = 12, .input_channels = 1, .output_height = 1, .output_width = 1, .rows = 1, .columns = 1,
  .kernel_height = 1, .kernel_width = 12, .stride_height = 1, .stride_width = 12, .pad_top = 0, .pad_left = 0,
  .pool_height = 1, .pool_width = 1, .input_zero = -128, .output_zero = 39, .lowest = -128, .highest = 127,
  .output_channels = 2, .column = 1, .step = 12, .words = 3, .stretch = 1,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_5_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_5_fully_connected_settings, input, output, model_memory + 0);
}

static const model_softmax_t model_6_softmax_settings = {
  .multiplier = 1322424448, .shift = 23, .lowest_difference = -248, .rows = 1, .classes = 2,
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
