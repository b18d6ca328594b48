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

static int32_t model_memory[261];

static const uint32_t model_0_conv_2d_weights[] = {
  0x3d88fa30, 0xb0293337, 0x81001f46, 0x3600fd05, 0x0028301f, 0x00d2a830, 0xfed30706, 0x77ef7f86, 0xe1007e0c,
  0x15009c0f, 0x00f8caae, 0x001dce21, 0xc5210c28, 0xeaf309e5, 0x000000c6, 0x0000000b, 0x81dda20a, 0x52160341,
  0x0b00bc99, 0x35000b25, 0x003a0f17, 0x00e62b2f, 0x6aa105e5, 0xc4a681c8, 0xff00017b, 0x0a0039db, 0x00250509,
  0x0039e2ce, 0xfa3046ec, 0xafeaaf03, 0x0000000d, 0x0000000d, 0x7a121b81, 0x81e2cd0f, 0xd0001664, 0xe6001db1,
  0x00430309, 0x00f2fd0f, 0xc302f3bb, 0xe837545c, 0x0000ffdd, 0x16002006, 0x00e6fcf6, 0x00d1be1a, 0x330b100e,
  0xe3faf002, 0x00000017, 0x000000fd, 0x1c4b167c, 0xa0ca2aa8, 0x7f002136, 0x2900f6e8, 0x00c1b66d, 0x00a72a10,
  0xfd2645f9, 0x121ef6fc, 0x3e00cea1, 0x7f0074e5, 0x0000d6e0, 0x001ccc26, 0x192f953d, 0xdbf2e507, 0x00000042,
  0x000000d4,
};

static const model_channel_t model_0_conv_2d_channels[] = {
  {1401784564, -3599, -7}, {1508856340, 4130, -7}, {1869368228, 761, -8}, {1713456095, -7276, -8},
  {1235755998, 6407, -7}, {1696368978, -6823, -8}, {1082347876, 24983, -8}, {1397551924, -4669, -7},
};

static const model_conv_t model_0_conv_2d_settings = {
  /* weights */ model_0_conv_2d_weights, /* channels */ model_0_conv_2d_channels, /* input_height */ 24,
  /* input_width */ 16, /* input_channels */ 1, /* column */ 6, /* step */ 6, /* words */ 8,
  /* output_height */ 12, /* output_width */ 8, /* output_channels */ 8, /* rows */ 24, /* columns */ 16,
  /* kernel_width */ 5, /* stride_width */ 1, /* pad_left */ 2, /* kernel_height */ 5, /* stride_height */ 1,
  /* pad_top */ 2, /* stretch */ 4, /* pool_height */ 2, /* pool_width */ 2, /* input_zero */ -62,
  /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_0_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_0_conv_2d_settings, input, output, model_memory + 192);
}

static const int8_t model_1_depthwise_conv_2d_weights[] = {
  127, -58, 54, 97, 58, -1, 85, 76, -29, -35, -47, 23, 31, 12, 44, -28, 51, 48, 7, -47, 42, 127, -12, 55, -24,
  40, 18, -18, -65, -81, -68, -30, 65, -12, -35, -112, -83, -19, -102, 2, 36, 56, 118, 63, 66, 118, -57, 127,
  -54, -55, 44, 127, 4, -29, 75, 46, 87, 106, 61, -36, 5, -15, -127, -1, 25, 8, -29, 7, -6, -46, 37, -27, 3, -30,
  -11, -3, 21, -12, -24, -70, 25, -16, 70, 87, 28, -16, -77, 68, -25, -82, -37, 100, -126, 0, 17, -49, 27, -46,
  56, 44, 35, -61, -9, -92, 37, -18, -43, 45, 36, 62, -53, 16, -4, 38, -56, 57, -26, 71, 18, -1, -53, -27, -29,
  -23, 127, -10, -35, -100, -22, -127, -26, 66, -78, 50, -18, -2, -38, -41, -79, 7, 77, 31, -44, 35, 22, 39, -19,
  -1, 60, 110, 70, -45, -2, 67, 51, -83, 59, -2, 110, -8, -120, 39, -127, -29, 45, 113, -85, 34, 36, -60, -14,
  -13, 19, -38, 38, 21, 26, -3, -51, -91, 12, -25, 113, 55, 21, 5, 10, 60, 22, -7, 8, -1, -37, 68, 40, 14, 42,
  -29, -16, 23,
};

