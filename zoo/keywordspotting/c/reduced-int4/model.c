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

/* Cortex-M cores with vectors of whole numbers: the M-profile vector extension, Helium. */
#if defined(MODEL_DSP) && defined(__ARM_FEATURE_MVE) && defined(__ARM_FEATURE_UNALIGNED)
#define MODEL_HELIUM
#define MODEL_HELPER static inline __attribute__((unused))
#include <arm_mve.h>
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

#if defined(MODEL_HELIUM)
/* The same of four neighbouring channels. */
MODEL_HELPER int32x4_t model_requantize_four(int32x4_t sums, const model_channel_t *channel)
{
  const uint32x4_t apart = vmulq_n_u32(vidupq_n_u32(0, 1), sizeof *channel);
  const int32x4_t multipliers = vldrwq_gather_offset_s32(&channel->multiplier, apart);
  const int32x4_t biases = vldrwq_gather_offset_s32(&channel->bias, apart);
  const int32x4_t shifts = vldrwq_gather_offset_s32(&channel->shift, apart), none = vdupq_n_s32(0);
  const int32x4_t right = vminq_s32(shifts, none);
  const int32x4_t shifted = vshlq_s32(vaddq_s32(sums, biases), vmaxq_s32(shifts, none));
  const int32x4_t high = vqrdmulhq_s32(shifted, multipliers);
  return vrshlq_s32(vqaddq_s32(high, vshrq_n_s32(vandq_s32(high, right), 31)), right);
}
#endif

/* No activation of this model cuts off more than int8 itself. */
static inline int8_t model_clamp(int32_t value, int32_t lowest, int32_t highest)
{
  (void)lowest;
  (void)highest;
  value = value < -128 ? -128 : value;
  return (int8_t)(value > 127 ? 127 : value);
}

#if defined(MODEL_HELIUM)
/* Sums of neighbouring channels as outputs, four at a time. */
MODEL_HELPER int8_t *model_outputs(const int32_t *sums, const model_channel_t *channel, int32_t number, int8_t *output,
                             int32_t zero, int32_t lowest, int32_t highest)
{
  for (; number >= 4; number -= 4, sums += 4, channel += 4, output += 4) {
    const int32x4_t values = vaddq_n_s32(model_requantize_four(vldrwq_s32(sums), channel), zero);
    vstrbq_s32(output, vminq_s32(vmaxq_s32(values, vdupq_n_s32(lowest)), vdupq_n_s32(highest)));
  }
  for (; number > 0; --number) {
    *output++ = model_clamp(model_requantize(*sums++, channel++) + zero, lowest, highest);
  }
  return output;
}
#endif

/* Sums of products of two windows of 16 bits and two channels of weights, four numbers at a time. Both channels share a
   halfword, 256 times the second one plus the first: its products are summed up as they are, those of its lower byte
   too, and of the difference the second channel's sum is a 256th part. That is exact while no sum of the second channel
   reaches 2^23; where one might, MODEL_LONG parts it. `weights` is left behind the last word. */
typedef struct {
  int32_t p0, p1, q0, q1;
} model_sums_t;

#if defined(MODEL_HELIUM)
typedef int8_t model_number_t;

/* Of three windows and the same two channels. */
typedef struct {
  int32_t p0, p1, q0, q1, r0, r1;
} model_threes_t;

/* A halfword's lower byte is the first channel's, its upper one the second's less one where the first is negative. */
static inline void model_sixteen(model_threes_t *s, int8x16_t first, int8x16_t upper, int8x16_t x, int8x16_t y, int8x16_t z)
{
  const int8x16_t second = vsubq_s8(upper, vshrq_n_s8(first, 7));
  s->p0 = vmladavaq_s8(s->p0, first, x);
  s->p1 = vmladavaq_s8(s->p1, second, x);
  s->q0 = vmladavaq_s8(s->q0, first, y);
  s->q1 = vmladavaq_s8(s->q1, second, y);
  s->r0 = vmladavaq_s8(s->r0, first, z);
  s->r1 = vmladavaq_s8(s->r1, second, z);
}

