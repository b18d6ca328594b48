#include "model.h"

#define MODEL_PACKED 0
#define MODEL_ALWAYS_POOLED 1
#define MODEL_ONE_ROW 1

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

static MODEL_APART int32_t model_depthwise_sum(const model_depthwise_t *l, const int8_t *input, const int8_t *weights,
                                         int32_t top, int32_t left)
{
  int32_t sum = 0;
  for (int32_t y = top; y < top + l->kernel_height; ++y) {
    for (int32_t x = left; x < left + l->kernel_width; ++x, weights += l->output_channels) {
      if (y >= 0 && y < l->input_height && x >= 0 && x < l->input_width) {
        sum += (int32_t)(input[(y * l->input_width + x) * l->input_channels] - l->input_zero) * *weights;
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
            const int32_t sum =
                model_depthwise_sum(l, input + c / l->multiplier, l->weights + c, row * l->stride_height - l->pad_top,
                                 column * l->stride_width - l->pad_left);
            best = sum > best ? sum : best;
          }
        }
        *output++ = model_clamp(model_requantize(best, l->channels + c) + l->output_zero, l->lowest, l->highest);
      }
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

static int32_t model_memory[384];

static const int8_t model_0_depthwise_conv_2d_weights[] = {
  76, -4, -1, 87, -127, 127, 103, -63, 63, 42, -94, 14, 127, -14, 4,
};

static const model_channel_t model_0_depthwise_conv_2d_channels[] = {
  {1177298199, -5241}, {1369545742, 71}, {1503470642, -4441},
};

static const model_depthwise_t model_0_depthwise_conv_2d_settings = {
  /* weights */ model_0_depthwise_conv_2d_weights, /* channels */ model_0_depthwise_conv_2d_channels,
  /* input_height */ 192, /* input_width */ 1, /* input_channels */ 3, /* output_height */ 192,
  /* output_width */ 1, /* output_channels */ 3, /* rows */ 192, /* columns */ 1, /* kernel_height */ 5,
  /* kernel_width */ 1, /* stride_height */ 1, /* stride_width */ 1, /* pad_top */ 2, /* pad_left */ 0,
  /* pool_height */ 1, /* pool_width */ 1, /* multiplier */ 1, /* input_zero */ -41, /* output_zero */ -18,
  /* lowest */ -128, /* highest */ 127,
};

/* DEPTHWISE_CONV_2D */
static MODEL_APART void model_0_depthwise_conv_2d(const int8_t *input, int8_t *output)
{
  model_depthwise(&model_0_depthwise_conv_2d_settings, input, output);
}

static const uint32_t model_1_conv_2d_weights[] = {
  0x00923c7f, 0x00dc7f16, 0x00819452, 0x00db367f, 0x003c467f, 0x00337f89, 0x00aaff7f, 0x00827f0f,
};

static const model_channel_t model_1_conv_2d_channels[] = {
  {1734635171, 85511}, {1629059662, 67238}, {1236464175, -65498}, {1189127116, 112518}, {1649339794, 153542},
  {1885153475, 42182}, {1185514521, 35558}, {1227874698, 25734},
};

static const model_conv_t model_1_conv_2d_settings = {
  /* weights */ model_1_conv_2d_weights, /* channels */ model_1_conv_2d_channels, /* input_height */ 1,
  /* input_width */ 192, /* input_channels */ 3, /* column */ 4, /* step */ 4, /* words */ 1,
  /* output_height */ 1, /* output_width */ 96, /* output_channels */ 8, /* rows */ 1, /* columns */ 192,
  /* kernel_width */ 1, /* stride_width */ 1, /* pad_left */ 0, /* kernel_height */ 1, /* stride_height */ 1,
  /* pad_top */ 0, /* stretch */ 4, /* pool_height */ 1, /* pool_width */ 2, /* input_zero */ -18,
  /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_1_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_1_conv_2d_settings, input, output, model_memory + 336);
}

