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
  const uint32_t one = 1, ones = 0x01010101u, mask = ((one << l->bits) - 1) * ones, raised = (one << (l->bits - 1)) * ones;
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

static int32_t model_memory[1376];

static const uint32_t model_0_conv_2d_weights[] = {
  0x00b03540, 0x002e3518, 0x00ed0781, 0x006243bd, 0x00f026ce, 0x007fa6fa, 0x00f4aea0, 0x0017a77f, 0x00abddfe,
  0x00f7e3a1, 0x008139c6, 0x00def89c, 0x00816ca8, 0x00897c3b, 0x004e6592, 0x007f8a7a, 0x00bd1b35, 0x00952a92,
  0x0057ee71, 0x007fb8b7, 0x00468171, 0x0077bec9, 0x0064b92e, 0x006f8a27, 0x00e4c0f3, 0x00ea413d, 0x0055044a,
  0x00c681c1, 0x00270881, 0x00050c1b, 0x009681b4, 0x0081e9f7, 0x001caf12, 0x00b76619, 0x00065df0, 0x002cd5ef,
  0x00275d3f, 0x007cf907, 0x006e7f0f, 0x0062babc, 0x00f8be66, 0x008196ed, 0x00e29bfc, 0x00432060, 0x000e799a,
  0x00a6897f, 0x007f1401, 0x00db53ce,
};

static const model_channel_t model_0_conv_2d_channels[] = {
  {1758062166, 186503}, {1152141201, -349945}, {1497761491, 611976}, {1371811298, 299687}, {1639441180, 47751},
  {1107939314, -31514}, {1720533191, -431192}, {1592390568, -25785}, {1573820359, 30342}, {1087429294, 142854},
  {1130646804, 363399}, {1970425282, 166439}, {1377832308, -663832}, {1360655837, 241895}, {2035752005, -63353},
  {1828681372, -156537},
};

static const model_conv_t model_0_conv_2d_settings = {
  /* weights */ model_0_conv_2d_weights, /* channels */ model_0_conv_2d_channels, /* input_height */ 53,
  /* input_width */ 20, /* input_channels */ 1, /* column */ 4, /* step */ 4, /* words */ 3,
  /* output_height */ 26, /* output_width */ 10, /* output_channels */ 16, /* rows */ 52, /* columns */ 20,
  /* kernel_width */ 3, /* stride_width */ 1, /* pad_left */ 1, /* kernel_height */ 3, /* stride_height */ 1,
  /* pad_top */ 1, /* stretch */ 4, /* pool_height */ 2, /* pool_width */ 2, /* input_zero */ 44,
  /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_0_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_0_conv_2d_settings, input, output, model_memory + 1040);
}

