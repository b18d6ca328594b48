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
  0xd5c00f25, 0xdd0a160b, 0xd9fadce2, 0x3c20081e, 0x00000008, 0x000000de, 0x0709e0f9, 0x9210a27a, 0xb60bccf7,
  0xc3dcc3e5, 0x00000047, 0x000000d6, 0xc8be43b9, 0x4ecc4826, 0xd3312531, 0xbac2b946, 0x0000001b, 0x0000000d,
  0x261b0e12, 0xd540d3db, 0x28f81b1c, 0x32e31335, 0x00000003, 0x000000cb, 0x40f6e011, 0xe3ed2d0e, 0xfa18ab41,
  0x08b611d9, 0x0000000b, 0x00000017, 0x01cadbdf, 0x1fbaedfc, 0x05daf715, 0x273bfba8, 0x00000037, 0x000000e0,
  0x09272e3d, 0xdc1c04fe, 0xf42c2020, 0xc3f6ea20, 0x000000d9, 0x000000dc, 0xb2c6acfc, 0x2e1e332c, 0x5240ee07,
  0xfbcfdcd3, 0x0000000c, 0x00000044,
};

static const model_channel_t model_0_conv_2d_channels[] = {
  {1165584666, 198406}, {1664505362, -142266}, {1674413396, 103494}, {1199431508, 380039}, {1449366035, 16326},
  {1826211070, -21530}, {1113578459, -251866}, {1673931973, 27270}, {2018857669, -65338}, {2097284045, 73382},
  {1548303868, 120006}, {1605786678, 118502}, {1731860685, -271353}, {1697691083, 136134}, {1322481020, 112710},
  {1631893003, -135962},
};

static const model_conv_t model_0_conv_2d_settings = {
  /* weights */ model_0_conv_2d_weights, /* channels */ model_0_conv_2d_channels, /* input_height */ 53,
  /* input_width */ 20, /* input_channels */ 1, /* column */ 3, /* step */ 6, /* words */ 3,
  /* output_height */ 13, /* output_width */ 5, /* output_channels */ 16, /* rows */ 26, /* columns */ 10,
  /* kernel_width */ 3, /* stride_width */ 2, /* pad_left */ 0, /* kernel_height */ 3, /* stride_height */ 2,
  /* pad_top */ 1, /* stretch */ 4, /* pool_height */ 2, /* pool_width */ 2, /* input_zero */ 41,
  /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_0_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_0_conv_2d_settings, input, output, model_memory + 260);
}

