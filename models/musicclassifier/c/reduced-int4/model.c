#include "model.h"

#define MODEL_PACKED 1
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

static int32_t model_memory[464];

static const uint32_t model_0_conv_2d_weights[] = {
  0x4491a99c, 0xf4c794b5, 0x88888849, 0x199925f7, 0x41694367, 0x8888885f, 0xf232feb1, 0x242d2bed, 0x8888889b,
  0x3efd3b4b, 0xdf57aded, 0x88888828, 0x5d67c699, 0x981aa14d, 0x888888a9, 0xa8217384, 0xb9d3871a, 0x8888885f,
  0x49bc8d8f, 0x177d5bbb, 0x88888844, 0xd1b3d1c8, 0x8f3d4739, 0x888888f9,
};

static const model_channel_t model_0_conv_2d_channels[] = {
  {1417807298, 20771}, {1761143067, -14749}, {1134742015, 9314}, {1207581483, 25379}, {1863334762, 1763},
  {1264351296, -1310}, {1603882692, -43452}, {1913344102, 3779}, {1521289958, -5278}, {1359217374, 7874},
  {1530287242, 15715}, {1257561913, 9122}, {1974197107, -28668}, {1900838223, 16771}, {1994285323, 8707},
  {2042674008, -12733},
};

static const model_conv_t model_0_conv_2d_settings = {
  /* weights */ model_0_conv_2d_weights, /* channels */ model_0_conv_2d_channels, /* input_height */ 53,
  /* input_width */ 20, /* input_channels */ 1, /* column */ 3, /* step */ 6, /* words */ 3,
  /* output_height */ 13, /* output_width */ 5, /* output_channels */ 16, /* rows */ 26, /* columns */ 10,
  /* kernel_width */ 3, /* stride_width */ 2, /* pad_left */ 0, /* kernel_height */ 3, /* stride_height */ 2,
  /* pad_top */ 1, /* bits */ 4, /* room */ 6, /* stretch */ 4, /* pool_height */ 2, /* pool_width */ 2,
  /* input_zero */ 40, /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_0_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_0_conv_2d_settings, input, output, model_memory + 260);
}

static const uint32_t model_1_conv_2d_weights[] = {
  0x4597bb7e, 0x4c5c8146, 0xb6375c79, 0x467caa62, 0xa8bbdace, 0x5dbaca84, 0x68d9b53b, 0xf856c7e4, 0xa64aa466,
  0xb9244e58, 0x3b3b8757, 0xc863b978, 0xb52b63c5, 0x875ca78e, 0xecaeca7c, 0x7565e869, 0xdd446a68, 0x5c2356c4,
  0x67b94444, 0x78bae44b, 0x78496749, 0x4689bad8, 0x4666b682, 0x4564688a, 0x7ea578bb, 0xf5c52638, 0xeec5be6a,
  0xc63a6ca7, 0x29ab8728, 0x79476dac, 0x3d3c855e, 0xe247ad93, 0x85e17745, 0x8be966cb, 0xfc46778c, 0xab67b636,
  0x865979bd, 0xb656bccb, 0x9b7279ac, 0x8c9ca848, 0xa76b4a59, 0xb4d3c6cd, 0x88bc86a9, 0x9478527f, 0xadad844b,
  0x5769da99, 0x9c684586, 0xa4a975b9, 0xa75868d5, 0x658f77db, 0x73add594, 0x4a9b8a78, 0x64896669, 0xad5b45a8,
  0x55774a43, 0xaa488869, 0x69a97a47, 0x7a8586c9, 0x6e6faa97, 0xbd899ba3, 0x7d7a46b6, 0x6c6e7898, 0x5659a8a4,
  0x94865693, 0x977e7a8c, 0x1ca1b979, 0xad5942a5, 0x6b8487b6, 0x73a58d58, 0x44b74663, 0xbb62a968, 0x53b97ca5,
  0xd2dd963a, 0x58c96ebc, 0x32e52d78, 0x7a616fdd, 0x668dab35, 0xa13557a7, 0x755e8a9c, 0xbe79ff45, 0x8addafcf,
  0x8d86779c, 0x37c29e8d, 0xcbd3d77f, 0x9b686a9b, 0x582f6da4, 0xb775841c, 0x83448f58, 0x1524c64c, 0xa86583a1,
  0x355b654f, 0xa985cfaf, 0x2a7762d8, 0x9d8eaab2, 0xbdadcda7, 0x9858c233, 0xbc35416a, 0xcb8a76d7, 0x5a5c856c,
  0xf22d168a, 0xddab92bf, 0xbbabc8d3, 0xd269eb98, 0x2194d47a, 0x49868c7c, 0x547775e5, 0xb7cda2d4, 0x925ef157,
  0xa993797c, 0xb44928ac, 0x66a4796a, 0xb578693a, 0xaa699d1f, 0x4a246684, 0x9b55894b, 0x145c4a8b, 0x957aa427,
  0x763abf48, 0xc92b4a89, 0x7b955a1e, 0x8654a9b4, 0xe658a64c, 0xac775b35, 0x89658634, 0x4edc46ce, 0x96d25dc5,
  0xe8b87754, 0x7bbdc77d, 0x7d77d444, 0xb75a4a7b, 0xe4ec7a88, 0xd679c929, 0xb65af5b4, 0x44a35187, 0x544a56b8,
  0x475492a6, 0x462dec5d, 0xa9d4376c, 0x65b59793, 0xdcc5c95a, 0x7eb97cbe, 0xe5ca5a75, 0xca5bd717, 0x7659748c,
  0xcbcabc64, 0xb64c59b7, 0xcba3555e, 0xa5bcb697, 0x5d1b9896, 0x9e5a8aab, 0x77976577, 0x8369cc64, 0x39648674,
  0x5ba87aa7, 0x588343c8, 0x2633555d, 0xa8d9659a, 0xc9b88343, 0x8a8a6626, 0xd9bbcacc, 0x9b35499a, 0x9c689c66,
  0x678945c9, 0x9fa86596, 0x5b645be7, 0xc65585ae, 0xca77b742, 0x784c9788, 0xb97b88d8, 0x8e69f847, 0x5a698399,
  0x5a8bbc72, 0x9a647866, 0x34aa848c, 0x436a7785, 0xf98618ca, 0x7ccbaaac, 0xd859a43a, 0x6ca84729, 0xc6c393ad,
  0x74c85796, 0x4aabba79, 0x86699864, 0xb4e75a3a, 0xb5b6a5a6, 0xa8456942, 0x2c2bb952, 0x36386536, 0x9a775c88,
  0x265884b4, 0xaf567623, 0xc51d964a, 0x27558679, 0x6489ed99, 0x67a6384d, 0x6d89cb99, 0xaabd947a, 0xa3b14686,
  0xb99e58b8, 0x1d2899a4, 0x69ca58a4, 0xb139bd86, 0xc498856c, 0x959b4597, 0x8ce9977a, 0x7a47c291, 0x297ca333,
  0x379c4947, 0x828b9547, 0xda3c77c8, 0x668ac817, 0x195a46ca, 0xb848e9a7, 0xdadad755, 0x9b95f6a8, 0xacc36a34,
};

