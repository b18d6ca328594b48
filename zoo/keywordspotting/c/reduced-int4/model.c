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

#if defined(MODEL_DSP)
typedef struct {
  uint32_t word;
} __attribute__((packed, may_alias)) model_four_t;

static inline void model_depthwise_taps(const int8_t *input, const int8_t *weights, int32_t zero, int32_t *sums)
{
  uint32_t x = ((const model_four_t *)input)->word, w = ((const model_four_t *)weights)->word, x_even, w_even;
  __asm__("sxtb16 %[x_even], %[x]\n\t"
          "sxtb16 %[w_even], %[w]\n\t"
          "ssub16 %[x_even], %[x_even], %[zero]\n\t"
          "sxtb16 %[x], %[x], ror #8\n\t"
          "sxtb16 %[w], %[w], ror #8\n\t"
          "ssub16 %[x], %[x], %[zero]\n\t"
          "smlabb %[s0], %[x_even], %[w_even], %[s0]\n\t"
          "smlabb %[s1], %[x], %[w], %[s1]\n\t"
          "smlatt %[s2], %[x_even], %[w_even], %[s2]\n\t"
          "smlatt %[s3], %[x], %[w], %[s3]"
          : [x] "+&r"(x), [w] "+&r"(w), [x_even] "=&r"(x_even), [w_even] "=&r"(w_even), [s0] "+&r"(sums[0]),
            [s1] "+&r"(sums[1]), [s2] "+&r"(sums[2]), [s3] "+&r"(sums[3])
          : [zero] "r"(zero));
}
#else
static inline void model_depthwise_taps(const int8_t *input, const int8_t *weights, int32_t zero, int32_t *sums)
{
  for (int8_t i = 0; i < 4; ++i) {
    sums[i] += (int32_t)(input[i] - (int16_t)zero) * weights[i];
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
        model_depthwise_taps(x, w, zero, sums);
      }
    }
  }
  for (int8_t i = 0; i < 4; ++i) {
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
        for (int8_t i = 0; i < 4; ++i) {
          *output++ = model_clamp(model_requantize(best[i], l->channels + c + i) + l->output_zero, l->lowest, l->highest);
        }
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

static int32_t model_memory[277];

static const uint32_t model_0_conv_2d_weights[] = {
  0x4ba1b8bb, 0xb1888a8c, 0x885a3bba, 0xe875f818, 0x96883f99, 0x889755a4, 0x757a897a, 0x88888885, 0xc19681b9,
  0xb98893a1, 0x887ca9aa, 0x5f312856, 0x8888b86f, 0x88bb6959, 0x487b4d86, 0x88888889, 0x1f695a91, 0x6588994e,
  0x887c8898, 0x75b8c7d4, 0x9888a886, 0x88574897, 0x7b887989, 0x88888889, 0x395ba93d, 0xae888a7a, 0x8835a59d,
  0x98aa7b88, 0xfb88e664, 0x88a856a6, 0x697a738a, 0x8888886b,
};

static const model_channel_t model_0_conv_2d_channels[] = {
  {1534616065, -167, -3}, {1656330015, 115, -3}, {1550812643, 103, -4}, {1939854387, -500, -4},
  {1326101618, 357, -3}, {1834119936, -518, -4}, {1468918343, 1093, -4}, {1510436435, -267, -3},
};

static const model_conv_t model_0_conv_2d_settings = {
  /* weights */ model_0_conv_2d_weights, /* channels */ model_0_conv_2d_channels, /* input_height */ 24,
  /* input_width */ 16, /* input_channels */ 1, /* column */ 6, /* step */ 6, /* words */ 8,
  /* output_height */ 12, /* output_width */ 8, /* output_channels */ 8, /* rows */ 24, /* columns */ 16,
  /* kernel_width */ 5, /* stride_width */ 1, /* pad_left */ 2, /* kernel_height */ 5, /* stride_height */ 1,
  /* pad_top */ 2, /* bits */ 4, /* room */ 16, /* stretch */ 4, /* pool_height */ 2, /* pool_width */ 2,
  /* input_zero */ -63, /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_0_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_0_conv_2d_settings, input, output, model_memory + 192);
}