static const uint32_t model_1_conv_2d_weights[] = {
  0xebfc0f22, 0xe80816fc, 0x1517d9f3, 0xeaebffe8, 0xf3fb1707, 0x13dfebfa, 0xf31709dd, 0xe9fb10f7, 0x010e0b23,
  0x0e152219, 0x1d080cea, 0xec111cfe, 0xff05ef12, 0xf31d16e3, 0xfef4fdea, 0x31ec1928, 0xf60ae9f3, 0x0ee60df2,
  0x06ea2200, 0x11d9e7eb, 0x1411f8fc, 0xddddfeeb, 0x01e50402, 0x18f310f9, 0xed10e3ef, 0x14dcf119, 0xfb19f823,
  0x01ef0ffd, 0x15200d15, 0x260a16f7, 0xf1ef0008, 0xf7f027f5, 0x1fea0c02, 0x21e8f5f5, 0x1ae5f2e7, 0xedd9ef19,
  0xfd05e8e8, 0xf413e7e7, 0x020ee912, 0xfa1425e5, 0x0206fc03, 0xf7e8f0e3, 0xf6060bfe, 0xe5ff151f, 0xf3f4f6db,
  0xe5f51004, 0xedeaff0e, 0xe7f3f103, 0x25edff0f, 0xfd09f814, 0xeeecf300, 0x2c1bdce1, 0x21ed210a, 0x231713f4,
  0xf60c16fb, 0x18dff50f, 0x0810fb04, 0xdb0a01d9, 0x04fc1b15, 0xfae6f40c, 0x211bee22, 0xe0e4fcea, 0xdefb1de2,
  0x26e70906, 0xf0d5f9ef, 0x0224fce7, 0x1004f310, 0xff27f61a, 0x16f2fb15, 0x31e9fbff, 0x12fbf8f6, 0x0df115df,
  0xee060a25, 0xfdeefb12, 0xf1f31f14, 0x11ef1218, 0x11d6041c, 0x07fcfc0a, 0x1d1b03fe, 0xfe030ceb, 0xfc140c09,
  0x0ef7e8f0, 0xe2dbf227, 0x12191715, 0x011af009, 0x000f020e, 0xe500d732, 0x07fdf2f8, 0x2422e214, 0x090e00ec,
  0xf8060c06, 0xedf61a07, 0x1d00eaf6, 0x05f2ebfe, 0xe109eb09, 0x0b0afc14, 0xf7fe01ec, 0x0df0f41a, 0xed34fb12,
  0xf7fff81a, 0xdd20e9e3, 0xfb0b1b06, 0x13160c00, 0xec0402fa, 0xe105ee0b, 0xf700f6f3, 0x2615ec01, 0x0ceeec09,
  0xeaf70edb, 0xecfbece9, 0x0ffefe07, 0x0aed02f7, 0x040711fb, 0xf50afde8, 0x0ee9f006, 0xf9fe0318, 0x2f300bf7,
  0xf3f50d04, 0x290717db, 0x0fff0609, 0x230df4f1, 0xfbfaec0f, 0x1a300002, 0xf8f4fc03, 0xf20902df, 0xeeed0b09,
  0xe7edf2df, 0x04fcf103, 0xfa2d0e20, 0x04fcfbff, 0x1cd0080b, 0xdd0b12f9, 0x220bd2eb, 0x0cede80b, 0x16e5f6f4,
  0xf7fe0314, 0xdbe821fe, 0xf90afff1, 0xe5f8f0d8, 0xeb0fedf7, 0x18d50602, 0x11f309f4, 0xdb031be8, 0xf20dfb09,
  0xec10fa06, 0x211f05e1, 0x0004150c, 0xee15f212, 0xeef710fe, 0xe223def7, 0x05e51512, 0xfbf3f41f, 0xf90f08f7,
  0xf4020ae3, 0xe6f6fcfe, 0x0ce3eb09, 0xf612070b, 0xfbec0206, 0x150116f4, 0x0ffa2aea, 0x07101716, 0xfd210c1c,
  0x0ffbfd0e, 0x0001fb06, 0xfdeb1210, 0xe4190703, 0x0bf0fe16, 0x141f1ffa, 0x0a01060b, 0x08f4f505, 0xff1611f4,
  0xebdaf40d, 0xfef7f40e, 0x11fafed7, 0xeef21900, 0x03ea00ef, 0xf6f3fa0d, 0xd9db18e6, 0x02f7efe9, 0x0cf1000c,
  0xf609f516, 0xe4eef0e6, 0x04f51617, 0x0e02140e, 0x08fbeb01, 0xdbf9f51c, 0x111508eb, 0x04fe0c13, 0x121112fd,
  0x120e1c0c, 0xfe00ebf0, 0x03ec1ae1, 0x0cf7e708, 0x13e5eaf1, 0x0907f8fd, 0x1401fd21, 0x070cf70c, 0xeef001f2,
  0xeb10fa05, 0x2addd101, 0x1209ed16, 0x200a050f, 0x0b0901ef, 0x130d1b1c, 0xed0409ff, 0x1df22609, 0xeaf2f407,
  0xdd051ff8, 0x04fa0d0e, 0xe70002fb, 0xf4fcf5f7, 0xeffbf825, 0xfd0feef3, 0x14190c1f, 0xec15e5fe, 0x08f02bee,
  0x04eb050f, 0x0505fdfc, 0xf102ff11, 0x0cf4ec07, 0xf7ed0508, 0xf807fffa, 0xf5fe0507, 0x0dfdfaf1, 0x0703141d,
  0x07f805e7, 0x06eff9f0, 0xf2eefa02, 0x0bf5030e, 0x05f603f5, 0xed110a0e, 0xeaf7f201, 0xf508f1fd, 0x02ff07e9,
  0xf7072201, 0xfcf00df2, 0x050e0804, 0x0eedf300, 0x0bf20717, 0xff04f6ea, 0xf8ed03ef, 0x01f50609, 0xfa01f712,
  0x14f607f2, 0x0ffd0ef4, 0x08fcf4ed, 0x03f2f7ef, 0x02f800ef, 0x1910f91a, 0xf211f10f, 0xf8e916f6, 0x0211f70e,
  0x0100fff0, 0x130cfff6, 0x0b14fb15, 0xfc0b0eff, 0x14faf1ee, 0xfcfc12f1, 0xfe0a080b, 0x0cf6f3fd, 0xf0130701,
  0x1515fc00, 0xf7030403, 0x11fb0deb, 0xf608f4ed, 0x0af4180b, 0xf0ebe3fb, 0xf408f4ff, 0xed09f7ff, 0xf5f2f60a,
  0xfdf0e7f7, 0xf3f50406, 0xf8161015, 0xf3ec16f4, 0x03effc11, 0x0512eef9, 0xf4f4fdea, 0xf70a0504, 0x12f30508,
  0x110d0ef6, 0x19060f17, 0xfe09fb0b, 0xf20806f2, 0x130ef6fe, 0x070bfdfe, 0x0df610e8, 0xf805f013, 0xfef6fefe,
  0x130a1ae7, 0x1f1b14ef, 0xf21706fb, 0x15e0ed14, 0x0ee4eb22, 0x1a10eae7, 0xeb18f5fa, 0x0b131407, 0x1e1302f5,
  0xe9cd080b, 0x240c0c11, 0x06ea0311, 0xf7fbeefa, 0xf70bf2f7, 0xe20816e9, 0x03f11aee, 0x04eaf1e9, 0xdff601f5,
  0x12020bfb, 0xed11f80e, 0xfee4e1fc, 0xec01e61d, 0xf5e2ee1d, 0xd7dee9e7, 0x0306ec0c, 0x0f23ee04, 0x07fde0e1,
  0x1f16fee5, 0x0a0df3f4, 0xfc02f0d7, 0x06100e17, 0x27181a1c, 0x0fed050c, 0x05dbe009, 0x1a0118f4, 0x08ef09f4,
  0xfa04ee04, 0xee04e61d, 0x2afdedf2, 0x070df406, 0x11ea0ff8, 0xedf5e929, 0xf1f0ed27, 0x19ec000b, 0x0bf8f7de,
  0x1af614e4, 0x001afc00, 0xfbe408fd, 0x08140001, 0x18f9fd25, 0x220601fb, 0x01f32ee6, 0x0d05e403, 0xecf10109,
  0x0a1116dd, 0xeb0019f6, 0x0eea02f2, 0x09f1f9f3, 0xe90ce618, 0xde0efdff, 0xe50af9ee, 0xe2effd02, 0x06f6010f,
  0x2efece1b, 0x16130c18, 0xfa1c0b10, 0x0007e80a, 0x21ea11dc, 0x1601f705, 0xf30ee5d5, 0xf5e3e21b, 0x1f1b0811,
  0xe601f8f1, 0xf814ef05, 0x0f170d06, 0xeb080efc, 0xf50401e5, 0x00f706f6, 0xe6f90d0f, 0x0d1cf3e8, 0xeef6ecef,
  0x0e0f080d, 0x01ee07d6, 0x0cecf5ec, 0x1b1604da, 0xe1df11f0, 0xf603edf1, 0xe5e9f7e6, 0x0bf91bff, 0x04fdf2fe,
  0xf4fee2e6, 0xe1effe10, 0x30eef6df, 0x0cf0fce4, 0xea24f50e, 0x15dd06eb, 0xfceff40a, 0xe0f3fefb, 0xe4091f06,
  0xf6ff1e06, 0xfaf4fe20, 0xf708e4ef, 0x20051408, 0xf7021404, 0x1020e80e, 0x0c1104fc, 0xded0f2f4, 0x0812eaff,
  0x082802ff, 0x0e06f30f, 0x20ff05e4, 0xdce0070a, 0x070dfde7, 0xf412f10a, 0xd10622f2, 0x0de80dff, 0xe500ee1b,
  0x160803f4, 0xeb17ebf6, 0x0406ed07, 0x1b07f90d, 0xff2003fa, 0x0dfcd7d3, 0xfcec1403, 0x0519dfdc, 0xe0fc09e7,
  0xf71b05fb, 0xea03ecec, 0xd911eafb, 0x00ff05ee, 0x0f1dfa02, 0x18e6f914, 0xf20a00fb, 0xf4fe15de, 0x090dee0b,
  0xd5f1eb15, 0x01fd03f6, 0x0eed1e08, 0x0c10f9ec, 0x171c18f0, 0x13eff202, 0x04052408, 0x19dd10e7, 0x0c15f8e6,
};