/* Sixteen numbers at a time; none is read beyond the last. */
static inline model_threes_t model_threes(const uint32_t *weights, int32_t sixteens, int32_t left, const model_number_t *p,
                                    const model_number_t *q, const model_number_t *r)
{
  const int8_t *at = (const int8_t *)weights;
  model_threes_t s = {0, 0, 0, 0, 0, 0};
  for (int32_t i = sixteens; i > 0; --i, at += 32, p += 16, q += 16, r += 16) {
    const int8x16x2_t both = vld2q_s8(at);
    model_sixteen(&s, both.val[0], both.val[1], vldrbq_s8(p), vldrbq_s8(q), vldrbq_s8(r));
  }
  if (left) {
    const mve_pred16_t some = vctp8q((uint32_t)left);
    const uint8x16_t apart = vidupq_n_u8(0, 2);
    model_sixteen(&s, vldrbq_gather_offset_z_s8(at, apart, some), vldrbq_gather_offset_z_s8(at + 1, apart, some),
               vldrbq_z_s8(p, some), vldrbq_z_s8(q, some), vldrbq_z_s8(r, some));
  }
  return s;
}

MODEL_HELPER model_sums_t model_part(const uint32_t **weights, const uint32_t *end, const model_number_t *p, const model_number_t *q)
{
  const int32_t numbers = 2 * (int32_t)(end - *weights);
  const model_threes_t threes = model_threes(*weights, numbers >> 4, numbers & 15, p, q, q);
  const model_sums_t s = {threes.p0, threes.p1, threes.q0, threes.q1};
  *weights = end;
  return s;
}
#else
typedef int16_t model_number_t;

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
#endif