static const uint32_t model_2_conv_2d_weights[] = {
  0x24d9bd39, 0x2b5b2f0a, 0xf46be214, 0x34f7be66, 0x2bca1ecb, 0x31e8f11d, 0x27f353c8, 0xcc44dd30, 0xfbbfe7d3,
  0x3a2a06e6, 0x380eebe1, 0x01a32726, 0x456ecd2e, 0x2bf721ed, 0x263e3d10, 0xe05839d1, 0xd3dec7f2, 0xd9b7b619,
  0xe0ca9c3b, 0x25fab4f6, 0xd71fc024, 0xb1c981ef, 0xa87ffc13, 0xf65e16c1, 0xef39ec0e, 0xec0ff6fc, 0x00fa130c,
  0xe2661aed, 0xb7ec13cd, 0x02f626ff, 0xdeecb581, 0xd9896708, 0x30b8032c, 0x4f52fef2, 0x8fa0e3fb, 0x18222d19,
  0xf604db37, 0xe306d08b, 0x2993ce09, 0x9b0e03bb, 0xb62e37ea, 0xef0281eb, 0xedd911dc, 0x210ec8b0, 0xc4089d0c,
  0x9a33a54d, 0xf0dacafd, 0x3823ab01, 0xa7c1f507, 0x455209fa, 0xebe833ed, 0xe4b43c5a, 0xd3a4acf6, 0x12982bdd,
  0xc13612cf, 0x01dce4f7, 0xf9dc54e6, 0x16cfa5f9, 0xc581f6a5, 0xb79cb4f1, 0x03f1e33b, 0xb2abeb85, 0x26d3bd1f,
  0x42b7081b, 0xfbf1f500, 0xb1bc4bea, 0x1b99af3e, 0xe0949eee, 0xb1f530fb, 0xe6dcedac, 0x07c608a6, 0xc9b82090,
  0xbe983a01, 0xac23c581, 0x5c6be1f9, 0x1ba9d817, 0xa8ddc4db, 0x2b240923, 0x3cf304c5, 0x9fadec40, 0x272754f7,
  0x89a5d1ba, 0x3dfd34a7, 0xcb061a9e, 0x98d1ef81, 0xbd022b03, 0xa6e0f2cf, 0x0c1a418e, 0x32d921e4, 0x1b4618e9,
  0xc228cb20, 0x38f456e7, 0xcee615c5, 0x14c01713, 0x19130a23, 0xdcc2aee7, 0xee3239a9, 0xc3bfa711, 0xf433b41a,
  0x1b3200ca, 0x323c59b2, 0xd2f9ccd5, 0x0e56b0aa, 0xf3c30ad0, 0x2c8fe9ff, 0xf5b3d838, 0x3643f406, 0x9cdec6d4,
  0xd2e833f8, 0x81f9a4a6, 0x85e63610, 0xf4e707b6, 0xf3da818d, 0xf24d088f, 0xc76de817, 0xa0f10ef7, 0xc10abf04,
  0x2d2192d2, 0x2df81af6, 0x2b20ba0b, 0x10d3060d, 0xc8bd31e6, 0xfd01f308, 0xc6fc321e, 0xf9aaa103, 0x19d2260a,
  0x98f4e8c7, 0xddabba81, 0x4f353108, 0xbf2fc72b, 0x17d148e1, 0x9eec918b, 0xfbe0e10c, 0xab11d32f, 0x2f3212f3,
  0x303aca48, 0x2cb6fd1c, 0x01b6ac21, 0xa626faff, 0xfc180801, 0xe2ab53cf, 0x0ae9081e, 0xe518c806, 0xd8f4a4ca,
  0x00d412b5, 0x12e85d0f, 0xf9eb1ccf, 0xf8153dd8, 0x5d48a1e3, 0x44bb5850, 0x4ae6bd4a, 0x56f6ff33, 0xb02ed4a3,
  0x2237d158, 0xa5d5aa1a, 0xce1c29bf, 0xd2ab38ab, 0xcc14dbdb, 0xd102d93f, 0x0faf080c, 0x130c63c7, 0xb3dadad8,
  0x9c1cc006, 0xcf31d781, 0x81a24000, 0xcf9e8fce, 0xb829cbdb, 0xdf20d708,
};