static const uint32_t model_1_conv_2d_weights[] = {
  0xc827d74a, 0xe055cef8, 0x39fce200, 0x11b0bfbe, 0xe0b82bc7, 0x3b95f326, 0xedfef80e, 0x32f8ffe1, 0x44d2fbc8,
  0x9d26ccd1, 0x0ed00cdb, 0x0c00d992, 0xed1f02f4, 0x54c2648a, 0x16f205bf, 0xd928fa0e, 0xf4114422, 0xaa236c2b,
  0xcc2c13ed, 0x1fcecf52, 0x1ed80cf3, 0x5e52a7fc, 0x55eaf122, 0x098e5f29, 0xf8fef61d, 0x81f8bb26, 0x4c100de1,
  0xa6e00eeb, 0x1908b639, 0x4138ca01, 0xc4c3c70c, 0x1b1f3fb0, 0x010047df, 0xdae131bc, 0xe0dcee02, 0xf9cdc4a2,
  0x530862d9, 0x8ed395eb, 0xc2c5d622, 0x3ef6c7e1, 0x0decccf4, 0xf99ad962, 0xbfbc240c, 0xf4a2af98, 0x34db071e,
  0x2f621c97, 0x39c33b47, 0x96552be6, 0xe12fc2fe, 0xb0e82ec6, 0xcd8140b8, 0x58ef96b0, 0x4aee3207, 0xdefcfd87,
  0x25cfcb38, 0x06f006dd, 0x023b1b52, 0x4333def0, 0xd9be32aa, 0xfe61c619, 0xdcc4ccbe, 0x5663dbf0, 0x06323bd7,
  0x65449c25, 0xf5d35614, 0xde285039, 0xbeb42604, 0xbbd0ad36, 0x2b4cffe3, 0xda4ecbd6, 0xed3c0057, 0xee51d3ce,
  0x381b3939, 0x59ca3027, 0x141f0724, 0x29d29f32, 0xc70717d3, 0xe2a45958, 0x6301cbf6, 0x0560f810, 0x08b73030,
  0x66f122b9, 0xefc20de2, 0x14b02f16, 0xd9161ad0, 0x03e54fbf, 0x49f5a614, 0x264c28fe, 0xbcc24f4a, 0xf1fef504,
  0xf869d020, 0xed0b5c23, 0x18ebcddc, 0x414ab9e1, 0xe0d0020c, 0x41de0626, 0x02bd10c8, 0xeeabf330, 0xce219e9f,
  0x9406e901, 0xc4fe5ce7, 0x549a56b7, 0xa1ce5704, 0xaf0eb53d, 0xe619b5f3, 0xb5f6eec5, 0x5c2c9eeb, 0x062e11ab,
  0x0afbbbbc, 0xe52d1bb5, 0x08ce29fa, 0x17e2b404, 0x26ccfdbf, 0xed3754f1, 0x1de63453, 0x9cfdabae, 0x561646e8,
  0xff29e2ac, 0xa1eb7f08, 0xb2e9c0d7, 0xa3eb050b, 0xbbc504c6, 0xd431098a, 0xec81d8a1, 0xcf151c5d, 0x4b1fc1ef,
  0x22b1d2e2, 0x34c02313, 0xd8dfb4ef, 0xcac0e15a, 0xf72bba5c, 0xdfd03f15, 0x17d730dd, 0xe34faf0e, 0xdaef1a25,
  0x18a4e318, 0x34aef5bd, 0x3c4a0414, 0x0e392c1b, 0x07f642a2, 0xf4a8c555, 0x47bbd53a, 0x46b50255, 0x10a6e812,
  0x39205539, 0xc10306a0, 0x4f613231, 0xd2a055b1, 0x58129e51, 0xd5f2f528, 0x51b72131, 0xc8f4d497, 0xd2572148,
  0xb5261072, 0x14584e2c, 0x182eb123, 0x529daf25, 0x33fe4030, 0x9d44bbf1, 0x2c22b610, 0xd4a35e05, 0xa9d0a4c2,
  0x4f0dcb39, 0xd13405cf, 0x64f417e3, 0xe9813307, 0x3929faa0, 0x1b9a1369, 0xecbae445, 0xe2cb43d6, 0xf4da2d33,
  0xa71af4b4, 0xde17fe93, 0xaa2c18a3, 0x5301d241, 0x57008d0b, 0x004ae940, 0xf1f354e1, 0x96a328e0, 0x2fdfbc6e,
  0x4bf3d02c, 0x2a1406b2, 0xdaa52cd7, 0x2df825f1, 0xcc4b2ea0, 0xe426d7e6, 0xe80e597b, 0xf299aeac, 0x0ec6f9ee,
  0x1dbc13f3, 0xbbda3836, 0xf059bb2d, 0xa6049e3f, 0x122511bd, 0x43ce5324, 0x2de53b9a, 0x01b1a06b, 0x390b4dfe,
  0xdc5628f9, 0x1b57e810, 0xac24390f, 0xdbcccc45, 0xe670cf92, 0xdaeabdcb, 0xfd25196a, 0x46e4edea, 0xc3aa0cd9,
  0x9c54e82c, 0xe9b59157, 0x09413ea9, 0x236abeb4, 0x4de4c79c, 0x1847c4a8, 0xa80edf30, 0x7f414824, 0xfaeeb9f9,
  0x0ee75831, 0xa41416e4, 0x0df2091c, 0xda0ad4d6, 0xfc1964be, 0x1e04b227, 0xea51f8f6, 0x0ceab7c6, 0x5bc10101,
  0x4b3cc2ae, 0x13263ef7, 0xeeefc922, 0xf4ba40ae, 0xdf30d1c9, 0x1a42e922, 0x4416c217, 0xb3fc4bc3, 0x16d62d1a,
  0xbe0913ff, 0xe5efc314, 0x9924f4d0, 0x2709d30f, 0x65f1e40c, 0x0813110c, 0xadf119a7, 0xef50d324, 0xc0a9f925,
  0x08d93808, 0xd34cd97f, 0xe82b2381, 0x17104b1a, 0xe025fbc6, 0x161ce160, 0xfffc0820, 0xb4c94929, 0x1f2829a2,
  0x5359b7d3, 0xe04b1dce, 0xd03bbb32, 0x5208ee2e, 0xb6fcb2bf, 0x47192a3c, 0x3a280c06, 0xe140ebd5, 0x09e11b83,
  0xe43445e5, 0xc6cce239, 0x15f6e321, 0x43e9c12f, 0xcde23427, 0x3d124eda, 0x51e220e6, 0xd3324368, 0xdc23f090,
  0x19e62bb9, 0x36eef32b, 0x182f5b1c, 0xb656e533, 0x1d573cfc, 0x2ba85dfa, 0xbdc1e8b6, 0x32af112f, 0x1ee752dd,
  0x451d464e, 0xf86935a1, 0xcaac221e, 0x22c01ba2, 0xa9d43ea8, 0xcff9fabe, 0xe4d5dfc6, 0x6cff1e44, 0xd5f6d6ca,
  0x1c570caa, 0x043f6fe6, 0xdbc9ed75, 0x56f130cb, 0x94aca9f7, 0x0fd6b5fa, 0x74dc47d2, 0x49d54a8c, 0x11bbf998,
  0xfcc64811, 0xdaae53a7, 0x89b9a722, 0xcc4563d1, 0xfaca6043, 0x33f5bab4, 0x5f1ed4d4, 0xeea51d30, 0xb34ad6ef,
  0x3a395a3c, 0xf44892f7, 0x03d5ff43, 0x3fafe0cb, 0x0cdae295, 0x475a4a39, 0x20f10bf6, 0x69bdb458, 0x64c9852b,
  0x160bb9e6, 0x41e91fc5, 0x4c0f481a, 0x33b0e2dd, 0x60daee9d, 0xa91b003d, 0x1916f354, 0xdbf853c7, 0xfbcd2f8b,
  0x65fb5447, 0x7f74fb42, 0xbef86b1a, 0xcb07149f, 0x613d4e02, 0x71f24ed3, 0x600c1052, 0x38bab6f1, 0xa8b6687f,
  0xe46a0de9, 0x496dce9a, 0x67585217, 0x592eed2c, 0x28d6e93f, 0xa7d5c221, 0xceabf059, 0xc63d3ad1, 0x07ce2998,
  0xedf440a9, 0xbefb3c37, 0x9909eed2, 0x4d49f5da, 0xfd7f5404, 0xd33053b5, 0xad30f231, 0x39452bb9, 0x344ad052,
  0x0133efd4, 0x0dd0a559, 0xdc5a3d55, 0xe258a96d, 0xd4c129cf, 0x36e03c1d, 0x09f7b883, 0xdbecfa3e, 0x0a17563a,
  0x41c406d5, 0x4db0e01d, 0x4cdf33c9, 0xecf3ce0b, 0x46b9d712, 0x64060210, 0x06eb0b1a, 0x32ba03c8, 0xd029d1da,
  0x29d24405, 0xcbc02cb8, 0x55fbefce, 0x3e14f5a5, 0x45e3f012, 0xc4ceb742, 0xc7112dea, 0x1bc73e58, 0x473a51dc,
  0xb8f91ede, 0xe9120b4e, 0xdbf8c6ad, 0x7f237928, 0xf9189fc4, 0xf9f3f8d1, 0xbac3b61b, 0x0b0cd1d9, 0x75b11bc7,
  0xcf0db9dc, 0x2ad9bef2, 0xe507cb5b, 0xcf020795, 0xe026c8b6, 0x0c391d3d, 0x314fb3ec, 0x4bdf9313, 0x1230e1ee,
  0x1eccf1d2, 0xedc52ca7, 0x33632afb, 0xa43f44e5, 0xed19d5e1, 0xa6432423, 0x07170566, 0x06a0ddbe, 0x03cbe00b,
  0x07f2132f, 0x2cd315ac, 0xd241f3b1, 0xe6d2af2c, 0xc613e6f7, 0x0ff4de26, 0x1ee15530, 0x04b61a22, 0xcbfde5c1,
  0xc0034ed0, 0xda4c25af, 0x3bc2a6b7, 0xe8b2d2bc, 0x7fd20e38, 0x17d04ba5, 0x48d551c8, 0x2840213b, 0xb6f3e2d8,
  0x55c3ee99, 0xaf8fd0a4, 0xd3ea3a50, 0xe9e6a53f, 0x6f273f31, 0xfcf44cf7, 0x4fbfa235, 0xcf28cdd1, 0x364aee9a,
  0x32932d16, 0xd2c5c009, 0xc0f310ef, 0xba23de81, 0xc5b3462d, 0x0917acac, 0xd219db3f, 0x0437abef, 0x0395c0fd,
  0x153aa09c, 0xe42794ff, 0x40bee7a7, 0xdbfe2c66, 0xa8ddd7e2, 0xbbccc6ef, 0xc4aad2d6, 0xfeb03303, 0x42b7d6ee,
  0xfbc1e512, 0x51de1d11, 0x47c3174d, 0x9da718e8, 0xde16f8f9, 0xe0e2d34a, 0x9f58a7b4, 0x47fe422b, 0xb066e8e1,
  0x424fa127, 0x2cd8e561, 0xf33f0d35, 0x22e2d4f1, 0x4ddad448, 0x14cddc85, 0xe0072a40, 0x405fdcbc, 0x3760d5db,
  0xb1e49b7a, 0x4821f707, 0xe2fa687f, 0xeaf232e6, 0x5a24a4a4, 0xbe39ed5a, 0x1015cfdb, 0x0135163a, 0x30f48f63,
  0x28ddbcbc, 0xf7f05d51, 0x0d3649d4, 0x2e4ebfdd, 0xbb4fbcbe, 0x25eadb0c, 0xe9e9252f, 0xff21fb45, 0xf5a5a711,
  0xe75fee55, 0x60d0c9c6, 0x5aabd28d, 0x30bd0947, 0x8ee2b020, 0x37fed202, 0x54c0cde4, 0xddca0d11, 0x0cf1cd4d,
  0x5f0367c0, 0xe73af2b9, 0xdd4d2cac, 0xf99da69a, 0x5e5e0a5a, 0x34026b4a, 0xb58c254b, 0x5ce0e8cd, 0xa739d3f5,
  0xdba0c109, 0x25edf1ab, 0x1d28328a, 0x01f41dc1, 0xe50f60c1, 0x031520a8, 0x2bae2752, 0xb2d2e821, 0xdb520b6b,
  0xae62f21d, 0x8129eefb, 0x5e3c52d6, 0x3a22cd18, 0xd2b81c56, 0x5f671041, 0x50c7f5ff, 0xf8f58b22, 0x1d05ceda,
  0xa8fc66cf, 0x90dde8ab, 0x12ed1dac, 0xd9d002e1, 0xd0ea4e96, 0x0818cc3a, 0x6a40642e, 0xf6dcb6de, 0x82f8bb3d,
  0x18b3cebc, 0xb300bc1e, 0x416c32d8, 0xcd06e533, 0x34fe004f, 0x9faedbc6, 0x9edf1842, 0x964fedb0, 0x012555de,
  0x49484fa1, 0x17bae6f0, 0xc3bef5ca, 0x34131ecf, 0x59383be1, 0xd0a94947, 0x468b4db9, 0x965d2619, 0xc612a2b5,
  0x444a268d, 0x06483c38, 0xd329130c, 0x5dba4d05, 0x47ced2f9, 0xfee50d02, 0x7aaacc08, 0x1a45b53b, 0xdf0544ec,
  0x3264e422, 0xc33cefd1, 0xce2bb015, 0xc222fb49, 0x958aad55, 0x7fc0ca08, 0x4230bc1e, 0x23db94e7, 0x9e57272d,
  0x33faf335, 0x255c149f, 0xef021bf8, 0x08d2be49, 0xf3e04222, 0xf5eedcd9, 0xdc14e6b9, 0xf5000210, 0x2edd1f94,
  0xf5ef032a, 0xd9411251, 0x31dabf01, 0x04d0d56e, 0xf2264f04, 0xd143c5e6, 0xc300dc02, 0x282900d2, 0x4120af24,
  0x1ff2d03f, 0x4cf9e1af, 0x20d93844, 0x181b5505, 0x28def2d4, 0x1433db7b, 0x430bf5f3, 0xb90c4ad7, 0x193be249,
  0xe7d31f0e, 0x7f13eb55, 0xe1b4a743, 0x2811dffc, 0x23e3d57f, 0xe42e1d22, 0x255df8f6, 0x343ec89f, 0xad55623e,
  0x45f3a9da, 0x89b0c12f, 0x18e0a2fc, 0x54c7fc4e, 0x3bebeed1, 0xcdf3faff, 0xc2bed6e6, 0xfcfc5a5a, 0x16fcb32e,
  0x0aa5a8f8, 0x022cd402, 0x1d4da0ea, 0x4fc50ff0, 0xe4e6b463, 0x05cbbff0, 0xf8faf22f, 0x77bd1c04, 0x2b9995c1,
  0x3fb8e115, 0x0cf53a1c, 0xcafeaee4, 0x30e7b1a4, 0x3ab9e8cb, 0xd8f8e913, 0x5fd4f7d5, 0x1848c723, 0xfb4601f0,
  0xc8aa9437, 0xc85ffcae, 0xc3bc45b9, 0xe4e03f27, 0x70582dfa, 0x40422cc1, 0x2c252abf, 0x233334c3, 0xcd3c8dbe,
  0x1efce2b8, 0x4a0fec4b, 0x4810cf05, 0x4928941b, 0xd4e147e1, 0x6bc32455, 0xab02ed16, 0x5049f0c4, 0xd21aaa2e,
  0xc7082c97, 0x4432c6f5, 0x9eceee8c, 0x65ea2117, 0x07cf26ca, 0xf81ecedd, 0x3856ca05, 0xf541b3fe, 0xbdcd1fd3,
  0xec26cb1c, 0x0138ca36, 0xeb6c33be, 0x00455ccd, 0x01f69af7, 0xb3d2ec5c, 0x3451cf53, 0xca5daf91, 0xfc23b9f4,
  0xa77d9732, 0xbbe5401c, 0x292d0719, 0xec229b04, 0xaee11ce5, 0x08e25758, 0xc6e3cc4e, 0xa8261f89, 0xc4d0ce26,
  0xeeedc5a4, 0xcc13a212, 0x933988e0, 0xb91646f8, 0x8140b9f9, 0xa75749e4, 0x3feb5c6a, 0xbf21fbf8, 0xfd37aeb6,
  0xc151e20f, 0x3c16b1f0, 0x0b5ef946, 0x0938309b, 0x48dfdf87, 0xb35711b5, 0xd8223184, 0x88f912a5, 0x810bdebe,
  0xce1dab6d, 0x3e32bdfc, 0xe3d2ef1b, 0x28619d3c, 0xf9af575a, 0xcd1352dc, 0xf2466b15, 0xffc4cd51, 0x24cd68e5,
  0x5bc7c3be, 0x4cb72327, 0x4d8badc7, 0xb0334f7c, 0x940fdedd, 0xef038beb, 0xbcfdf9a1, 0x6c38581e, 0x2ad54627,
  0x07ff758d, 0xe7ad1e40, 0x1c41550f, 0xebd933f1, 0x1fcfefff, 0xb63e3d20, 0x371e7209, 0xa21be790, 0xc977cd3a,
  0x9638322b, 0x606fe379, 0xc7ef6ce2, 0x24587f1c, 0x46e4a50f, 0x73253348, 0xd4134322, 0x77e1430c, 0x5204ec9a,
  0xaad51de1, 0xa1d5b68a, 0x94b39609, 0xbe4bd1c1, 0x028ad1bf, 0x11525ef6, 0xb72facd0, 0xc3e6ce3e, 0x9c08aeae,
  0x0acaf710, 0xef1e0654, 0x1affddf4, 0x44253444, 0xad56411a, 0xbd0d3df1, 0x4412df47, 0xdb250aca, 0x2b2f4edd,
  0xd0a50fb4, 0x30395249, 0x22c7b898, 0xcccb01c7, 0x3ee0bb29, 0x1e550348, 0x7113ef50, 0xcf30ace5, 0x2ea54bf5,
  0x4640ed56, 0xd7e1608f, 0x3b492edb, 0x1e6bb4af, 0x5128e49a, 0xf0c2ff11, 0xdbe3c2fd, 0x30ae9f4c, 0xdff218b7,
  0xba140ff8, 0x5dc93303, 0xcccfd93c, 0x626c4fab, 0x3a11ceab, 0x59ed0ad3, 0x33c8423c, 0xb3582b8c, 0xc3154210,
  0x31c8d83f, 0x7cb1e4a0, 0xb4f0c8bb, 0xde08b0c9, 0xe868c181, 0xcf27ab44, 0x2d73eee7, 0x4de049a8, 0x28e9992f,
  0xa017e451, 0x58b55a58, 0x1e1b04ff, 0x92075506, 0x7baad21f, 0x3b38265d, 0x55cd5903, 0x2b48c22a, 0xde582902,
  0xe6af4af5, 0xa8b80c3c, 0xdbc3d0ff, 0x1de32ec0, 0xe0e4d9d0, 0xdba53784, 0x4a13e9b8, 0xebed164e, 0xbdfcfcfa,
  0xc50bb60c, 0xc1543e9c, 0x7f398ebd, 0xc8fd0927, 0x25c5bd34, 0xbbb22fdb, 0x46182213, 0x2edcebe9, 0xf8e7081f,
  0xfb28d5e5, 0x040504ec, 0x2c111231, 0x40b049b9, 0x2ec6d613, 0xbd36c332, 0x2365d339, 0xf6d4da26, 0xdbe54cee,
  0xb0ae21dd, 0xd1c9b60a, 0x1039b226, 0x15551136, 0xba9e9d9c, 0x421236fa, 0x32091dde, 0xda6ba9b7, 0x4ff523ee,
  0x213a4f1b, 0xb315e328, 0x241db7c5, 0xd50e4504, 0xfa1e21c1, 0x402c05b9, 0xedc4fcfc, 0xd6c3d60b, 0x1f65b3dc,
  0xce03f13f, 0xb159ecc4, 0xd7cf12ff, 0xbd419c33, 0xc6212d31, 0x4f2b1a25, 0xa637b513, 0x1d903237, 0x13f4b90a,
  0x24bf182f, 0xc0dad60d, 0xc3e32d37, 0x1102a51d, 0x81482011, 0x4b0f9643, 0x00d021eb, 0x1ee1cce3, 0x9e2fd9df,
  0xf9e23aaa, 0xb84cdbb4, 0x28e9cf3a, 0x982753cb, 0xd15bd868, 0x0dc750f7, 0x1d2ffc2a, 0x60b6ec1a, 0xe7cfdc21,
};