static const int8_t model_1_depthwise_conv_2d_weights[] = {
  7, -4, 3, 6, 4, 0, 5, 4, -2, -2, -3, 2, 2, 1, 3, -1, 3, 3, 0, -3, 3, 7, -1, 3, -1, 3, 1, -1, -4, -4, -4, -1, 4,
  -1, -2, -7, -5, -1, -6, 0, 2, 3, 7, 4, 4, 7, -4, 7, -3, -3, 3, 7, 0, -2, 4, 2, 5, 7, 4, -2, 0, -1, -7, 0, 1, 1,
  -2, 1, 0, -2, 2, -1, 0, -2, -1, 0, 1, -1, -1, -4, 2, -1, 4, 6, 2, -1, -5, 4, -2, -5, -2, 6, -7, 0, 1, -3, 2,
  -3, 3, 3, 2, -3, -1, -5, 2, -1, -2, 3, 2, 3, -3, 1, 0, 3, -3, 4, -2, 4, 1, 0, -3, -2, -2, -1, 7, -1, -2, -6,
  -1, -7, -1, 4, -5, 3, -1, 0, -2, -3, -4, 1, 5, 2, -3, 2, 1, 3, -1, 0, 4, 6, 4, -2, 0, 4, 3, -5, 4, 0, 7, 0, -7,
  2, -7, -2, 3, 6, -5, 2, 2, -4, -1, -1, 1, -2, 2, 1, 2, 0, -3, -6, 1, -1, 7, 3, 1, 0, 1, 4, 1, 0, 0, 0, -2, 4,
  2, 1, 2, -2, -1, 1,
};

static const model_channel_t model_1_depthwise_conv_2d_channels[] = {
  {1251399459, -138, -3}, {1194731728, 246, -4}, {1998129551, 65, -4}, {1319929291, -490, -4},
  {2091912379, -412, -5}, {1107784769, -259, -3}, {1584308565, 82, -4}, {1868771637, -88, -4},
};

static const model_depthwise_fours_t model_1_depthwise_conv_2d_settings = {
  /* weights */ model_1_depthwise_conv_2d_weights, /* channels */ model_1_depthwise_conv_2d_channels,
  /* input_height */ 12, /* input_width */ 8, /* input_channels */ 8, /* output_height */ 6,
  /* output_width */ 4, /* rows */ 6, /* columns */ 4, /* kernel_height */ 5, /* kernel_width */ 5,
  /* stride_height */ 2, /* stride_width */ 2, /* pad_top */ 1, /* pad_left */ 1, /* pool_height */ 1,
  /* pool_width */ 1, /* input_zero */ -128, /* output_zero */ -6, /* lowest */ -128, /* highest */ 127,
};

/* DEPTHWISE_CONV_2D */
static MODEL_APART void model_1_depthwise_conv_2d(const int8_t *input, int8_t *output)
{
  model_depthwise_fours(&model_1_depthwise_conv_2d_settings, input, output);
}

static const uint32_t model_2_conv_2d_weights[] = {
  0x8af9d17e, 0xa67a46a9, 0x585b8738, 0x1757a431, 0xe8684eb9, 0x8331d7b5, 0x1496be71, 0x8482dd46, 0x68fc9273,
  0x38aece37, 0xc835efc3, 0x375945db,
};

static const model_channel_t model_2_conv_2d_channels[] = {
  {1743797026, 30, -2}, {2078749673, 0, -2}, {1161240890, -122, -1}, {2011010649, -194, -2},
  {1425113638, -76, -2}, {1154032807, -70, -2}, {1629106099, -137, -2}, {1651687072, 5, -2},
  {1172493483, 31, -2}, {1607733821, -65, -2}, {1275408680, -91, -2}, {2101911909, 5, -3},
};

