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

/* Cortex-M cores with Thumb-2 code, little-endian, and those of them that have the DSP extension. */
#if defined(__GNUC__) && defined(__thumb2__) && defined(__ARM_ARCH_PROFILE) && !defined(__ARM_BIG_ENDIAN) && \
    !defined(MODEL_PORTABLE)
#if __ARM_ARCH_PROFILE == 'M'
#define MODEL_THUMB2
#if defined(__ARM_FEATURE_DSP)
#define MODEL_DSP
#endif
#endif
#endif

/* Cores of ARMv6-M: no 32-bit instructions, no products of 64 bits. */
#if defined(__GNUC__) && defined(__thumb__) && !defined(__thumb2__) && !defined(__ARM_BIG_ENDIAN) && \
    !defined(MODEL_PORTABLE)
#define MODEL_THUMB1
#endif

/* Whether a word's lower half and its lowest byte lie where the word does. */
#if defined(__GNUC__) && defined(__BYTE_ORDER__) && !defined(MODEL_PORTABLE)
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define MODEL_HALVES
typedef int16_t __attribute__((may_alias)) model_half_t;
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

/* A factor of any size: a multiplier and a shift, positive to the left, behind a bias. */
typedef struct {
  int32_t multiplier;
  int32_t bias;
  int32_t shift;
} model_factor_t;

static inline int32_t model_scale(int32_t value, int32_t multiplier, int32_t shift)
{
  const int32_t shifted = shift > 0 ? (int32_t)((uint32_t)value << shift) : value;
  const int32_t high = (int32_t)(((int64_t)shifted * multiplier + ((int64_t)1 << 30)) >> 31);
  if (shift >= 0) {
    return high;
  }
  return (int32_t)(((int64_t)high + (high >> 31) + ((int64_t)1 << (-shift - 1))) >> -shift);
}

/* Any factor: a multiplier, a bias and a shift, positive to the left. */
typedef struct {
  int32_t multiplier;
  int32_t bias;
  int32_t shift;
} model_channel_t;

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
#elif defined(MODEL_THUMB1)
/* Sums stand in the upper registers, which an addition reaches and nothing else; r9 is left alone, which some programs
   keep for themselves. The pointers are at the ends, and one index runs up to zero. */
static inline model_sums_t model_part(const uint32_t **weights, const uint32_t *end, const int16_t *p, const int16_t *q)
{
  const int32_t bytes = (int32_t)((const char *)end - (const char *)*weights);
  register const char *at __asm__("r0") = (const char *)end;
  register const char *one __asm__("r1") = (const char *)p + bytes;
  register const char *other __asm__("r2") = (const char *)q + bytes;
  register int32_t index __asm__("r3") = -bytes;
  register uint32_t p0 __asm__("r8");
  register uint32_t p1 __asm__("r10");
  register uint32_t q0 __asm__("r12");
  register uint32_t q1 __asm__("lr");
#define MODEL_NUMBER          \
  "ldrsh r4, [r0, r3]\n\t" \
  "ldrsh r6, [r1, r3]\n\t" \
  "ldrsh r7, [r2, r3]\n\t" \
  "mov r5, r4\n\t"         \
  "muls r5, r6, r5\n\t"    \
  "add r10, r5\n\t"        \
  "sxtb r5, r4\n\t"        \
  "muls r4, r7, r4\n\t"    \
  "add lr, r4\n\t"         \
  "muls r6, r5, r6\n\t"    \
  "add r8, r6\n\t"         \
  "muls r7, r5, r7\n\t"    \
  "add r12, r7\n\t"        \
  "adds r3, #2\n\t"
  __asm__(".syntax unified\n\t"
          "push {r4-r7}\n\t"
          "movs r4, #0\n\t"
          "mov r8, r4\n\t"
          "mov r10, r4\n\t"
          "mov r12, r4\n\t"
          "mov lr, r4\n"
          "1:\n\t" MODEL_NUMBER MODEL_NUMBER "bne 1b\n\t"
          "pop {r4-r7}"
          : "+l"(index), "=&h"(p0), "=&h"(p1), "=&h"(q0), "=&h"(q1)
          : "l"(at), "l"(one), "l"(other)
          : "cc", "memory");
#undef MODEL_NUMBER
  *weights = end;
  const model_sums_t s = {(int32_t)p0, model_second(p1, p0), (int32_t)q0, model_second(q1, q0)};
  return s;
}
#elif defined(MODEL_THUMB2)
/* As with DSP, a number at a time. */
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
#define MODEL_NUMBER             \
  "ldrsh r6, [r0], #2\n\t"    \
  "ldrsh r10, [r2], #2\n\t"   \
  "ldrsh r11, [r3], #2\n\t"   \
  "sxtb r7, r6\n\t"           \
  "mla r5, r6, r10, r5\n\t"   \
  "mla r4, r7, r10, r4\n\t"   \
  "mla r12, r6, r11, r12\n\t" \
  "mla r8, r7, r11, r8\n\t"
  __asm__("push {r6, r7, r10, r11}\n\t"
          "movs r4, #0\n\t"
          "movs r5, #0\n\t"
          "mov r8, r4\n\t"
          "mov r12, r4\n"
          "1:\n\t" MODEL_NUMBER MODEL_NUMBER MODEL_NUMBER MODEL_NUMBER "cmp r0, r1\n\t"
          "bne 1b\n\t"
          "pop {r6, r7, r10, r11}"
          : "+r"(at), "+r"(one), "+r"(other), "=&r"(p0), "=&r"(p1), "=&r"(q0), "=&r"(q1)
          : "r"(last)
          : "cc", "memory");
