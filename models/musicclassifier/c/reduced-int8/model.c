#include "model.h"

#define MODEL_PACKED 0
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
  const int32_t high = (int32_t)(((int64_t)doubled * channel->multiplier + ((int64_t)1 << 31)) >> 32);
  return (high + (high >> 31) + ((int32_t)1 << (shift - 1))) >> shift;
}

/* No activation of this model cuts off more than int8 itself. */
static inline int8_t model_clamp(int32_t value, int32_t lowest, int32_t highest)
{
  (void)lowest;
  (void)highest;
  value = value < -128 ? -128 : value;
  return (int8_t)(value > 127 ? 127 : value);
}

/* Sums of products of two windows of 16 bits and two channels of weights, four numbers at a time. A word
   of weights has the first and the third of its numbers in the even bytes, so that SXTB16 makes pairs
   of neighbours; of the two channels the words take turns. `weights` is left behind the last word. */
typedef struct {
  int32_t p0, p1, q0, q1;
} model_sums_t;

#if defined(MODEL_DSP)
/* Thirteen registers without r9, which some programs keep for themselves. Five of them are saved here, frame
   pointers among them, so that the compiler has nothing else to spill. */
static inline model_sums_t model_products(const uint32_t **weights, const uint32_t *end, const int16_t *p, const int16_t *q)
{
  register const uint32_t *at __asm__("r0") = *weights;
  register const uint32_t *last __asm__("r1") = end;
  register const int16_t *one __asm__("r2") = p;
  register const int16_t *other __asm__("r3") = q;
  register int32_t p0 __asm__("r4");
  register int32_t p1 __asm__("r5");
  register int32_t q0 __asm__("r8");
  register int32_t q1 __asm__("r12");
  __asm__("push {r6, r7, r10, r11, lr}\n\t"
          "movs r4, #0\n\t"
          "movs r5, #0\n\t"
          "mov r8, r4\n\t"
          "mov r12, r4\n"
          "1:\n\t"
          "ldrd r6, r7, [r0], #8\n\t"
          "ldr r10, [r2], #4\n\t"
          "ldr r11, [r3], #4\n\t"
          "sxtb16 lr, r6\n\t"
          "smlad r4, lr, r10, r4\n\t"
          "smlad r8, lr, r11, r8\n\t"
          "sxtb16 lr, r7\n\t"
          "smlad r5, lr, r10, r5\n\t"
          "smlad r12, lr, r11, r12\n\t"
          "ldr r10, [r2], #4\n\t"
          "ldr r11, [r3], #4\n\t"
          "sxtb16 r6, r6, ror #8\n\t"
          "smlad r4, r6, r10, r4\n\t"
          "smlad r8, r6, r11, r8\n\t"
          "sxtb16 r7, r7, ror #8\n\t"
          "smlad r5, r7, r10, r5\n\t"
          "smlad r12, r7, r11, r12\n\t"
          "cmp r0, r1\n\t"
          "bne 1b\n\t"
          "pop {r6, r7, r10, r11, lr}"
          : "+r"(at), "+r"(one), "+r"(other), "=&r"(p0), "=&r"(p1), "=&r"(q0), "=&r"(q1)
          : "r"(last)
          : "cc", "memory");
  *weights = at;
  const model_sums_t s = {p0, p1, q0, q1};
  return s;
}
#else
static inline model_sums_t model_products(const uint32_t **weights, const uint32_t *end, const int16_t *p, const int16_t *q)
{
  static const uint8_t shifts[] = {0, 16, 8, 24};
  const uint32_t *at = *weights;
  model_sums_t s = {0, 0, 0, 0};
  for (; at != end; at += 2, p += 4, q += 4) {
    for (int8_t i = 0; i < 4; ++i) {
      const int32_t u = (int8_t)(at[0] >> shifts[i]), v = (int8_t)(at[1] >> shifts[i]);
      s.p0 += u * p[i];
      s.p1 += v * p[i];
      s.q0 += u * q[i];
      s.q1 += v * q[i];
    }
  }
  *weights = at;
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
  best[0] = one > best[0] ? one : best[0];
  best[1] = other > best[1] ? other : best[1];
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
      *best++ = INT32_MIN;
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
  for (int32_t *best = scratch; best < room; ++best) {
    *best = INT32_MIN;
  }
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

static int32_t model_memory[392];

static const uint32_t model_0_conv_2d_weights[] = {
  0xab812151, 0xb4122d16, 0xb1f5b9c5, 0x7f45113f, 0x00000012, 0x000000b6, 0x0b10c9f2, 0x9213a27f, 0x8111a7f1,
  0xc3ddc1e6, 0x0000007a, 0x000000d6, 0x9b887881, 0x7fa9763d, 0xaf58455a, 0x8d9a8f73, 0x00000030, 0x00000015,
  0x7755293a, 0xac7fa7b8, 0x7fdb5357, 0x64c72869, 0x000000ff, 0x00000095, 0x5ff2d018, 0xcedf4e17, 0xfa248160,
  0x0e811dbe, 0x00000012, 0x00000029, 0x0384a8b5, 0x2e9ce6fa, 0x0aa5ea30, 0x3a56f981, 0x0000007f, 0x000000d1,
  0x0f55607f, 0xb53d0900, 0xe4594244, 0x81ecd546, 0x000000a4, 0x000000b5, 0x8baa81fc, 0x58375d52, 0x7a5de509,
  0xf6a3baaa, 0x0000000f, 0x0000007f,
};

static const model_channel_t model_0_conv_2d_channels[] = {
  {1125964615, 405927}, {1525416446, -307801}, {1920933238, 193031}, {1160859918, 397831}, {1586450277, 26695},
  {1112349389, -35898}, {1318838534, -812440}, {1648809020, 49863}, {1346137696, -106714}, {1213647576, 131494},
  {1305379951, 303335}, {1090630613, 175270}, {1580751003, -587928}, {1576180229, 284039}, {1733014311, 185095},
  {1712419525, -262425},
};

static const model_conv_t model_0_conv_2d_settings = {
  /* weights */ model_0_conv_2d_weights, /* channels */ model_0_conv_2d_channels, /* input_height */ 53,
  /* input_width */ 20, /* input_channels */ 1, /* column */ 3, /* step */ 6, /* words */ 3,
  /* output_height */ 13, /* output_width */ 5, /* output_channels */ 16, /* rows */ 26, /* columns */ 10,
  /* kernel_width */ 3, /* stride_width */ 2, /* pad_left */ 0, /* kernel_height */ 3, /* stride_height */ 2,
  /* pad_top */ 1, /* stretch */ 4, /* pool_height */ 2, /* pool_width */ 2, /* input_zero */ 44,
  /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_0_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_0_conv_2d_settings, input, output, model_memory + 260);
}

