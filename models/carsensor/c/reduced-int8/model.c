#include "model.h"

#define MODEL_NARROW 1
#define MODEL_SATURATED 1
#define MODEL_POOLED 1
#define MODEL_OUTPUTS_SHARED 0

#define MODEL_PACKED 0
#define MODEL_LONG 0
#define MODEL_ALWAYS_POOLED 1
#define MODEL_ONE_ROW 1

#if defined(__GNUC__)
#define MODEL_APART __attribute__((noinline))
#define MODEL_HELPER static inline __attribute__((unused))
#else
#define MODEL_APART
#define MODEL_HELPER static inline
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
#include <arm_mve.h>
#endif

/* Cores of ARMv6-M: no 32-bit instructions, no products of 64 bits. */
#if defined(__GNUC__) && defined(__thumb__) && !defined(__thumb2__) && !defined(__ARM_BIG_ENDIAN) && \
    !defined(MODEL_PORTABLE)
#define MODEL_THUMB1
/* For size, GCC takes r8 to r11 for nobody's there: what changes them has to save them. */
#if defined(__OPTIMIZE_SIZE__) && !defined(__clang__)
#define MODEL_SAVED "mov r4, r8\n\tmov r5, r10\n\tpush {r4, r5}\n\t"
#define MODEL_RESTORED "pop {r4, r5}\n\tmov r8, r4\n\tmov r10, r5\n\t"
#else
#define MODEL_SAVED
#define MODEL_RESTORED
#endif
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
#if defined(MODEL_ENDS_WITHIN)
#define MODEL_ENDS_BYTES 0
#else
#define MODEL_ENDS_BYTES (MODEL_INPUT_BYTES + MODEL_OUTPUT_BYTES)
#endif
#if !defined(MODEL_SHARED) && MODEL_RAM_BYTES + MODEL_ENDS_BYTES > RAMEND - RAMSTART + 1
#error "model_invoke: this core has too little RAM for the model, its input and its output."
#endif
#endif
#elif PTRDIFF_MAX < MODEL_RAM_BYTES || PTRDIFF_MAX < MODEL_INPUT_BYTES
#error "model_invoke: this core cannot address buffers as large as those of the model."
#endif

/* The upper half of a product of 64 bits, rounded. */
static inline int32_t model_high(int32_t value, int32_t multiplier)
{
#if defined(MODEL_DSP)
  __asm__("smmulr %0, %0, %1" : "+r"(value) : "r"(multiplier));
  return value;
#elif defined(MODEL_THUMB1)
  const int32_t upper = value >> 16, factor = multiplier >> 16;
  const uint32_t lower = (uint32_t)value & 0xFFFF, rest = (uint32_t)multiplier & 0xFFFF;
  const int32_t mixed = upper * (int32_t)rest;
  const int32_t other = (int32_t)lower * factor + (int32_t)(lower * rest >> 16);
  const int32_t carried = ((mixed & 0xFFFF) + (other & 0xFFFF) + 0x8000) >> 16;
  return upper * factor + (mixed >> 16) + (other >> 16) + carried;
#else
  return (int32_t)(((int64_t)value * multiplier + ((int64_t)1 << 31)) >> 32);
#endif
}

/* A factor of one half or less: a multiplier, a bias in the upper 27 bits of a word and below it a right shift less
   one, behind which the last bit is rounded away. */
typedef struct {
  int32_t multiplier;
  int32_t bias_and_shift;
} model_channel_t;

MODEL_HELPER int32_t model_requantize(int32_t sum, const model_channel_t *channel)
{
  const int32_t packed = channel->bias_and_shift;
  const int32_t high = model_high((sum + (packed >> 5)) * 2, channel->multiplier);
  return (((high + (high >> 31)) >> (packed & 31)) + 1) >> 1;
}