static const model_channel_t model_1_conv_2d_channels[] = {
  {1374195938, -607832}, {1658362886, -5259575}, {1123180335, -1926712}, {2076850571, -2811735},
  {1970260060, 3652073}, {1556245923, -4817975}, {1917190462, 2093321}, {1299362989, -593336},
  {1689008264, 2317577}, {1751361833, 3315977}, {2087782019, -5851543}, {1500517149, 266121},
  {1968725813, -3209463}, {2036234057, -2223031}, {1157201434, -597880}, {1281008228, -1733720},
  {1095072314, 712872}, {1269796789, -148952}, {1512480552, -5639767}, {1745552996, 2012873},
  {1086705726, 2987720}, {1896324772, -509015}, {1319409500, -1568472}, {1285174953, -3736280},
};

static const model_conv_t model_1_conv_2d_settings = {
  /* weights */ model_1_conv_2d_weights, /* channels */ model_1_conv_2d_channels, /* input_height */ 26,
  /* input_width */ 10, /* input_channels */ 16, /* column */ 48, /* step */ 48, /* words */ 36,
  /* output_height */ 13, /* output_width */ 5, /* output_channels */ 24, /* rows */ 26, /* columns */ 10,
  /* kernel_width */ 3, /* stride_width */ 1, /* pad_left */ 1, /* kernel_height */ 3, /* stride_height */ 1,
  /* pad_top */ 1, /* stretch */ 4, /* pool_height */ 2, /* pool_width */ 2, /* input_zero */ -128,
  /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_1_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_1_conv_2d_settings, input, output, model_memory + 1040);
}