static const model_channel_t model_1_depthwise_conv_2d_channels[] = {
  {1126068578, -2550, -7}, {1170726604, 4159, -8}, {1764443974, 1289, -8}, {1287212971, -8272, -8},
  {1970131434, -7255, -9}, {1880438481, -5057, -8}, {1433065516, 1617, -8}, {1555741051, -1797, -8},
};

static const model_depthwise_fours_t model_1_depthwise_conv_2d_settings = {
  /* weights */ model_1_depthwise_conv_2d_weights, /* channels */ model_1_depthwise_conv_2d_channels,
  /* input_height */ 12, /* input_width */ 8, /* input_channels */ 8, /* output_height */ 6,
  /* output_width */ 4, /* rows */ 6, /* columns */ 4, /* kernel_height */ 5, /* kernel_width */ 5,
  /* stride_height */ 2, /* stride_width */ 2, /* pad_top */ 1, /* pad_left */ 1, /* pool_height */ 1,
  /* pool_width */ 1, /* input_zero */ -128, /* output_zero */ -7, /* lowest */ -128, /* highest */ 127,
};

/* DEPTHWISE_CONV_2D */
static MODEL_APART void model_1_depthwise_conv_2d(const int8_t *input, int8_t *output)
{
  model_depthwise_fours(&model_1_depthwise_conv_2d_settings, input, output);
}

static const uint32_t model_2_conv_2d_weights[] = {
  0x270c815f, 0xf97f5ae9, 0xdb25e816, 0x27e7b823, 0xfd32f0f9, 0xcac8fd9f, 0xeaf2b881, 0x81c71da3, 0x01fd690c,
  0x7fd5b348, 0xad81f1c8, 0xf89e5744, 0xb7df6e81, 0x81113bee, 0xb18a63dc, 0xfd0960bb, 0x05528199, 0xdc7f12f6,
  0x077d76eb, 0xa8283aaf, 0x04d47fab, 0x4e947f54, 0xee16c538, 0x99cbb85d,
};

static const model_channel_t model_2_conv_2d_channels[] = {
  {1624174274, 525, -6}, {1767865562, -20, -6}, {1974830025, -2563, -6}, {1765339152, -4167, -6},
  {1329635056, -1563, -6}, {1885774016, -1250, -7}, {1407013141, -2814, -6}, {1481163590, 209, -6},
  {1918332014, 781, -7}, {1515697967, -1062, -6}, {1143183696, -1563, -6}, {1804340191, 223, -7},
};

static const model_conv_t model_2_conv_2d_settings = {
  /* weights */ model_2_conv_2d_weights, /* channels */ model_2_conv_2d_channels, /* input_height */ 6,
  /* input_width */ 32, /* input_channels */ 1, /* column */ 1, /* step */ 8, /* words */ 2,
  /* output_height */ 3, /* output_width */ 2, /* output_channels */ 12, /* rows */ 6, /* columns */ 4,
  /* kernel_width */ 8, /* stride_width */ 8, /* pad_left */ 0, /* kernel_height */ 1, /* stride_height */ 1,
  /* pad_top */ 0, /* stretch */ 2, /* pool_height */ 2, /* pool_width */ 2, /* input_zero */ -7,
  /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_2_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_2_conv_2d_settings, input, output, model_memory + 0);
}