#if defined(MODEL_HELIUM)
/* The same of four neighbouring channels. */
MODEL_HELPER int32x4_t model_requantize_four(int32x4_t sums, const model_channel_t *channel)
{
  const int32x4x2_t factors = vld2q_s32(&channel->multiplier);
  const int32x4_t packed = factors.val[1];
  const int32x4_t high = vqrdmulhq_s32(vaddq_s32(sums, vshrq_n_s32(packed, 5)), factors.val[0]);
  return vrshlq_s32(vaddq_s32(high, vshrq_n_s32(high, 31)), vornq_s32(vdupq_n_s32(~31), packed));
}
#endif

/* No activation of this model cuts off more than int8 itself. */
MODEL_HELPER int8_t model_clamp(int32_t value, int32_t lowest, int32_t highest)
{
  (void)lowest;
  (void)highest;
  value = value < -128 ? -128 : value;
  return (int8_t)(value > 127 ? 127 : value);
}

/* Sums of neighbouring channels as outputs. Where sums meet in the maximum of a pooling window, they are left as low as
   they get.
   Paths, and instructions an output: MODEL_DSP 13, of narrow factors; MODEL_HELIUM and C as compiled. */
#define MODEL_SUMS 16 /* that are made before they are requantized, where nothing else says how many */

#if MODEL_OUTPUTS_SHARED
#define MODEL_ONCE MODEL_APART
#elif defined(__GNUC__)
#define MODEL_ONCE __attribute__((unused)) /* where a depthwise convolution makes outputs of its sums itself */
#else
#define MODEL_ONCE
#endif

#if defined(MODEL_HELIUM)
/* Four at a time. */
static MODEL_ONCE int8_t *model_outputs(int32_t *sums, const model_channel_t *channel, int32_t number, int8_t *output,
                                  int32_t zero, int32_t lowest, int32_t highest)
{
  for (; number >= 4; number -= 4, sums += 4, channel += 4, output += 4) {
    const int32x4_t values = vaddq_n_s32(model_requantize_four(vldrwq_s32(sums), channel), zero);
    vstrbq_s32(output, vminq_s32(vmaxq_s32(values, vdupq_n_s32(lowest)), vdupq_n_s32(highest)));
#if MODEL_POOLED
    vstrwq_s32(sums, vdupq_n_s32(INT32_MIN));
#endif
  }
  for (; number > 0; --number) {
    *output++ = model_clamp(model_requantize(*sums, channel++) + zero, lowest, highest);
#if MODEL_POOLED
    *sums = INT32_MIN;
#endif
    ++sums;
  }
  return output;
}
#elif defined(MODEL_DSP) && MODEL_NARROW
/* As `model_requantize` and `model_clamp`, with the zero point added before the last bit is rounded away. */
static MODEL_ONCE int8_t *model_outputs(int32_t *sums, const model_channel_t *channel, int32_t number, int8_t *output,
                                  int32_t zero, int32_t lowest, int32_t highest)
{
  int32_t value, multiplier, packed;
#if MODEL_POOLED
#define MODEL_TAKEN "ldr %[value], [%[sums]]\n\t"
#define MODEL_LEFT "str %[low], [%[sums]], #4\n\t"
#else
#define MODEL_TAKEN "ldr %[value], [%[sums]], #4\n\t"
#define MODEL_LEFT
#endif
#if MODEL_SATURATED
  (void)lowest;
  (void)highest;
#define MODEL_CLAMPED "ssat %[value], #8, %[value], asr #1\n\t"
#else
#define MODEL_CLAMPED                 \
  "asr %[value], %[value], #1\n\t" \
  "cmp %[value], %[lowest]\n\t"    \
  "it lt\n\t"                      \
  "movlt %[value], %[lowest]\n\t"  \
  "cmp %[value], %[highest]\n\t"   \
  "it gt\n\t"                      \
  "movgt %[value], %[highest]\n\t"
#endif
  __asm__ volatile("1:\n\t" MODEL_TAKEN "ldrd %[multiplier], %[packed], [%[channel]], #8\n\t"
                   "add %[value], %[value], %[packed], asr #5\n\t"
                   "lsls %[value], %[value], #1\n\t"
                   "smmulr %[value], %[value], %[multiplier]\n\t"
                   "and %[packed], %[packed], #31\n\t"
                   "add %[value], %[value], %[value], asr #31\n\t"
                   "asrs %[value], %[value], %[packed]\n\t"
                   "adds %[value], %[value], %[rounded]\n\t" MODEL_CLAMPED "strb %[value], [%[output]], #1\n\t" MODEL_LEFT
                   "cmp %[sums], %[end]\n\t"
                   "bne 1b"
                   : [sums] "+r"(sums), [channel] "+r"(channel), [output] "+r"(output), [value] "=&r"(value),
                     [multiplier] "=&r"(multiplier), [packed] "=&r"(packed)
                   : [end] "r"(sums + number), [rounded] "r"(2 * zero + 1)
#if MODEL_POOLED
                                                   ,
                     [low] "r"(INT32_MIN)
#endif
#if !MODEL_SATURATED
                         ,
                     [lowest] "r"(lowest), [highest] "r"(highest)
#endif
                   : "cc", "memory");
#undef MODEL_TAKEN
#undef MODEL_LEFT
#undef MODEL_CLAMPED
  return output;
}
#else
static MODEL_ONCE int8_t *model_outputs(int32_t *sums, const model_channel_t *channel, int32_t number, int8_t *output,
                                  int32_t zero, int32_t lowest, int32_t highest)
{
  const model_channel_t *end = channel + number;
  do {
    *output++ = model_clamp(model_requantize(*sums, channel) + zero, lowest, highest);
#if MODEL_POOLED
    *sums = INT32_MIN;
#endif
    ++sums;
  } while (++channel != end);
  return output;
}
#endif

