#include "model.h"

#define MODEL_PACKED 0
#define MODEL_LONG 0
#define MODEL_POOLED 1
#define MODEL_ALWAYS_POOLED 1
#define MODEL_ONE_ROW 0

#if defined(__GNUC__)
#define MODEL_APART __attribute__((noinline))
#else
#define MODEL_APART
#endif

/* The DSP extension of Cortex-M cores: Thumb-2 code, little-endian. */
#if defined(__GNUC__) && defined(__thumb2__) && defined(__ARM_FEATURE_DSP) && defined(__ARM_ARCH_PROFILE) && \
    !defined(__ARM_BIG_ENDIAN) && !defined(MODEL_PORTABLE)
#if __ARM_ARCH_PROFILE == 'M'
#define MODEL_DSP
#endif
#endif

#if defined(__AVR__)
#include <avr/io.h>
#if defined(RAMEND) && defined(RAMSTART)
#if MODEL_RAM_BYTES + MODEL_INPUT_BYTES + MODEL_OUTPUT_BYTES > RAMEND - RAMSTART + 1
#error "model_invoke: this core has too little RAM for the model, its input and its output."
#endif
#endif
#elif PTRDIFF_MAX < MODEL_RAM_BYTES || PTRDIFF_MAX < MODEL_INPUT_BYTES
#error "model_invoke: this core cannot address buffers as large as those of the model."
#endif

/* The upper half of a product of 64 bits, rounded. */
static inline int32_t model_high(int32_t value, int32_t multiplier)
{
#if defined(MODEL_DSP)
  __asm__("smmulr %0, %0, %1" : "+r"(value) : "r"(multiplier));
  return value;
#else
  return (int32_t)(((int64_t)value * multiplier + ((int64_t)1 << 31)) >> 32);
#endif
}

/* A factor of one half or less: a multiplier, a bias in the upper 27 bits of a word and below it a right shift less
   one, behind which the last bit is rounded away. */
typedef struct {
  int32_t multiplier;
  int32_t bias_and_shift;
} model_channel_t;

static inline int32_t model_requantize(int32_t sum, const model_channel_t *channel)
{
  const int32_t packed = channel->bias_and_shift;
  const int32_t high = model_high((sum + (packed >> 5)) * 2, channel->multiplier);
  return (((high + (high >> 31)) >> (packed & 31)) + 1) >> 1;
}

/* No activation of this model cuts off more than int8 itself. */
static inline int8_t model_clamp(int32_t value, int32_t lowest, int32_t highest)
{
  (void)lowest;
  (void)highest;
  value = value < -128 ? -128 : value;
  return (int8_t)(value > 127 ? 127 : value);
}

/* Sums of products of two windows of 16 bits and two channels of weights, four numbers at a time. Both channels share a
   halfword, 256 times the second one plus the first: its products are summed up as they are, those of its lower byte
   too, and of the difference the second channel's sum is a 256th part. That is exact while no sum of the second channel
   reaches 2^23; where one might, MODEL_LONG parts it. `weights` is left behind the last word. */
typedef struct {
  int32_t p0, p1, q0, q1;
} model_sums_t;

static inline int32_t model_second(uint32_t both, uint32_t first)
{
  return (int32_t)(both - first) >> 8;
}

#if defined(MODEL_DSP)
/* Thirteen registers without r9, which some programs keep for themselves. Six of them are saved here, frame
   pointers among them, so that the compiler has nothing else to spill. */