static const uint32_t model_2_conv_2d_weights[] = {
  0x91bbc63e, 0x3014e0ff, 0xabdedfeb, 0x33ebd8b2, 0xf62f2ad6, 0xece726be, 0x122f0b1e, 0x11a6f957, 0xc3ced2f0,
  0xd4b820cb, 0x53340d2d, 0x2bc7e14d, 0x11380dfd, 0xbeef40ca, 0xf0d0ee5e, 0xb3e533d4, 0x46b9ee3d, 0x19c52ea7,
  0x29381d09, 0x3c276416, 0x04d39a52, 0x22bb18b2, 0x1ca6bcd3, 0xecc3e62a, 0x30033306, 0xc91a3f0d, 0xddff0c1f,
  0x2e5a1daa, 0x05c7bd41, 0xf6450c9c, 0x2aeaeee6, 0x26c06d7f, 0x27bad6d5, 0xe6dc5719, 0xd2b314a0, 0xea0d2a06,
  0x0e4a143d, 0xe8add01d, 0xe3040de8, 0xc7e9432f, 0xc14d1cba, 0x12c0cab9, 0xdb1f0306, 0x26161741, 0x1127cf24,
  0xc32a4dab, 0xc8c09b34, 0xcd36e1eb, 0x911111b9, 0x5a2c38f7, 0x1aeecbd3, 0xcee3ac0f, 0xb43d4df3, 0xe5cbcefb,
  0xb4c70bef, 0x19eee1c3, 0xd515f91c, 0xf03ec8fa, 0x13c383bb, 0x06d9de3d, 0x3fc2f0fd, 0xca2f58f7, 0xd42c22da,
  0x0c9ff53d, 0xddbc3516, 0xd512d12e, 0x1ba91ed3, 0x080c16f7, 0x2f149ad2, 0xb94204ed, 0x4e4c11e0, 0xe72820da,
  0x2b4b2beb, 0x11de3a3d, 0xf0c7e6f3, 0xb3d1af30, 0xa9022545, 0xe6fa57df, 0x119e3ae1, 0xff2c5950, 0xd5d742e6,
  0x22be0d0c, 0x1b0ce1fa, 0x09c4fe22, 0x64340e3b, 0x3d09f5cd, 0x56a61759, 0x2b391fe5, 0xbd10dfea, 0xe836fed6,
  0x16f0ece9, 0xb62d17d3, 0x2edebc0d, 0x0ded1dd8, 0x81f729cf, 0x3630dd47, 0x6e1bcc04, 0x29b0d01a, 0x3915aa30,
  0xdf2d1219, 0xd503e621, 0x00bde0f2, 0x991359bb, 0x35d1f214, 0xf6013114, 0xf6c82dfc, 0xc3fee251, 0x12de1307,
  0x3358b1cb, 0xed3c01fe, 0xd5fa4930, 0x7f05cf2f, 0x16fecf02, 0x1a23ddcf, 0x1e542719, 0xe8f8c443, 0x5b2a0e3a,
  0xd7c51f2b, 0x6c9b5a07, 0x1e2bf309, 0xdbbaadd2, 0x32e209ff, 0x1325da3c, 0xf4191121, 0xfcebde47, 0x1b09bbcd,
  0xa8b31a67, 0x15f260ef, 0x3441e2d8, 0x11f70afc, 0xafdb113e, 0xf34d26f2, 0x0099c0ba, 0xcffbd2d9, 0x50dcd64b,
  0x28fd4e0b, 0x2b23d323, 0xc35922f5, 0xb824abc2, 0x3950f4e5, 0x3caa1e28, 0xd4280407, 0xef8ef5e4, 0x0bdbfc36,
  0x1910e48c, 0xed010338, 0xfeb1af00, 0x5fef02d5, 0xc448b62b, 0xc8ce0e38, 0x0362a723, 0xf837f4ca, 0x1b0db3e7,
  0xdd42dbc1, 0xeff55c34, 0x330b2f34, 0x04f25917, 0x3d1d0611, 0xe2c92402, 0x27f60b15, 0x001419f6, 0xf9f914e2,
  0x5354cebd, 0x135221de, 0x85fb81bb, 0xfc35fece, 0x259a3118, 0x303deccf, 0x640eb91b, 0x2727d1f5, 0xdc3ceb28,
  0x282837cf, 0x326d5848, 0xf635230a, 0x646d2878, 0x45bae435, 0xd9c7b9a3, 0x15dcf0ce, 0x6dd2f611, 0x3aff32f1,
  0xff5a3432, 0xedf700e5, 0xebd8ce58, 0x470219da, 0xf4da0fe7, 0xe7ee20c9, 0x27babc27, 0x11e42118, 0x194007d6,
  0xc609d0b8, 0x37ad2608, 0x3cfdfa18, 0x002bb526, 0xf5d2c312, 0x0a0ed2e2, 0x0adc112e, 0x3b47d5cc, 0x072b29e8,
  0x328f586a, 0x3ec8d8d2, 0x0e2c55d5, 0xe63add15, 0xf120d3de, 0x31f10a21, 0x06a23af2, 0xed11d5e0, 0xfbd56ac1,
  0x05e5d0e5, 0xd1eca82c, 0xdee522d3, 0x3d94ade3, 0xd4d9cfec, 0xf5294b05, 0x1b1aed08, 0x4001f9b2, 0x00fb200b,
  0x381972ec, 0xa71f1e2d, 0xd1d5ea3a, 0x641ce03c, 0xad185e1d, 0xdfb043fc, 0xc6e3c628, 0x59069ea9, 0xd818dac5,
  0xc83de7e6, 0x3610ee49, 0xe9b40e22, 0xd1fd3c3c, 0x2d061ef1, 0x018bc235, 0xe1e33b1e, 0xe2b94658, 0x11d1d0ef,
  0xea64db1d, 0xf375b9ce, 0xd3aa27de, 0xc3165223, 0xf91bddb4, 0x32b3975e, 0xdec73fc7, 0x1d0f1ea5, 0x12f38afd,
  0xecc6c70e, 0x3e15f131, 0x0e07bed1, 0x1507ea5b, 0x674a3113, 0x11d941fe, 0xfb3c5273, 0x3c0835ce, 0xa9db2135,
  0x26c9e573, 0x04e72ef9, 0x452b2eb8, 0xfc1bfa48, 0x5e14cbfc, 0xa93744fc, 0x742bf2e3, 0x5535cfcb, 0x12e1e9d5,
  0xfa1cc9e7, 0xfcafdcd2, 0xbff595e9, 0xa92aec33, 0x16fc591b, 0x40f6c70e, 0x1ef931d3, 0xf1483449, 0xbaaf623f,
  0xcb09e6e1, 0x19cf11b7, 0x4f991334, 0x47f000fd, 0xe1b4caf1, 0xc0aebedf, 0x461bfa44, 0x81fef3b8, 0x49fce0a2,
  0x08acc7ed, 0xccc94608, 0xbe01289d, 0xeeafb134, 0xced94af4, 0x030b4446, 0x3d222ce4, 0xed193614, 0xd9f2f9da,
  0x53d1c96c, 0xf425e5ff, 0x6456a4d2, 0xba194522, 0x0eb9d8c2, 0xadd61d2c, 0xf91e4d99, 0x2ef3cba0, 0xa52e15d7,
  0x17e5a8f4, 0xedde550a, 0x1013ec4e, 0xc2df2135, 0xad1a00c9, 0x3bc3184a, 0x4ef042d5, 0xc411cca8, 0x51d71cf3,
  0x1502571f, 0x453a1414, 0xcf563cc5, 0x3fe8c412, 0x961107ee, 0x1763db23, 0x5215a168, 0x2eb2eec0, 0xbdf42f43,
  0xf20fa3da, 0x4ee837bc, 0x23abaee9, 0x45ae4edc, 0x2260eee9, 0x9705dcf0, 0xc210a310, 0xba077f53, 0x2c1d3d08,
  0xf3e344bd, 0xb100d3dc, 0xf630ba55, 0x013a4f49, 0x0ea7c30c, 0x101a5be0, 0xfed508b2, 0x52e4c5d4, 0xf3200fbc,
  0x6614c062, 0x6eef373a, 0xe83ae5db, 0x0f2644f0, 0x08cff43f, 0xea052b38, 0xb51f0631, 0xbea01345, 0x4cc916da,
  0x93f3bcc4, 0xb65428a5, 0xbcd6ae05, 0x39e9facb, 0x3e602db3, 0xc7d401cf, 0xf0b2b7eb, 0x19e7d618, 0xb7211a51,
  0x086cc523, 0x429c6128, 0x45fff618, 0xf64513b8, 0xdae940c0, 0x2ac2dbfd, 0x59050a4f, 0x05bfe5de, 0x0be5eacc,
  0x1de45a45, 0xd818e2e9, 0xc219aac7, 0x1e52da17, 0x3d420418, 0x6a3cdfde, 0x2c32c495, 0x2cfd269a, 0x49f6c63c,
  0x53428f62, 0x593f2dd9, 0xfd3f1352, 0x311f0c01, 0x27f6f015, 0xd48cedc3, 0xf0b548f0, 0x2ac00cfc, 0xbde4dbb9,
  0x2a490a81, 0x3a2a33f7, 0xd4dfba5f, 0x5e170bef, 0xd5d2bb0e, 0x4ede40ea, 0x31d412f3, 0x8115dfca, 0xda12092b,
  0xbd29eb40, 0xdca459b1, 0x5aee3af4, 0xe4523fa0, 0xb2c955b5, 0x4062cc10, 0x67acb33e, 0xbeb8f7f6, 0x3f2f0daf,
  0x15fa2e38, 0x17008b06, 0xd25015b1, 0xcf04fddf, 0xcbd2f833, 0x285ab73c, 0x1eefdaa3, 0x20a07218, 0xd634fa14,
  0x0c1ab151, 0xe150becd, 0x3df010b0, 0xc93ad7d5, 0xb95afeec, 0x2f0af6b0, 0x5efcde59, 0x18c861e1, 0xebed29a1,
  0x39e5b023, 0xf2fdaa04, 0x352cbacb, 0x572dd235, 0x453b9822, 0xe3e0ef55, 0x203bf7c2, 0x0b0b391e, 0x22f1c406,
  0x5a62e257, 0xf3341042, 0xcd0a00dd, 0x10bb37dc, 0x24d6f512, 0xb4092de7, 0xe24bd3e6, 0xc7ff9ebc, 0xad41adda,
  0x3712c78e, 0x0128c3da, 0x011b0ae7, 0xc7daede0, 0x625ab7ed, 0x1e1a2213, 0x1be88be2, 0x31eedc7f, 0x201610b3,
  0xd435412c, 0xcd4cb4ec, 0xc9d80205, 0x4d63c7d1, 0x040211c2, 0x1332040c, 0xe00af2d0, 0xbce135e7, 0xfede5fe9,
  0x373ff81b, 0x4ecce758, 0x38f0c6a8, 0xe9dbd83c, 0xefd4bf02, 0x1f21371f, 0xedb03a3b, 0x2ff4ecff, 0x4af324b3,
  0x3222c907, 0x0340c5e2, 0xeac813c2, 0x5bfb00df, 0xfc08f553, 0xc90847c9, 0x1e0053f8, 0xb750dfce, 0x19162225,
  0xec36c18e, 0x18f7f216, 0x71b6c00f, 0xdd1d15c6, 0x5c0ab4e7, 0x2e22e5f5, 0x08621cc4, 0xf8e02e05, 0x5326afca,
  0xe8eefdc3, 0x0cc6b332, 0xf1f601f0, 0x47cacd16, 0x0d00f541, 0x6193361a, 0x1d1c36f0, 0xd160d7ea, 0xfcce1ce7,
  0x5ef51eac, 0x0ab4fb2a, 0xaa17d346, 0xb7d819b4, 0xf6fc6c05, 0x2e073b3c, 0x421fc3b2, 0x37c3e931, 0xf3d840d4,
  0x091d29eb, 0xb5272612, 0xf5cffc10, 0x237fdafa, 0x28da04d6, 0x0addb5c5, 0xd41a21e0, 0x1ff444cc, 0x350ef0da,
  0xbdc892cb, 0x1ad7e42c, 0xe5c020da, 0x10dd0621, 0xf916e4fe, 0xcc47e930, 0xc1350f83, 0x09eef707, 0x28f8c836,
  0xf91dfbed, 0x400e98c0, 0xbdeee500, 0x51f4fada, 0xe805c529, 0xa6f4a21f, 0xf81a1ee8, 0x179d7444, 0x28efad35,
  0x51e41eda, 0x1802e12f, 0xcc650d39, 0xf20eeca7, 0xedb5e3c6, 0x3219162e, 0xf129ddf9, 0x3a0bf83e, 0x44be17dc,
  0x4f1408ba, 0x30d06c1f, 0xe0392124, 0x16f610ce, 0xe89e252a, 0xd0c108e2, 0xdeec349b, 0x50140be5, 0x122e2b10,
  0xa6e1d6ee, 0xfac520f6, 0xcb09d82b, 0x44073816, 0x14cbf6e7, 0xf53caf2b, 0xbc28d6e0, 0xf1eaa0cf, 0x0a1d0f4d,
  0xaa24dffb, 0xe9f83633, 0x02320210, 0x40360b01, 0x02e5f91b, 0xca06fd23, 0x0befcd1b, 0xdf3ea2f2, 0xcc05e30c,
  0x29e3e05a, 0xdd05e90a, 0xfabcc824, 0xab42f209, 0x51f4c405, 0x0132d002, 0xfdde40cf, 0xc0bbd3ef, 0x100bd00c,
  0xee082ff5, 0x0fbbc035, 0x41e6cafa, 0xe835d247, 0xecb1ea2f, 0x10d0cc0f, 0xe5090df9, 0xbec30050, 0xdfc3b03f,
  0x4b4448c1, 0xdf0c46bb, 0xd17fb8f5, 0x0afa53e5, 0xccd64bce, 0xdf4b322b, 0xebd0c3bc, 0x262bf038, 0xd510ee1d,
  0xd321cb36, 0xc1d20ed6, 0xcfe3e738, 0xda23ed1e, 0xd900f806, 0x0dfb44e8, 0x30d15869, 0xea3a43f7, 0xf060f140,
  0x26aefcbc, 0x2c1ab418, 0x4ded55f3, 0x1aeddffc, 0xe744191e, 0x32e32302, 0xe2251ef1, 0x39f3d319, 0xca19e3e1,
  0x41cefa26, 0xcdd1d506, 0x3bddf8e7, 0x30e31d08, 0xf67fcee6, 0x0dd7b6d8, 0xc843cbeb, 0x0e073adf, 0xecf6485c,
  0x23e8cdca, 0x292af0c0, 0x630cfc45, 0xb4902f4e, 0xf31a0723, 0x46d618b9, 0xe9f3e8e2, 0x241200d8, 0x440dd608,
  0x12d34ff3, 0xbef4eeef, 0x0c9a3425, 0x08063ceb, 0xf10fb9c4, 0x063fcfdd, 0xc9c643ca, 0xe547e226, 0x2129130b,
  0x22b211e1, 0xdbfb1209, 0xe7280347, 0xa63ce2e1, 0x0306082a, 0x1213d9bc, 0x1f08f1e8, 0x03fa0825, 0x10334618,
  0xf8dfd21a, 0xdfd925d6, 0xdad9fcbb, 0xf1352944, 0xfae2d1d7, 0x5f11b0c5, 0xe0d80c28, 0xea27d427, 0x20101812,
  0xca1d03bd, 0xf7ebfa7e, 0x19979fcd, 0xde301029, 0x1c461ca0, 0x1cd54cbc, 0x0f44d0e3, 0x96c70dc7, 0x60064208,
  0xdaf81f95, 0x6823e830, 0xcbde3718, 0x0c175d15, 0x34d6d13a, 0x36e2cd24, 0x02f2fae1, 0xefe2ae17, 0x8bbac72b,
  0xd1acdca0, 0xa7b0be05, 0x592de61d, 0x13bccfdf, 0x60e806ab, 0x9c5b28c6, 0xc120e424, 0x4c07b5e8, 0x8f9dabe4,
  0x14fbcdac, 0x04452d41, 0xd5122044, 0xf42e59fa, 0xe492cd04, 0xd2ebb123, 0xf1e22cc2, 0x28fae7d3, 0xd961fbfe,
  0x07205901, 0x4c37bdf3, 0xf2e1e51b, 0xb515bab4, 0x0ef6dc3c, 0xb9ba0b02, 0xe7011b00, 0xd9ccc3ca, 0x32a21d1d,
  0xbd15ff41, 0x0d00d2a3, 0xc6c4f7e8, 0xb21b00b2, 0xe0a8d57a, 0x0a2f51d3, 0x896bbbec, 0xcbd410fa, 0xb6d84bea,
  0xe66e0086, 0xd3c05e1d, 0xad41fa52, 0x5fb33800, 0xbf27be3e, 0x2d34e10a, 0x47aa3093, 0x0525d85e, 0xe4d6fab3,
  0xf31fa03c, 0xc8edb40c, 0x4fa7deb2, 0x07051f81, 0xbb35de32, 0x0bf8ba3c, 0xfcf9bbce, 0xc9c6362a, 0x1c328132,
  0x013404b0, 0xeed41223, 0x2331f54d, 0x1046cb00, 0x4126a13b, 0x27ffca46, 0x41c2ad15, 0x24efba4e, 0xee3b475b,
  0xe3048a4e, 0x1a4111d4, 0xdb1dce0e, 0x1901d3f3, 0x1b0e164f, 0x0faae753, 0x952108ed, 0x23aa29ae, 0xf012b5d8,
  0xd330031d, 0xdc2cc030, 0x959f32f7, 0xe75329f2, 0xe135bbb5, 0x04b226a1, 0xdf57f718, 0xda000844, 0x2d229d29,
  0xb5be2329, 0xefe819de, 0x3af50707, 0x952ef246, 0xf719d6c8, 0x0924f75c, 0xbbb6fbff, 0xffbac09c, 0xcd1d149a,
  0xeb0b4307, 0x412452cf, 0x4fc4031b, 0x09665206, 0xcc32a51a, 0x0e2a3bd1, 0xbcfe9316, 0x27c02d55, 0x9cf7ba35,
  0xe6aecbc5, 0x9741767f, 0x75da2842, 0xe8f30f3b, 0x07434bc0, 0x4118e5c9, 0x884b18fd, 0x54b5d93b, 0xcb07e61d,
  0xedf8e057, 0xb7faa9f4, 0x9bc54202, 0x1fc05124, 0x1ace6c3a, 0x1152da27, 0x180267b3, 0xc86513bf, 0xed172619,
  0xc1223944, 0x2ada0f27, 0x4fb1d9c4, 0x2df5b22b, 0x0b0be644, 0xb7d31d1b, 0x038124e4, 0xe31d7563, 0x091532b7,
  0x11233bd7, 0xef363de5, 0xea45d6d4, 0x15bcf83e, 0xec5e1cd9, 0xb119d9c3, 0x77f0de10, 0x8fdb021b, 0xf8b557f4,
  0x4133f47c, 0x5f43d05b, 0xb2c2b6f8, 0xe8252742, 0xd72be80b, 0x2bf9aac3, 0x93e54174, 0x3f17b706, 0x5620de41,
  0x6cc8c80e, 0x9a3e6906, 0x523d69d7, 0xe9ca0611, 0xe0ed080a, 0x1967b8ff, 0xf10f04b4, 0xc42677ad, 0x04f617b9,
  0x10b300ea, 0x0bbfcad4, 0x33d3a755, 0x223afc06, 0xb5b55f24, 0xb8da2231, 0xcfcadec5, 0x2d2a5424, 0x5817000d,
  0x8f0349d0, 0x45e152c7, 0x43c7e8fb, 0xc40cf11a, 0xbc3cebdf, 0xc968bc13, 0x0f6a4302, 0x93d3bf1c, 0xdcc5bbe2,
  0x04bb1043, 0x40445fa6, 0x38daf801, 0xc7c4f7d2, 0x502a12c4, 0x1ae9be16, 0x56f2ff29, 0x108f602e, 0x3dd2f5cc,
  0x78fe2b23, 0x989dd32a, 0xf343dd0d, 0x41e2ea02, 0x2203bf23, 0xeeecedea, 0xb105bf24, 0x0ce7f5e6, 0xff1d011b,
  0xbd38380e, 0x16c7292a, 0x2cdb2d01, 0x58653d05, 0xb544d2ca, 0xb5c7a3e1, 0xf4ba0667, 0xfa681e97, 0xd738203f,
  0x0f2359e1, 0xd07f3920, 0x0f3deef1, 0x34dfcc17, 0x420fe2f9, 0xe2eaa96e, 0xbc7f2fb2, 0x191a923e, 0xe73d2522,
  0xc3c8c1c9, 0x2c13f705, 0x2cafe216, 0xae0177f7, 0x1955d6e1, 0x15d4c34d, 0xa557d625, 0xded1d74b, 0xd9f1bcea,
  0x5af30347, 0x460be99f, 0xbdf3120c, 0x0026e546, 0x21c322f7, 0xcdf024a2, 0x4699ebcc, 0xd239ef6e, 0x2fd6174c,
  0x4331f585, 0x54b9a5f9, 0x02e91939, 0xf264dafd, 0x1c384ecd, 0xac11cae5, 0x45325a4f, 0x48ed491c, 0x1b419bee,
  0xa606eecf, 0x080dbaac, 0x53dfa5c8, 0x07ca2fec, 0x03e901ec, 0x0c001449, 0xf916ef20, 0xa8ec1dcc, 0x01bdf627,
  0x0e0bf8c5, 0x10db37df, 0x331353ef, 0xd5242b16, 0xd517dde7, 0xab1ce814, 0xf273652f, 0xa5f4ff15, 0x6e18c801,
  0x000dd9f9, 0x0e2ef2cb, 0x2c373d0b, 0x7afcad76, 0xa9273f1d, 0xc029af3a, 0x15a839fb, 0xcc6afcec, 0xb4c0e5a6,
  0x56552626, 0x36edd4b1, 0xd0b7aad9, 0xf1f540f5, 0xa501b9d3, 0x57fb412e, 0x244eeada, 0x4646e929, 0x4d96bd49,
  0xf34204d1, 0x406fe903, 0x61d7b831, 0xb74ff106, 0x364529d1, 0xbc20fead, 0xaa63f9a6, 0x8e41d5a0, 0x60335242,
  0xd2520e52, 0xd0f2c0be, 0xef16d345, 0xefe9c0c7, 0xfc53afac, 0xbbe71c30, 0xcc7613dc, 0xb6df04ea, 0xccdb9a1f,
  0xffc32f03, 0x1223dff7, 0x18eac524, 0xc92e145d, 0x43d72609, 0x8f31d9a0, 0xd22715cc, 0x3d2f09d4, 0x9f1e3326,
  0xcdef494f, 0xd91149d8, 0x71b0df02, 0xfb24c307, 0x00e7b7e8, 0xfdea22ef, 0x382218da, 0x1ae7fa04, 0xd7350a08,
  0xd2b80dd2, 0x45fe8d06, 0xf61cf627, 0x3419f531, 0xce37f1c0, 0x23d9c8fa, 0xb103f055, 0xdb1b1ce3, 0xebc924f4,
  0x1e1c1517, 0x0ddd40f1, 0xce184504, 0xe14e300f, 0x08feadfd, 0x1ba240f3, 0x54d93324, 0x2eddf6f3, 0x4b462c22,
  0x2222180b, 0x5318091c, 0x1f15f7db, 0xee1c24da, 0xe6d33cc3, 0xabf9dd43, 0xbec60acb, 0x06f38622, 0x2722c94a,
  0x352d3844, 0xc9330db8, 0xef59fe1d, 0xadefb8fc, 0x06f30eef, 0x3edcccda, 0x0254ae12, 0xec04e6d6, 0xec13ec21,
  0x1224c5bf, 0xfc1af241, 0x2e3dd861, 0x2ffd1ccb, 0xd8dee4b4, 0x09cf27d4, 0x1abad734, 0x382dd3c2, 0xdfe13011,
  0xf92c15f7, 0x3ef0be23, 0x630c5afa, 0xff3aeadb, 0x48d38148, 0x2a30cd40, 0xf1e5ff00, 0xfd034ec9, 0xf4ee1645,
  0x06a6c72f, 0x35fbecd4, 0xbec2caf9, 0x37efef28, 0x06f3cbf5, 0x19e10857, 0x002ce5b5, 0x4635fdcd, 0xffa7cb1e,
  0x033dd9ad, 0xd51c09c8, 0x581d4b16, 0xc7cafdfe, 0x05c52c19, 0xa5db10da, 0xf120f2fe, 0x202ab23a, 0x35140915,
  0xddf41ebc, 0xc0d6c1cb, 0x81bbd317, 0xe3d3dbe0, 0xd2fbde22, 0xe51c19ec, 0x0ba327a0, 0xb7df36c6, 0xa7c4ccee,
  0x30c7e71c, 0xba941323, 0x46f7315a, 0xebbefae7, 0x291ac8dc, 0x0ed9940e, 0xccbe29c8, 0x2c10b4f4, 0xfe333843,
  0xee18fcd0, 0x4c1cfb0b, 0x411acae5, 0x1731dc3a, 0xef0ff6d6, 0xf403d1d7, 0xa5fdf6dd, 0xfde80d06, 0xd718a1cd,
  0xd0ed4837, 0xb6f7f9da, 0xe8e2c1fa, 0x00f923b5, 0xfa16cd31, 0x342f139a, 0xff522cc7, 0xabcbb74e, 0x301d171e,
  0x39e31f08, 0x28220b57, 0x6129d6f7, 0x2cf6c136, 0x3cd9eb36, 0xd31e9de6, 0xd75d1739, 0x3df63261, 0xb6c4f5f4,
  0xc107b415, 0xe8f3fcd9, 0x40291b03, 0x29d25402, 0xf530bbd0, 0x352bba35, 0x5ff9d658, 0x11e52ec0, 0xb32cd9ef,
  0x0b09d416, 0x3dfcf4f2, 0x0d3be5d8, 0x32244bd4, 0xe8ce3bfa, 0x5c114cea, 0x451df016, 0x022a24b0, 0x5e4ef328,
  0x2b3a0c4a, 0xdc6bea3e, 0xbe56e602, 0x485e5765, 0x34ff1ffa, 0x3cdaf2fa, 0x1ab44ad1, 0x37ec4d3d, 0x17fa0a3c,
  0xca81e335, 0xf1334b07, 0xf3b824d6, 0xff4c3db8, 0xcaf397cf, 0x2be91c2d, 0xebf0f5f2, 0x258cfd0a, 0xc60d29a7,
  0xdb3b44ff, 0xc9cf10b0, 0xe7110554, 0x020beb02, 0x09dd091e, 0x3e044abe, 0x171eeef9, 0x02ea2501, 0x1fd31118,
  0xde27ccf4, 0x61102b6d, 0x28e4c610, 0x02e31b52, 0x023dc30d, 0x7f382765, 0xec33ebe5, 0x0c42c8f1, 0xe60131cd,
  0x230b2ddf, 0x0146d4c4, 0xd550ef04, 0xd4f5c0c1, 0x10343ef9, 0xe0d9518b, 0x0f146102, 0x1211fc23, 0xd3e7eb02,
  0x26f4a0f9, 0x06d5bcea, 0xb40c20bc, 0x42c60399, 0xf5f91204, 0x2737dbd5, 0x03b40f47, 0x08c3302f, 0x24b9d8cf,
  0xd615e6a6, 0x3bceeb18, 0x6c5adb25, 0xcddbdfd0, 0x00aff2e6, 0x22012cfd, 0x024211ab, 0xd2d223fb, 0xe50d0a27,
  0xf6c6c34e, 0x3b21afe3, 0xf2edd6cd, 0xc857c6fa, 0xc5f952cb, 0x0f4a3e30, 0xe3283d3c, 0xf10357c9, 0xbfed4afe,
  0xcde4dc31, 0x170730eb, 0x5b40e29e, 0xac0b4a30, 0xe2ef34bb, 0x0bf73525, 0xe5ba19b2, 0x31ff48e5, 0x3613f939,
  0xe4f1f5c1, 0xd2a1b1ba, 0x1fa52f0d, 0x2be481e6, 0xec283a2f, 0x4e0cf7ea, 0x20c303bd, 0x07082202, 0x27d7ea26,
  0xaa0aa1d8, 0x4338d2eb, 0x03e5e523, 0x12e4192a, 0x1dd3ff18, 0xcd2e1231, 0xd8aad113, 0xe61f1ee2, 0xdfff2d0e,
  0x440906db, 0x1874512e, 0xfde8ea4c, 0xaa451327, 0xd9f3b3f7, 0xd8cbb1d7, 0xd619e3b2, 0xd035d7a0, 0xacfa29c8,
  0xc9cb0847, 0x1d3d28f8, 0xcd2b3feb, 0xc32bc6af, 0xe53d491c, 0xaccaebf9, 0x085e0ff9, 0xee2d27ce, 0x4137c4f7,
  0xef093d70, 0x390a021e, 0x2c3abde4, 0xd009adaf, 0xb927db2c, 0x03fadeb6, 0x0ff339f4, 0xf4baa4e0, 0x14a9e1fa,
  0xbfca0a0e, 0xc4cd49e6, 0x415c25f2, 0x3421e03b, 0x20c6aee4, 0x19323cbb, 0x12e19cb5, 0xdec9a7bc, 0x17dbf3af,
  0xe2561bd1, 0x1df4a4bd, 0x43cc330d, 0x9f471b99, 0xbef5ffb3, 0x1b55ef1e, 0x31f1007f, 0x41f8d83d, 0x36180fd3,
  0x0bf099ca, 0x47f4d72b, 0xb1e92217, 0x4e40f34e, 0x8ce94e23, 0x40250cf7, 0xbb1b180a, 0xc031e017, 0x0e0616b1,
  0xd814abd3, 0x42424ac4, 0x4540adfb, 0x5c013020, 0x3da9f133, 0xac36ed07, 0x344def40, 0xbad74ec4, 0xecc94eda,
  0xba3b2b37, 0x4f34f7c4, 0xc0e413fb, 0x04e8d455, 0x0ef8c7ca, 0x46dcc62c, 0x0308e0b2, 0xb4ac17fc, 0x37c04311,
  0xed3830e5, 0x484c1d15, 0x2835e024, 0x31fe2ca9, 0x3ee04813, 0x9cbeb4c6, 0x3b101a2f, 0xc0ca041a, 0xe01342b0,
  0xc34140e6, 0x3afe0608, 0xd51cb0a4, 0x16dffae4, 0xfd1a23d2, 0xb22fd5cf, 0xefd5dbd3, 0xfb32ce07, 0xb00c16bf,
  0xd340b5c4, 0x03d0f145, 0x4139e6d5, 0x2251f6f9, 0x1107d8f8, 0xf1ebdcf8, 0x00bb43ea, 0xc3c0339b, 0x340a1b25,
  0xefd6f737, 0x6d01de2a, 0x23f4f1d4, 0xb22bc941, 0x3250f900, 0x7f090cdd, 0xe9cdfedd, 0xcccadad4, 0x12ad1df6,
  0xea2232f3, 0xc540d829, 0x03e743ef, 0xf112e240, 0x6f39fd37, 0x33e70829, 0x23f7b324, 0xc3d713e3, 0xe843cc1f,
  0x01f810dc, 0xd933ad21, 0x10b4382c, 0x6be05142, 0x15d9339f, 0x4717cb4c, 0xd245e8fd, 0x28ac38d4, 0xd9ccc319,
  0x26db4c2c, 0x3e323812, 0xff0d48f1, 0xd836d3db, 0xaad6c7c8, 0x00ef1ac5, 0x05e019fe, 0x2dc72027, 0x39c0e5d5,
  0xd82a4a2f, 0x6c191f03, 0xe0251302, 0xfcd96ff8, 0x08faf615, 0x1722ff37, 0xe87f352c, 0x641a0a5f, 0x3a16d433,
  0x350022db, 0xd2c626d3, 0x275104f8, 0x25012015, 0x5310d131, 0x02e50dc8, 0x3544b3e4, 0x17d4151b, 0x28083aa0,
  0x1f6b1012, 0x0b084c15, 0x28ccae2f, 0x3f31acc9, 0xf00cedfa, 0x01f7b8ae, 0x5b40facb, 0x38d928a9, 0x094afaea,
  0xb82c1531, 0xdc2ced20, 0xcd00b3d5, 0x1141ef2e, 0x4d49a6f5, 0x2ff72a33, 0x3601d751, 0xc33af6e2, 0x0c5a16b6,
  0xdee1c7fc, 0x53b770ff, 0xa6d22c2e, 0xec4a46d7, 0xee112147, 0xb4f93737, 0xc61ed409, 0xd9d7da20, 0x38c5f7f6,
  0x27212f03, 0x02a907d0, 0x0b4606e3, 0x09203d35, 0x0a310dd5, 0xe11f443a, 0x19dfe0e4, 0x101b164d, 0xc602332c,
  0x31630ae9, 0xad20d3f0, 0xdcc6f504, 0x1607f414, 0xefbbdfcb, 0xccff0d13, 0xea3829fe, 0x17d8fbc2, 0xf124eb2f,
  0x3b25c50f, 0x2a052e0d, 0x32cdefdf, 0x0a4df9f4, 0xec4bec20, 0x2eb0bc00, 0x1f6816b6, 0xe542fcde, 0x234bbe48,
  0x2c8171b1, 0xb4bc56b4, 0xe8a94b2f, 0xd7cc4819, 0xe607f953, 0x21a8ccdb, 0x2cf332b6, 0xc4cc09d5, 0x1b0ffb22,
  0x0ad00f38, 0xa82ef727, 0xef6a0e11, 0x192c6c5b, 0x35254643, 0x46d5f3b9, 0x5ea005f8, 0xb63ffbc5, 0xdacd102c,
  0xf6e718af, 0xca5d2e1e, 0x0d9e1b1d, 0x712ba6a5, 0xe91ef841, 0xd53f0814, 0xe49548ee, 0x0fad277a, 0x44d44616,
  0xe81c0bec, 0x3f1b09c9, 0x519b19e2, 0x04f6fae9, 0xce4933cb, 0xd02eb608, 0x424abb1c, 0x38b1d6d6, 0xc4fb2a19,
  0xd4ac526f, 0x1955bd9a, 0x19d118a2, 0x94cc1891, 0xa2b213e6, 0x2bdf3cfe, 0xf166361f, 0x5cf1e42b, 0x3c1531b3,
  0xf056a9bf, 0x3ed844fc, 0xeccb42f9, 0x3ca7cfcb, 0x530ce0c0, 0x1d22f216, 0xe718ab11, 0x87414149, 0xfbbf33d6,
  0xa97a23e2, 0xa9f5c1ff, 0x382328be, 0xfe2443d9, 0xd80be924, 0xce260b91, 0x080ac772, 0x372bb04d, 0xe7e91201,
  0xd1fa70c9, 0xdf446ec1, 0x2bad3214, 0x0993bcec, 0x19fb5622, 0x023b4af9, 0xca7ffac9, 0xb6c123c5, 0xfc5ef71f,
  0xda1cdf17, 0xfece0130, 0x49143811, 0xba043ae4, 0xe649d2d2, 0xb4fdda3a, 0x0d274fb9, 0xe6be381f, 0xa3e12ee0,
  0x1bf3d95f, 0x1410c63f, 0xf1face53, 0xe5bcd4c1, 0xe7283e9b, 0xe6c0b2c3, 0x2409c7f0, 0x3713f6cb, 0xbbd8e344,
  0xc6fabf25, 0xd6d5fec7, 0xce3f5416, 0x2b33dce7, 0x39c55092, 0xeff0dc51, 0xc718e547, 0x13c73cb3, 0x4356bd4f,
  0x3e4fdc4e, 0xf0f3d1ca, 0x042ef2c5, 0xa83f1c15, 0xc3622efa, 0xe10557ca, 0x022df52a, 0x16f3b510, 0xb4754a3f,
  0x2f2e1038, 0xf154ecbd, 0x49421d01, 0xbeee50f9, 0x08003235, 0x13bc0e2c, 0xc0b3c744, 0xcf33fce0, 0xc1181514,
  0x605aa1ab, 0xc407e221, 0xa0e8dd25, 0x48c00a28, 0xc4d55edd, 0x3e9b0fec, 0xfd9048ec, 0x02f9bfe7, 0x4fee0610,
  0x10172bbd, 0x70c923ad, 0xced1e6b7, 0x5bcd31e7, 0x3119c431, 0xd7ff9ef4, 0x380d0250, 0x0b054339, 0xf143f530,
  0x5ff4c5fe, 0xf6340212, 0x12c311ca, 0x8120b114, 0x3d0030ea, 0xc2ca8f0d, 0xd952a781, 0xbc144bd1, 0x9d593feb,
  0x05b21dfe, 0x442b42cb, 0x21102d2b, 0x08f802d7, 0xa5292dcb, 0xd44a49d4, 0x034cf12f, 0xc8570a04, 0xbc3aeafc,
  0x6c05f711, 0xdcb24a6d, 0x9e3df002, 0x04e2b918, 0xbd35f1c4, 0xedd7c52c, 0xf9a5c4a7, 0x8449d0ee, 0xb013b0bf,
  0xa7e82cf9, 0x23ace3ec, 0xd3effbb2, 0xccf1ceba, 0xef9d48dc, 0xaa151905, 0x35143fd6, 0x0821f92a, 0x1b31ef33,
  0xedabc0a8, 0xf6dfdabc, 0xa50547f9, 0x552fcc2f, 0x44bc3409, 0x164cea36, 0x557bc0a4, 0x44d83119, 0x9174ee31,
  0x1a0e0c40, 0xe1f53f06, 0xbd0a312c, 0xa9151d39, 0xd1fd46aa, 0xcaa20301, 0xba05caae, 0x251c560f, 0xf057bdc6,
  0x35e21246, 0x3ba3f1bf, 0x01fdda3c, 0x74fefbb7, 0xf817cecf, 0xe0fe163e, 0xcc8e8ade, 0xeadc3fcb, 0x98cf9394,
  0x27f1a500, 0xd224513f, 0x2a3640e9, 0x184e9ae2, 0x32a943c9, 0x87deaf0e, 0x502524ad, 0x023cc8f1, 0xb8cd171b,
  0x2506fb2f, 0x13c5cf1b, 0xd12809c7, 0xdeaf4957, 0xc92bf147, 0x89dade54, 0xd61df3fc, 0xdd37fdcc, 0x61b0f5fe,
  0x13ebc4ba, 0x3e0112e8, 0x1438d8eb, 0xdcff5cc7, 0xe2b16bc7, 0xec4c24e2, 0xf401f441, 0x272509c1, 0xf614ec24,
  0x283054bd, 0xfc2ed1cf, 0x532a0c3b, 0xe26efb10, 0x4ccedd41, 0xbb3ea2f7, 0xd55a1d0d, 0xceef428c, 0xc0eee0b1,
  0xa516d159, 0x4507ddc7, 0x4b230b53, 0x2fd0d8fc, 0x1cb2d1d5, 0xd02afe1c, 0x587f12b7, 0x180aefdf, 0x21a83612,
  0xc311f8c8, 0xf9b92911, 0xd510cc03, 0xfe28eddb, 0xf80ea006, 0x04da0bca, 0x06e627e7, 0x03ccf028, 0x3702a817,
  0x53eb2730, 0xffe5d406, 0xe4c09437, 0xfee7d3c4, 0xcdacde9f, 0xea38e706, 0x26ad86f8, 0xc8df81fc, 0xa7034fb1,
  0x9d24c7c9, 0xddd5e0c2, 0x3502db06, 0x0c210128, 0xcfeccd4f, 0x4552b549, 0xddcc06ba, 0xc53a1bd2, 0xe447290a,
  0x3913a8e2, 0x59b31a39, 0xb6cc0da9, 0xd43527b7, 0x00c44c94, 0x3cc9cd1f, 0x04cbf4fe, 0xe4d7f60e, 0xcbd42ba6,
  0x2b36ae1d, 0x4c520c15, 0xf41bcbd4, 0xdc1933ca, 0x023eac1b, 0xfbf932e5, 0xbd34290f, 0xa3924e98, 0x49160838,
  0x54e8bcf5, 0xed2d3a13, 0x9bf9e24a, 0xfb52341e, 0xe1ef5bbb, 0xcd35f8fd, 0xb5b5b448, 0xf407ff32, 0xfef8cb06,
  0xcadce9ec, 0x9732071b, 0x18372b41, 0x44bbeba9, 0xe6d332e0, 0x23d6ea4b, 0x4a33c21f, 0xf0e6b8d6, 0x061be205,
  0xefdcbd9a, 0x28e4e838, 0x21e927d7, 0xbed1c8e3, 0x9e233735, 0xc6eae954, 0xc7aee832, 0xbcbdacfe, 0xe7160b4e,
};