static const model_channel_t model_2_conv_2d_channels[] = {
  {2092185305, 489704}, {2091279581, 459656}, {1639548444, -5343127}, {1139215290, -1132472},
  {2052427363, -2420087}, {1222972428, -8098519}, {1341792510, -2169880}, {1689865770, -4552791},
  {1908084231, -1907928}, {1168013418, -3695704}, {1099845087, -3972152}, {2123380017, -1976951},
};

static const model_conv_t model_2_conv_2d_settings = {
  /* weights */ model_2_conv_2d_weights, /* channels */ model_2_conv_2d_channels, /* input_height */ 1,
  /* input_width */ 768, /* input_channels */ 1, /* column */ 1, /* step */ 8, /* words */ 14,
  /* output_height */ 1, /* output_width */ 12, /* output_channels */ 12, /* rows */ 1, /* columns */ 96,
  /* kernel_width */ 56, /* stride_width */ 8, /* pad_left */ 24, /* kernel_height */ 1, /* stride_height */ 1,
  /* pad_top */ 0, /* stretch */ 1, /* pool_height */ 1, /* pool_width */ 8, /* input_zero */ -128,
  /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D, MAX_POOL_2D, MAX_POOL_2D */
static MODEL_APART void model_2_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_2_conv_2d_settings, input, output, model_memory + 192);
}

static const int8_t model_3_depthwise_conv_2d_weights[] = {
  9, 29, -34, 3, 116, 67, 64, 127, -87, 25, -45, 84, -68, -127, -10, -42, -56, 7, 95, -96, -40, -14, 118, 75,
  -127, -87, 127, -127, 127, 127, 127, -6, -127, -127, 127, 127,
};

static const model_channel_t model_3_depthwise_conv_2d_channels[] = {
  {1752795876, 231336}, {1923127070, 259880}, {1274004671, -44763}, {1908388498, 185223}, {1448735460, -50651},
  {1759032553, -74362}, {2075068885, -120890}, {1514176915, -1147}, {1258708743, 169926}, {1405104856, 51429},
  {1604174266, -143578}, {1815945981, -200377},
};

static const model_depthwise_fours_t model_3_depthwise_conv_2d_settings = {
  /* weights */ model_3_depthwise_conv_2d_weights, /* channels */ model_3_depthwise_conv_2d_channels,
  /* input_height */ 12, /* input_width */ 1, /* input_channels */ 12, /* output_height */ 12,
  /* output_width */ 1, /* rows */ 12, /* columns */ 1, /* kernel_height */ 3, /* kernel_width */ 1,
  /* stride_height */ 1, /* stride_width */ 1, /* pad_top */ 1, /* pad_left */ 0, /* pool_height */ 1,
  /* pool_width */ 1, /* input_zero */ -128, /* output_zero */ -3, /* lowest */ -128, /* highest */ 127,
};

/* DEPTHWISE_CONV_2D */
static MODEL_APART void model_3_depthwise_conv_2d(const int8_t *input, int8_t *output)
{
  model_depthwise_fours(&model_3_depthwise_conv_2d_settings, input, output);
}

static const uint32_t model_4_conv_2d_weights[] = {
  0xd794af78, 0x2c8d15a2, 0xcfdb5fed, 0x7fde08f9, 0xda81cb92, 0x26f01231, 0xeb47f25f, 0x48b80ec4, 0x9e19c708,
  0x3c2e7d10, 0x7fb9a2c4, 0xe89e087f, 0xf02f3a20, 0xb42fd3b2, 0xeb7a81ff, 0xb0faca7f, 0xabb04c34, 0xb6243e20,
};