static const model_channel_t model_1_conv_2d_channels[] = {
  {1764046498, 75236}, {1682763020, -109660}, {2082022406, 66372}, {1838069267, -65436}, {1325160505, 195172},
  {1586426442, 87236}, {1618609306, 66628}, {1242378173, -230204}, {1124524759, 39523}, {1128687714, -42621},
  {1174715791, -170429}, {1961935246, -195676},
};

static const model_conv_t model_1_conv_2d_settings = {
  /* weights */ model_1_conv_2d_weights, /* channels */ model_1_conv_2d_channels, /* input_height */ 13,
  /* input_width */ 5, /* input_channels */ 16, /* column */ 48, /* step */ 96, /* words */ 36,
  /* output_height */ 3, /* output_width */ 1, /* output_channels */ 12, /* rows */ 6, /* columns */ 2,
  /* kernel_width */ 3, /* stride_width */ 2, /* pad_left */ 1, /* kernel_height */ 3, /* stride_height */ 2,
  /* pad_top */ 1, /* bits */ 4, /* room */ 72, /* stretch */ 1, /* pool_height */ 2, /* pool_width */ 2,
  /* input_zero */ -128, /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_1_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_1_conv_2d_settings, input, output, model_memory + 260);
}

static const uint32_t model_2_conv_2d_weights[] = {
  0x15c4db6a, 0x8d75a5d3, 0xa845d637, 0xcfba467d, 0x41265bf7, 0xba466aea, 0x98c86976, 0x65896889, 0x966d9bbb,
  0xb67b8386, 0xb8ba9b8c, 0xb677767a, 0x883f65a5, 0x4753cbda, 0xbb8af288, 0x9ca8b78b, 0x8a33cd95, 0xcc589ab4,
  0x874a98c8, 0xa369a84c, 0x24b76d6a, 0x99cd5669, 0x888acc27, 0x9be5e4a8, 0x799b8766, 0x6efe8519, 0x4c9791cc,
  0xeaac2465, 0xd5ad6b5a, 0x49d8beb4, 0x937b5da4, 0xa32f6273, 0x58647dc9, 0xcd187b5a, 0xc1ab7699, 0xabd39a8b,
  0x9a934a42, 0x6d43877a, 0xb7b6997a, 0x6ce862bc, 0x5c6b43e6, 0x6b41f6c8, 0xe9528cbb, 0xa96da18b, 0x495db281,
  0x348a7ba7, 0xcad975a5, 0x52d4c9c7, 0x762859e5, 0xc87bed66, 0x84bf3b84, 0x662bea79, 0x6838dcd9, 0xc46a9b55,
  0xa9a75fe7, 0x5ccc9478, 0x5cca3393, 0x4e7ccb8d, 0xa7758a46, 0x9755ed3a, 0x5528c7ac, 0xb7a7965b, 0xfa46c95b,
  0x38485958, 0x84dda4b4, 0x6cb694ba, 0xc6b757aa, 0xa94397cb, 0x76a179f6, 0xc8d89c52, 0x8f8b678e, 0x87985974,
  0xa6da2699, 0xcc678847, 0x8b487767, 0x7a74889b, 0xbe547bb3, 0x3ae254b5, 0x5b18cf3a, 0x9d81cf48, 0xdaac5b47,
  0x65559496, 0xd6addbf6, 0x7ce43769, 0xa727a74d, 0xa88c4a9d, 0x3e8d4a61, 0x952885ca, 0x72ad8ec3, 0x7a6ba6e2,
  0x477b9cd5, 0xedd4789a, 0x494b9c35, 0x81dc6162, 0x373f46f9, 0xec58eec3, 0x918bcf24, 0xe8b65be5, 0x55eaa8ac,
  0x58aa6c77, 0x86aaa764, 0xdeca3b5e, 0x527298ab, 0x75786882, 0x84695a7d, 0x95a55e44, 0x8aad5c3a, 0xf7ea5dac,
};