static const uint32_t model_3_conv_2d_weights[] = {
  0xaa25d00e, 0xd1ea1be0, 0x03fe1ab7, 0x4ef5d8e3, 0xe8b8d2f7, 0x1d4013ee, 0xa59af401, 0xa5e36fac, 0x4c0cddff,
  0x420ff643, 0x40581930, 0xe67ff2b7, 0xe8dc47dc, 0x112731ba, 0x2909d716, 0xc7ffee0e, 0xf44c03e3, 0x30f61f26,
  0x0716c8ce, 0x0cf60d12, 0x0e210f7d, 0xd118032c, 0xe5ea04c6, 0x2ae447fd, 0x023a5ad9, 0xfdfdba10, 0xe8284a20,
  0x1a04d228, 0x09fd631d, 0xdad21340, 0xf7f71981, 0xede1dbd4, 0xe611f5a9, 0x380628d4, 0x1a02c93c, 0xe72ddf55,
  0x1dd55fdd, 0xa42a48f5, 0x3341d51d, 0x2ee2fa5f, 0x1e02d8fe, 0x2c6d42bc, 0x11c6fa81, 0xce03e6fb, 0x06d5a913,
  0x521b1a6a, 0xde49c1fa, 0x5981c828, 0xeb4a15f7, 0x93ea28c8, 0x1eee17f0, 0x380b944c, 0xdbc83422, 0x6d5ce20e,
  0x1b3aaed8, 0x12332c32, 0xf71f0827, 0xedfbedd3, 0x16f3020f, 0xefb7ed2f, 0x1d09e541, 0xd0879c1d, 0xf11bde4a,
  0x2e2813e0, 0x061430e7, 0xbdf98331, 0x16e20ecf, 0x131856a7, 0x0633c6fc, 0x6f3b1045, 0xe9e1d9dc, 0x5169f6fc,
  0x32e008fc, 0xf7e50809, 0x32023e06, 0x1901f10b, 0xd8f7dfe7, 0xe90812f6, 0x6145cb03, 0xe27ff21b, 0x16f77ff1,
  0xc8c2f301, 0xddd42806, 0x06f5d3f1, 0x1c35e43d, 0x564bc2ea, 0xcdde1ad6, 0x19d34403, 0x0706f70f, 0xfe053ce0,
  0x08ead0eb, 0xcf171f06, 0x19f205fd, 0x1bf8fd08, 0xf3de29ea, 0x1fd8d11c, 0xf6f6ee13, 0x03faf835, 0x1ad6c4cc,
  0x1df8be02, 0xf1f516d9, 0xfd1e1d0b, 0xe6e526e7, 0xf0d1fd09, 0x0af50924, 0xf4e105ff, 0xfb0c0cb9, 0x141fdeee,
  0x13032c17, 0xea8a1a16, 0x100af81e, 0xecc8f125, 0x11dff7f1, 0x211cf104, 0x28f404fc, 0xcc6bd2fd, 0x37a76516,
  0xdc1f6ffe, 0xe2f2db0f, 0xbaff7f40, 0x6d64e621, 0xa812eaaa, 0x00cc3c1c, 0xcd4e1ad6, 0x28f87fdb, 0xcc17d1b6,
  0x1bfd3012, 0xe19440e9, 0x152054de, 0xd3310c26, 0xfc0301fa, 0xdf6410cd, 0xe9e6d92e, 0xe81cfb2e, 0x1fe41dc8,
  0xcf07b8f3, 0x3004f1db, 0xbc1ffa0e, 0xe40ff6f7, 0xdad003e4, 0xf9d51c00, 0xc2c5224f, 0xf7f31dd2, 0xc82c1fd3,
};

static const model_channel_t model_3_conv_2d_channels[] = {
  {1818102343, 3192, -8}, {1218497675, 30573, -7}, {2146064700, 588, -8}, {1686514734, 70759, -8},
  {1278984930, -12904, -7}, {1261418427, 1564, -7}, {1898140117, 51824, -8}, {1397848984, -45831, -8},
};

static const model_conv_t model_3_conv_2d_settings = {
  /* weights */ model_3_conv_2d_weights, /* channels */ model_3_conv_2d_channels, /* input_height */ 3,
  /* input_width */ 2, /* input_channels */ 12, /* column */ 36, /* step */ 72, /* words */ 18,
  /* output_height */ 1, /* output_width */ 1, /* output_channels */ 8, /* rows */ 2, /* columns */ 1,
  /* kernel_width */ 2, /* stride_width */ 2, /* pad_left */ 0, /* kernel_height */ 3, /* stride_height */ 2,
  /* pad_top */ 1, /* stretch */ 1, /* pool_height */ 2, /* pool_width */ 1, /* input_zero */ -128,
  /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_3_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_3_conv_2d_settings, input, output, model_memory + 0);
}

static const model_mean_t model_4_mean_settings = {
  /* channel */ {1073741824, 128, 1}, /* outer */ 8, /* reduced */ 1, /* inner */ 1, /* output_zero */ -128,
};

/* MEAN */
static MODEL_APART void model_4_mean(const int8_t *input, int8_t *output)
{
  model_mean(&model_4_mean_settings, input, output);
}