static const model_channel_t model_2_conv_2d_channels[] = {
  {1512411221, -3614072}, {2090043153, -508407}, {1935935464, 876969}, {1441582094, 2445128},
  {2001341783, 1574601}, {1175011969, -2188088}, {1817931904, -3521463}, {1522384819, 2960617},
  {1829001355, -3367959}, {1316440274, 2282920}, {1460482925, -739416}, {1889187654, -1690903},
  {1089390393, -3060856}, {1345140356, -7988503}, {1106621919, 3658728}, {1237008147, 751176},
  {1325619784, 440968}, {2112140388, 516169}, {1490682162, -11037335}, {1815342870, 5165097},
  {1642265521, -238839}, {1757582492, 7015401}, {1252215416, 1507048}, {1620697583, -6973079},
  {2029552102, 4898537}, {1605088719, 2346024}, {2059433505, 95273}, {1082215657, 271144},
  {1401590716, -3831671}, {1851887558, -1123511}, {1271660050, -1203640}, {1798669865, -7667703},
};

static const model_conv_t model_2_conv_2d_settings = {
  /* weights */ model_2_conv_2d_weights, /* channels */ model_2_conv_2d_channels, /* input_height */ 13,
  /* input_width */ 5, /* input_channels */ 24, /* column */ 72, /* step */ 72, /* words */ 54,
  /* output_height */ 6, /* output_width */ 2, /* output_channels */ 32, /* rows */ 12, /* columns */ 4,
  /* kernel_width */ 3, /* stride_width */ 1, /* pad_left */ 1, /* kernel_height */ 3, /* stride_height */ 1,
  /* pad_top */ 1, /* stretch */ 2, /* pool_height */ 2, /* pool_width */ 2, /* input_zero */ -128,
  /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_2_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_2_conv_2d_settings, input, output, model_memory + 390);
}