static const model_channel_t model_1_conv_2d_channels[] = {
  {1252902419, 382918}, {1096598793, -702938}, {1172920752, 410086}, {1360985246, -349018}, {1679177460, 574886},
  {1080497356, 571974}, {1607909427, 258022}, {1494141670, -653818}, {1560863509, 93798}, {1299061565, -347546},
  {1473060117, -1129050}, {1604829551, -1076410},
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
  0xeee51810, 0xc6232eed, 0x23e7eddf, 0xfffa152d, 0xffecf3f7, 0x0edf2bd7, 0x340bf120, 0x261bdbf6, 0xccf218f6,
  0xdfcce63d, 0x0bf51211, 0x18e0f134, 0x020004f2, 0x0924edfa, 0xed030107, 0xf104f0fc, 0xef261514, 0x06eb0816,
  0xef1eceef, 0x16f6ffff, 0x01141f27, 0x18180cff, 0xe6f9f01a, 0x1cf6faf5, 0x0349e4e4, 0x01dbf112, 0xfaca1f16,
  0xe4ea1c29, 0x1b16c605, 0x15fe37fc, 0x2e00f31e, 0x070f1bff, 0x13c834de, 0xffdc2006, 0x260513d7, 0x20e70a1b,
  0xf31801fe, 0xfee40926, 0xc707012a, 0x14f317de, 0xd4f93414, 0xcd1cf0f1, 0x0d3beb0c, 0x0721ebf1, 0xfc192bf9,
  0x02041fc9, 0x26dcd8fb, 0x0932310e, 0x0c25f6e7, 0xf70afff2, 0x413cdf0f, 0xef3d02c6, 0x27f3b32d, 0xdb06081f,
  0x1028dbe5, 0x2a11d2ee, 0xe4331c12, 0x260df3ed, 0x0afe3dd5, 0xe1241718, 0xc91e2eda, 0x0afbe811, 0xcf42c5d0,
  0x0fd1f4f8, 0x03db360c, 0xe9f3f61b, 0x39021e19, 0x20cdf5eb, 0xb01cef0f, 0x1f11f60a, 0x1aca101d, 0x10210701,
  0x12d90ecf, 0x0a06ded9, 0x24d8fb0f, 0xf0da03f3, 0xf8ed0a0c, 0x1d190bf9, 0x1f00cd21, 0xf139ea20, 0x2118dcf3,
  0xe4ecdd38, 0x18c9f100, 0xf0dc3e23, 0x07cf1c1a, 0x31e1021a, 0x062ccb17, 0x13f00fff, 0x0a26cec5, 0xdee11d04,
  0xe51317fb, 0xd803f811, 0x1307eaed, 0x222afa0e, 0xd6df06f9, 0xe82d2420, 0xed0408e7, 0xf9cbe432, 0xfd1b24f2,
  0x1ef932ec, 0xdf3314e2, 0x021bd1fe, 0xef140c06, 0xedcf30fa, 0x03021e07, 0xf2d42d2d, 0xe20c18e9, 0x21f008e6,
  0x09f53df4, 0x1c13e141, 0x2320d9fe, 0xd92b09ed, 0x2413d3d7, 0xe030c90c, 0x3123192e, 0xd4fa2eff, 0xf9e90eee,
  0x16f5fdcc, 0xf3e22d16, 0x07db46c8, 0xe4fff523, 0xd7bd2a19, 0xf5f8f319, 0x1f190bdc, 0x10f1051e, 0x54cd35d8,
  0x04000c02, 0xd8e0e8ea, 0xd532d3d3, 0x022e101f, 0x2fead113, 0xea190c17, 0xe8f1f818, 0x231ae414, 0x08caf41f,
  0x15df0d22, 0xe6ad0ee5, 0xfa10f63d, 0x03ff27bd, 0x24300de6, 0x4824f447, 0x00ffeefd, 0xf8fa0ed4, 0x0009e2fa,
  0xf809f704, 0x122fce08, 0x10fcfefc, 0x25effee0, 0x0cfffdfd, 0xfddff7e9, 0x07f1000a, 0xf5f70207, 0x17f00dee,
  0x1ee8f81e, 0x09e9f1f3, 0xd033e31d, 0x0d001a09, 0xe9c225d5, 0x12e719ff, 0x070223da, 0x07100bfc, 0x3013e3da,
  0xecebe8f6, 0xf2e2050a, 0xf52212f4, 0x2d112b3d, 0x1ae9f809, 0xf431d8f0, 0xfcfafb23, 0x11cd12dc, 0xff1a0d1e,
  0x0efedc07, 0x241d0cd3, 0xd0fcdeee, 0xef00ec0d, 0x0acdfd27, 0xd71e26de, 0xfa11001f, 0x1015f6da, 0xf5ed1532,
  0xf91d25e9, 0xdef70829, 0x2adffe0e, 0x3828fb09, 0x041724e6, 0xdbe106d3, 0xc525c5c8, 0x0330eff0, 0xfa3bf10b,
  0xd3d3dd3e, 0x1e0330d7, 0x31e43524, 0xc11d3ede, 0x090120ca, 0x00ee1ce6, 0x3817ea34, 0xe714ff21, 0xe8301112,
  0x010e1bf8, 0xe415e7f0, 0xef0cfbdf, 0xfe1210e7, 0x310d192c, 0x372cd0dc, 0xd5d50415, 0xdffa0610, 0xeb04fdd4,
  0xf4f7e701, 0xe3070f23, 0x02eae6f2, 0xece62ae6, 0x0f10ded2, 0x10241c12, 0xfe19e3ce, 0xf80c2a1e, 0x453be518,
};