static const model_conv_t model_2_conv_2d_settings = {
  /* weights */ model_2_conv_2d_weights, /* channels */ model_2_conv_2d_channels, /* input_height */ 6,
  /* input_width */ 32, /* input_channels */ 1, /* column */ 1, /* step */ 8, /* words */ 2,
  /* output_height */ 3, /* output_width */ 2, /* output_channels */ 12, /* rows */ 6, /* columns */ 4,
  /* kernel_width */ 8, /* stride_width */ 8, /* pad_left */ 0, /* kernel_height */ 1, /* stride_height */ 1,
  /* pad_top */ 0, /* bits */ 4, /* room */ 4, /* stretch */ 2, /* pool_height */ 2, /* pool_width */ 2,
  /* input_zero */ -6, /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_2_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_2_conv_2d_settings, input, output, model_memory + 0);
}

static const uint32_t model_3_conv_2d_weights[] = {
  0x537ba569, 0xd8785a64, 0xa6c49577, 0x2362f738, 0xcd9876c8, 0x6cfd7a3b, 0x97a6bc46, 0x4a897699, 0xb77da8a6,
  0x997a9595, 0x599a89bf, 0xb667c885, 0x888b4d96, 0xa78a5dba, 0x69589eca, 0x77686a51, 0xc689b753, 0x69b865dc,
  0x39b6cd86, 0xbb7b86e9, 0xbae8c648, 0x59857882, 0xc89693e9, 0xd61c55a8, 0x277ca957, 0xba9729c7, 0xe6d56b9a,
  0x99bba4b6, 0x788a796a, 0x794778b9, 0x5928279b, 0xa7a9966c, 0x48891bb7, 0x9996d935, 0xe8ba95c8, 0xc7e67686,
  0x7b668998, 0xab887c98, 0x75879676, 0x6ffd74a8, 0x5a477f87, 0x86755b79, 0xdadc467c, 0x9456ca85, 0x8988c769,
  0x5996a587, 0xaa878898, 0xa7565ba7, 0x878787ba, 0xaa854484, 0x87a7aa95, 0x76568b96, 0x7967888a, 0x98a96973,
  0x79289b99, 0x796977aa, 0xa9967787, 0x5be76888, 0x6ca2ef89, 0x4687f6c9, 0x3f8e773a, 0x58c49c5a, 0x5b975f46,
  0x6a27bb79, 0x69ba9da6, 0x78d89858, 0x76a685ab, 0x6a864a74, 0x4ba88796, 0x66598867, 0x48559ac8, 0x57a79a55,
};

static const model_channel_t model_3_conv_2d_channels[] = {
  {1088923099, 821, -3}, {1364647403, 1517, -3}, {1458372853, -128, -3}, {2146180031, 4204, -4},
  {1324520912, -972, -3}, {1432749350, 3, -3}, {2078189080, 2823, -4}, {1861721811, -3108, -4},
};

static const model_conv_t model_3_conv_2d_settings = {
  /* weights */ model_3_conv_2d_weights, /* channels */ model_3_conv_2d_channels, /* input_height */ 3,
  /* input_width */ 2, /* input_channels */ 12, /* column */ 36, /* step */ 72, /* words */ 18,
  /* output_height */ 1, /* output_width */ 1, /* output_channels */ 8, /* rows */ 2, /* columns */ 1,
  /* kernel_width */ 2, /* stride_width */ 2, /* pad_left */ 0, /* kernel_height */ 3, /* stride_height */ 2,
  /* pad_top */ 1, /* bits */ 4, /* room */ 36, /* stretch */ 1, /* pool_height */ 2, /* pool_width */ 1,
  /* input_zero */ -128, /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_3_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_3_conv_2d_settings, input, output, model_memory + 0);
}

static const model_mean_t model_4_mean_settings = {
  /* channel */ {1121204905, 128, 1}, /* outer */ 8, /* reduced */ 1, /* inner */ 1, /* output_zero */ -128,
};

/* MEAN */
static MODEL_APART void model_4_mean(const int8_t *input, int8_t *output)
{
  model_mean(&model_4_mean_settings, input, output);
}