static const model_mean_t model_3_mean_settings = {
  /* channel */ {1273447328, 49154}, /* outer */ 1, /* reduced */ 12, /* inner */ 32, /* output_zero */ -128,
};

/* MEAN */
static MODEL_APART void model_3_mean(const int8_t *input, int8_t *output)
{
  model_mean(&model_3_mean_settings, input, output);
}

static const uint32_t model_4_fully_connected_weights[] = {
  0xfedcdd4b, 0x29ac271c, 0x57c9107f, 0x45c2914e, 0x4b753333, 0x6e055390, 0xab290fb8, 0x88f83b90, 0x2133ceff,
  0x1875b4c6, 0x159c335c, 0x816a44c1, 0x01b91d08, 0x553a3803, 0xc007b2c0, 0x1e97d885, 0xbc77e20d, 0x6f6e6931,
  0xe89f8a7f, 0x602346b9, 0xcb6270e9, 0x78b9b368, 0x8df073ac, 0xd268cdbc, 0x8d99f224, 0x289036f6, 0x3ce85fe8,
  0x135cf135, 0x6ae819c9, 0xe34a75a0, 0xafb9371b, 0xf3819639, 0xb8a2cb5d, 0x0ded1727, 0xa939ebe3, 0xb26129df,
  0x9240c92c, 0xff5b81fe, 0x9f81ed41, 0xf71ffe9b, 0xc595115f, 0x7706f3e9, 0x0f04e523, 0xf7716773, 0xd11adea1,
  0xd729ab6f, 0xbf2d9577, 0x065494c4, 0x27739763, 0x81103b72, 0x6e21379e, 0xbab4f63a, 0xd36fa5f8, 0xe13a5548,
  0x1a1e84ae, 0xf9cf8c93, 0x5da95119, 0x4b92ab5d, 0x5cb5d33d, 0x27181742, 0x48fd1adc, 0x24069fc4, 0x7fc3d869,
  0x4a3917b9, 0xe92daaba, 0xb5c14b3a, 0xe3feacdf, 0x599d6c2a, 0x19e0474e, 0x92943f59, 0x1cc47f34, 0x0336c71c,
  0xc335aa04, 0xc771cdc9, 0xdc5b5743, 0xaa3d3d34, 0x54ba2b5e, 0x542603c4, 0x99f63a04, 0x092b7fb5, 0x3f2eaab6,
  0x0e376e44, 0xbc40c6cc, 0xbb9e6dbe, 0x69ab252b, 0xe9be8d98, 0xe119967f, 0x011b28eb, 0xbfc5b93b, 0x1c6d507f,
  0x8b23a66a, 0x27cec36b, 0xc0c5c33e, 0x8f964e99, 0xdeca1be4, 0x35646bb8, 0x740837e2, 0x4d4d08cc, 0x6aafcbca,
  0xacc25750, 0x38590a16, 0x4e02c747, 0x8196ea77, 0x8d055a40, 0x5720ca1e, 0xfc481e09, 0x4325cf2c, 0xc141e7cf,
  0x9cd1f7cf, 0x4181634b, 0x17482150, 0x12cdf74c, 0xc98984ef, 0x81815690, 0xadcb8ccd, 0xfe366316, 0x2ae8fd60,
  0x76182f36, 0xe9e6d319, 0xbe67304e, 0x44a9c9ef, 0x111ce1ac, 0x673e57b1, 0x438a9e04, 0x81fdd96a, 0xf58ccc62,
  0x0f9236f5, 0xdf088c40, 0x8a5038cb, 0xc7bfebef, 0x3201b87f, 0x49796fec, 0x5c5f50f8, 0x6ed3c7d0, 0x3fc536e1,
  0xb2aa601f, 0x60845ad1, 0x0d8dfe7f, 0xc926e765, 0x46934057, 0xd8d2d7f7, 0x2710701b, 0xdf7d0225, 0x99910123,
  0xbdb9a759, 0x7fc175e8, 0x988f81d3, 0xe8bcfbd7, 0xdabc87b3, 0xaccd51ee, 0x97267428, 0x70c433e5, 0x119c4a81,
  0xfe0ab915, 0x552b105c, 0xbf3c4834, 0xd043125f, 0x1ecf695e, 0x99ce110e, 0xee221055, 0x9d648108, 0x32eb4cf0,
  0x545899df, 0x2481b6fd, 0x49d6c63f, 0x5d2eafc3, 0x0c63a4e4, 0x574d03fc, 0xe9640354, 0x4db407f0, 0x599a475e,
  0xc0b3e157, 0xfd634089, 0x091969bb, 0x04e72331, 0x66dfa4fc, 0x7409e17d, 0x6916f74b, 0x7fda4127, 0x4a439d0b,
  0xddc45f9c, 0x0d2a9376, 0x02e45c07, 0xd8489ace, 0x0826f95a, 0x4d13bb33, 0xaf0bad14, 0x5aafe970, 0x18cc8d6b,
  0x81defa6b, 0xde11509e, 0x2ed2e374, 0x4b179ca7, 0xc25519f4, 0x35849df9, 0xe351c7a2, 0x2326362f, 0x2c5dd61f,
  0xf156b613, 0x1bc92321, 0x7f7467a7, 0xefbdf47f, 0x289b471b, 0xcccfe233, 0x2f7adb68, 0x04ce1aa9, 0x17a77c4e,
  0x50121e5f, 0xcc7de375, 0xe6377488, 0xd4efe117, 0xf8acd3aa, 0xe97fcca8, 0x8bc7db66, 0x607a8dee, 0xef5f1e8a,
  0x89b81af0, 0x7f34f6f9, 0x2b55b444, 0x1e6d9565, 0x0b1bea87, 0x8d2ef0c8, 0xfb77d7c4, 0xb4277b14, 0x2d63ff7f,
  0xc83dd806, 0x28f30bb5, 0x066e8138, 0xdef31f29, 0xdfe078a7, 0x1894eb32, 0xda6cf357, 0xbcf1fb67, 0x47fc632f,
  0x1cef9702, 0x1e91a7d8, 0x059e7962, 0x76c0d96a, 0x36022b13, 0x1834163b, 0xcf25244b, 0xa4cb7d16, 0x67fbc423,
  0xd510e6e1, 0x4ee41dec, 0xb5ecfa9f, 0xedea3e01, 0xd0cdd0a0, 0xde967816, 0x7db9deca, 0x37518119, 0x2f52efc7,
  0x0ec2d858, 0xd17f1c46, 0x78b8f69d, 0xcef53e09,
};