/* Sums of products of two windows of 16 bits and two channels of weights, four numbers at a time. Both channels share a
   halfword, 256 times the second one plus the first: its products are summed up as they are, those of its lower byte
   too, and of the difference the second channel's sum is a 256th part. That is exact while no sum of the second channel
   reaches 2^23; where one might, MODEL_LONG parts it. `weights` is left behind the last word.
   Paths, and instructions a product: MODEL_HELIUM 14 / 96, MODEL_DSP 16 / 16, MODEL_THUMB2 34 / 16, MODEL_THUMB1 29 / 8,
   MODEL_HALVES and C as compiled. Bounds: none but those of 32 bits for a sum. */
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
static inline void model_sixteen(model_threes_t *s, int8x16_t first, int8x16_t upper, int8x16_t x, int8x16_t y, int8x16_t z,
                              int32_t third)
{
  const int8x16_t second = vsubq_s8(upper, vshrq_n_s8(first, 7));
  s->p0 = vmladavaq_s8(s->p0, first, x);
  s->p1 = vmladavaq_s8(s->p1, second, x);
  s->q0 = vmladavaq_s8(s->q0, first, y);
  s->q1 = vmladavaq_s8(s->q1, second, y);
  if (third) {
    s->r0 = vmladavaq_s8(s->r0, first, z);
    s->r1 = vmladavaq_s8(s->r1, second, z);
  }
}

/* Sixteen numbers at a time; none is read beyond the last, and without a `third` window none of `r`. */
static inline model_threes_t model_threes(const uint32_t *weights, int32_t sixteens, int32_t left, const model_number_t *p,
                                    const model_number_t *q, const model_number_t *r, int32_t third)
{
  const int8_t *at = (const int8_t *)weights;
  model_threes_t s = {0, 0, 0, 0, 0, 0};
  for (int32_t i = sixteens; i > 0; --i, at += 32, p += 16, q += 16, r += 16) {
    const int8x16x2_t both = vld2q_s8(at);
    const int8x16_t y = vldrbq_s8(q), z = third ? vldrbq_s8(r) : y;
    model_sixteen(&s, both.val[0], both.val[1], vldrbq_s8(p), y, z, third);
  }
  if (left) {
    const mve_pred16_t some = vctp8q((uint32_t)left);
    const uint8x16_t apart = vidupq_n_u8(0, 2);
    const int8x16_t y = vldrbq_z_s8(q, some), z = third ? vldrbq_z_s8(r, some) : y;
    model_sixteen(&s, vldrbq_gather_offset_z_s8(at, apart, some), vldrbq_gather_offset_z_s8(at + 1, apart, some),
               vldrbq_z_s8(p, some), y, z, third);
  }
  return s;
}