static const model_channel_t model_2_conv_2d_channels[] = {
  {1648497814, 109446}, {1456225268, 231974}, {1275460548, 395302}, {1509153512, 648326}, {1786264795, 737351},
  {1157026635, 135974}, {1088411254, 302150}, {1350375520, 232614}, {1272221482, -292794}, {1510143654, 178758},
  {1704941333, -29850}, {1998704828, 443463}, {2021573153, 599623}, {2140754343, 48679}, {1188786727, -248602},
  {1383382571, 541350}, {1150013112, 244101}, {1097976397, -309530}, {1853918412, -10106}, {1291282479, 254054},
  {1328411021, 140806}, {1136475578, 712326}, {1163828864, 558182}, {1444684098, -356538},
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
  0x34cc0b38, 0x083aff1b, 0xb2ea53f3, 0x24bd2cd5, 0xdae3dc1a, 0xb55dffe7, 0x0851e111, 0x10d159d3, 0xeb005bb3,
  0x11b7a6d8, 0x5090e490, 0xb5169d45, 0xca113f04, 0xaae616fa, 0xb3552f48, 0x2ad6ba3b, 0xbcec26e4, 0xc6c4a660,
  0x14090514, 0xc2e030f5, 0x1bd3dfcd, 0xb3ee2126, 0x02c6f9e1, 0x4fd4d93f, 0x4510b84a, 0x4296da05, 0xb103f209,
  0x37f2f530, 0xd418c6a8, 0x4f33b92f, 0x02b54121, 0xbd1feed6, 0x96cdaf29, 0x12221d2b, 0xde2c5edb, 0xa9ba253f,
  0xceda5e4a, 0xe1e9933f, 0x321bdba2, 0x163c4cb3, 0xccf63bc1, 0x240c0eef, 0xc0c1c9b4, 0x1a31d8ab, 0x0526ff18,
  0x1053cfb3, 0x4c84e4ab, 0xd0dc4155, 0x4f1c23b4, 0xfbeb1b24, 0xb01fba27, 0x3a3712b0, 0x51b12cbf, 0x244e4bc4,
  0x1fe8e54f, 0xb0c3cf0b, 0x2cc6edf7, 0xeca333a7, 0xab05dbc5, 0x01d0aa4b,
};