static const uint32_t model_1_conv_2d_weights[] = {
  0xbef92962, 0xc5133ff8, 0x44408cd6, 0xc9cbfbc0, 0xdcf34113, 0x36a9ccf0, 0xdb421f97, 0xc6f72be5, 0x02281f68,
  0x29345944, 0x551728bd, 0xcd2947f3, 0xfd0ccb2f, 0xda4d39b0, 0xfcd9f5be, 0x7fcf3f66, 0xdd1ec0da, 0x29b32be2,
  0x13bd6303, 0x2a90b7ca, 0x3d34ecf4, 0xa5a6fac4, 0x05ae1007, 0x3bdf2ae4, 0xc730aacd, 0x339fd83f, 0xf64ae469,
  0x04cd25f6, 0x3d61243b, 0x5f1736e7, 0xd3ccff15, 0xe7d760e0, 0x5dba2508, 0x57bae0e0, 0x4cacd6b5, 0xc996cd3d,
  0xf70db7b4, 0xdb2eb7b8, 0x0829b836, 0xea355fb3, 0x0611f60c, 0xe5b8d7b3, 0xe5131efd, 0xb1f93450, 0xdbe0e491,
  0xb6de2804, 0xc7c2fd2a, 0xb9dbd403, 0x6ecafc2c, 0xfb15f03a, 0xcbc8defe, 0x70459ab0, 0x65c95f1f, 0x5c3d33dd,
  0xe52442f5, 0x38a7df21, 0x162df30c, 0x9e120299, 0x0bf2523f, 0xedbad81c, 0x6150c963, 0xaab7f7c3, 0xa1ec54a6,
  0x5fbe130c, 0xce81edcb, 0x0858f6c1, 0x2e09d833, 0xfd64de44, 0x40d4f23c, 0x7fc4f2f9, 0x37efe6e0, 0x1bd935a1,
  0xcf0d1858, 0xf3beeb41, 0xd7dd4b30, 0x3fc54256, 0x2c980744, 0x16f3f125, 0x444003fa, 0xfc0b2ab5, 0xf3321c12,
  0x36e1a8c7, 0xb3a5dc60, 0x4a5a514c, 0x053dd517, 0xfe370632, 0xbd019d7b, 0x18f6cae1, 0x5553b42d, 0x273004b7,
  0xec111d0f, 0xc0dc5e1d, 0x45fdc9e8, 0x19ceb5f9, 0xb516cd17, 0x2725f847, 0xe4fa02cb, 0x29c4cf58, 0xcf7ff629,
  0xe300e45d, 0xa94cc8b8, 0xe92a5f19, 0x30311f00, 0xb90708e9, 0xb20cd61a, 0xddfedacf, 0x5c34ce07, 0x2db6b321,
  0xc8e620a7, 0xb3edb8aa, 0x24fbf910, 0x22bc08dc, 0x051027ee, 0xd923f8ab, 0x22c8d70e, 0xeafb0958, 0x6e7216ec,
  0xd3da320d, 0x640c38a5, 0x38fc1a20, 0x5321e3da, 0xe6edb232, 0x3f760007, 0xe6d4f409, 0xde1602ad, 0xbdb52123,
  0xc6cddaaf, 0x10eac70b, 0xef6f204c, 0x0cf1ecfa, 0x4688161b, 0x81253fe3, 0x541b8fcb, 0x26bba524, 0x3bbde8e5,
  0xdef70e47, 0xa5c64ef9, 0xe523f8c2, 0xbeeedba0, 0xb332b8de, 0x36950a01, 0x3cd11ecf, 0xa80440c4, 0xca2ff020,
  0xa445e41d, 0x555110aa, 0xff095f35, 0xce39d832, 0xa9d545f7, 0xb05ca3eb, 0x15815b4e, 0xefdfe053, 0xdd4523d2,
  0xdd0617a8, 0x8bd0ecf0, 0x21afc51a, 0xd04b1932, 0xf3c6040f, 0x5d0360c9, 0x2aec6cc4, 0x1e446765, 0xf4551f45,
  0x42dff03c, 0xfcfff20b, 0xef9d4f41, 0xb1411007, 0x32b1f360, 0x344d4fef, 0x2f051932, 0x17dee60f, 0xfb604dc7,
  0xc69ee124, 0xf7d7c83d, 0x30f4f78b, 0xaebe7102, 0x08c7fdcf, 0xd0c5e23b, 0x93993cb3, 0x0cd5b495, 0x21d6fc1e,
  0xcf24c862, 0xaccdd5b8, 0x0ccd6268, 0x26033324, 0x21eb9e01, 0x95e9e348, 0x4b5f24a0, 0x07f91e31, 0x4f4b4ff2,
  0x2e22451d, 0xf4fd9eb4, 0x07c941a8, 0x35d88b23, 0x34b4c3da, 0x291dddf1, 0x3601f756, 0x2036d336, 0xd2d503d9,
  0xa343e119, 0x6e9c81ff, 0x4e28a462, 0x54180a29, 0x302704b0, 0x2f204345, 0xa5122afb, 0x4cd86019, 0x9bbcc91e,
  0x9a0f4de9, 0x0fe5393e, 0xb6fc01f2, 0xc8e9cfd9, 0xd0f4e95d, 0xf046a9c3, 0x36411f50, 0xa55b84f8, 0x16d569cd,
  0x11b00d37, 0x241500f6, 0xc705fd40, 0x3ad19531, 0xdbb7141c, 0xdc2a04dd, 0xd8f9131d, 0x43f8e3ac, 0x1b095071,
  0x2fdd1984, 0x18bae3c0, 0xb598e506, 0x28d40932, 0x20d915c0, 0xb8412433, 0x91d5bc08, 0xd319c2f3, 0x14fd2791,
  0xdc1a7f02, 0xf1a942b9, 0x1638210b, 0x51a4c30f, 0x27ca1a56, 0xf81fd488, 0xe1b70bbb, 0x08cf1e2d, 0xec01dc44,
  0x62cf30b6, 0x3ef436d4, 0x26eabfa4, 0x0cc8dfbf, 0x0bd6fdb1, 0x5e3be364, 0xb05bb248, 0xe5a751d9, 0x0657da48,
  0x03fcfbc5, 0x5437f1cd, 0x284cef4f, 0xf2364401, 0x4fe4c4b7, 0xe7ee58ad, 0xf927192a, 0x35c6bfeb, 0xc2491dfe,
  0x6468e5fe, 0xd8090f08, 0x58e23e9b, 0xd820d1b5, 0x32c27737, 0xc2b291ed, 0xc021c6f8, 0xb824dd01, 0xc3b6c82f,
  0xf2c19ddf, 0xc1bd121f, 0xdc553e51, 0xb59d6fbe, 0x0cc0ed3f, 0x1a58a5da, 0xd0cdf0a8, 0xcb311013, 0x42cb101c,
  0x553d3fcd, 0x5f123a5b, 0xf531e334, 0xc62114c9, 0x5f43cfed, 0x1c28f2f9, 0x3cc74c81, 0xdd13c145, 0xf4c7eef6,
  0x3a2052b3, 0x4d422dd2, 0xd04614f4, 0x31b1ce30, 0x2dacbf66, 0x3f24c8c0, 0xbf49dfeb, 0x1d2f3215, 0x5e3b04db,
  0xc3810e18, 0x6e252532, 0x0bc50327, 0xe1eec6ec, 0xe619d8e5, 0x9e1a44b7, 0x05db41d1, 0x0db8d3ba, 0xade5fde5,
  0x3c0621f3, 0xcb28ea1f, 0xf9aa9ff3, 0xcc00bd46, 0xdca3ca58, 0x97a8c4bf, 0x070fc227, 0x2156d007, 0x14f89c9d,
  0x4b38f8ba, 0x1c29d4d8, 0xf302d699, 0x15322b49, 0x5d3c3e45, 0x31c50c25, 0x0ca2b317, 0x51074cd9, 0x10d414df,
  0xed0ac80a, 0xce08ba4e, 0x7ff7c4d1, 0x0d1fdf0c, 0x34bd2ee4, 0xcedfc664, 0xd1ccc778, 0x3bccfe18, 0x22e5e097,
  0x3fe52fb7, 0x014ff2ff, 0xf2bb12f3, 0x163c0303, 0x3aedf55a, 0x651005f3, 0xffde73bb, 0x270da60a, 0xccd60217,
  0x21324290, 0xc90040e4, 0x2dbb04d3, 0x16d6ebdf, 0xb523b147, 0xaa20f5fe, 0xa91fe7c8, 0xb5d3f704, 0x14e1002f,
  0x72fa8340, 0x463f2349, 0xf3431c29, 0x0216b71f, 0x52c925a4, 0x4100e30f, 0xdf1ebf94, 0xdca6a254, 0x4a441328,
  0xb903e8d8, 0xe540c80c, 0x253e2613, 0xc2182ef0, 0xe60b01b2, 0xfde310e5, 0xbeea252d, 0x264fd9bc, 0xc9e7d3d3,
  0x272b1524, 0xfed01795, 0x1ec4dfc8, 0x4a37089c, 0xa59f32ce, 0xe502c9da, 0xb3bae4b4, 0x17ef46f6, 0x08fad4f6,
  0xe0f9b4b8, 0xa8c9ff2d, 0x7fcedea7, 0x22d0f4af, 0xc25bdc2a, 0x419712c6, 0xf5cedd1a, 0xa6d6fcf7, 0xb314520d,
  0xe3fe5816, 0xeedaf951, 0xe91fb1cc, 0x55093212, 0xe4073e07, 0x2e57c428, 0x222e0bf5, 0xa481d9dd, 0x1331bafe,
  0x176a05fe, 0x2910d827, 0x56ff0bb3, 0x8e9f131b, 0x1322fabd, 0xda30d11b, 0x830c5ad9, 0x25b922f8, 0xb700d047,
  0x3e140adb, 0xc53fcae3, 0x0b10c610, 0x4b12ed24, 0xfd5f0cf0, 0x22f38e88, 0xf4cb3809, 0x0b3fa79d, 0xa2f41cb6,
  0xe1470fef, 0xbf0bc5c5, 0x9a2fc5f6, 0xfefa0cc8, 0x264ff10a, 0x42b0eb39, 0xdb1c04f2, 0xdcf93b99, 0x1726d01f,
  0x81d1c13c, 0x05f60ae7, 0x27c55414, 0x232bedcb, 0x404e44ce, 0x35d1db04, 0x080c6713, 0x40a32abc, 0x213ae7ae,
};