static const uint32_t model_5_fully_connected_weights[] = {
  0xbcdfec18, 0xf99dfcba, 0xdf2e587f, 0xe64f277f, 0x292b7f63, 0x7f5941f1, 0xcac4ac9a, 0x01bcb5c1, 0x6f34717f,
  0x7c7f7a11, 0x04f2d40d, 0x23cc9d8b, 0xb4c59a87, 0xc88e1ba3, 0x637f32d0, 0xfb7f56df, 0xcbd9c211, 0xb3c4fcaf,
  0x4a9d0c7f, 0x1270127f, 0x81ef8d36, 0xd5de0bf1, 0xba4629c1, 0x21a8fd7f, 0xbc0887ca, 0x357f7b5b, 0x81bd9a91,
  0xc9eab583, 0x1a367a58, 0xcfc0bdb2, 0xdd81d988, 0x5c617fed,
};

static const model_channel_t model_5_fully_connected_channels[] = {
  {1480539338, 16264, -7}, {1615373924, 6314, -7}, {1645716433, 2545, -7}, {1801844458, 8681, -7},
  {1087061452, 46528, -7}, {1328843600, 21544, -7}, {2012587291, -11267, -8}, {1691006335, -6056, -7},
  {1484089062, -3009, -7}, {1587124769, 8101, -7}, {1895337280, -30141, -8}, {1629334526, -3618, -7},
  {1913536005, -82176, -8}, {1544370764, 15674, -7}, {2107286142, -1465, -8}, {1350977155, 8399, -7},
};

static const model_conv_t model_5_fully_connected_settings = {
  /* weights */ model_5_fully_connected_weights, /* channels */ model_5_fully_connected_channels,
  /* input_height */ 1, /* input_width */ 8, /* input_channels */ 1, /* column */ 1, /* step */ 8, /* words */ 2,
  /* output_height */ 1, /* output_width */ 1, /* output_channels */ 16, /* rows */ 1, /* columns */ 1,
  /* kernel_width */ 8, /* stride_width */ 8, /* pad_left */ 0, /* kernel_height */ 1, /* stride_height */ 1,
  /* pad_top */ 0, /* stretch */ 1, /* pool_height */ 1, /* pool_width */ 1, /* input_zero */ -128,
  /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_5_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_5_fully_connected_settings, input, output, model_memory + 0);
}

static const uint32_t model_6_fully_connected_weights[] = {
  0xf872d352, 0x67a96fdb, 0x46ea55e0, 0xa7579cfd, 0x4b7dfc39, 0xe3d5f5b6, 0x44a4812a, 0x812f5cff,
};

static const model_channel_t model_6_fully_connected_channels[] = {
  {1537084567, 48979, -9}, {1738865988, -20002, -9},
};

static const model_conv_t model_6_fully_connected_settings = {
  /* weights */ model_6_fully_connected_weights, /* channels */ model_6_fully_connected_channels,
  /* input_height */ 1, /* input_width */ 16, /* input_channels */ 1, /* column */ 1, /* step */ 16,
  /* words */ 4, /* output_height */ 1, /* output_width */ 1, /* output_channels */ 2, /* rows */ 1,
  /* columns */ 1, /* kernel_width */ 16, /* stride_width */ 16, /* pad_left */ 0, /* kernel_height */ 1,
  /* stride_height */ 1, /* pad_top */ 0, /* stretch */ 1, /* pool_height */ 1, /* pool_width */ 1,
  /* input_zero */ -128, /* output_zero */ -15, /* lowest */ -128, /* highest */ 127,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_6_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_6_fully_connected_settings, input, output, model_memory + 0);
}

static const model_softmax_t model_7_softmax_settings = {
  /* multiplier */ 1245593088, /* lowest_difference */ -124, /* rows */ 1, /* classes */ 2, /* shift */ 24,
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
  model_4_mean((int8_t *)(model_memory + 192), (int8_t *)(model_memory + 24));
  model_5_fully_connected((int8_t *)(model_memory + 24), (int8_t *)(model_memory + 20));
  model_6_fully_connected((int8_t *)(model_memory + 20), (int8_t *)(model_memory + 20));
  model_7_softmax((int8_t *)(model_memory + 20), output);
}