static const model_channel_t model_3_fully_connected_channels[] = {
  {1096191787, -595640}, {1096191787, -819320}, {1096191787, -211192}, {1096191787, -964120},
  {1096191787, -1077304}, {1096191787, 304840}, {1096191787, -1600504}, {1096191787, 58312},
  {1096191787, -812152}, {1096191787, -702680},
};

static const model_conv_t model_3_fully_connected_settings = {
  /* weights */ model_3_fully_connected_weights, /* channels */ model_3_fully_connected_channels,
  /* input_height */ 1, /* input_width */ 24, /* input_channels */ 1, /* column */ 1, /* step */ 24,
  /* words */ 6, /* output_height */ 1, /* output_width */ 1, /* output_channels */ 10, /* rows */ 1,
  /* columns */ 1, /* kernel_width */ 24, /* stride_width */ 24, /* pad_left */ 0, /* kernel_height */ 1,
  /* stride_height */ 1, /* pad_top */ 0, /* stretch */ 1, /* pool_height */ 1, /* pool_width */ 1,
  /* input_zero */ -128, /* output_zero */ 21, /* lowest */ -128, /* highest */ 127,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_3_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_3_fully_connected_settings, input, output, model_memory + 6);
}

static const model_softmax_t model_4_softmax_settings = {
  /* multiplier */ 1993088512, /* lowest_difference */ -256, /* rows */ 1, /* classes */ 10, /* shift */ 22,
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