static const model_channel_t model_1_conv_2d_channels[] = {
  {1708075743, 1024072}, {1674182402, -3107448}, {1945703301, 417160}, {1503118137, -1718808},
  {1491102826, 1445576}, {1619106986, 287464}, {1677575001, 357672}, {1166038273, -3561592},
  {2029558280, -118328}, {2092939092, -2082648}, {1095929893, -3398489}, {1107070036, -3931289},
};

static const model_conv_t model_1_conv_2d_settings = {
  /* weights */ model_1_conv_2d_weights, /* channels */ model_1_conv_2d_channels, /* input_height */ 13,
  /* input_width */ 5, /* input_channels */ 16, /* column */ 48, /* step */ 96, /* words */ 36,
  /* output_height */ 3, /* output_width */ 1, /* output_channels */ 12, /* rows */ 6, /* columns */ 2,
  /* kernel_width */ 3, /* stride_width */ 2, /* pad_left */ 1, /* kernel_height */ 3, /* stride_height */ 2,
  /* pad_top */ 1, /* stretch */ 1, /* pool_height */ 2, /* pool_width */ 2, /* input_zero */ -128,
  /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_1_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_1_conv_2d_settings, input, output, model_memory + 260);
}

static const uint32_t model_2_conv_2d_weights[] = {
  0xd1be3925, 0x814960d7, 0x54c2d1b1, 0xfdf02c5d, 0xfcd0e0e9, 0x1eb85ba9, 0x7919d94c, 0x5136b1ec, 0x81da36e6,
  0xb892c97f, 0x15e22627, 0x32bbde6d, 0x01fe08db, 0x134bd7f2, 0xd005ff0f, 0xdf05ddf5, 0xd2562d2f, 0x0dd4102f,
  0xe035a3e0, 0x34ecfffd, 0x00233545, 0x39381dfd, 0xcff2e42d, 0x42eaf2e6, 0x027fcdcd, 0x00acdf2a, 0xf49b3324,
  0xc0cc405d, 0x2e249707, 0x32fd7ff7, 0x51fee735, 0x11243fff, 0x209a5bc1, 0xffad470e, 0x420621b5, 0x4bc7143f,
  0xef28fdf9, 0xffc1104d, 0x9e0a0241, 0x26e22cb3, 0xb6f6591e, 0x8f37dcdc, 0x155ed710, 0x1041cfde, 0xf32644ee,
  0x03073f8b, 0x3ac1baf1, 0x1366671b, 0x143aead1, 0xf113f9e1, 0x6861c613, 0xdb7f0284, 0x3ee78147, 0xb10c1141,
  0x173cc8d5, 0x68298dd5, 0xd44e2b1b, 0x5b20ddd0, 0x0ffb5bbe, 0xae59373a, 0xa92d47c3, 0x18f1c529, 0xb165a3b3,
  0x238ae0ea, 0x02c45112, 0xc6dee544, 0x56012f25, 0x5181e3cb, 0x812ae416, 0x4d2be217, 0x26aa162c, 0x27500f03,
  0x24aa1d9a, 0x1409b7ae, 0x49abf61f, 0xdbad07e2, 0xedd61216, 0x3c3416f1, 0x3ffe9544, 0xdf74d040, 0x432fb2e1,
  0xc3d2b573, 0x2f8ddefd, 0xdab37f47, 0x0d963735, 0x67bc0237, 0x0a56902c, 0x26db1efd, 0x124c9581, 0xb9be3b05,
  0xbd323df7, 0x9e0aee29, 0x3415ccd4, 0x5064f11f, 0x98ae12f2, 0xc56d554d, 0xd00713c0, 0xf281bb76, 0xf94358da,
  0x48ed78cd, 0xab7f33b5, 0x054390fa, 0xd5311f0e, 0xd68f73f0, 0x0705490f, 0xdc976e6c, 0xb41d3cc4, 0x50dc16c0,
  0x12e97fe5, 0x2c1ed363, 0x4a42abf9, 0xc4410ee3, 0x4b24a1a8, 0xcf49ab12, 0x694a3661, 0xbdf846fe, 0xf3d01fda,
  0x21eefbb2, 0xe4c26130, 0x09c668ab, 0xc5fde94d, 0xc29d3f24, 0xe8f0e337, 0x2e2411ca, 0x21e20d41, 0x7fb34ec3,
  0x05fc1103, 0xacbdc9d0, 0xbc4cbaba, 0x0361223e, 0x46dfb71b, 0xd334192f, 0xd9e5f323, 0x4934c42a, 0x09aceb2b,
  0x2db91b48, 0xd68113d5, 0xf322ea7f, 0x02fb3a99, 0x4b651ac9, 0x6b34ed6a, 0x00fddcf7, 0xf2f614bb, 0x0112c0f1,
  0xdb2ccf12, 0x1e61960d, 0x4eebf6eb, 0x4bd8f7bc, 0x38fcf1f0, 0xf5b5e8c9, 0x1db2fc2c, 0xe9ee000a, 0x6dab3ba5,
  0x3bcdee40, 0x2a8cb6bc, 0x9969c23b, 0x3e007d2b, 0xce814ca4, 0x56817cf8, 0x0c0348b0, 0x244d36e6, 0x6326c3ad,
  0xc8c3bce3, 0xe1bb0611, 0xdf5d33e0, 0x5d21577f, 0x47c0ea17, 0xe365a5d8, 0xf3eff261, 0x228f25ae, 0xfe4a2556,
  0x1afab00b, 0x65522281, 0x97f4b4d6, 0xcefeca22, 0x148ef64f, 0x8d5269a1, 0xf021013e, 0x2b3ae496, 0xe6d42969,
  0xf03a4bd5, 0xb7e80f54, 0x54bdfc1c, 0x7352f511, 0x092d46cd, 0xb1bd0ca1, 0x88488a90, 0x0560dadb, 0xf275e014,
  0x9fa1b67f, 0x3b0460ad, 0x63c46d46, 0x813b7bba, 0x12003f8c, 0xfddb36ca, 0x722fd069, 0xce27fc40, 0xce642222,
  0xff2343e4, 0xc925cfe1, 0xcf1defa7, 0xfa1f1cd0, 0x7f224070, 0x6450a5bb, 0x8e8c0635, 0xbef2091d, 0xc307f889,
  0xe8eece02, 0xb2102758, 0x00d3cee6, 0xcbb86cb7, 0x181bbfa8, 0x275e482f, 0xfa2dc7a2, 0xe8206b4c, 0x7f6ccb2d,
};

