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

/* Any factor: a multiplier, a bias and a shift, positive to the left. */
typedef struct {
  int32_t multiplier;
  int32_t bias;
  int32_t shift;
} model_channel_t;

static inline int32_t model_scale(int32_t value, int32_t multiplier, int32_t shift)
{
  const int32_t shifted = shift > 0 ? (int32_t)((uint32_t)value << shift) : value;
  const int32_t high = (int32_t)(((int64_t)shifted * multiplier + ((int64_t)1 << 30)) >> 31);
  if (shift >= 0) {
    return high;
  }
  return (int32_t)(((int64_t)high + (high >> 31) + ((int64_t)1 << (-shift - 1))) >> -shift);
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

static int32_t model_memory[136];

static const uint32_t model_0_conv_2d_weights[] = {
  0xe2ced42e, 0xcad87fd5, 0xbb00d5f1, 0x61002a3e, 0x000422f9, 0x00b19845, 0xfbee1481, 0xedeb65d0, 0xff000208,
  0x3500f39c, 0x0035ffeb, 0x0000d141, 0xf26f40c9, 0xf8c27119, 0x00000015, 0x00000014, 0x94d8a115, 0x6cc5ab56,
  0x1600fcbf, 0xce00f154, 0x0004a11d, 0x00fc07f7, 0x25a8be7a, 0xc3db81d5, 0xe6005322, 0x430022b7, 0x00f33d81,
  0x002fb2fb, 0xb90ede0a, 0xb411eeed, 0x00000056, 0x0000004d, 0x4143dea4, 0xa5e29024, 0xd9004e47, 0x00005d81,
  0x001f0813, 0x00fd8ae2, 0x9c685ac5, 0xbe423f63, 0x4800cdd7, 0x4f00fd0b, 0x00abb625, 0x00f0bbf9, 0x0e7f2a41,
  0xf472e515, 0x000000b0, 0x00000010, 0x23cb320f, 0xceca4296, 0x57002ffa, 0x3a00ef03, 0x000fd77f, 0x00af4df8,
  0x00ceea28, 0x3b50f6d7, 0x1d00d7c2, 0x230049c2, 0x0018f9f6, 0x0042a00c, 0x2709e806, 0x4a81b204, 0x0000001a,
  0x00000042,
};

static const model_channel_t model_0_conv_2d_channels[] = {
  {1229113932, -5750, -7}, {1190148504, 5736, -7}, {1332943124, -13354, -8}, {1728326058, -12149, -8},
  {1886200849, 9379, -8}, {1398409511, -4866, -8}, {1209615841, 10561, -7}, {1924721376, -2525, -7},
};

static const model_conv_t model_0_conv_2d_settings = {
  /* weights */ model_0_conv_2d_weights, /* channels */ model_0_conv_2d_channels, /* input_height */ 24,
  /* input_width */ 16, /* input_channels */ 1, /* column */ 6, /* step */ 6, /* words */ 8,
  /* output_height */ 6, /* output_width */ 4, /* output_channels */ 8, /* rows */ 24, /* columns */ 16,
  /* kernel_width */ 5, /* stride_width */ 1, /* pad_left */ 2, /* kernel_height */ 5, /* stride_height */ 1,
  /* pad_top */ 2, /* stretch */ 2, /* pool_height */ 4, /* pool_width */ 4, /* input_zero */ -44,
  /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D, MAX_POOL_2D */
static MODEL_APART void model_0_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_0_conv_2d_settings, input, output, model_memory + 0);
}