static const uint32_t model_5_fully_connected_weights[] = {
  0x84268749, 0x76dbadff, 0xfaebcf7e, 0x85443342, 0xeceaec9d, 0x98573628, 0x5516a424, 0x8cfdda66, 0x45468539,
  0x9ce399ff, 0x5467847a, 0xa63b8af6, 0xb6f8f4d6, 0x54764514, 0x695a5d4b, 0xd6d3e673,
};

static const model_channel_t model_5_fully_connected_channels[] = {
  {1599804699, 863, -3}, {1599804699, 473, -3}, {1599804699, 84, -3}, {1599804699, 446, -3},
  {1599804699, 1543, -3}, {1599804699, 843, -3}, {1599804699, -292, -3}, {1599804699, -389, -3},
  {1599804699, -5, -3}, {1599804699, 343, -3}, {1599804699, -809, -3}, {1599804699, -395, -3},
  {1599804699, -2688, -3}, {1599804699, 934, -3}, {1599804699, -280, -3}, {1599804699, 566, -3},
};

static const model_conv_t model_5_fully_connected_settings = {
  /* weights */ model_5_fully_connected_weights, /* channels */ model_5_fully_connected_channels,
  /* input_height */ 1, /* input_width */ 8, /* input_channels */ 1, /* column */ 1, /* step */ 8, /* words */ 2,
  /* output_height */ 1, /* output_width */ 1, /* output_channels */ 16, /* rows */ 1, /* columns */ 1,
  /* kernel_width */ 8, /* stride_width */ 8, /* pad_left */ 0, /* kernel_height */ 1, /* stride_height */ 1,
  /* pad_top */ 0, /* bits */ 4, /* room */ 4, /* stretch */ 1, /* pool_height */ 1, /* pool_width */ 1,
  /* input_zero */ -128, /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_5_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_5_fully_connected_settings, input, output, model_memory + 0);
}

static const uint32_t model_6_fully_connected_weights[] = {
  0xe83de66c, 0x3bd73c86, 0x6c6e784b, 0x1bb4d28a,
};

static const model_channel_t model_6_fully_connected_channels[] = {
  {1758015346, 2398, -5}, {1758015346, -990, -5},
};

static const model_conv_t model_6_fully_connected_settings = {
  /* weights */ model_6_fully_connected_weights, /* channels */ model_6_fully_connected_channels,
  /* input_height */ 1, /* input_width */ 16, /* input_channels */ 1, /* column */ 1, /* step */ 16,
  /* words */ 4, /* output_height */ 1, /* output_width */ 1, /* output_channels */ 2, /* rows */ 1,
  /* columns */ 1, /* kernel_width */ 16, /* stride_width */ 16, /* pad_left */ 0, /* kernel_height */ 1,
  /* stride_height */ 1, /* pad_top */ 0, /* bits */ 4, /* room */ 8, /* stretch */ 1, /* pool_height */ 1,
  /* pool_width */ 1, /* input_zero */ -128, /* output_zero */ -7, /* lowest */ -128, /* highest */ 127,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_6_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_6_fully_connected_settings, input, output, model_memory + 0);
}

static const model_softmax_t model_7_softmax_settings = {
  /* multiplier */ 1397341056, /* lowest_difference */ -124, /* rows */ 1, /* classes */ 2, /* shift */ 24,
};

/* SOFTMAX */
static MODEL_APART void model_7_softmax(const int8_t *input, int8_t *output)
{
  model_softmax(&model_7_softmax_settings, input, output);
}

void model_invoke(const int8_t *input, int8_t *output)
{
  model_0_conv_2d(input, (int8_t *)(model_memory + 0));
  model_1_depthwise_conv_2d((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 192));
  model_2_conv_2d((int8_t *)(model_memory + 192), (int8_t *)(model_memory + 192));
  model_3_conv_2d((int8_t *)(model_memory + 192), (int8_t *)(model_memory + 192));
  model_4_mean((int8_t *)(model_memory + 192), (int8_t *)(model_memory + 28));
  model_5_fully_connected((int8_t *)(model_memory + 28), (int8_t *)(model_memory + 24));
  model_6_fully_connected((int8_t *)(model_memory + 24), (int8_t *)(model_memory + 24));
  model_7_softmax((int8_t *)(model_memory + 24), output);
}