#undef MODEL_NUMBER
  *weights = at;
  const model_sums_t s = {(int32_t)p0, model_second(p1, p0), (int32_t)q0, model_second(q1, q0)};
  return s;
}
#elif defined(MODEL_HALVES)
static inline void model_number(const model_half_t *at, int32_t x, int32_t y, model_sums_t *s)
{
  const int32_t both = *at, first = *(const int8_t *)at;
  s->p0 += first * x;
  s->p1 = (int32_t)((uint32_t)s->p1 + (uint32_t)(both * x));
  s->q0 += first * y;
  s->q1 = (int32_t)((uint32_t)s->q1 + (uint32_t)(both * y));
}

static inline model_sums_t model_part(const uint32_t **weights, const uint32_t *end, const int16_t *p, const int16_t *q)
{
  const model_half_t *at = (const model_half_t *)*weights;
  model_sums_t s = {0, 0, 0, 0};
  do {
    model_number(at, p[0], q[0], &s);
    model_number(at + 1, p[1], q[1], &s);
    model_number(at + 2, p[2], q[2], &s);
    model_number(at + 3, p[3], q[3], &s);
    at += 4;
    p += 4;
    q += 4;
  } while (at != (const model_half_t *)end);
  *weights = end;
  s.p1 = model_second((uint32_t)s.p1, (uint32_t)s.p0);
  s.q1 = model_second((uint32_t)s.q1, (uint32_t)s.q0);
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
  0x28883730, 0xb03d32fa, 0x00000546, 0x3581fd1f, 0xd228301f, 0x0000a830, 0xeed38606, 0x76fe7f07, 0x00000f0c,
  0x14e19c7e, 0x1cf820ae, 0x0000cdca, 0xf321e528, 0xe9c5090c, 0x00000ac6, 0x00000000, 0x15dd410a, 0x518102a2,
  0x00002499, 0x350b0abc, 0xe63a2f17, 0x00002b0f, 0xa5a1c7e5, 0xc46a8105, 0x0000db7b, 0x09ff3901, 0x3925ce09,
  0x0000e205, 0xea3002ec, 0xaefaaf46, 0x00000d0d, 0x00000000, 0xe2120e81, 0x817acd1b, 0x0000b164, 0xe5d01d16,
  0xf2430f09, 0x0000fd03, 0x37025bbb, 0xe7c353f3, 0x000005dd, 0x16001fff, 0xd0e619f6, 0x0000bdfc, 0xfa0b020e,
  0xe333f010, 0x0000fd17, 0x00000000, 0xca4ba87c, 0xa01c2a16, 0x0000e836, 0x297ff621, 0xa6c1106d, 0x000029b6,
  0x1e26fbf9, 0x11fdf645, 0x0000e4a1, 0x7f3e73ce, 0x1c0025e0, 0x0000cbd6, 0xf22f073d, 0xdb19e495, 0x0000d442,
  0x00000000,
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
  0x7f0ce95f, 0xf9275981, 0xe7252316, 0x26dbb7e8, 0xc8329ef9, 0xc9fdfcf0, 0xc6f2a281, 0x80ea1cb8, 0xd4fd480c,
  0x7f01b369, 0x9d8143c8, 0xf7ad56f1, 0x10dfed81, 0x80b73b6e, 0x088abadc, 0xfcb16063, 0x7f52f599, 0xdc051181,
  0x287daeeb, 0xa8073a76, 0x93d453ab, 0x4e047f7f, 0xcb165d38, 0x98eeb7c5,
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
  0xea25e00e, 0xd0aa1ad0, 0xf4fee2b7, 0x4e03d81a, 0x3fb8edf7, 0x1ce812d2, 0xe29aac01, 0xa4a56ef4, 0x0f0c42ff,
  0x424cf5dd, 0x7f58b730, 0xe640f219, 0x26dcb9dc, 0x10e83147, 0xff090e16, 0xc729edd7, 0xf64c25e3, 0x2ff41f03,
  0xf61611ce, 0x0c070cc8, 0x18212c7d, 0xd10e030f, 0xe3eafcc6, 0x29e54704, 0xfd3a0fd9, 0xfd02ba5a, 0x04282820,
  0x19e8d24a, 0xd1fd401d, 0xda091363, 0xe0f7d381, 0xecf7db19, 0x0611d3a9, 0x37e627f5, 0x2d02553c, 0xe71adec9,
  0x29d5f4dd, 0xa41d485f, 0xe2415f1d, 0x2e33f9d5, 0x6d02bbfe, 0x2c1e41d8, 0x02c6fa81, 0xce11e5fa, 0x1ad56a13,
  0x520619a9, 0x814927fa, 0x58dec7c1, 0xea4ac7f7, 0x92eb2815, 0x0aee4bf0, 0x381e9417, 0x5bc80e22, 0x6cdbe234,
  0x333a31d8, 0x121b2bae, 0xfb1fd327, 0xecf7ed08, 0xb6f32f0f, 0xef16ed02, 0x87091d41, 0xd01d9be5, 0x281be04a,
  0x2df112de, 0xf91430e7, 0xbd068330, 0x17e2a6cf, 0x1316560e, 0x3b3344fc, 0x6f060fc6, 0x68e1fbdc, 0x50e9f5d9,
  0xe4e008fc, 0xf7320808, 0x01020b06, 0x1932f13e, 0x07f7f5e7, 0xe8d811df, 0x7f451b03, 0xe261f1cb, 0xc1f700f1,
  0xc816f37f, 0xf4d4f106, 0x05ddd328, 0x4b35ea3d, 0x561cc1e4, 0xd2de02d6, 0x18cd441a, 0x0506e00f, 0xfe073bf7,
  0x16ea05eb, 0xcf081ed0, 0xf7f207fd, 0x1b19fd05, 0xd7de1bea, 0x1ef3d129, 0xf9f63513, 0x02f6f7ee, 0xf7d601cc,
  0x1d1abdc4, 0x1df50ad9, 0xfcf11d16, 0xd0e508e7, 0xefe6fd26, 0xe0f5ff24, 0xf40a0509, 0x1f0cedb9, 0x13fbde0c,
  0x8a031617, 0xea131a2c, 0xc80a251e, 0xec10f0f8, 0x1bdf03f1, 0x2111f0f7, 0x6af4fcfc, 0xcc28d204, 0x1ea7fe16,
  0xdc376f65, 0xfef2400f, 0xb9e27edb, 0x1264aa21, 0xa86de9e6, 0x4dccd61c, 0xcd001a3c, 0x16f8b5db, 0xcc28d17f,
  0x93fde912, 0xe11b4030, 0x312025de, 0xd3150c54, 0x6403ccfa, 0xdefc1001, 0x1be62e2e, 0xe7e9fad9, 0x06e4f2c8,
  0xcf1fb81d, 0x1f040ddb, 0xbc30f9f1, 0xd00fe3f7, 0xd9e402f6, 0xc4d54f00, 0xc1f9221c, 0x2bf3d2d2, 0xc7f71f1d,
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
  0x9cdfba18, 0xf8bcfbec, 0x4f2e7f7f, 0xe5df2758, 0x592bf163, 0x7f29417f, 0xbbc4c09a, 0x00cab4ac, 0x7f34117f,
  0x7c6f7a71, 0xcbf28b0d, 0x23049cd4, 0x8dc5a287, 0xc7b41a9a, 0x7f7fded0, 0xfb635632, 0xc3d9af11, 0xb2cbfbc2,
  0x6f9d7f7f, 0x124a120c, 0xddeff136, 0xd4810a8d, 0xa8467ec1, 0x20bafd29, 0x7f085aca, 0x34bc7a87, 0xe9bd8291,
  0xc881b49a, 0xc036b258, 0xcf1abd7a, 0x6081ec88, 0x5bdd7ed9,
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
  0xa972db52, 0x66f86ed3, 0x56eafce0, 0xa7469c55, 0xd57db639, 0xe34bf4fc, 0x2ea4ff2a, 0x81445b81,
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