static const model_channel_t model_2_conv_2d_channels[] = {
  {1575790235, -113497}, {1577760011, 320775}, {1642233133, 409767}, {1495721539, 1600743}, {1224960467, 808775},
  {1256694360, -13689}, {1611997944, 244327}, {1241273044, 383687}, {1405238650, -981497}, {1647359256, 90087},
  {1554916165, -46713}, {1902099639, 1103176}, {1095641906, 1319911}, {1630071433, 40647}, {1792565691, -701849},
  {1508568782, 1073959}, {2123267800, 880168}, {1208692617, -1033561}, {1518283890, -64889}, {1385286207, 8903},
  {1518998294, 163687}, {1251331881, 1202183}, {2011606642, 1104616}, {1771488502, -1000025},
};

static const model_conv_t model_2_conv_2d_settings = {
  /* weights */ model_2_conv_2d_weights, /* channels */ model_2_conv_2d_channels, /* input_height */ 1,
  /* input_width */ 36, /* input_channels */ 1, /* column */ 1, /* step */ 12, /* words */ 9,
  /* output_height */ 1, /* output_width */ 1, /* output_channels */ 24, /* rows */ 1, /* columns */ 2,
  /* kernel_width */ 36, /* stride_width */ 12, /* pad_left */ 12, /* kernel_height */ 1, /* stride_height */ 1,
  /* pad_top */ 0, /* stretch */ 1, /* pool_height */ 1, /* pool_width */ 2, /* input_zero */ -128,
  /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_2_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_2_conv_2d_settings, input, output, model_memory + 9);
}