#if MODEL_PACKED || !defined(MODEL_HELIUM)
static inline model_sums_t model_products(const uint32_t **weights, const uint32_t *end, const model_number_t *p,
                                    const model_number_t *q)
{
#if MODEL_LONG && !defined(MODEL_HELIUM)
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
#endif

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

static MODEL_APART void model_conv_fill(const model_conv_t *l, const int8_t *input, model_number_t *band, int32_t top, int32_t left,
                                  int32_t columns)
{
  const int32_t depth = l->input_channels, column = l->column, width = l->input_width;
  int32_t bottom = MODEL_ONE_ROW ? 1 : top + l->kernel_height, right = left + columns;
  top = MODEL_ONE_ROW ? 0 : top;
  if (top < 0 || left < 0 || bottom > (MODEL_ONE_ROW ? 1 : l->input_height) || right > width) {
    const model_number_t zero = l->input_zero;
    for (model_number_t *to = band, *end = band + columns * column; to < end; ++to) {
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
    model_number_t *to = band;
#if defined(MODEL_HELIUM)
    if (column == 1 || depth > 1) {
      const int32_t run = column == 1 ? (int32_t)(end - from) : depth;
      for (; from < end; from += run, to += column) {
        for (int32_t c = 0; c < run; c += 16) {
          const mve_pred16_t some = vctp8q((uint32_t)(run - c));
          vstrbq_p_s8(to + c, vldrbq_z_s8(from + c, some), some);
        }
      }
    }
#endif
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
static MODEL_APART void model_conv_row(const model_conv_t *l, const model_number_t *band, int32_t *best, int32_t windows,
                                 uint32_t *room)
{
  const int32_t step = l->step, depth = ((int32_t)l->output_channels + 1) & ~(int32_t)1, words = 2 * (int32_t)l->words;
  const uint32_t *weights = l->weights;
  for (int32_t *last = best + depth; best < last; best += 2) {
    const uint32_t *first = weights;
    const model_number_t *window = band;
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
#elif defined(MODEL_HELIUM)
/* Three windows and all channels; `left` is what is left of a window's numbers behind a multiple of sixteen. */
static inline void model_conv_windows(const model_conv_t *l, const model_number_t *p, const model_number_t *q, const model_number_t *r,
                                   int32_t *one, int32_t *other, int32_t *third, int32_t left)
{
  const int32_t words = 2 * (int32_t)l->words, sixteens = words >> 3;
  const uint32_t *weights = l->weights;
  for (const int32_t *end = one + (((int32_t)l->output_channels + 1) & ~(int32_t)1); one != end;
       one += 2, other += 2, third += 2, weights += words) {
    const model_threes_t s = model_threes(weights, sixteens, left, p, q, r);
    model_conv_keep(one, s.p0, s.p1);
    model_conv_keep(other, s.q0, s.q1);
    model_conv_keep(third, s.r0, s.r1);
  }
}

/* Where there are fewer than three windows, the last one is made again. */
static MODEL_APART void model_conv_row(const model_conv_t *l, const model_number_t *band, int32_t *best, int32_t windows)
{
  const int32_t step = l->step, depth = ((int32_t)l->output_channels + 1) & ~(int32_t)1;
  const int32_t left = 4 * l->words & 15, last = windows - 1;
#if MODEL_POOLED
  const int32_t pool = l->pool_width;
#else
  const int32_t pool = 1;
#endif
  for (int32_t j = 0; j < windows; j += 3) {
    const int32_t k = j + 1 < last ? j + 1 : last, m = j + 2 < last ? j + 2 : last;
    const model_number_t *p = band + j * step, *q = band + k * step, *r = band + m * step;
    int32_t *one = best + j / pool * depth, *other = best + k / pool * depth, *third = best + m / pool * depth;
    if (left) {
      model_conv_windows(l, p, q, r, one, other, third, left);
    } else {
      model_conv_windows(l, p, q, r, one, other, third, 0);
    }
  }
}
#else
static MODEL_APART void model_conv_row(const model_conv_t *l, const model_number_t *band, int32_t *best, int32_t windows)
{
  const int32_t depth = ((int32_t)l->output_channels + 1) & ~(int32_t)1, words = 2 * (int32_t)l->words;
  int32_t left = l->pool_width;
  for (; windows > 0; windows -= 2) {
    const model_number_t *next = windows > 1 ? band + l->step : band;
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
#if defined(MODEL_HELIUM)
    output = model_outputs(best, l->channels, l->output_channels, output, zero, lowest, highest);
    for (const int32_t *end = best + l->output_channels; best < end; ++best) {
#if MODEL_POOLED
      *best = INT32_MIN;
#endif
    }
#else
    const model_channel_t *channel = l->channels, *end = channel + l->output_channels;
    do {
      *output++ = model_clamp(model_requantize(*best, channel) + zero, lowest, highest);
#if MODEL_POOLED
      *best = INT32_MIN;
#endif
      ++best;
    } while (++channel != end);
#endif
    best += l->output_channels & 1;
  }
  return output;
}

static MODEL_APART void model_conv(const model_conv_t *l, const int8_t *input, int8_t *output, int32_t *scratch)
{
  int32_t *room = scratch + l->stretch * (((int32_t)l->output_channels + 1) & ~(int32_t)1);
#if MODEL_PACKED
  model_number_t *band = (model_number_t *)(room + l->room);
#else
  model_number_t *band = (model_number_t *)room;
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

static int32_t model_memory[380];

static const uint32_t model_0_conv_2d_weights[] = {
  0x68a2e966, 0x7818a788, 0x878a4ba9, 0x7476c5a6, 0x986872b4, 0x87885c18, 0x685afab6, 0x88888784, 0x6759488a,
  0xb8985571, 0x8a8a8d58, 0x94b6527b, 0x685825aa, 0x8e8c75b2, 0xb677915a, 0x88888f8b, 0x148a1474, 0x58187276,
  0x8988a457, 0x389986c3, 0xa8b86b86, 0x868aa67f, 0x8a9a57e9, 0x88888985, 0x17caa7f8, 0x88d8857b, 0x8185c75e,
  0x5b66878c, 0xf888a671, 0x86865955, 0x7987686a, 0x88888a86,
};

static const model_channel_t model_0_conv_2d_channels[] = {
  {1204887746, -1517, -4}, {1630146943, 627, -4}, {2089712855, -204, -3}, {2045369992, -340, -5},
  {1175809697, -8, -3}, {1341465936, -1420, -5}, {1893190400, 62, -4}, {1110097193, 80, -3},
};

static const model_conv_t model_0_conv_2d_settings = {
  /* weights */ model_0_conv_2d_weights, /* channels */ model_0_conv_2d_channels, /* input_height */ 24,
  /* input_width */ 16, /* input_channels */ 1, /* column */ 6, /* step */ 6, /* words */ 8,
  /* output_height */ 12, /* output_width */ 8, /* output_channels */ 8, /* rows */ 24, /* columns */ 16,
  /* kernel_width */ 5, /* stride_width */ 1, /* pad_left */ 2, /* kernel_height */ 5, /* stride_height */ 1,
  /* pad_top */ 2, /* bits */ 4, /* room */ 16, /* stretch */ 4, /* pool_height */ 2, /* pool_width */ 2,
  /* input_zero */ -61, /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_0_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_0_conv_2d_settings, input, output, model_memory + 192);
}

static const uint32_t model_1_conv_2d_weights[] = {
  0xcaa2968c, 0xdba56f5b, 0x38479756, 0x6a1b8663, 0x4c9e5a8b, 0x6b9d876d, 0x8a6599a9, 0x677ce357, 0x4a56d52d,
  0x63198567, 0xb7bae538, 0xc7c92aaa, 0xd5796715, 0x3b8a8654, 0x97982927, 0x99179473, 0x546f5674, 0x627c42ad,
  0x6484683b, 0x17576275, 0x38784673, 0x577387a7, 0x267b1785, 0x669774ea, 0xbb49777a, 0x76b3ab6d, 0x87528596,
  0xd6877aa8, 0x68777758, 0xb38699f6, 0x77b657b6, 0x7a4738c8, 0x9a9a6534, 0x8b9a6687, 0x67b3a726, 0x557a36d8,
  0x677a869b, 0x99ba74a7, 0x8676887c, 0x59ba6546, 0x678376db, 0x785b6689, 0x996a6779, 0x66c89738, 0xb9869967,
  0x796a5759, 0x66b3c975, 0x98685646, 0x6aca9795, 0x96888c6b, 0x79584b99, 0xc9a95a6c, 0x64971dba, 0x55b7a33b,
  0x7428d798, 0x5764c3a6, 0x8366a963, 0x94a86b86, 0x9669a787, 0x96eb3898, 0x5b96675b, 0x8474d9a7, 0x2a86d9a3,
  0x868ae947, 0x56c8b8f6, 0xa89a8c5c, 0x6cb476bb, 0xb57caca5, 0x66864897, 0x984a3a76, 0x11695a89, 0x2767b45c,
};

static const model_channel_t model_1_conv_2d_channels[] = {
  {1437185345, -4529, -4}, {2057152631, 278, -4}, {1821156226, -4383, -4}, {2082656407, -5972, -4},
  {1605674785, 816, -4}, {1919278289, -2021, -3}, {1308961304, -1813, -3}, {1549819075, -429, -4},
};

static const model_conv_t model_1_conv_2d_settings = {
  /* weights */ model_1_conv_2d_weights, /* channels */ model_1_conv_2d_channels, /* input_height */ 12,
  /* input_width */ 8, /* input_channels */ 8, /* column */ 24, /* step */ 24, /* words */ 18,
  /* output_height */ 6, /* output_width */ 4, /* output_channels */ 8, /* rows */ 12, /* columns */ 8,
  /* kernel_width */ 3, /* stride_width */ 1, /* pad_left */ 1, /* kernel_height */ 3, /* stride_height */ 1,
  /* pad_top */ 1, /* bits */ 4, /* room */ 36, /* stretch */ 4, /* pool_height */ 2, /* pool_width */ 2,
  /* input_zero */ -128, /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_1_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_1_conv_2d_settings, input, output, model_memory + 192);
}

static const uint32_t model_2_conv_2d_weights[] = {
  0xd7b7246a, 0x3b98c677, 0xb4a79694, 0x767b7277, 0xc559a69e, 0xc2884276, 0x75c59795, 0x75ff4b98, 0x8a7996aa,
  0x86b939a6, 0x6d959cdc, 0xa98f6845, 0x95c73549, 0x6b1587a7, 0x6447ccaa, 0x775a947b, 0x16a8a835, 0x564c9c78,
  0x5a869587, 0x69a597a7, 0xcd87865c, 0x68b9c9a5, 0xe895848a, 0x72bf5866, 0xb7aa699a, 0x97a68687, 0x77988caa,
  0x97969a98, 0x7794995b, 0x872688b6, 0x87765887, 0x5878a789, 0x8769997c, 0x8888eb88, 0x76ac875b, 0xb99af685,
};

static const model_channel_t model_2_conv_2d_channels[] = {
  {1938725966, 1624, -4}, {1606074668, -2586, -4}, {1297887785, 1265, -3}, {2070054294, 4315, -4},
};

static const model_conv_t model_2_conv_2d_settings = {
  /* weights */ model_2_conv_2d_weights, /* channels */ model_2_conv_2d_channels, /* input_height */ 6,
  /* input_width */ 4, /* input_channels */ 8, /* column */ 24, /* step */ 24, /* words */ 18,
  /* output_height */ 1, /* output_width */ 1, /* output_channels */ 4, /* rows */ 4, /* columns */ 4,
  /* kernel_width */ 3, /* stride_width */ 1, /* pad_left */ 1, /* kernel_height */ 3, /* stride_height */ 1,
  /* pad_top */ 1, /* bits */ 4, /* room */ 36, /* stretch */ 1, /* pool_height */ 4, /* pool_width */ 4,
  /* input_zero */ -128, /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D, MAX_POOL_2D */
static MODEL_APART void model_2_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_2_conv_2d_settings, input, output, model_memory + 48);
}

static const model_mean_t model_3_mean_settings = {
  /* channel */ {1109083954, 128, 1}, /* outer */ 4, /* reduced */ 1, /* inner */ 1, /* output_zero */ -128,
};

/* MEAN */
static MODEL_APART void model_3_mean(const int8_t *input, int8_t *output)
{
  model_mean(&model_3_mean_settings, input, output);
}

static const uint32_t model_4_fully_connected_weights[] = {
  0xfba577fe,
};

static const model_channel_t model_4_fully_connected_channels[] = {
  {1620414683, 1508, -3}, {1620414683, 1180, -3},
};

static const model_conv_t model_4_fully_connected_settings = {
  /* weights */ model_4_fully_connected_weights, /* channels */ model_4_fully_connected_channels,
  /* input_height */ 1, /* input_width */ 4, /* input_channels */ 1, /* column */ 1, /* step */ 4, /* words */ 1,
  /* output_height */ 1, /* output_width */ 1, /* output_channels */ 2, /* rows */ 1, /* columns */ 1,
  /* kernel_width */ 4, /* stride_width */ 4, /* pad_left */ 0, /* kernel_height */ 1, /* stride_height */ 1,
  /* pad_top */ 0, /* bits */ 4, /* room */ 2, /* stretch */ 1, /* pool_height */ 1, /* pool_width */ 1,
  /* input_zero */ -128, /* output_zero */ -127, /* lowest */ -128, /* highest */ 127,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_4_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_4_fully_connected_settings, input, output, model_memory + 0);
}

static const model_softmax_t model_5_softmax_settings = {
  /* multiplier */ 1124805504, /* lowest_difference */ -124, /* rows */ 1, /* classes */ 2, /* shift */ 24,
};

/* SOFTMAX */
static MODEL_APART void model_5_softmax(const int8_t *input, int8_t *output)
{
  model_softmax(&model_5_softmax_settings, input, output);
}

void model_invoke(const int8_t *input, int8_t *output)
{
  model_0_conv_2d(input, (int8_t *)(model_memory + 0));
  model_1_conv_2d((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 0));
  model_2_conv_2d((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 0));
  model_3_mean((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 6));
  model_4_fully_connected((int8_t *)(model_memory + 6), (int8_t *)(model_memory + 6));
  model_5_softmax((int8_t *)(model_memory + 6), output);
}