static const model_channel_t model_4_fully_connected_channels[] = {
  {1661952291, 1013480}, {1364084367, -586744}, {1359637870, -589144}, {1265542240, 2131176},
  {1205301204, -2577304}, {1299531577, 1318152}, {1447397776, 1664584}, {1392285709, -160952},
  {1619082712, 954152}, {1548821019, 1259464}, {1156878463, -1907288}, {1370478317, 764360},
  {1342858455, 1238312}, {1671079732, 1813320}, {1341763126, -2519256}, {1367819281, -324632},
  {1437758288, 1758792}, {1460384439, 806120}, {1299531061, -2614872}, {1596508216, 1655080},
  {1636090649, 1495016}, {1482728224, 120040}, {1436642863, 1293864}, {1296445127, 1595304},
  {1399529720, 2418152}, {1506962781, 712776}, {1430603160, -32152}, {1351081087, -236984},
  {1416273840, 1534536}, {1260320394, 1655400}, {1366895407, 932296}, {1162271635, -1255960},
};

static const model_conv_t model_4_fully_connected_settings = {
  /* weights */ model_4_fully_connected_weights, /* channels */ model_4_fully_connected_channels,
  /* input_height */ 1, /* input_width */ 32, /* input_channels */ 1, /* column */ 1, /* step */ 32,
  /* words */ 8, /* output_height */ 1, /* output_width */ 1, /* output_channels */ 32, /* rows */ 1,
  /* columns */ 1, /* kernel_width */ 32, /* stride_width */ 32, /* pad_left */ 0, /* kernel_height */ 1,
  /* stride_height */ 1, /* pad_top */ 0, /* stretch */ 1, /* pool_height */ 1, /* pool_width */ 1,
  /* input_zero */ -128, /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_4_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_4_fully_connected_settings, input, output, model_memory + 0);
}