static const uint32_t model_1_conv_2d_weights[] = {
  0x38b11256, 0x1ad814d3, 0x4ad6d331, 0x0b25df18, 0xa426138f, 0xe7def9f4, 0xd86364a6, 0xcc2802b8, 0xfa22f212,
  0xfe41bf1d, 0x08711d07, 0xd523f0e1, 0x10811df3, 0xda090c7f, 0x3e12e3da, 0xcec9fd3b, 0x2ac0b42d, 0xc422f20c,
  0x0fd3d50c, 0x2e95053c, 0x35cc2800, 0x27f835eb, 0x0eeb4ad5, 0x0fe31112, 0x1584c8d2, 0x40e5d107, 0x2f2ee787,
  0xd73346bb, 0x5b111cf1, 0x2c17f0e3, 0xeaf174e3, 0xfa2122d4, 0xbf3b07e0, 0xd6fb04f2, 0xcb59512e, 0x07bfeeee,
  0xdaf4a03b, 0xd115192d, 0x30044ad4, 0xc044348c, 0xe1269dc3, 0xacc9e64d, 0xe1ea0ad9, 0xf74344d6, 0xe10968df,
  0xa235a345, 0xc110f4c9, 0xd82d3243, 0xb5262aff, 0x08614dca, 0xee81a72e, 0xbcda0843, 0xe7f743cb, 0xe4a67ff9,
  0xcf3114d4, 0x3100d2f3, 0xef19bc96, 0x90161a22, 0x51db6c95, 0xf9abc161, 0x5ad6b6d1, 0xa7c48fe2, 0xe4ff4c0a,
  0x2bf1a5d7, 0x017df9bf, 0xd81fdfa0, 0x14312ee8, 0xf3ff3fb5, 0x1dd3debc, 0x86bcf017, 0x28084407, 0xe58781ac,
  0x14183fff, 0x02db3abe, 0x34382dd2, 0xd439e99f, 0x0ae21144, 0xf7b64b04, 0x40c481df, 0xc126dfee, 0xc3da6160,
  0xc210ccd5, 0x0822d674, 0x22fd20e0, 0x9a292305, 0x35c6e3d5, 0x1515ba1e, 0xc4c01aba, 0xfd27beac, 0x1dfc171d,
  0x9916f70c, 0xf9f8d9da, 0x0d3bb8e5, 0xacf327da, 0xd0ea3430, 0x1620a90a, 0xfe1d2bef, 0xf8673f3b, 0xf151f53c,
  0x38cdc555, 0xb328f326, 0xe3d9dc1d, 0xd42cb63e, 0x2b03021e, 0xda110f3c, 0xc3810031, 0x0ae0d95b, 0xaccd0ab6,
  0xbc30f103, 0x27de4204, 0xe4d17fc1, 0x08c90e10, 0x07efbfb6, 0x00bdb922, 0x2c2067b9, 0x1fb4fb0e, 0xf9294dd6,
  0x25e227f6, 0x43550c3c, 0xe101d3f3, 0xba31ca22, 0xeebcfdfb, 0x1fb4105b, 0x1dd316e8, 0xe112e7df, 0x1420f7f6,
  0x3160bd0f, 0x060e7fc1, 0x39a14ce7, 0x2fdd02f8, 0xe0270532, 0xf6c91402, 0x1fc916f3, 0x0af7c2fc, 0xa5fc13b7,
  0x29eb0d34, 0x0e2dafab, 0x10eeedfb, 0x3df430c6, 0x0309cd11, 0xb1e6ebc4, 0x06c12bdd, 0xa8abb113, 0xdb12ff10,
};

static const model_channel_t model_1_conv_2d_channels[] = {
  {1187828691, 16878, -8}, {1789981555, -20826, -7}, {1287972197, -55892, -8}, {2116618088, -114621, -9},
  {1657219684, 41384, -8}, {1277002004, -78583, -8}, {1208560022, -38108, -8}, {1633413852, -23528, -7},
};

static const model_conv_t model_1_conv_2d_settings = {
  /* weights */ model_1_conv_2d_weights, /* channels */ model_1_conv_2d_channels, /* input_height */ 6,
  /* input_width */ 4, /* input_channels */ 8, /* column */ 24, /* step */ 24, /* words */ 18,
  /* output_height */ 3, /* output_width */ 2, /* output_channels */ 8, /* rows */ 6, /* columns */ 4,
  /* kernel_width */ 3, /* stride_width */ 1, /* pad_left */ 1, /* kernel_height */ 3, /* stride_height */ 1,
  /* pad_top */ 1, /* stretch */ 2, /* pool_height */ 2, /* pool_width */ 2, /* input_zero */ -128,
  /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_1_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_1_conv_2d_settings, input, output, model_memory + 0);
}