MODEL_HELPER model_sums_t model_part(const uint32_t **weights, const uint32_t *end, const model_number_t *p, const model_number_t *q)
{
  const int32_t numbers = 2 * (int32_t)(end - *weights);
  const model_threes_t threes = model_threes(*weights, numbers >> 4, numbers & 15, p, q, q, 0);
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
          "push {r4-r7}\n\t" MODEL_SAVED "movs r4, #0\n\t"
          "mov r8, r4\n\t"
          "mov r10, r4\n\t"
          "mov r12, r4\n\t"
          "mov lr, r4\n"
          "1:\n\t" MODEL_NUMBER MODEL_NUMBER "bne 1b\n\t"
          "mov r0, r8\n\t"
          "mov r1, r10\n\t"
          "mov r2, r12\n\t"
          "mov r3, lr\n\t" MODEL_RESTORED "pop {r4-r7}"
          : "+l"(index), "+l"(at), "+l"(one), "+l"(other)
          :
          : "r8", "r10", "r12", "lr", "cc", "memory");
#undef MODEL_NUMBER
  *weights = end;
  const uint32_t p0 = (uint32_t)at, p1 = (uint32_t)one, q0 = (uint32_t)other, q1 = (uint32_t)index;
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
   time; sums meet in the maximum of their pooling window before they are requantized.
   Paths: MODEL_HELIUM, MODEL_DSP (copies, weights of few bits), C. A product takes what pairs.c says.
   Bounds: windows and strides of 255, rows and columns of 65535, weights that pair. */
typedef struct {
  const uint32_t *weights; /* of two channels together `words` times two words */
  const model_channel_t *channels;
  uint16_t input_width;
  uint16_t step;   /* numbers of the band from one window to the next */
  uint16_t words;
  uint16_t output_width, output_channels; /* behind the pooling */
  uint16_t columns;                                /* of the convolution that a pooling window sees */
  uint16_t kernel_width, stride_width, pad_left;
#if MODEL_PACKED
  uint8_t bits; /* of a weight; below 8, each channel pair is unpacked into `room` words */
  uint16_t room;
#endif
  uint8_t stretch;                 /* outputs of a row that are worked on at a time */
  uint8_t pool_width; /* the width is even, or 1 */
  int8_t input_zero, output_zero;
} model_conv_t;

/* Copies in assembly take more code than loops, and fewer instructions. */
#if defined(MODEL_DSP) && defined(__ARM_FEATURE_UNALIGNED) && !defined(MODEL_HELIUM) && !defined(__OPTIMIZE_SIZE__)
#define MODEL_COPIES
/* What does not come out even with four first. */
static inline void model_conv_copy(const int8_t *from, model_number_t *to, int32_t number)
{
  const model_number_t *end = to + number;
  int32_t word, even;
  __asm__ volatile("ands %[number], %[number], #3\n\t"
                   "beq 2f\n"
                   "1:\n\t"
                   "ldrsb %[word], [%[from]], #1\n\t"
                   "strh %[word], [%[to]], #2\n\t"
                   "subs %[number], %[number], #1\n\t"
                   "bne 1b\n"
                   "2:\n\t"
                   "cmp %[to], %[end]\n\t"
                   "beq 4f\n"
                   "3:\n\t"
                   "ldr %[word], [%[from]], #4\n\t"
                   "sxtb16 %[even], %[word]\n\t"
                   "sxtb16 %[word], %[word], ror #8\n\t"
                   "pkhbt %[number], %[even], %[word], lsl #16\n\t"
                   "pkhtb %[word], %[word], %[even], asr #16\n\t"
                   "str %[number], [%[to]], #4\n\t"
                   "str %[word], [%[to]], #4\n\t"
                   "cmp %[to], %[end]\n\t"
                   "bne 3b\n"
                   "4:"
                   : [from] "+r"(from), [to] "+r"(to), [number] "+r"(number), [word] "=&r"(word), [even] "=&r"(even)
                   : [end] "r"(end)
                   : "cc", "memory");
}