static const uint32_t model_3_fully_connected_weights[] = {
  0x3ac60d3f, 0x094b0027, 0xaae65ff4, 0x2fab3bc8, 0xd6e0d71d, 0x9f7900dc, 0x0b5ddf14, 0x14c375c4, 0xeb0367a7,
  0x14a18ccf, 0x5d81e283, 0xa119815b, 0xb6165e0b, 0x8fde1fff, 0x937f4668, 0x3ccca54e, 0x9fec38da, 0xb6b78c7f,
  0x1c0c051b, 0xabd73df1, 0x25c0d6b5, 0x9ce4312f, 0x01a9f6d2, 0x6ac3ce56, 0x5613a65a, 0x5081d50a, 0xa203f20c,
  0x45f3f83c, 0xcb1dbc98, 0x5e3fac38, 0x04a2512a, 0xaf25eacd, 0x81c59f34, 0x15292733, 0xd73574d1, 0x9aab2d50,
  0xcbd9624d, 0xdce5814b, 0x321ddd9d, 0x194558a4, 0xc7f83fbe, 0x2a0e0feb, 0xbec1c8b2, 0x1f39d29c, 0x0424ff17,
  0x1364c7a6, 0x4e81e3ab, 0xc8d44c63, 0x792c3c90, 0xfbe92835, 0x8a34963f, 0x544f1b96, 0x7b8b46a2, 0x396c69b4,
  0x2fdedd79, 0x96b1c115, 0x42a6e1f2, 0xe9814886, 0x8107c8aa, 0x04be8a6a,
};