static const uint32_t model_2_conv_2d_weights[] = {
  0x06e2a626, 0x7942d6d4, 0x12e5ef19, 0xba7f3537, 0xfe7fede1, 0x00f9a1a5, 0xe6d0d515, 0x9f36191b, 0xe868eacd,
  0x4f37bfaf, 0xcbf0d5e4, 0x373c3938, 0xfcfffec5, 0xfa166c09, 0x50e61a0e, 0xf7089e49, 0xcc2e1de7, 0xfbb9fb30,
  0x4a1ac1d0, 0xe432f0d2, 0xaff939e8, 0x200bc9f0, 0x2f1c0f3f, 0x37c738c5, 0x25c8bce3, 0xf4e90dde, 0x1ac50f24,
  0x3ce23e00, 0x247fdfbc, 0x34907f25, 0xf1ead0df, 0xf4dafd85, 0x00312206, 0xd4c5ef6c, 0xe321be1e, 0x4e164ce7,
  0x10e2dc59, 0x02bebc3d, 0x2ff33bb1, 0xcabcf6dd, 0xe015f949, 0x74d3e7d4, 0x67d81bdb, 0x1a112373, 0xdb0f1d22,
  0x582115fe, 0x02b6bf1f, 0x9e1c4a3a,
};

static const model_channel_t model_2_conv_2d_channels[] = {
  {1487563354, -9944, -7}, {1132572415, 33148, -7}, {1627135413, 1072, -7}, {1191079661, 28802, -7},
};

static const model_conv_t model_2_conv_2d_settings = {
  /* weights */ model_2_conv_2d_weights, /* channels */ model_2_conv_2d_channels, /* input_height */ 3,
  /* input_width */ 2, /* input_channels */ 8, /* column */ 24, /* step */ 24, /* words */ 12,
  /* output_height */ 1, /* output_width */ 1, /* output_channels */ 4, /* rows */ 2, /* columns */ 2,
  /* kernel_width */ 2, /* stride_width */ 1, /* pad_left */ 0, /* kernel_height */ 3, /* stride_height */ 1,
  /* pad_top */ 1, /* stretch */ 1, /* pool_height */ 2, /* pool_width */ 2, /* input_zero */ -128,
  /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_2_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_2_conv_2d_settings, input, output, model_memory + 0);
}

static const model_mean_t model_3_mean_settings = {
  /* channel */ {1073741824, 128, 1}, /* outer */ 4, /* reduced */ 1, /* inner */ 1, /* output_zero */ -128,
};

/* MEAN */
static MODEL_APART void model_3_mean(const int8_t *input, int8_t *output)
{
  model_mean(&model_3_mean_settings, input, output);
}

static const uint32_t model_4_fully_connected_weights[] = {
  0x3ce67f70, 0x7f441006,
};

static const model_channel_t model_4_fully_connected_channels[] = {
  {1262923933, 34405, -7}, {1395516973, 28264, -7},
};

static const model_conv_t model_4_fully_connected_settings = {
  /* weights */ model_4_fully_connected_weights, /* channels */ model_4_fully_connected_channels,
  /* input_height */ 1, /* input_width */ 4, /* input_channels */ 1, /* column */ 1, /* step */ 4, /* words */ 1,
  /* output_height */ 1, /* output_width */ 1, /* output_channels */ 2, /* rows */ 1, /* columns */ 1,
  /* kernel_width */ 4, /* stride_width */ 4, /* pad_left */ 0, /* kernel_height */ 1, /* stride_height */ 1,
  /* pad_top */ 0, /* stretch */ 1, /* pool_height */ 1, /* pool_width */ 1, /* input_zero */ -128,
  /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_4_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_4_fully_connected_settings, input, output, model_memory + 0);
}

static const model_softmax_t model_5_softmax_settings = {
  /* multiplier */ 1702722944, /* lowest_difference */ -256, /* rows */ 1, /* classes */ 2, /* shift */ 22,
};

/* SOFTMAX */
static MODEL_APART void model_5_softmax(const int8_t *input, int8_t *output)
{
  model_softmax(&model_5_softmax_settings, input, output);
}

void model_invoke(const int8_t *input, int8_t *output)
{
  model_0_conv_2d(input, (int8_t *)(model_memory + 88));
  model_1_conv_2d((int8_t *)(model_memory + 88), (int8_t *)(model_memory + 88));
  model_2_conv_2d((int8_t *)(model_memory + 88), (int8_t *)(model_memory + 88));
  model_3_mean((int8_t *)(model_memory + 88), (int8_t *)(model_memory + 4));
  model_4_fully_connected((int8_t *)(model_memory + 4), (int8_t *)(model_memory + 4));
  model_5_softmax((int8_t *)(model_memory + 4), output);
}