/* Numbers one behind another to places that are `column` apart. */
static inline void model_conv_spread(const int8_t *from, const int8_t *end, model_number_t *to, int32_t column)
{
  int32_t one;
  if ((end - from) & 1) {
    *to = *from++;
    to += column;
  }
  if (from != end) {
    __asm__ volatile("1:\n\t"
                     "ldrsb %[one], [%[from]], #1\n\t"
                     "strh %[one], [%[to]]\n\t"
                     "ldrsb %[one], [%[from]], #1\n\t"
                     "strh %[one], [%[to], %[column], lsl #1]\n\t"
                     "add %[to], %[to], %[column], lsl #2\n\t"
                     "cmp %[from], %[end]\n\t"
                     "bne 1b"
                     : [from] "+r"(from), [to] "+r"(to), [one] "=&r"(one)
                     : [end] "r"(end), [column] "r"(column)
                     : "cc", "memory");
  }
}
#endif

static MODEL_APART void model_conv_fill(const model_conv_t *l, const int8_t *input, model_number_t *band, int32_t top, int32_t left,
                                  int32_t columns)
{
  const int32_t depth = ((uint16_t)1), column = ((uint16_t)1), width = l->input_width;
  int32_t bottom = MODEL_ONE_ROW ? 1 : top + ((uint8_t)1), right = left + columns;
  top = MODEL_ONE_ROW ? 0 : top;
  if (top < 0 || left < 0 || bottom > (MODEL_ONE_ROW ? 1 : ((uint16_t)1)) || right > width) {
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
    bottom = MODEL_ONE_ROW || bottom < ((uint16_t)1) ? bottom : ((uint16_t)1);
    right = right < width ? right : width;
  }
  for (; top < bottom; ++top, band += depth) {
    const int8_t *from = input + (top * width + left) * depth, *end = input + (top * width + right) * depth;
    model_number_t *to = band;
#if defined(MODEL_COPIES)
    if (column > 1 && depth == 1) {
      model_conv_spread(from, end, to, column);
      from = end;
    }
    for (const int32_t run = column == depth ? (int32_t)(end - from) : depth; from < end; from += run, to += column) {
      model_conv_copy(from, to, run);
    }
#else
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
#endif
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
#if defined(MODEL_DSP)
#define MODEL_BYTES(to, shifted)            \
  "and " to ", %[mask], " shifted "\n\t" \
  "ssub8 " to ", " to ", %[raised]\n\t"
static MODEL_APART const uint32_t *model_conv_unpack(const model_conv_t *l, const uint32_t *packed, uint32_t *room)
{
  const uint32_t one = 1, ones = 0x01010101u, mask = ((one << l->bits) - 1) * ones,
                 raised = (one << (l->bits - 1)) * ones;
  const uint32_t *end = room + l->room;
  uint32_t a, b, c, d;
  if (l->bits == 4) {
    __asm__ volatile("tst %[words], #2\n\t"
                     "beq 1f\n\t"
                     "ldr %[c], [%[packed]], #4\n\t"
                     "b 2f\n"
                     "1:\n\t"
                     "ldrd %[a], %[c], [%[packed]], #8\n\t" MODEL_BYTES("%[b]", "%[a], lsr #4")
                         MODEL_BYTES("%[a]", "%[a]") "strd %[a], %[b], [%[room]], #8\n"
                                                  "2:\n\t" MODEL_BYTES("%[d]", "%[c], lsr #4")
                                                      MODEL_BYTES("%[c]", "%[c]") "strd %[c], %[d], [%[room]], #8\n\t"
                                                                               "cmp %[room], %[end]\n\t"
                                                                               "bne 1b"
                     : [packed] "+r"(packed), [room] "+r"(room), [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c), [d] "=&r"(d)
                     : [end] "r"(end), [mask] "r"(mask), [raised] "r"(raised), [words] "r"((int32_t)l->room)
                     : "cc", "memory");
  } else {
    __asm__ volatile("1:\n\t"
                     "ldr %[d], [%[packed]], #4\n\t" MODEL_BYTES("%[a]", "%[d]") MODEL_BYTES(
                         "%[b]", "%[d], lsr #2") "strd %[a], %[b], [%[room]], #8\n\t" MODEL_BYTES("%[c]", "%[d], lsr #4")
                         MODEL_BYTES("%[d]", "%[d], lsr #6") "strd %[c], %[d], [%[room]], #8\n\t"
                                                          "cmp %[room], %[end]\n\t"
                                                          "bne 1b"
                     : [packed] "+r"(packed), [room] "+r"(room), [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c), [d] "=&r"(d)
                     : [end] "r"(end), [mask] "r"(mask), [raised] "r"(raised)
                     : "cc", "memory");
  }
  return packed;
}
#undef MODEL_BYTES
#else
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
#endif

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
/* Two windows, or three, and all channels; `left` is what is left of a window's numbers behind a multiple of sixteen. */
static inline void model_conv_windows(const model_conv_t *l, const model_number_t *p, const model_number_t *q, const model_number_t *r,
                                   int32_t *one, int32_t *other, int32_t *third, int32_t left, int32_t threes)
{
  const int32_t words = 2 * (int32_t)l->words, sixteens = words >> 3;
  const uint32_t *weights = l->weights;
  for (const int32_t *end = one + (((int32_t)l->output_channels + 1) & ~(int32_t)1); one != end;
       one += 2, other += 2, weights += words) {
    const model_threes_t s = model_threes(weights, sixteens, left, p, q, r, threes);
    model_conv_keep(one, s.p0, s.p1);
    model_conv_keep(other, s.q0, s.q1);
    if (threes) {
      model_conv_keep(third, s.r0, s.r1);
      third += 2;
    }
  }
}

/* Of a single window that is left both are the same. */
static MODEL_APART void model_conv_row(const model_conv_t *l, const model_number_t *band, int32_t *best, int32_t windows)
{
  const int32_t step = l->step, depth = ((int32_t)l->output_channels + 1) & ~(int32_t)1;
  const int32_t left = 4 * l->words & 15;
#if MODEL_POOLED
  const int32_t pool = l->pool_width;
#else
  const int32_t pool = 1;
#endif
  for (int32_t j = 0; j < windows; j += 3) {
    const int32_t k = j + 1 < windows ? j + 1 : j;
    const model_number_t *p = band + j * step, *q = band + k * step, *r = q + step;
    int32_t *one = best + j / pool * depth, *other = best + k / pool * depth;
    if (j + 2 >= windows) {
      model_conv_windows(l, p, q, q, one, other, other, left, 0);
    } else if (left) {
      model_conv_windows(l, p, q, r, one, other, best + (j + 2) / pool * depth, left, 1);
    } else {
      model_conv_windows(l, p, q, r, one, other, best + (j + 2) / pool * depth, 0, 1);
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

static int8_t *model_conv_store(const model_conv_t *l, int32_t *best, int32_t outputs, int8_t *output)
{
  do {
    output = model_outputs(best, l->channels, l->output_channels, output, l->output_zero, ((int8_t)-128), ((int8_t)127));
    best += l->output_channels + (l->output_channels & 1);
  } while (--outputs > 0);
  return output;
}

#define MODEL_POOL_WIDTH (MODEL_POOLED ? l->pool_width : 1)
#define MODEL_POOL_HEIGHT (MODEL_POOLED && !MODEL_ONE_ROW ? ((uint8_t)1) : 1)

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
  int32_t y = 0;
  do {
    int32_t outputs = l->stretch, x = 0;
    do {
      const int32_t first = x * MODEL_POOL_WIDTH;
      int32_t windows = l->columns - first;
      outputs = l->output_width - x < outputs ? l->output_width - x : outputs;
      windows = windows < outputs * MODEL_POOL_WIDTH ? windows : outputs * MODEL_POOL_WIDTH;
      for (int32_t row = y * MODEL_POOL_HEIGHT; row < (y + 1) * MODEL_POOL_HEIGHT && row < (MODEL_ONE_ROW ? 1 : ((uint16_t)1));
           ++row) {
        model_conv_fill(l, input, band, row * ((uint8_t)1) - ((uint8_t)0), first * l->stride_width - l->pad_left,
                     (windows - 1) * l->stride_width + l->kernel_width);
#if MODEL_PACKED
        model_conv_row(l, band, scratch, windows, (uint32_t *)room);
#else
        model_conv_row(l, band, scratch, windows);
#endif
      }
      output = model_conv_store(l, scratch, outputs, output);
      x += outputs;
    } while (x < l->output_width);
  } while (++y < (MODEL_ONE_ROW ? 1 : ((uint16_t)1)));
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

static int32_t model_memory[166];

static const uint32_t model_0_conv_2d_weights[] = {
  0x16981944, 0xed590518, 0x3abbd8ab, 0xb53ac829, 0x9e52fcbb, 0xbf7f08ca, 0x80b817dc, 0x00000000, 0x822934dd,
  0x110f0a92, 0xbc7fcc0a, 0x7ef82603, 0x4345bfdc, 0xf51ef4dd, 0x5b110818, 0x00000000,
};

static const model_channel_t model_0_conv_2d_channels[] = {
  {1937364435, -6586}, {1744247268, -683706}, {1612811609, 234470}, {1444606055, 160517},
};

static const model_conv_t model_0_conv_2d_settings = {
  /* weights */ model_0_conv_2d_weights, /* channels */ model_0_conv_2d_channels, /* input_width */ 512,
  /* step */ 4, /* words */ 4, /* output_width */ 64, /* output_channels */ 4, /* columns */ 128,
  /* kernel_width */ 14, /* stride_width */ 4, /* pad_left */ 4, /* stretch */ 4, /* pool_width */ 2,
  /* input_zero */ -62, /* output_zero */ -128,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_0_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_0_conv_2d_settings, input, output, model_memory + 128);
}

static const uint32_t model_1_conv_2d_weights[] = {
  0xe05b007f, 0x07cf1818, 0xf2061e28, 0x0cf4c6b5, 0x006ee7b9, 0xea08cf31, 0x8128e9d2, 0x21e0ee33, 0xcf52d634,
  0x1d9fba03, 0xf938dd3b, 0xedbc21e2, 0x9f5bd3de, 0xf806e849, 0xce812c19, 0x7f0a8bf4, 0x4f1dcc08, 0x5e1ddac0,
  0x6fe2140b, 0xc314e1c4, 0xe1ee5434, 0x67c10cce, 0x1834281d, 0xf8d4c3c7, 0xe19d9ce9, 0x42f7cf08, 0x63c0c2dc,
  0x5f31f923, 0x28d6da2a, 0x7f084d30, 0xc1f23113, 0xeba75fce, 0xf3003447, 0x3d772305, 0x7a57e447, 0xbce1bf02,
  0xe9b8f204, 0xe7fd74f6, 0x22e0c47f, 0x0e0bbdc1, 0xd663711b, 0x6bc6dab8,
};

static const model_channel_t model_1_conv_2d_channels[] = {
  {1325893724, 1758758}, {1283761973, -2214746}, {1904159053, -1487194}, {1394055491, 1206918},
  {1161144263, 790982}, {1813657037, 1808904},
};

static const model_conv_t model_1_conv_2d_settings = {
  /* weights */ model_1_conv_2d_weights, /* channels */ model_1_conv_2d_channels, /* input_width */ 256,
  /* step */ 4, /* words */ 7, /* output_width */ 16, /* output_channels */ 6, /* columns */ 64,
  /* kernel_width */ 28, /* stride_width */ 4, /* pad_left */ 12, /* stretch */ 2, /* pool_width */ 4,
  /* input_zero */ -128, /* output_zero */ -128,
};

/* CONV_2D, MAX_POOL_2D, MAX_POOL_2D */
static MODEL_APART void model_1_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_1_conv_2d_settings, input, output, model_memory + 64);
}

static const model_mean_t model_2_mean_settings = {
  /* channel */ {2146344114, 65538}, /* outer */ 1, /* reduced */ 16, /* inner */ 6, /* output_zero */ -128,
};

/* MEAN */
static MODEL_APART void model_2_mean(const int8_t *input, int8_t *output)
{
  model_mean(&model_2_mean_settings, input, output);
}

static const uint32_t model_3_fully_connected_weights[] = {
  0x8f931a53, 0x7ea612eb, 0x7f053a81, 0x00000000, 0x20e49efe, 0x4051eee8, 0xb8c77f7f, 0x00000000, 0x7ed445fd,
  0xbd7f77f1, 0x01260650, 0x00000000, 0xde0b0281, 0x7f42e18e, 0x49f4f5b1, 0x00000000,
};

static const model_channel_t model_3_fully_connected_channels[] = {
  {1626677529, -1051258}, {1128073445, 1013350}, {1548326209, 410662}, {1087925012, 153670},
  {1247030227, 747206}, {1951964630, 1078054}, {1099018869, -1056762}, {1251446362, 536070},
};

static const model_conv_t model_3_fully_connected_settings = {
  /* weights */ model_3_fully_connected_weights, /* channels */ model_3_fully_connected_channels,
  /* input_width */ 6, /* step */ 6, /* words */ 2, /* output_width */ 1, /* output_channels */ 8,
  /* columns */ 1, /* kernel_width */ 6, /* stride_width */ 6, /* pad_left */ 0, /* stretch */ 1,
  /* pool_width */ 1, /* input_zero */ -128, /* output_zero */ -128,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_3_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_3_fully_connected_settings, input, output, model_memory + 2);
}

static const uint32_t model_4_fully_connected_weights[] = {
  0x8b4a907f, 0x80e8833d, 0x5108874c, 0xd1fa24e6,
};

static const model_channel_t model_4_fully_connected_channels[] = {
  {2105963055, 1163592}, {1751250397, -2141720},
};

static const model_conv_t model_4_fully_connected_settings = {
  /* weights */ model_4_fully_connected_weights, /* channels */ model_4_fully_connected_channels,
  /* input_width */ 8, /* step */ 8, /* words */ 2, /* output_width */ 1, /* output_channels */ 2,
  /* columns */ 1, /* kernel_width */ 8, /* stride_width */ 8, /* pad_left */ 0, /* stretch */ 1,
  /* pool_width */ 1, /* input_zero */ -128, /* output_zero */ 39,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_4_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_4_fully_connected_settings, input, output, model_memory + 2);
}

static const model_softmax_t model_5_softmax_settings = {
  /* multiplier */ 1241645568, /* lowest_difference */ -124, /* rows */ 1, /* classes */ 2, /* shift */ 24,
};

/* SOFTMAX */
static MODEL_APART void model_5_softmax(const int8_t *input, int8_t *output)
{
  model_softmax(&model_5_softmax_settings, input, output);
}

int8_t *model_input(void)
{
  return (int8_t *)(model_memory + 0);
}

int8_t *model_output(void)
{
  return (int8_t *)(model_memory + 0);
}

void model_invoke(const int8_t *input, int8_t *output)
{
  model_0_conv_2d(input, (int8_t *)(model_memory + 0));
  model_1_conv_2d((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 0));
  model_2_mean((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 0));
  model_3_fully_connected((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 0));
  model_4_fully_connected((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 0));
  model_5_softmax((int8_t *)(model_memory + 0), output);
}