static const model_channel_t model_3_fully_connected_channels[] = {
  {1876620363, -584759}, {1616447569, -1028023}, {1454377589, -206839}, {1594266483, -1152247},
  {1723757112, -1221399}, {1749202928, 495273}, {2052909438, -1646103}, {1815936220, 52233},
  {1412671032, -1044439}, {1542722801, -647543},
};

static const model_conv_t model_3_fully_connected_settings = {
  /* weights */ model_3_fully_connected_weights, /* channels */ model_3_fully_connected_channels,
  /* input_height */ 1, /* input_width */ 24, /* input_channels */ 1, /* column */ 1, /* step */ 24,
  /* words */ 6, /* output_height */ 1, /* output_width */ 1, /* output_channels */ 10, /* rows */ 1,
  /* columns */ 1, /* kernel_width */ 24, /* stride_width */ 24, /* pad_left */ 0, /* kernel_height */ 1,
  /* stride_height */ 1, /* pad_top */ 0, /* stretch */ 1, /* pool_height */ 1, /* pool_width */ 1,
  /* input_zero */ -128, /* output_zero */ 15, /* lowest */ -128, /* highest */ 127,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_3_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_3_fully_connected_settings, input, output, model_memory + 6);
}

static const model_softmax_t model_4_softmax_settings = {
  /* multiplier */ 1894049024, /* lowest_difference */ -256, /* rows */ 1, /* classes */ 10, /* shift */ 22,
};

/* SOFTMAX */
static MODEL_APART void model_4_softmax(const int8_t *input, int8_t *output)
{
  model_softmax(&model_4_softmax_settings, input, output);
}

void model_invoke(const int8_t *input, int8_t *output)
{
  model_0_conv_2d(input, (int8_t *)(model_memory + 0));
  model_1_conv_2d((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 0));
  model_2_conv_2d((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 0));
  model_3_fully_connected((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 0));
  model_4_softmax((int8_t *)(model_memory + 0), output);
}