static const model_channel_t model_2_conv_2d_channels[] = {
  {1336171805, 12643}, {1445500760, 20931}, {1526162688, 27907}, {1360203798, 79491}, {1104869802, 68451},
  {1132039753, 4803}, {1277031419, 30979}, {1116540274, 30179}, {1141910646, -33917}, {1531685296, 18979},
  {1476489432, -5149}, {1938989710, 52068}, {2018389982, 76580}, {1458091167, 13987}, {1468818237, -14301},
  {1390560463, 48963}, {1993079296, 64996}, {1130737271, -39773}, {1358790946, -7837}, {1298172664, 38403},
  {1328323589, 12899}, {1097261080, 80323}, {1970437009, 72164}, {1701305600, -24893},
};

static const model_conv_t model_2_conv_2d_settings = {
  /* weights */ model_2_conv_2d_weights, /* channels */ model_2_conv_2d_channels, /* input_height */ 1,
  /* input_width */ 36, /* input_channels */ 1, /* column */ 1, /* step */ 12, /* words */ 9,
  /* output_height */ 1, /* output_width */ 1, /* output_channels */ 24, /* rows */ 1, /* columns */ 2,
  /* kernel_width */ 36, /* stride_width */ 12, /* pad_left */ 12, /* kernel_height */ 1, /* stride_height */ 1,
  /* pad_top */ 0, /* bits */ 4, /* room */ 18, /* stretch */ 1, /* pool_height */ 1, /* pool_width */ 2,
  /* input_zero */ -128, /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_2_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_2_conv_2d_settings, input, output, model_memory + 9);
}

static const uint32_t model_3_fully_connected_weights[] = {
  0x9bb589ab, 0xa347bd57, 0x46e6867a, 0x985dd659, 0x97483e63, 0x4d9126c1, 0x35699c88, 0xa36d4bcc, 0x44473ae6,
  0x4969b879, 0x3a75a6a5, 0xd86568c6, 0xcc29648c, 0xb37877b8, 0xd5b945b3, 0x48a47c6a, 0x92a5a3ba, 0x364baec6,
  0x65761ecc, 0x9bcad642, 0xa5979c74, 0xa4b46533, 0x98da583a, 0x5d61c6d3, 0x8d7aaaa3, 0xb3ba943a, 0xadd3cb44,
  0x3a47569d, 0x7b24b737, 0x835836c4,
};

static const model_channel_t model_3_fully_connected_channels[] = {
  {1194517263, -37244}, {1194517263, -40444}, {1194517263, -13852}, {1194517263, -56124}, {1194517263, -65148},
  {1194517263, 26948}, {1194517263, -93724}, {1194517263, 12068}, {1194517263, -50716}, {1194517263, -49212},
};

static const model_conv_t model_3_fully_connected_settings = {
  /* weights */ model_3_fully_connected_weights, /* channels */ model_3_fully_connected_channels,
  /* input_height */ 1, /* input_width */ 24, /* input_channels */ 1, /* column */ 1, /* step */ 24,
  /* words */ 6, /* output_height */ 1, /* output_width */ 1, /* output_channels */ 10, /* rows */ 1,
  /* columns */ 1, /* kernel_width */ 24, /* stride_width */ 24, /* pad_left */ 0, /* kernel_height */ 1,
  /* stride_height */ 1, /* pad_top */ 0, /* bits */ 4, /* room */ 12, /* stretch */ 1, /* pool_height */ 1,
  /* pool_width */ 1, /* input_zero */ -128, /* output_zero */ 25, /* lowest */ -128, /* highest */ 127,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_3_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_3_fully_connected_settings, input, output, model_memory + 6);
}

static const model_softmax_t model_4_softmax_settings = {
  /* multiplier */ 2144658944, /* lowest_difference */ -256, /* rows */ 1, /* classes */ 10, /* shift */ 22,
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