static const uint32_t model_5_fully_connected_weights[] = {
  0xaef5e038, 0xa35a08b5, 0xdc2d6ece, 0x6fd260c4, 0xae6371e2, 0x4baf1e0c, 0x8291128e, 0x18b8cb9b, 0x2cb9b5d3,
  0x3aa4227f, 0xab8e447f, 0x8767d311, 0x8ad3b742, 0x87316b82, 0x302198f6, 0xa5425822, 0x41888dd8, 0x678529f9,
  0xe9b9af62, 0xfeca6016, 0x5d1f9b2f, 0x7bf209b7, 0x06f89bb3, 0x1258295e, 0x4f746c2d, 0x143b9293, 0x256ded3d,
  0x62a88121, 0xadea8115, 0x0578adda, 0x1b56a629, 0xffbc2af1, 0x521ce03a, 0xcbd638b2, 0x81343607, 0xcde1810d,
  0x92cbf65a, 0x65750903, 0xa5372b3c, 0xc3cd5718, 0x66f41eea, 0x62f33230, 0x3711c7c5, 0x36d5eba3, 0xc38dfb29,
  0xbf98af49, 0x9be9e20b, 0x14d75522, 0xf14f377f, 0x96e66141, 0x6859023e, 0xed3b9e54, 0xbfc5ca91, 0xd1d2a646,
  0xb2b9ec9e, 0x1e121c81, 0x9cdaef47, 0x426f2460, 0x3d439acd, 0xb005d6d0, 0x8da01c30, 0x064d9a96, 0xf41e37bb,
  0x065c6102, 0xe0610ae1, 0xe6f93d47, 0x1536af3d, 0xe4f752da, 0xbb01a40b, 0x29f1b82e, 0x03debe61, 0xcd2a3a83,
  0x53c1ed3b, 0x15b5d63d, 0x2eab01c4, 0x37ce955b, 0x61efca37, 0xe7293334, 0x228128a1, 0x0db4f581,
};

static const model_channel_t model_5_fully_connected_channels[] = {
  {1401517858, -2337335}, {1535703699, -191959}, {1514161416, -67703}, {1569077397, 388329},
  {1773932564, -500535}, {1587298831, -329879}, {1718366258, -1192471}, {1703444927, 460777},
  {1860314724, -668471}, {1894953585, -396919},
};

static const model_conv_t model_5_fully_connected_settings = {
  /* weights */ model_5_fully_connected_weights, /* channels */ model_5_fully_connected_channels,
  /* input_height */ 1, /* input_width */ 32, /* input_channels */ 1, /* column */ 1, /* step */ 32,
  /* words */ 8, /* output_height */ 1, /* output_width */ 1, /* output_channels */ 10, /* rows */ 1,
  /* columns */ 1, /* kernel_width */ 32, /* stride_width */ 32, /* pad_left */ 0, /* kernel_height */ 1,
  /* stride_height */ 1, /* pad_top */ 0, /* stretch */ 1, /* pool_height */ 1, /* pool_width */ 1,
  /* input_zero */ -128, /* output_zero */ -12, /* lowest */ -128, /* highest */ 127,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_5_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_5_fully_connected_settings, input, output, model_memory + 0);
}

static const model_softmax_t model_6_softmax_settings = {
  /* multiplier */ 1353756800, /* lowest_difference */ -256, /* rows */ 1, /* classes */ 10, /* shift */ 22,
};

/* SOFTMAX */
static MODEL_APART void model_6_softmax(const int8_t *input, int8_t *output)
{
  model_softmax(&model_6_softmax_settings, input, output);
}

void model_invoke(const int8_t *input, int8_t *output)
{
  model_0_conv_2d(input, (int8_t *)(model_memory + 0));
  model_1_conv_2d((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 0));
  model_2_conv_2d((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 0));
  model_3_mean((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 96));
  model_4_fully_connected((int8_t *)(model_memory + 96), (int8_t *)(model_memory + 96));
  model_5_fully_connected((int8_t *)(model_memory + 96), (int8_t *)(model_memory + 96));
  model_6_softmax((int8_t *)(model_memory + 96), output);
}