static inline model_sums_t model_part(const uint32_t **weights, const uint32_t *end, const int16_t *p, const int16_t *q)
{
  register const uint32_t *at __asm__("r0") = *weights;
  register const uint32_t *last __asm__("r1") = end;
  register const int16_t *one __asm__("r2") = p;
  register const int16_t *other __asm__("r3") = q;
  register uint32_t p0 __asm__("r4");
  register uint32_t p1 __asm__("r5");
  register uint32_t q0 __asm__("r8");
  register uint32_t q1 __asm__("r12");
  __asm__("push {r1, r6, r7, r10, r11, lr}\n\t"
          "movs r4, #0\n\t"
          "movs r5, #0\n\t"
          "mov r8, r4\n\t"
          "mov r12, r4\n"
          "1:\n\t"
          "ldrd r6, r7, [r0], #8\n\t"
          "ldrd r10, r11, [r2], #8\n\t"
          "smlad r5, r6, r10, r5\n\t"
          "sxtb16 lr, r6\n\t"
          "smlad r4, lr, r10, r4\n\t"
          "sxtb16 r1, r7\n\t"
          "smlad r5, r7, r11, r5\n\t"
          "smlad r4, r1, r11, r4\n\t"
          "ldrd r10, r11, [r3], #8\n\t"
          "smlad r12, r6, r10, r12\n\t"
          "smlad r8, lr, r10, r8\n\t"
          "smlad r12, r7, r11, r12\n\t"
          "smlad r8, r1, r11, r8\n\t"
          "ldr r1, [sp]\n\t"
          "cmp r0, r1\n\t"
          "bne 1b\n\t"
          "pop {r1, r6, r7, r10, r11, lr}"
          : "+r"(at), "+r"(one), "+r"(other), "=&r"(p0), "=&r"(p1), "=&r"(q0), "=&r"(q1)
          : "r"(last)
          : "cc", "memory");
  *weights = at;
  const model_sums_t s = {(int32_t)p0, model_second(p1, p0), (int32_t)q0, model_second(q1, q0)};
  return s;
}
#else
static inline model_sums_t model_part(const uint32_t **weights, const uint32_t *end, const int16_t *p, const int16_t *q)
{
  const uint32_t *at = *weights;
  int32_t p0 = 0, q0 = 0;
  uint32_t p1 = 0, q1 = 0;
  for (; at != end; ++at, p += 2, q += 2) {
    const uint32_t word = *at, upper = word >> 16;
    const int32_t a = (int16_t)word, b = (int16_t)upper, c = (int8_t)word, d = (int8_t)upper;
    p0 += c * p[0] + d * p[1];
    p1 += (uint32_t)(a * p[0]) + (uint32_t)(b * p[1]);
    q0 += c * q[0] + d * q[1];
    q1 += (uint32_t)(a * q[0]) + (uint32_t)(b * q[1]);
  }
  *weights = at;
  const model_sums_t s = {p0, model_second(p1, (uint32_t)p0), q0, model_second(q1, (uint32_t)q0)};
  return s;
}
#endif

static inline model_sums_t model_products(const uint32_t **weights, const uint32_t *end, const int16_t *p, const int16_t *q)
{
#if MODEL_LONG
  model_sums_t all = {0, 0, 0, 0};
  while (*weights != end) {
    const int32_t left = (int32_t)(end - *weights), words = left < 256 ? left : 256;
    const model_sums_t s = model_part(weights, *weights + words, p, q);
    p += 2 * words;
    q += 2 * words;
    all.p0 += s.p0;
    all.p1 += s.p1;
    all.q0 += s.q0;
    all.q1 += s.q1;
  }
  return all;
#else
  return model_part(weights, end, p, q);
#endif
}

/* A convolution with the pooling behind it. Of a stretch of one output row, the columns of the input
   that it sees are laid side by side in 16 bits ("band"), so that each window is one run of numbers
   and the next window begins `step` further on. Two windows and two channels are multiplied at a
   time; sums meet in the maximum of their pooling window before they are requantized. */
