#include "model.h"

#define MODEL_PACKED 1
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

static int32_t model_memory[277];

static const uint32_t model_0_conv_2d_weights[] = {
  0x49b1bb8b, 0xa81888ac, 0x858a3bba, 0xe685f188, 0x886839f9, 0x88874954, 0x675a879a, 0x88888785, 0xb8167b19,
  0xb8988931, 0x878caa9a, 0x52f12486, 0x8888b68f, 0x8b8b6599, 0x478b47d6, 0x88888889, 0x16f958a1, 0x5858949e,
  0x878c8988, 0x6b58bc74, 0x9888a786, 0x84874887, 0x78b87899, 0x88888889, 0x359ba39d, 0xa8e887aa, 0x8285995d,
  0x9a8a78b8, 0xf8b8d564, 0x8a884966, 0x679a683a, 0x8888868b,
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
  0x8fa9c71e, 0x976a3a69, 0x558b7378, 0x04779241, 0xe6884be9, 0x7231ca75, 0x0846b6e1, 0x7742d3d6, 0x6f8c8623,
  0x3a8ec2e7, 0xc285ebf3, 0x25793d5b,
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
  0x473b9659, 0xd78855a4, 0x9b648657, 0x1532e378, 0xc9d86c68, 0x6fcd73ab, 0x8976b3c6, 0x48a96969, 0xa77da986,
  0x979a8855, 0x599a8b9f, 0xa567c785, 0x888b48d6, 0x987a5bda, 0x65989cea, 0x667864a1, 0xb869a473, 0x6b985d5c,
  0x3a96c7d6, 0xb7bb7e69, 0xbea8b468, 0x57957782, 0xc8868e39, 0xc16c4a58, 0x177ca497, 0xb8a72b97, 0xdc6569ba,
  0x9b9b9a46, 0x788a769a, 0x73977b89, 0x5298197b, 0x9a79866c, 0x48891ab7, 0x9896d295, 0xeb8a8c58, 0xbd766766,
  0x75b68998, 0xa8b879c8, 0x67578666, 0x6ffd6a48, 0x53a777f7, 0x766557b9, 0xddac376c, 0x8446c7a5, 0x8898b679,
  0x58969757, 0xa7a78988, 0x947659b7, 0x77777b7a, 0xa7a53744, 0x7977a8a5, 0x646688b6, 0x7597888a, 0x9a896693,
  0x729899b9, 0x76996a7a, 0xa8966777, 0x5db76888, 0x69c2e8f9, 0x3767ec69, 0x38fe637a, 0x5b8495ca, 0x58b753f6,
  0x61a7b7b9, 0x6b9a99d6, 0x7d889588, 0x69667a5b, 0x67a646a4, 0x4ab87876, 0x55698587, 0x44859ca8, 0x497794a5,
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
  0x71467479, 0x6d6bafdf, 0xfeabc7fe, 0x73542332, 0xeecae9cd, 0x94872268, 0x40569144, 0x8fcdd5a6, 0x33567359,
  0x9dc39f9f, 0x4547774a, 0x936b8ea6, 0xaf68ec46, 0x46463054, 0x659a54db, 0xcc63d663,
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
  0xe38dd66c, 0x3cb737c6, 0x66ce748b, 0x1ab4c82a,
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