static const model_channel_t model_4_conv_2d_channels[] = {
  {1443584079, -26234}, {1084608404, 21286}, {1140575669, 3878}, {1242179550, 78023}, {1559590930, 82055},
  {1165566401, 5510},
};

static const model_conv_t model_4_conv_2d_settings = {
  /* weights */ model_4_conv_2d_weights, /* channels */ model_4_conv_2d_channels, /* input_height */ 1,
  /* input_width */ 144, /* input_channels */ 1, /* column */ 1, /* step */ 12, /* words */ 3,
  /* output_height */ 1, /* output_width */ 6, /* output_channels */ 6, /* rows */ 1, /* columns */ 12,
  /* kernel_width */ 12, /* stride_width */ 12, /* pad_left */ 0, /* kernel_height */ 1, /* stride_height */ 1,
  /* pad_top */ 0, /* stretch */ 4, /* pool_height */ 1, /* pool_width */ 2, /* input_zero */ -3,
  /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_4_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_4_conv_2d_settings, input, output, model_memory + 0);
}

static const model_mean_t model_5_mean_settings = {
  /* channel */ {1112171621, 24577}, /* outer */ 1, /* reduced */ 6, /* inner */ 6, /* output_zero */ -128,
};

/* MEAN */
static MODEL_APART void model_5_mean(const int8_t *input, int8_t *output)
{
  model_mean(&model_5_mean_settings, input, output);
}

static const uint32_t model_6_fully_connected_weights[] = {
  0x161c5168, 0xe35e5dab, 0x00b00081, 0x007f008a, 0x7fc4e1cd, 0x00000000, 0x00e50048, 0x00000000,
};

static const model_channel_t model_6_fully_connected_channels[] = {
  {1415953169, 87079}, {1244507445, 301159}, {1084951855, 182375},
};

static const model_conv_t model_6_fully_connected_settings = {
  /* weights */ model_6_fully_connected_weights, /* channels */ model_6_fully_connected_channels,
  /* input_height */ 1, /* input_width */ 6, /* input_channels */ 1, /* column */ 1, /* step */ 6, /* words */ 2,
  /* output_height */ 1, /* output_width */ 1, /* output_channels */ 3, /* rows */ 1, /* columns */ 1,
  /* kernel_width */ 6, /* stride_width */ 6, /* pad_left */ 0, /* kernel_height */ 1, /* stride_height */ 1,
  /* pad_top */ 0, /* stretch */ 1, /* pool_height */ 1, /* pool_width */ 1, /* input_zero */ -128,
  /* output_zero */ -52, /* lowest */ -128, /* highest */ 127,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_6_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_6_fully_connected_settings, input, output, model_memory + 0);
}

static const model_softmax_t model_7_softmax_settings = {
  /* multiplier */ 1269541760, /* lowest_difference */ -256, /* rows */ 1, /* classes */ 3, /* shift */ 22,
};

/* SOFTMAX */
static MODEL_APART void model_7_softmax(const int8_t *input, int8_t *output)
{
  model_softmax(&model_7_softmax_settings, input, output);
}

void model_invoke(const int8_t *input, int8_t *output)
{
  model_0_depthwise_conv_2d(input, (int8_t *)(model_memory + 192));
  model_1_conv_2d((int8_t *)(model_memory + 192), (int8_t *)(model_memory + 0));
  model_2_conv_2d((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 0));
  model_3_depthwise_conv_2d((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 72));
  model_4_conv_2d((int8_t *)(model_memory + 72), (int8_t *)(model_memory + 72));
  model_5_mean((int8_t *)(model_memory + 72), (int8_t *)(model_memory + 8));
  model_6_fully_connected((int8_t *)(model_memory + 8), (int8_t *)(model_memory + 8));
  model_7_softmax((int8_t *)(model_memory + 8), output);
}