typedef struct {
  const uint32_t *weights; /* of two channels together `words` times two words */
  const model_channel_t *channels;
  uint16_t input_height, input_width, input_channels;
  uint16_t column; /* numbers of the band for one column of the input */
  uint16_t step;   /* numbers of the band from one window to the next */
  uint16_t words;
  uint16_t output_height, output_width, output_channels; /* behind the pooling */
  uint16_t rows, columns;                                /* of the convolution that a pooling window sees */
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

static MODEL_APART void model_conv_fill(const model_conv_t *l, const int8_t *input, int16_t *band, int32_t top, int32_t left,
                                  int32_t columns)
{
  const int32_t depth = l->input_channels, column = l->column, width = l->input_width;
  int32_t bottom = MODEL_ONE_ROW ? 1 : top + l->kernel_height, right = left + columns;
  top = MODEL_ONE_ROW ? 0 : top;
  if (top < 0 || left < 0 || bottom > (MODEL_ONE_ROW ? 1 : l->input_height) || right > width) {
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
    bottom = MODEL_ONE_ROW || bottom < l->input_height ? bottom : l->input_height;
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
#if MODEL_POOLED
  one = one > best[0] ? one : best[0];
  other = other > best[1] ? other : best[1];
#endif
  best[0] = one;
  best[1] = other;
}

#if MODEL_PACKED
/* Of `8 / bits` words the bytes share one byte each, the first in the lowest bits, each raised by half its range. */
static MODEL_APART const uint32_t *model_conv_unpack(const model_conv_t *l, const uint32_t *packed, uint32_t *room)
{
  const uint32_t one = 1, ones = 0x01010101u, mask = ((one << l->bits) - 1) * ones,
                 raised = (one << (l->bits - 1)) * ones;
  for (const uint32_t *end = room + l->room; room < end;) {
    uint32_t word = *packed++;
    for (int32_t bits = 8; bits > 0; bits -= l->bits, word >>= l->bits) {
      *room++ = (((word & mask) | 0x80 * ones) - raised) ^ 0x80 * ones;
    }
  }
  return packed;
}

/* Channels outside, so that they are unpacked once for all windows of a stretch. */
static MODEL_APART void model_conv_row(const model_conv_t *l, const int16_t *band, int32_t *best, int32_t windows,
                                 uint32_t *room)
{
  const int32_t step = l->step, depth = ((int32_t)l->output_channels + 1) & ~(int32_t)1, words = 2 * (int32_t)l->words;
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
      const uint32_t *at = first;
      const model_sums_t s = model_products(&at, first + words, window, j > 1 ? window + step : window);
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
  const int32_t depth = ((int32_t)l->output_channels + 1) & ~(int32_t)1, words = 2 * (int32_t)l->words;
  int32_t left = l->pool_width;
  for (; windows > 0; windows -= 2) {
    const int16_t *next = windows > 1 ? band + l->step : band;
    /* Both windows lie in one pooling window, unless nothing is pooled. */
    const int32_t apart = MODEL_ALWAYS_POOLED || windows == 1 || l->pool_width > 1 ? 0 : depth;
    const uint32_t *weights = l->weights;
    for (int32_t *to = best, *end = best + depth; to < end; to += 2) {
      const model_sums_t s = model_products(&weights, weights + words, band, next);
      if (MODEL_ALWAYS_POOLED) {
        model_conv_keep(to, s.p0 > s.q0 ? s.p0 : s.q0, s.p1 > s.q1 ? s.p1 : s.q1);
      } else {
        model_conv_keep(to, s.p0, s.p1);
        model_conv_keep(to + apart, s.q0, s.q1);
      }
    }
    band += 2 * (int32_t)l->step;
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
#if MODEL_POOLED
      *best = INT32_MIN;
#endif
      ++best;
    } while (++channel != end);
    best += l->output_channels & 1;
  }
  return output;
}

static MODEL_APART void model_conv(const model_conv_t *l, const int8_t *input, int8_t *output, int32_t *scratch)
{
  int32_t *room = scratch + l->stretch * (((int32_t)l->output_channels + 1) & ~(int32_t)1);
#if MODEL_PACKED
  int16_t *band = (int16_t *)(room + l->room);
#else
  int16_t *band = (int16_t *)room;
#endif
#if MODEL_POOLED
  for (int32_t *best = scratch; best < room; ++best) {
    *best = INT32_MIN;
  }
#endif
  for (int32_t y = 0; y < (MODEL_ONE_ROW ? 1 : l->output_height); ++y) {
    int32_t outputs = l->stretch;
    for (int32_t x = 0; x < l->output_width; x += outputs) {
      const int32_t first = x * l->pool_width;
      int32_t windows = l->columns - first;
      outputs = l->output_width - x < outputs ? l->output_width - x : outputs;
      windows = windows < outputs * l->pool_width ? windows : outputs * l->pool_width;
      for (int32_t row = MODEL_ONE_ROW ? 0 : y * l->pool_height;
           row < (MODEL_ONE_ROW ? 1 : (y + 1) * l->pool_height) && row < (MODEL_ONE_ROW ? 1 : l->rows); ++row) {
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
  return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

static MODEL_APART int32_t model_halved(int32_t value, int32_t times)
{
  return (((value + (value >> 31)) >> (times - 1)) + 1) >> 1;
}

static MODEL_APART int32_t model_exp(const model_softmax_t *l, int32_t difference)
{
  static const int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  const int32_t quarter = (int32_t)1 << 24;
  if (difference < l->lowest_difference) {
    return 0;
  }
  if (difference == 0) {
    return INT32_MAX;
  }
  const int32_t value = model_high_product(difference * ((int32_t)1 << l->shift), l->multiplier);
  if (value == 0) {
    return INT32_MAX;
  }
  const int32_t rest = (value & (quarter - 1)) - quarter;
  const int32_t x = rest * 32 + ((int32_t)1 << 28);
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
      x += model_high_product(x, ((int32_t)1 << 29) - model_high_product(half, x)) * 4;
    }
    x = x > INT32_MAX / 2 ? INT32_MAX : x * 2;
    for (int32_t c = 0; c < l->classes; ++c) {
      const int32_t share = model_halved(model_high_product(x, model_exp(l, input[c] - largest)), digits + 23);
      output[c] = (int8_t)(share > 255 ? 127 : share - 128);
    }
  }
}

static int32_t model_memory[226];

static const uint32_t model_0_conv_2d_weights[] = {
  0x8139e032, 0xbd44d81d, 0xa87f32ff, 0xdd3719e9, 0x0000160d, 0x00000000, 0x817f61d1, 0x29b3412f, 0x1b88cbb6,
  0x18ad0b42, 0x0000f459, 0x00000000, 0x61626cf1, 0xc402e9c2, 0x1fdf4f59, 0x817fa9bf, 0x0000b7cd, 0x00000000,
  0x8119d429, 0x64fb6a32, 0x1bddc635, 0xb90c3d7f, 0x000028ec, 0x00000000, 0x7f04495c, 0xfb81ee90, 0xc65558ee,
  0x9a9fbae3, 0x000004a3, 0x00000000, 0x9a131581, 0x369ca525, 0x1347f0c6, 0x817082cd, 0x0000072d, 0x00000000,
  0x80b8ac5f, 0xe87fc95c, 0x686e117f, 0x1fff5817, 0x0000a796, 0x00000000, 0x343037fe, 0x2b2a4c37, 0x810548fc,
  0xc7817bd1, 0x00001198, 0x00000000, 0xe30dc681, 0x340cfd11, 0xf0b47ef2, 0xf652129d, 0x0000e891, 0x00000000,
  0x44558117, 0xf0cd5581, 0xb9da1333, 0xfa7f26aa, 0x0000ddd3, 0x00000000, 0xc1da5d94, 0x1c5b817f, 0xc1fdda5b,
  0xe5cb5d2a, 0x00002dac, 0x00000000, 0x2245f65e, 0x0904dc7f, 0xaf1819c9, 0x42e53ee8, 0x000080ad, 0x00000000,
};

static const model_channel_t model_0_conv_2d_channels[] = {
  {1813675864, -491769}, {1089034057, 359526}, {1106077678, 78117}, {1308411994, -94555}, {1807105687, -139354},
  {1636094611, 51110}, {1395300797, -357466}, {1823315523, -49370}, {2108685665, 384711}, {1907069512, -76954},
  {1508762190, 47366}, {1817696078, 467751}, {1712713783, -538169}, {1827751788, 167494}, {1731014940, 169286},
  {2109325743, -367641}, {1075692658, 379014}, {1555399518, -93083}, {1961581234, 78886}, {1439645998, 35333},
  {1202552360, -108155}, {1759858240, 56390}, {1616196991, -171802}, {2016380991, 75782},
};

static const model_conv_t model_0_conv_2d_settings = {
  /* weights */ model_0_conv_2d_weights, /* channels */ model_0_conv_2d_channels, /* input_height */ 53,
  /* input_width */ 20, /* input_channels */ 1, /* column */ 3, /* step */ 6, /* words */ 3,
  /* output_height */ 6, /* output_width */ 2, /* output_channels */ 24, /* rows */ 24, /* columns */ 8,
  /* kernel_width */ 3, /* stride_width */ 2, /* pad_left */ 0, /* kernel_height */ 3, /* stride_height */ 2,
  /* pad_top */ 1, /* stretch */ 2, /* pool_height */ 4, /* pool_width */ 4, /* input_zero */ 44,
  /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D, MAX_POOL_2D */
static MODEL_APART void model_0_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_0_conv_2d_settings, input, output, model_memory + 0);
}

static const uint32_t model_1_fully_connected_weights[] = {
  0x1c001e2d, 0x03ae3429, 0x15441fb0, 0xf100d812, 0x29dbf137, 0xeae7c8fe, 0x1c16fc07, 0xca14f13e, 0x210cf2de,
  0x1be8daf4, 0xecdffeea, 0x0c010307, 0xdfef072d, 0x039616fe, 0x21d5a507, 0x0d86e918, 0x301fe6ec, 0xf419811c,
  0x212725d2, 0x11c63809, 0xccf9dafc, 0xef40c02e, 0xe4ecd70d, 0xad4ef81c, 0xe7c2fc0d, 0xe084f8ca, 0x00dee50a,
  0x0005b9fb, 0x07010149, 0xf019d7dc, 0x2cc43c09, 0x16bdb952, 0x4ec9cdf0, 0x11bbfb04, 0xf7c1ecd5, 0x001f26fd,
  0xd9022dfb, 0xc902e226, 0x0d240419, 0x1f1da8fa, 0x0d460a32, 0xfe39fceb, 0xf513dfef, 0xde213d44, 0xcd160df9,
  0x131eb2e7, 0x127f0cee, 0x1c4a3836, 0xeae5f022, 0x380d28b6, 0xfa06190e, 0xe518be0d, 0x3df4e6cc, 0xdb1effc8,
  0x52d625ef, 0x0610b5e0, 0x40e70fb6, 0xd6c323ca, 0x0f1714cb, 0x333e453b, 0x1aeeee03, 0x3432d83a, 0x13bcd0fa,
  0xeee6bf32, 0x3601e1d0, 0x33089a21, 0x13d41e33, 0xb6e7d1ea, 0x051df5df, 0xe110aae5, 0x93405b2a, 0xa0310f26,
  0x0a1b21de, 0xe80df1eb, 0x2de0fdff, 0x023bd4d1, 0x3fd623fb, 0x2bcfe436, 0x4a1d250e, 0x0ae00b35, 0xfed6eceb,
  0x0c22e3f5, 0xce06dde6, 0x074d23b2, 0xd4c0e0da, 0x04f60808, 0x02e6d1e4, 0xf6380827, 0x39202aea, 0xf32ed618,
  0x040cd811, 0x2313fa2c, 0x03e707e5, 0xe535c6f5, 0xe8160838, 0xe02632c4, 0xdfd4244a, 0x15ebfdc5, 0x0be5e5e4,
  0xd5e20008, 0xed1b20d6, 0xf029d7d8, 0xefd24a06, 0x25421649, 0x1be827ff, 0x12c3edd9, 0xe3bdeff2, 0xee280425,
  0x1b4ce102, 0xedd732ef, 0x22fbf921, 0xb9f1b160, 0xfac02c39, 0xeb1dd34a, 0x38ee063d, 0x0913e81b, 0x05e646d0,
  0x28d4b4db, 0xb407f809, 0xf822e2e0, 0x03e127fc, 0xd2ec29f3, 0x3afee3af, 0x10d224f0, 0xe2ede421, 0xcbf5e6ef,
  0x03da49d9, 0xeee41e11, 0x38f1c5da, 0xfd249b0c, 0x0fba2ee9, 0xf8ddf010, 0x07d40f4d, 0xed2a520c, 0x36adc41c,
  0xc4bdfe1a, 0x43d60e22, 0x441fac4e, 0xcfefe938, 0xe032112a, 0x11302b11, 0xf9cbf4ea, 0xec3c0412, 0xc42d0dee,
  0x230bd7fd, 0x3a2e12ee, 0x0a2b2cb8, 0xfbc9d581, 0x2cc83427, 0x370904ee, 0x1f09bacf, 0x1de8e3f3, 0xc34119d4,
  0x2ebe300c, 0x3ef61023, 0x392aed0d, 0xea41231c, 0x09d9f9fd, 0xc241f8d6, 0x023e1d53, 0xbc61e2ea, 0x04f0f5dd,
  0x03f00c63, 0x2f1c0a38, 0xc41ad61f, 0xc4e1ec1d, 0x1718d925, 0x5242b7e9, 0x18c6f1aa, 0x49bce8e0, 0xfa2129c4,
  0x060d97ba, 0xd72ac516, 0xfb0fe13f, 0x08fe97ef, 0x061808cd, 0xbc21e3c9, 0xe3295acf, 0x3092d7dd, 0x05f5f619,
  0xdcbfb348, 0x314da807, 0xd319dda6, 0xeb1fb61e, 0xd750fcac, 0xf49e2e8e, 0xc71d93cd, 0xdf27c9b0, 0xc0db11d9,
  0xbc40e304, 0xe8100f09, 0x27f9d142, 0x0233daf7, 0x4ca9e207, 0x32c0058e, 0x23121c83, 0xebacda21, 0xc225f8e3,
  0xc137bcb0, 0x1d0bc8da, 0xf7b833db, 0x1ccc1c2e, 0x11c8fffa, 0x2620fbae, 0xb8fbfd14, 0xfcfbb417, 0x022a1ce7,
  0xffdff3e4, 0xcefcefe1, 0x21ddad79, 0xf52502ce, 0x2dd418ea, 0xe0cef90b, 0x1f220537, 0xca08e0f4, 0x3a5dd319,
  0xe10cc9f6, 0x3e08220e, 0xd5a54da3, 0x1912c7e6, 0xfae3d6df, 0xf4191069, 0x1ae9c72a, 0xc0fb0220, 0xd83a2d33,
  0x07070ab3, 0x0026ec2b, 0x0bfcf8db, 0xd4cf17df, 0x3bfb1fd2, 0xd21c1eda, 0x19fc0bd3, 0xe34ac4ac, 0xcab5f0b8,
  0xf1e2eb26, 0xd32cadf1, 0xe7d4ca04, 0xf8d820da, 0xe2fe204b, 0x412c2217, 0x3ebff6f2, 0x621c1522, 0xcbfe35c7,
  0x443bd8b1, 0xe59fe436, 0xe51a1815, 0x151cd234, 0x1629db25, 0xde3bd906, 0x19e443ed, 0x18f81f13, 0x113b9fd0,
  0xe8c1c115, 0x1dfbca3f, 0x04ff1e02, 0x264b1a1c, 0xf706adeb, 0xe7bdf84c, 0x02fa0cbf, 0xe22bd7b4, 0xadf7d6d0,
  0xf22fe437, 0xc6f1f642, 0xf918fdfe, 0x06ffdefe, 0x7ee7df01, 0x00bd3140, 0x69b5dc2a, 0xff08cbd9, 0x0c3809ec,
  0xd7d90ad5, 0xe905b311, 0xe040e90b, 0x4602362a, 0x0715f6c8, 0x370ce505, 0xef1eeacb, 0x4754d9ef, 0xefb712d3,
  0xf42b27e2, 0xc0ff2b3c, 0xe1eaf307, 0xc24ce50c, 0xe31b2bfa, 0xaad6e0fb, 0xc65a40dd, 0xd40ed80e, 0x2b1ed42d,
  0xd7e3d431, 0xafc753f1, 0x44196539, 0x3f0d151a, 0xfce00021, 0x3fb9f72e, 0xfbd0bd47, 0xed2003cd, 0xfc054123,
  0x2dd4e413, 0xc18b0f09, 0x33b7eec3, 0x27231c94, 0x44482eb7, 0xccf22b51, 0x5df2149d, 0x29fc3615, 0xf9d02a24,
  0xfaff22c9, 0x06c5190b, 0x7081d943, 0xf8073a56, 0x23c34c88, 0xf8c42ccc, 0xc329d314, 0xe6c71920, 0x3315b420,
  0xacf5d94f, 0xd9ea1bff, 0xfcfd0bcd, 0x0cff1811, 0xeddb01d6, 0xcff4bf3d, 0x151ef6f2, 0x9c2f44fb, 0x161dd9e4,
  0x17f2e4a9, 0xf7ec31ed, 0x1e05f20b, 0x0fe8efd5, 0x16fb4f1d, 0x4eb725ee, 0x52031ca3, 0x23f5c8d0, 0x0d0e28f0,
  0x000ac602, 0xce180ff3, 0x1514bc96, 0xe745f15a, 0xcce012fa, 0xfc26277a, 0xed27fee4, 0xf017f02e, 0x0a0605f5,
  0x1a4af352, 0x352045d9, 0xfa3dfc11, 0xf10eb5ec, 0xf2d2d930, 0x1aebd0d0, 0x02e6fb20, 0x05e7da23, 0x18e98168,
  0xcae4fbb8, 0x0d32d30e, 0x2ad1d82c, 0x3dc61be2, 0xf9beb004, 0x07d7d2c6, 0x2114a824, 0xe00cc514, 0x0014dab8,
  0x0f36ff2c, 0xd3dd42bc, 0x1bdc136e, 0x0e19f827, 0x57ca00dd, 0x4e0d1139, 0xf3ccc878, 0xd22e5521, 0xf3fd030e,
  0xf9dbe2fb, 0xe8e5d4f4, 0xfb12f1fa, 0x3f08cafe, 0xd7140bd4, 0xf6e5da12, 0x12dcde16, 0x1f102501, 0xf4f4e530,
  0x4d1d132c, 0xf318f629, 0x2932e1df, 0xef20c532, 0x20fb293d, 0x1bf9dad0, 0x110cec17, 0xd0d4101d, 0xf324fb08,
  0xe2ba2044, 0x07c51f39, 0xd713b82c, 0xcbbbc542, 0x3214c728, 0xe21ccde7, 0xecefe83b, 0xb6f0e403, 0x0702e8f8,
  0xdcb4d5fd, 0x4e3340ba, 0x3fb2051b, 0xe1eadde6, 0x13f209ca, 0x460de2f0, 0x2cbdcfbf, 0xf32910e2, 0xc2cdd5f5,
  0x1a1d14fc, 0x09fbfd0e, 0x04dcb2d1, 0xc501d336, 0x0903d734, 0xd0081019, 0xccff0c08, 0x2f032336, 0xe112b12e,
  0xb014c1ff, 0x3ee1dcf4, 0x0cc103f1, 0x0206eb0b, 0x1f292a19, 0x13032ae3, 0xdf0dd4c6, 0xf2df1713, 0x2aafade9,
  0x269ece16, 0x3eef3708, 0x14ce2c14, 0x0124da9a, 0xba20c7df, 0x021124d9, 0xcc22d3ea, 0x0ef71dac, 0xf3fc1101,
  0xd8281212, 0xe600f805, 0x1815ddeb, 0xef390b0f, 0xfdf9c3e2, 0xc5e1a6e4, 0x80f92b02, 0x0c1d9310, 0x2dffbf2f,
  0xe3342029, 0xe9d8c7e9, 0xff061ee9, 0xd9fdd934, 0x0df9da21, 0xbbce0800, 0x0fdc1512, 0xeafcd7ac, 0x17eb1a03,
  0xebabfe16, 0x12f001bd, 0xcd000f09, 0xf2f325c6, 0xcf8bc315, 0xd4f104ef, 0xdf022e11, 0x2945270a, 0xb9ceda07,
  0xb21ce9f7, 0x3022ddba, 0xade818db, 0xefa33416, 0x0002eb50, 0x2709b8de, 0x280b993b, 0x2bc43d13, 0xbfe81af8,
  0x12e2d624, 0xfd22e8a7, 0x1eccb4f4, 0xfdf61520, 0x04c5fef8, 0xfa20c1b7, 0x25e7cc30, 0x020ae5bf, 0xc6ef2b04,
  0x13d321f2, 0x06a0c811, 0xe718f4ff, 0x4707dd21, 0xc61b3804, 0xe40febe0, 0x0f1941f7, 0xec06f8ef, 0xf500fbd5,
  0x3dbc0bf3, 0xe3e4050c, 0x05edf502, 0x4e28114a, 0x48dc100a, 0xe10c090a, 0xe8afda0b, 0x01123ef6, 0x25a8eee1,
  0x1024f839, 0xf8f61bcf, 0xcfa0ea8e, 0x07f10621, 0x011cf3bf, 0xdf1418e8, 0x0db7f8e9, 0x32c213e6, 0xdbc6332b,
  0x0312f20e, 0xdb0b3725, 0xc7e50ae5, 0x20e10506, 0xf1ca1d28, 0xfd2024d9, 0xd3d5e910, 0x2c07b5fa, 0x39c11f35,
  0x690a1728, 0xfa0e0ec4, 0xe3423df9, 0xe0010f27, 0xf41e0f3e, 0x1edb500c, 0xf5f1ee04, 0xbb16d0fd, 0x14c3029c,
  0xdef2df2d, 0xdd2902e3, 0xddf9ffe3, 0xf11b3b2c, 0x19e305eb, 0xed0acd1c, 0x25d62f07, 0xd1050e00, 0x070606e8,
  0xd6f61ae6, 0x3ec4e8e7, 0x1ed99d15, 0x2204d419, 0xe8de0502, 0x1fdec046, 0x11232331, 0x2ad5e7eb, 0xec413e0a,
  0x3d0eff0d, 0xb449e6ee, 0x1cc416f5, 0x0bf5b018, 0x02f51e12, 0xfedd0392, 0x15010d16, 0xe4fc1109, 0x14dd26e4,
  0xcc1321d6, 0xedcbf8e9, 0xce88390a, 0x061a2409, 0xfe18f55b, 0xd73f112d, 0xf32712dd, 0x27f1b718, 0xfe170b0b,
  0x07db0d06, 0x21fcbb2d, 0x3ceeeb3d, 0x1a17ea7f, 0xd50b20ba, 0xcf6a1d0c, 0x04d71a0b, 0xec0a2fb3, 0xedd3f915,
  0x1909f7e5, 0xfcd7e512, 0x05ee25ce, 0xf41a25f8, 0x2803fff9, 0xc3040c05, 0xdfe102f0, 0x02be1012, 0xe5cd0801,
  0xbae1f6c9, 0xf7d61d01, 0xaa15f7d6, 0xd323ff10, 0xf00fde0f, 0xb111fb33, 0xcdedf3df, 0x161ed83a, 0xe4fecd3f,
  0x1cce14ca, 0xf533eefc, 0xe6eb07c1, 0xb80ee881, 0x1ce9cd40, 0xec28f511, 0x120104d7, 0xf0d3c510, 0xacf3fbdf,
  0x812123fd, 0x03ff9c48, 0x07a7b70e, 0x25241f20, 0x08f1fbeb, 0x1c1e36b9, 0xfe42f427, 0xea133df7, 0xe9e2f5e9,
  0x0109094b, 0xe1d439df, 0x360b1f2c, 0x4240090d, 0x22dd2d04, 0xe51c130f, 0x04e2ca0f, 0x0513ecfe, 0xce2dfbc2,
  0x1a230f0b, 0x26f34c2c, 0x133bfd3b, 0xf8dfdcda, 0x1630d9d8, 0xfebc10d7, 0x08031766, 0x0509cc21, 0xea25d4ba,
  0x3018c611, 0x07fd0911, 0xcd0d153c, 0xc325eac0, 0x0810dfb9, 0x2c14fc07, 0xe2ee2320, 0x2dd31711, 0x06fcd64d,
  0xf6cff9b9, 0x10eb260a, 0xe9ade525, 0xc8f502eb, 0xf5b01ae5, 0x07c72dcc, 0xec2821d8, 0xf7aadecc, 0xd1eefa13,
  0xfae81b9f, 0x1029e1fe, 0xdb3d12e1, 0x280ee5cf, 0x3708e723, 0x01ee041b, 0xd731fc43, 0x07c3f143, 0x2daef8eb,
  0x1934e8c0, 0xed2c05fc, 0x23bc00f2, 0x10eee124, 0xdcc11bed, 0xfbf402b9, 0xeb2608ef, 0x11d41ded, 0x299cf6eb,
  0xb8f1fbe6, 0xf1270bff, 0xd12c241e, 0xf4251c2d, 0xe8cd07dc, 0xf5d40ffb, 0x213fec1c, 0x1bb032fb, 0xf5531afd,
  0x11fa3226, 0xfef201ff, 0x2eea0aea, 0xdfd93d38, 0x173e179a, 0x090502d3, 0x0a00f8e6, 0x15fac70e, 0xdde9f3f3,
  0xe2eae5df, 0x133ffdd2, 0x2b25f01e, 0xc50d1f1c, 0xdaedeef4, 0x13e6d903, 0x07c89af1, 0x28f7ea86, 0xd1e6f3bd,
  0xfb1c1116, 0x2700f105, 0xd6fe2eed, 0x1fce3920, 0xf112c03f, 0xfe0216c9, 0xdb2c0f3a, 0xf412a91f, 0x34bae827,
  0xdc4c1607, 0xd0baeb20, 0xf2103103, 0xf739fd2e, 0xc7ecfcfd, 0xfd0ee7e3, 0xf1ff1028, 0xcbb013fa, 0xd02bc52f,
  0xf357f4f1, 0x091c2818, 0x33f92c25, 0xf315c1e2, 0xc4e63623, 0xdcc7e605, 0x10e4201a, 0x0abe0139, 0xed0024f7,
  0x21e400eb, 0x0b25c1f1, 0xd80ad2d5, 0xd3382c74, 0x10e6a45a, 0xdd45b8d7, 0xf107f6fe, 0xcef61c1d, 0x23e7f079,
};

static const model_channel_t model_1_fully_connected_channels[] = {
  {1491482999, 234281}, {1672624196, -2937591}, {1249806478, -2172663}, {1550962001, -7707863},
  {1452631878, -2948375}, {1471401203, -1330775}, {1995596048, -5857111}, {1672834746, -2855479},
  {1380670803, -905559}, {1945188699, -5384439},
};

static const model_conv_t model_1_fully_connected_settings = {
  /* weights */ model_1_fully_connected_weights, /* channels */ model_1_fully_connected_channels,
  /* input_height */ 1, /* input_width */ 288, /* input_channels */ 1, /* column */ 1, /* step */ 288,
  /* words */ 72, /* output_height */ 1, /* output_width */ 1, /* output_channels */ 10, /* rows */ 1,
  /* columns */ 1, /* kernel_width */ 288, /* stride_width */ 288, /* pad_left */ 0, /* kernel_height */ 1,
  /* stride_height */ 1, /* pad_top */ 0, /* stretch */ 1, /* pool_height */ 1, /* pool_width */ 1,
  /* input_zero */ -128, /* output_zero */ 53, /* lowest */ -128, /* highest */ 127,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_1_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_1_fully_connected_settings, input, output, model_memory + 0);
}

static const model_softmax_t model_2_softmax_settings = {
  /* multiplier */ 1194932480, /* lowest_difference */ -124, /* rows */ 1, /* classes */ 10, /* shift */ 24,
};

/* SOFTMAX */
static MODEL_APART void model_2_softmax(const int8_t *input, int8_t *output)
{
  model_softmax(&model_2_softmax_settings, input, output);
}

void model_invoke(const int8_t *input, int8_t *output)
{
  model_0_conv_2d(input, (int8_t *)(model_memory + 154));
  model_1_fully_connected((int8_t *)(model_memory + 154), (int8_t *)(model_memory + 154));
  model_2_softmax((int8_t *)(model_memory + 154), output);
}
