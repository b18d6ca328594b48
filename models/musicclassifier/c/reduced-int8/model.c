#include "model.h"

#define MODEL_NARROW 1
#define MODEL_SATURATED 1
#define MODEL_POOLED 0
#define MODEL_OUTPUTS_SHARED 0

#define MODEL_DENSE_PACKED 0
#define MODEL_FOURS 0
#define MODEL_TWOS 1
#define MODEL_ONES 0
#define MODEL_DENSE_LONG 0

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

/* A dense layer of one place: four channels at a time, over inputs as they are. Two channels share a halfword, 256 times
   the second one plus the first; of four inputs each pair of channels has a word for the first and the third, and one
   for the others. Where sums of the second channel might reach 2^23, MODEL_DENSE_LONG parts them. A channel that is left
   alone, and all of a layer whose weights do not pair, have a byte for each weight. Weights of 4 and 2 bits share a
   halfword by fours and eights.
   Paths, and instructions a product: MODEL_DSP 18 / 16 of four channels, 13 / 8 of two, 18 / 8 of one, 20 / 16 of weights
   of 4 bits, 39 / 32 of 2; MODEL_THUMB1 35 / 8; MODEL_HELIUM, MODEL_HALVES and C as compiled. Bounds: inputs a multiple of four
   up to 65535. */
typedef struct {
  const uint32_t *weights;
  const model_channel_t *channels;
  uint16_t inputs, outputs; /* the inputs are a multiple of four */
#if MODEL_DENSE_PACKED
  uint8_t bits; /* of a weight: 8, 4 or 2 */
#endif
  int8_t output_zero;
} model_dense_t;

/* Of so many channels that are left, those that are worked on next. */
static inline int32_t model_dense_next(const model_dense_t *l, int32_t left)
{
  (void)l; /* where all layers share `together`, a number stands in its place */
#if MODEL_DENSE_PACKED
  if (l->bits < 8) {
    return 16 / l->bits;
  }
#endif
#if MODEL_FOURS + MODEL_TWOS + MODEL_ONES == 1
  (void)left;
  return 4 * MODEL_FOURS + 2 * MODEL_TWOS + MODEL_ONES;
#else
  return left > 2 || left > ((uint8_t)2) ? ((uint8_t)2) : left;
#endif
}

#if MODEL_DENSE_LONG
#define MODEL_KEEP(sum, part) ((sum) += (part))
#else
#define MODEL_KEEP(sum, part) ((sum) = (part))
#endif

#if defined(MODEL_HELIUM)
/* Words of one half of sixteen inputs and of the other, as the weights of two channels. */
static inline void model_dense_apart(int32x4_t even, int32x4_t odd, int8x16_t *first, int8x16_t *second)
{
  const int16x8_t a = vreinterpretq_s16_s32(even), b = vreinterpretq_s16_s32(odd);
  *second = vrshrntq_n_s16(vrshrnbq_n_s16(vuninitializedq_s8(), a, 8), b, 8);
  *first = vmovntq_s16(vreinterpretq_s8_s16(a), b);
}

static inline void model_dense_sixteen(int32x4x4_t words, int8x16_t x, int32_t *sums)
{
  int8x16_t first, second;
  model_dense_apart(words.val[0], words.val[1], &first, &second);
  sums[0] = vmladavaq_s8(sums[0], first, x);
  sums[1] = vmladavaq_s8(sums[1], second, x);
  model_dense_apart(words.val[2], words.val[3], &first, &second);
  sums[2] = vmladavaq_s8(sums[2], first, x);
  sums[3] = vmladavaq_s8(sums[3], second, x);
}

/* Of four channels, which take turns or stand in pairs behind each other: sixteen inputs at a time. No weight and no
   input is read beyond the last. */
static inline void model_dense_sums(const uint32_t *weights, const uint32_t *behind, int32_t turns, int32_t inputs,
                                 const int8_t *input, int32_t *sums)
{
  const int32_t *at = (const int32_t *)weights, *other = (const int32_t *)behind;
  const int32_t left = inputs & 15;
  int32_t own[4] = {0, 0, 0, 0};
  int32x4x4_t words;
  for (int32_t i = inputs >> 4; i > 0; --i, input += 16) {
    if (turns) {
      words = vld4q_s32(at);
      at += 16;
    } else {
      const int32x4x2_t one = vld2q_s32(at), two = vld2q_s32(other);
      words.val[0] = one.val[0];
      words.val[1] = one.val[1];
      words.val[2] = two.val[0];
      words.val[3] = two.val[1];
      at += 8;
      other += 8;
    }
    model_dense_sixteen(words, vldrbq_s8(input), own);
  }
  if (left) {
    const mve_pred16_t some = vctp8q((uint32_t)left);
    const uint32x4_t apart = turns ? vidupq_n_u32(0, 4) : vidupq_n_u32(0, 2);
    other = turns ? at + 2 : other;
    words.val[0] = vldrwq_gather_shifted_offset_z_s32(at, apart, some);
    words.val[1] = vldrwq_gather_shifted_offset_z_s32(at + 1, apart, some);
    words.val[2] = vldrwq_gather_shifted_offset_z_s32(other, apart, some);
    words.val[3] = vldrwq_gather_shifted_offset_z_s32(other + 1, apart, some);
    model_dense_sixteen(words, vldrbq_z_s8(input, some), own);
  }
  sums[0] = own[0];
  sums[1] = own[1];
  sums[2] = own[2];
  sums[3] = own[3];
}
#elif defined(MODEL_DSP) && defined(__ARM_FEATURE_UNALIGNED)
#if MODEL_FOURS
/* All registers but r9, which some programs keep for themselves. */
static inline const uint32_t *model_dense_four(const uint32_t *weights, const uint32_t *end, const int8_t *input,
                                            int32_t *sums)
{
  register const uint32_t *at __asm__("r0") = weights;
  register const uint32_t *last __asm__("r1") = end;
  register const int8_t *x __asm__("r2") = input;
  register uint32_t p0 __asm__("r4");
  register uint32_t p1 __asm__("r5");
  register uint32_t q0 __asm__("r8");
  register uint32_t q1 __asm__("r12");
  __asm__("push {r3, r6, r7, r10, r11, lr}\n\t"
          "movs r4, #0\n\t"
          "movs r5, #0\n\t"
          "mov r8, r4\n\t"
          "mov r12, r4\n"
          "1:\n\t"
          "ldr lr, [r2], #4\n\t"
          "ldm r0!, {r6, r7, r10, r11}\n\t"
          "sxtb16 r3, lr\n\t"
          "sxtb16 lr, lr, ror #8\n\t"
          "smlad r5, r6, r3, r5\n\t"
          "sxtb16 r6, r6\n\t"
          "smlad r4, r6, r3, r4\n\t"
          "smlad r5, r7, lr, r5\n\t"
          "sxtb16 r7, r7\n\t"
          "smlad r4, r7, lr, r4\n\t"
          "smlad r12, r10, r3, r12\n\t"
          "sxtb16 r10, r10\n\t"
          "smlad r8, r10, r3, r8\n\t"
          "smlad r12, r11, lr, r12\n\t"
          "sxtb16 r11, r11\n\t"
          "smlad r8, r11, lr, r8\n\t"
          "cmp r0, r1\n\t"
          "bne 1b\n\t"
          "pop {r3, r6, r7, r10, r11, lr}"
          : "+r"(at), "+r"(x), "=&r"(p0), "=&r"(p1), "=&r"(q0), "=&r"(q1)
          : "r"(last)
          : "cc", "memory");
  MODEL_KEEP(sums[0], (int32_t)p0);
  MODEL_KEEP(sums[1], (int32_t)(p1 - p0) >> 8);
  MODEL_KEEP(sums[2], (int32_t)q0);
  MODEL_KEEP(sums[3], (int32_t)(q1 - q0) >> 8);
  return at;
}

#endif

#if MODEL_TWOS
/* The same of two channels. */
static inline const uint32_t *model_dense_two(const uint32_t *weights, const uint32_t *end, const int8_t *input,
                                           int32_t *sums)
{
  uint32_t p0 = 0, p1 = 0, x, w;
  __asm__("1:\n\t"
          "ldr %[x], [%[input]], #4\n\t"
          "ldr %[w], [%[at]], #4\n\t"
          "sxtb16 lr, %[x]\n\t"
          "smlad %[p1], %[w], lr, %[p1]\n\t"
          "sxtb16 %[w], %[w]\n\t"
          "smlad %[p0], %[w], lr, %[p0]\n\t"
          "sxtb16 %[x], %[x], ror #8\n\t"
          "ldr %[w], [%[at]], #4\n\t"
          "smlad %[p1], %[w], %[x], %[p1]\n\t"
          "sxtb16 %[w], %[w]\n\t"
          "smlad %[p0], %[w], %[x], %[p0]\n\t"
          "cmp %[at], %[end]\n\t"
          "bne 1b"
          : [at] "+r"(weights), [input] "+r"(input), [p0] "+r"(p0), [p1] "+r"(p1), [x] "=&r"(x), [w] "=&r"(w)
          : [end] "r"(end)
          : "cc", "lr", "memory");
  MODEL_KEEP(sums[0], (int32_t)p0);
  MODEL_KEEP(sums[1], (int32_t)(p1 - p0) >> 8);
  return weights;
}
#endif
#elif defined(MODEL_HALVES) && !defined(MODEL_THUMB1)
#if MODEL_FOURS || MODEL_TWOS
static inline void model_dense_tap(const model_half_t *weights, int32_t x, int32_t *first, int32_t *both)
{
  *first += *(const int8_t *)weights * x;
  *both = (int32_t)((uint32_t)*both + (uint32_t)(*weights * x));
}
#endif

#if MODEL_FOURS
static inline const uint32_t *model_dense_four(const uint32_t *weights, const uint32_t *end, const int8_t *input,
                                            int32_t *sums)
{
  const model_half_t *at = (const model_half_t *)weights;
  int32_t p0 = 0, p1 = 0, q0 = 0, q1 = 0;
  do {
    const int32_t x = input[0], y = input[1];
    model_dense_tap(at, x, &p0, &p1);
    model_dense_tap(at + 4, x, &q0, &q1);
    model_dense_tap(at + 2, y, &p0, &p1);
    model_dense_tap(at + 6, y, &q0, &q1);
    const int32_t z = input[2], t = input[3];
    model_dense_tap(at + 1, z, &p0, &p1);
    model_dense_tap(at + 5, z, &q0, &q1);
    model_dense_tap(at + 3, t, &p0, &p1);
    model_dense_tap(at + 7, t, &q0, &q1);
    at += 8;
    input += 4;
  } while (at != (const model_half_t *)end);
  MODEL_KEEP(sums[0], p0);
  MODEL_KEEP(sums[1], (int32_t)((uint32_t)p1 - (uint32_t)p0) >> 8);
  MODEL_KEEP(sums[2], q0);
  MODEL_KEEP(sums[3], (int32_t)((uint32_t)q1 - (uint32_t)q0) >> 8);
  return end;
}
#endif

#if MODEL_TWOS
static inline const uint32_t *model_dense_two(const uint32_t *weights, const uint32_t *end, const int8_t *input,
                                           int32_t *sums)
{
  const model_half_t *at = (const model_half_t *)weights;
  int32_t p0 = 0, p1 = 0;
  do {
    model_dense_tap(at, input[0], &p0, &p1);
    model_dense_tap(at + 2, input[1], &p0, &p1);
    model_dense_tap(at + 1, input[2], &p0, &p1);
    model_dense_tap(at + 3, input[3], &p0, &p1);
    at += 4;
    input += 4;
  } while (at != (const model_half_t *)end);
  MODEL_KEEP(sums[0], p0);
  MODEL_KEEP(sums[1], (int32_t)((uint32_t)p1 - (uint32_t)p0) >> 8);
  return end;
}
#endif
#else
#if defined(MODEL_THUMB1)
/* Sums stand in upper registers; the pointer to the inputs is at their end, and an index runs up to zero. */
static MODEL_APART void model_dense_pair(const uint32_t *weights, const uint32_t *end, int32_t step, const int8_t *input,
                                   int32_t *sums)
{
  const int32_t words = (int32_t)(end - weights), inputs = step == 4 ? words : 2 * words;
  register const uint32_t *at __asm__("r0") = weights;
  register int32_t skipped __asm__("r1") = 4 * step - 8;
  register const int8_t *behind __asm__("r2") = input + inputs;
  register int32_t index __asm__("r3") = -inputs;
#define MODEL_INPUT(word)     \
  "ldrsb r6, [r2, r3]\n\t" \
  "sxtb r7, " word "\n\t"  \
  "muls r7, r6, r7\n\t"    \
  "add r12, r7\n\t"
#define MODEL_LOWER(word)    \
  MODEL_INPUT(word)          \
  "sxth r7, " word "\n\t" \
  "muls r7, r6, r7\n\t"   \
  "add lr, r7\n\t"        \
  "adds r3, #1\n\t"
#define MODEL_UPPER(word)                                                                \
  "asrs " word ", " word ", #16\n\t" MODEL_INPUT(word) "muls " word ", r6, " word "\n\t" \
                                                    "add lr, " word "\n\t"            \
                                                    "adds r3, #1\n\t"
  __asm__(".syntax unified\n\t"
          "push {r4-r7}\n\t"
          "movs r4, #0\n\t"
          "mov r12, r4\n\t"
          "mov lr, r4\n"
          "1:\n\t"
          "ldm r0!, {r4, r5}\n\t"
          "add r0, r1\n\t" MODEL_LOWER("r4") MODEL_LOWER("r5") MODEL_UPPER("r4") MODEL_UPPER("r5") "bne 1b\n\t"
                                                                                       "mov r1, r12\n\t"
                                                                                       "mov r3, lr\n\t"
                                                                                       "pop {r4-r7}"
          : "+l"(at), "+l"(index), "+l"(skipped)
          : "l"(behind)
          : "r12", "lr", "cc", "memory");
#undef MODEL_INPUT
#undef MODEL_LOWER
#undef MODEL_UPPER
  const uint32_t p0 = (uint32_t)skipped, p1 = (uint32_t)index;
  MODEL_KEEP(sums[0], (int32_t)p0);
  MODEL_KEEP(sums[1], (int32_t)(p1 - p0) >> 8);
}
#else
static MODEL_APART void model_dense_pair(const uint32_t *weights, const uint32_t *end, int32_t step, const int8_t *input,
                                   int32_t *sums)
{
  int32_t p0 = 0;
  uint32_t p1 = 0;
  for (; weights != end; input += 4, weights += step) {
    const uint32_t even = weights[0], odd = weights[1], even_upper = even >> 16, odd_upper = odd >> 16;
    const int32_t a = input[0], b = input[1], c = input[2], d = input[3];
    p0 += (int8_t)even * a + (int8_t)odd * b + (int8_t)even_upper * c + (int8_t)odd_upper * d;
    p1 += (uint32_t)((int16_t)even * a) + (uint32_t)((int16_t)odd * b);
    p1 += (uint32_t)((int16_t)even_upper * c) + (uint32_t)((int16_t)odd_upper * d);
  }
  MODEL_KEEP(sums[0], p0);
  MODEL_KEEP(sums[1], (int32_t)(p1 - (uint32_t)p0) >> 8);
}
#endif

#if MODEL_FOURS
static inline const uint32_t *model_dense_four(const uint32_t *weights, const uint32_t *end, const int8_t *input,
                                            int32_t *sums)
{
  model_dense_pair(weights, end, 4, input, sums);
  model_dense_pair(weights + 2, end + 2, 4, input, sums + 2);
  return end;
}
#endif

#if MODEL_TWOS
static inline const uint32_t *model_dense_two(const uint32_t *weights, const uint32_t *end, const int8_t *input,
                                           int32_t *sums)
{
  model_dense_pair(weights, end, 2, input, sums);
  return end;
}
#endif
#endif

#if (MODEL_FOURS || MODEL_TWOS) && !defined(MODEL_HELIUM)
/* Sums of two or four channels. */
static inline const uint32_t *model_dense_pairs(const uint32_t *weights, int32_t channels, int32_t inputs,
                                             const int8_t *input, int32_t *sums)
{
  int32_t part;
#if MODEL_DENSE_LONG
  for (int32_t i = 0; i < channels; ++i) {
    sums[i] = 0;
  }
#endif
  do {
    part = MODEL_DENSE_LONG && inputs > 512 ? 512 : inputs;
#if MODEL_FOURS
    if (channels == 4) {
      weights = model_dense_four(weights, weights + part, input, sums);
    }
#endif
#if MODEL_TWOS
    if (channels == 2) {
      weights = model_dense_two(weights, weights + part / 2, input, sums);
    }
#endif
    input += part;
    inputs -= part;
  } while (inputs > 0);
  return weights;
}
#endif

#if MODEL_ONES
/* The sum of one channel. */
static inline const uint32_t *model_dense_one(const uint32_t *weights, int32_t inputs, const int8_t *input, int32_t *sum)
{
  int32_t all = 0;
#if defined(MODEL_HELIUM)
  const int8_t *at = (const int8_t *)weights;
  for (int32_t left = inputs; left > 0; left -= 16, at += 16, input += 16) {
    const mve_pred16_t some = vctp8q((uint32_t)left);
    all = vmladavaq_p_s8(all, vldrbq_z_s8(at, some), vldrbq_z_s8(input, some), some);
  }
  weights += inputs / 4;
#elif defined(MODEL_DSP) && defined(__ARM_FEATURE_UNALIGNED)
  const int8_t *end = input + inputs;
  int32_t x, w, x_even, w_even;
#define MODEL_FOUR                                    \
  "ldr %[x], [%[input]], #4\n\t"                   \
  "ldr %[w], [%[weights]], #4\n\t"                 \
  "sxtb16 %[x_even], %[x]\n\t"                     \
  "sxtb16 %[w_even], %[w]\n\t"                     \
  "smlad %[all], %[x_even], %[w_even], %[all]\n\t" \
  "sxtb16 %[x], %[x], ror #8\n\t"                  \
  "sxtb16 %[w], %[w], ror #8\n\t"                  \
  "smlad %[all], %[x], %[w], %[all]\n\t"
  __asm__("tst %[inputs], #4\n\t"
          "bne 2f\n"
          "1:\n\t" MODEL_FOUR "2:\n\t" MODEL_FOUR "cmp %[input], %[end]\n\t"
          "bne 1b"
          : [weights] "+r"(weights), [input] "+r"(input), [all] "+r"(all), [x] "=&r"(x), [w] "=&r"(w),
            [x_even] "=&r"(x_even), [w_even] "=&r"(w_even)
          : [end] "r"(end), [inputs] "r"(inputs)
          : "cc", "memory");
#undef MODEL_FOUR
#else
  for (const int8_t *end = input + inputs; input != end; input += 4) {
    const uint32_t word = *weights++, second = word >> 8, third = word >> 16, fourth = word >> 24;
    all += (int32_t)(int8_t)word * input[0] + (int32_t)(int8_t)second * input[1];
    all += (int32_t)(int8_t)third * input[2] + (int32_t)(int8_t)fourth * input[3];
  }
#endif
  *sum = all;
  return weights;
}
#endif

#if MODEL_DENSE_PACKED
/* Weights of 4 or 2 bits of which four or eight channels share a halfword: the last one stands highest and has its sign,
   the others are raised by half their range. Halfwords are multiplied as they are, and each channel but the last one's
   bits of them where they stand. That is exact for 508 inputs. */
typedef struct {
  uint32_t first, second, third, whole;
} model_quarters_t;

#if defined(MODEL_DSP) && defined(__ARM_FEATURE_UNALIGNED)
#define MODEL_FIELD(sum, word, mask, x) "and r1, " word ", " mask "\n\tsmlad " sum ", r1, " x ", " sum "\n\t"
#define MODEL_LAST(sum, word, mask, x) "and " word ", " word ", " mask "\n\tsmlad " sum ", " word ", " x ", " sum "\n\t"
#define MODEL_FOUR_FIELDS(word, x)                                                                                       \
  "smlad r12, " word ", " x ", r12\n\t" MODEL_FIELD("r4", word, "#0x000f000f", x) MODEL_FIELD("r5", word, "#0x00f000f0", x) \
      MODEL_LAST("r8", word, "#0x0f000f00", x)
#define MODEL_EIGHT_FIELDS                                                                                            \
  "smlad r12, lr, r3, r12\n\t" MODEL_FIELD("r4", "lr", "#0x00030003", "r3") MODEL_FIELD("r5", "lr", "#0x000c000c", "r3") \
      MODEL_FIELD("r6", "lr", "#0x00300030", "r3") MODEL_FIELD("r7", "lr", "#0x00c000c0", "r3")                          \
          MODEL_FIELD("r8", "lr", "#0x03000300", "r3") MODEL_FIELD("r10", "lr", "#0x0c000c00", "r3")                     \
              MODEL_LAST("r11", "lr", "#0x30003000", "r3")
/* All registers but r9, which some programs keep for themselves. */
static inline model_quarters_t model_dense_quarters(const uint32_t *weights, const uint32_t *end, const int8_t *input)
{
  register const uint32_t *at __asm__("r0") = weights;
  register const uint32_t *last __asm__("r1") = end;
  register const int8_t *x __asm__("r2") = input;
  register uint32_t first __asm__("r4");
  register uint32_t second __asm__("r5");
  register uint32_t third __asm__("r8");
  register uint32_t whole __asm__("r12");
  __asm__("push {r1, r3, r6, r7, r11, lr}\n\t"
          "movs r4, #0\n\t"
          "movs r5, #0\n\t"
          "mov r8, r4\n\t"
          "mov r12, r4\n\t"
          "mov r11, r1\n"
          "1:\n\t"
          "ldr lr, [r2], #4\n\t"
          "ldrd r6, r7, [r0], #8\n\t"
          "sxtb16 r3, lr\n\t"
          "sxtb16 lr, lr, ror #8\n\t" MODEL_FOUR_FIELDS("r6", "r3")
              MODEL_FOUR_FIELDS("r7", "lr") "cmp r0, r11\n\t"
                                         "bne 1b\n\t"
                                         "pop {r1, r3, r6, r7, r11, lr}"
          : "+r"(at), "+r"(x), "=&r"(first), "=&r"(second), "=&r"(third), "=&r"(whole)
          : "r"(last)
          : "cc", "memory");
  const model_quarters_t sums = {first, second, third, whole};
  return sums;
}

static inline void model_dense_eighths(const uint32_t *weights, const uint32_t *end, const int8_t *input, uint32_t *sums)
{
  register const uint32_t *at __asm__("r0") = weights;
  register const uint32_t *last __asm__("r1") = end;
  register const int8_t *x __asm__("r2") = input;
  register uint32_t *to __asm__("r3") = sums;
  __asm__ volatile("push {r1, r3-r8, r10-r12, lr}\n\t"
                   "movs r4, #0\n\t"
                   "movs r5, #0\n\t"
                   "movs r6, #0\n\t"
                   "movs r7, #0\n\t"
                   "mov r8, r4\n\t"
                   "mov r10, r4\n\t"
                   "mov r11, r4\n\t"
                   "mov r12, r4\n"
                   "1:\n\t"
                   "ldr r3, [r2]\n\t"
                   "ldr lr, [r0], #4\n\t"
                   "sxtb16 r3, r3\n\t" MODEL_EIGHT_FIELDS "ldr r3, [r2], #4\n\t"
                   "ldr lr, [r0], #4\n\t"
                   "sxtb16 r3, r3, ror #8\n\t" MODEL_EIGHT_FIELDS "ldr r1, [sp]\n\t"
                   "cmp r0, r1\n\t"
                   "bne 1b\n\t"
                   "ldr r3, [sp, #4]\n\t"
                   "stm r3, {r4-r8, r10-r12}\n\t"
                   "pop {r1, r3-r8, r10-r12, lr}"
                   : "+r"(at), "+r"(x)
                   : "r"(last), "r"(to)
                   : "cc", "memory");
}
#undef MODEL_FIELD
#undef MODEL_LAST
#undef MODEL_FOUR_FIELDS
#undef MODEL_EIGHT_FIELDS

static inline int32_t model_dense_total(const int8_t *input, int32_t inputs)
{
  const int8_t *end = input + inputs;
  uint32_t total = 0, word;
  __asm__("1:\n\t"
          "ldr %[word], [%[input]], #4\n\t"
          "eor %[word], %[word], #0x80808080\n\t"
          "usada8 %[total], %[word], %[zero], %[total]\n\t"
          "cmp %[input], %[end]\n\t"
          "bne 1b"
          : [input] "+r"(input), [total] "+&r"(total), [word] "=&r"(word)
          : [end] "r"(end), [zero] "r"(0)
          : "cc", "memory");
  return (int32_t)total - 128 * inputs;
}
#else
static inline void model_dense_quarter(model_quarters_t *sums, uint32_t half, int32_t input)
{
  const uint32_t x = (uint32_t)input;
  sums->first += (half & 0xf) * x;
  sums->second += (half & 0xf0) * x;
  sums->third += (half & 0xf00) * x;
  sums->whole += (uint32_t)(int32_t)(int16_t)half * x;
}

static inline model_quarters_t model_dense_quarters(const uint32_t *weights, const uint32_t *end, const int8_t *input)
{
  model_quarters_t sums = {0, 0, 0, 0};
  for (; weights != end; weights += 2, input += 4) {
    const uint32_t even = weights[0], odd = weights[1];
    model_dense_quarter(&sums, even & 0xffff, input[0]);
    model_dense_quarter(&sums, odd & 0xffff, input[1]);
    model_dense_quarter(&sums, even >> 16, input[2]);
    model_dense_quarter(&sums, odd >> 16, input[3]);
  }
  return sums;
}

static inline void model_dense_eighth(uint32_t *sums, uint32_t half, int32_t input)
{
  const uint32_t x = (uint32_t)input;
  sums[0] += (half & 3) * x;
  sums[1] += (half & 0xc) * x;
  sums[2] += (half & 0x30) * x;
  sums[3] += (half & 0xc0) * x;
  sums[4] += (half & 0x300) * x;
  sums[5] += (half & 0xc00) * x;
  sums[6] += (half & 0x3000) * x;
  sums[7] += (uint32_t)(int32_t)(int16_t)half * x;
}

static inline void model_dense_eighths(const uint32_t *weights, const uint32_t *end, const int8_t *input, uint32_t *sums)
{
  uint32_t own[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  for (; weights != end; weights += 2, input += 4) {
    const uint32_t even = weights[0], odd = weights[1];
    model_dense_eighth(own, even & 0xffff, input[0]);
    model_dense_eighth(own, odd & 0xffff, input[1]);
    model_dense_eighth(own, even >> 16, input[2]);
    model_dense_eighth(own, odd >> 16, input[3]);
  }
  for (int8_t i = 0; i < 8; ++i) {
    sums[i] = own[i];
  }
}

static inline int32_t model_dense_total(const int8_t *input, int32_t inputs)
{
  int32_t total = 0;
  do {
    total += *input++;
  } while (--inputs > 0);
  return total;
}
#endif

#if MODEL_DENSE_LONG
#define MODEL_SUM(i, start, part) (sums[i] += (part))
#else
#define MODEL_SUM(i, start, part) (sums[i] = (start) + (part))
#endif
static inline const uint32_t *model_dense_packed(const model_dense_t *l, const uint32_t *weights, const int8_t *input,
                                              int32_t raised, int32_t *sums)
{
  int32_t left = l->inputs;
#if MODEL_DENSE_LONG
  sums[0] = sums[1] = sums[2] = -raised;
  sums[3] = l->bits == 4 ? 0 : -raised;
  if (l->bits == 2) {
    sums[4] = sums[5] = sums[6] = -raised;
    sums[7] = 0;
  }
#endif
  do {
    const int32_t part = MODEL_DENSE_LONG && left > 508 ? 508 : left;
    const uint32_t *end = weights + part / 2;
    if (l->bits == 4) {
      const model_quarters_t own = model_dense_quarters(weights, end, input);
      MODEL_SUM(0, -raised, (int32_t)own.first);
      MODEL_SUM(1, -raised, (int32_t)own.second >> 4);
      MODEL_SUM(2, -raised, (int32_t)own.third >> 8);
      MODEL_SUM(3, 0, (int32_t)(own.whole - own.first - own.second - own.third) >> 12);
    } else {
      uint32_t own[8];
      model_dense_eighths(weights, end, input, own);
      const uint32_t others = own[0] + own[1] + own[2] + own[3] + own[4] + own[5] + own[6];
      MODEL_SUM(0, -raised, (int32_t)own[0]);
      MODEL_SUM(1, -raised, (int32_t)own[1] >> 2);
      MODEL_SUM(2, -raised, (int32_t)own[2] >> 4);
      MODEL_SUM(3, -raised, (int32_t)own[3] >> 6);
      MODEL_SUM(4, -raised, (int32_t)own[4] >> 8);
      MODEL_SUM(5, -raised, (int32_t)own[5] >> 10);
      MODEL_SUM(6, -raised, (int32_t)own[6] >> 12);
      MODEL_SUM(7, 0, (int32_t)(own[7] - others) >> 14);
    }
    weights = end;
    input += part;
    left -= part;
  } while (MODEL_DENSE_LONG && left > 0);
  return weights;
}
#undef MODEL_SUM
#endif

#if defined(MODEL_HELIUM)
static MODEL_APART void model_dense(const model_dense_t *l, const int8_t *input, int8_t *output)
{
  const uint32_t *weights = l->weights;
  const model_channel_t *channel = l->channels;
  const int32_t inputs = l->inputs;
  int32_t number;
#if MODEL_DENSE_PACKED
  const int32_t raised = l->bits < 8 ? model_dense_total(input, inputs) * (1 << (l->bits - 1)) : 0;
#endif
  for (int32_t left = l->outputs; left > 0; left -= number, channel += number) {
    const int32_t next = model_dense_next(l, left);
    int32_t sums[MODEL_DENSE_PACKED ? 8 : 4];
    number = left < 4 ? left : 4;
#if MODEL_DENSE_PACKED
    if (l->bits < 8) {
      number = left < next ? left : next;
      weights = model_dense_packed(l, weights, input, raised, sums);
      output = model_outputs(sums, channel, number, output, l->output_zero, ((int8_t)-128), ((int8_t)127));
      continue;
    }
#endif
#if MODEL_ONES
    if (next == 1) {
      number = 1;
      weights = model_dense_one(weights, inputs, input, sums);
    }
#endif
#if MODEL_FOURS
    if (next == 4) {
      model_dense_sums(weights, weights, 1, inputs, input, sums);
      weights += inputs;
    }
#endif
#if MODEL_TWOS
    if (next == 2) {
      number = left < 4 ? 2 : 4;
      model_dense_sums(weights, left < 4 ? weights : weights + inputs / 2, 0, inputs, input, sums);
      weights += number / 2 * (inputs / 2);
    }
#endif
    output = model_outputs(sums, channel, number, output, l->output_zero, ((int8_t)-128), ((int8_t)127));
  }
}
#else
static MODEL_APART void model_dense(const model_dense_t *l, const int8_t *input, int8_t *output)
{
  const uint32_t *weights = l->weights;
  const model_channel_t *channels = l->channels;
  const int32_t inputs = l->inputs;
  int32_t left = l->outputs;
#if MODEL_DENSE_PACKED
  const int32_t raised = l->bits < 8 ? model_dense_total(input, inputs) * (1 << (l->bits - 1)) : 0;
#endif
  do {
    const int32_t number = left < MODEL_SUMS ? left : MODEL_SUMS;
    int32_t sums[MODEL_SUMS], i = 0;
    do {
      const int32_t next = model_dense_next(l, left - i);
#if MODEL_DENSE_PACKED
      if (l->bits < 8) {
        weights = model_dense_packed(l, weights, input, raised, sums + i);
        i += next;
        continue;
      }
#endif
#if MODEL_ONES
      if (next == 1) {
        weights = model_dense_one(weights, inputs, input, sums + i);
      }
#endif
#if MODEL_FOURS || MODEL_TWOS
      if (next > 1) {
        weights = model_dense_pairs(weights, next, inputs, input, sums + i);
      }
#endif
      i += next;
    } while (i < number);
    output = model_outputs(sums, channels, number, output, l->output_zero, ((int8_t)-128), ((int8_t)127));
    channels += number;
    left -= number;
  } while (left > 0);
}
#endif

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

static int32_t model_memory[23];

static const uint32_t model_0_fully_connected_weights[] = {
  0xdf33a737, 0xfe37ec33, 0x97ea1b0c, 0xd34dc3d7, 0x30e2dcf2, 0xbb132900, 0xc42cfcd5, 0x24fd25c0, 0x11e515e0,
  0xcbfcd7dc, 0x810ade20, 0xf5f8b481, 0x0e1ae032, 0x07c71d39, 0xee08fcfa, 0xc9ff14e8, 0xd918d72d, 0xe3f0dc29,
  0xe024d0f8, 0xfc01d2dc, 0xe229ac6b, 0x24be02cd, 0x74c10002, 0x28032f17, 0xdccc41e2, 0x272b2ef2, 0xe6f10ff7,
  0xf2f2232b, 0xe7eae7f6, 0xe42f06f5, 0x650c5781, 0x1df30c1f, 0xf61451e3, 0x060ed8c7, 0x1416c1ff, 0x33ffad1d,
  0xc91bf8c3, 0xf1dff33a, 0xd4d47dcc, 0x3a954add, 0xea261bf8, 0x2454081b, 0x54fc3500, 0x0ec1e241, 0xd01302fd,
  0xc7362e41, 0xff60e4ed, 0xc6e6b025, 0xe0f1e511, 0xe417dce8, 0x34d2b3e0, 0x07842ae8, 0xfdfbeaee, 0x20d508f8,
  0x6a3445b0, 0x05d410cf, 0x7f2417c8, 0xe0ecedfe, 0x101c5509, 0xfee94c0e, 0x02068121, 0xd31cad10, 0xffda1f20,
  0xcaecea11, 0x0b1109fb, 0xde11d216, 0xeb17f335, 0xbdcb2002, 0xca1c0332, 0xcd41033e, 0x0731357f, 0x1f0d0e62,
  0xe124e008, 0xcd2e32f3, 0xf12bf30a, 0xdf00e408, 0xf80fcef0, 0xf8f6e804, 0xe7e2f0d7, 0x3925c1f4, 0x3bf60e0b,
  0x6f095818, 0x32072dd7, 0x30f40bcd, 0x21111ffd, 0x07ba1f04, 0x100ac40c, 0xf5d9d5ea, 0xe5d52eb9, 0x35eff9c7,
  0x62be331d, 0x3b123063, 0xd50cb5e7, 0x19d8ff2c, 0xfbedc64d, 0xfda62820, 0x3d0ac2fc, 0x3dbeae22, 0xcd098f1f,
  0xb4f7c419, 0x7ee70914, 0x40279514, 0x19c701fa, 0xe2dc0d1d, 0x2450fa28, 0xcc2d2415, 0x155f20d8, 0x0ad4d720,
  0x077ffa0c, 0x2f0a0550, 0x31c83fd6, 0xd2c5e3f4, 0xb8d02b07, 0xe20a01d2, 0xeb72d522, 0xde09e9ff, 0xbae28da7,
  0xff06f309, 0xf005ab06, 0x08dc0f38, 0xe57f144b, 0xd64b19f0, 0x58df3824, 0xdf62030b, 0x1be404ed, 0xf84442f7,
  0x020c7f03, 0x0dd338e4, 0x2ccd21cd, 0x22061de9, 0xe5405313, 0x18337bc2, 0xc12431d5, 0xc02a2a11, 0x51b32bf3,
  0x7aed17ec, 0x1806f4ee, 0xe6f8fe14, 0xf2081ce0, 0x0d2c0409, 0x132c151e, 0x0e0e2aca, 0xd8df20f1, 0xc4fa21a7,
  0x32130eca, 0x0cede2ea, 0x0029c314, 0x96fed4dc, 0xaa14d310, 0xd4410ff6, 0x0f57eb1e, 0xf1e63902, 0xf1fdf533,
  0xe405c7d8, 0x2050fdf6, 0x081dfef4, 0x140202eb, 0x01e5f0eb, 0x05580745, 0x157f2937, 0xdd259f32, 0xb93fc35e,
  0x3715000e, 0x30e41327, 0x1fd8f3fc, 0x001209fc, 0x43d40310, 0x0e2b0431, 0x1cf83e05, 0x15c0f709, 0xbd0f971e,
  0x9a110141, 0x7ee1e2e2, 0x2edae913, 0x0c0d2e1b, 0x041af6e5, 0x5426db1b, 0x1ce21dea, 0x25de1c0d, 0x05ac2df2,
  0x246580ee, 0x070ce124, 0xf9b50bf3, 0x141af69a, 0xfb0de312, 0x0d28e4eb, 0xf4e5f840, 0xcd59072d, 0xf0f9f52e,
  0xec20e166, 0x15c824ef, 0x36fefabb, 0xfe0a20f5, 0xd81128c8, 0xdaf201f1, 0xd8cefae4, 0xf7d612bd, 0xdfab1b98,
  0x05acdcfe, 0x0701f8d9, 0x3b2828eb, 0x310e2b26, 0xf87f2914, 0x0a42392d, 0x0a16ed32, 0x11070730, 0x062920f0,
  0xeb20e2f9, 0x1d0a0f57, 0x1f4b0230, 0xdfda7efe, 0x22d60d07, 0xdbf32cd9, 0x1fb218cf, 0xde1b08f2, 0xe8fefefe,
  0xf9e9fa05, 0xf509bde8, 0x022c07f2, 0x0b001007, 0x1402e4f4, 0xf212eefe, 0xf1f702f6, 0x234400e7, 0x0c2f13fc,
  0xff02dc02, 0xf8f2050c, 0x1d28fbfd, 0x2325f713, 0xef161307, 0xf1a22d81, 0x07f80fa8, 0xef04e8cd, 0xeb1802f6,
  0xeef8e8fe, 0x00f1040d, 0xe6dd03fb, 0xfe13f022, 0xe406f121, 0xfeeee4eb, 0x57fafe81, 0x20f3bac9, 0xf7fafe01,
  0xe2e93503, 0xdaf168e1, 0x27f1eee7, 0x01ebe0e2, 0xf3fc06f1, 0xe005aded, 0xe4faf1dc, 0x7f18a715, 0x102ee327,
  0xebd4e2e4, 0x2cd8d42e, 0xfbfae5fd, 0xa200efd7, 0x07f4b5fe, 0x23ecd011, 0x0f234705, 0x270839f0, 0x02128a2f,
  0xaa3bbc21, 0x290dca0a, 0x0e04e831, 0xf6fb2fee, 0xc3fb1f03, 0xd317ea12, 0x0006b2ec, 0x3b161804, 0x3b190a09,
  0x02e37f2b, 0xfc14e417, 0x06f12b38, 0x09fb5622, 0x0e003619, 0x32cd0f5a, 0xdcfa5709, 0x240efbc3, 0xfc2a4810,
  0x291955f2, 0xe226d1ec, 0x243f59f6, 0x2f07fedf, 0x7527b2ee, 0x1122ea22, 0xd417000c, 0x01f7b5cc, 0xfe04d803,
  0xff24020a, 0xf0d84019, 0xe62dd5f2, 0x3b312f00, 0x1311ed2c, 0x3719e41d, 0x0023e1f8, 0xc2fdfff0, 0x46c6fe81,
  0xcad3fbb8, 0x20b8c7bb, 0x23cee8dd, 0xaa7f64d6, 0xf759d304, 0x34b4cf3e, 0x4f067eda, 0xf4241be0, 0x39399422,
  0xe5f72223, 0xf440e304, 0x01d908d4, 0x31effce8, 0xe8fee3d2, 0xce9e11be, 0x2b0ce31b, 0xc31515dd, 0xc90d0ad2,
  0x41e9fcf5, 0xda41171b, 0x11232be3, 0x2bd50a52, 0x05dd23d5, 0xca2922ed, 0xf89924fa, 0xac261104, 0xee20f62c,
  0xf81fd1f2, 0xe30b0d25, 0x0909e5c8, 0x043e1829, 0xdd4bde60, 0x112cc20c, 0x7efebddc, 0x03df053d, 0xedef2bfe,
  0x06d8ebce, 0xea16f1d5, 0xe8f53c34, 0x02f6d40b, 0xf628041b, 0xdf39c637, 0xac04b6fc, 0x6681e9c4, 0x6003fb32,
  0x1bcf1cf6, 0x041a3121, 0x0c3412dd, 0x150afde7, 0x3418e7ff, 0x00160523, 0x2a0226fe, 0x15f8f90f, 0x279eeeb7,
  0xc3e0f8d9, 0x155005f5, 0xf8f61a72, 0xd909e81c, 0x020fdbec, 0xffdbdcea, 0xf90bf920, 0x06b8faf1, 0x05d81f02,
  0xcac9b57f, 0xad2a4aaf, 0x0550bcee, 0x171cbe5a, 0x2eeb1c0c, 0xf70bc2d0, 0xf2e2cc1b, 0xf6f10d01, 0xf7fce018,
  0x093ad8f0, 0xeae0ffa4, 0x14aeac20, 0x1fee16ad, 0xb21214d1, 0x04f2b4f7, 0x250637d9, 0x1d0956d2, 0x00442b06,
  0x0720fe09, 0x1218ef13, 0x9e84169a, 0x80f3d905, 0xe2fad408, 0xbe11dafe, 0x45fadfee, 0x33f93701, 0x06f9d70a,
  0xe92c150e, 0xcdf0fef6, 0xd61aeae5, 0x946ead07, 0x14f28940, 0xc449dff6, 0xe17539c0, 0x0bd33a00, 0xdc2d3229,
  0x052afe20, 0xd743022b, 0x0039c120, 0xc22ffd1d, 0xe2e4cceb, 0xa03bb3c3, 0xd25a13e5, 0xf07f1c47, 0x1ae0f818,
  0xb936edd0, 0xa906b017, 0x101fa508, 0xd4c5e82d, 0x2bc70b09, 0x2bd64703, 0xc3cf02c6, 0x7f4e69aa, 0x4b2e2940,
  0xdef3f3f2, 0x2b422ee1, 0x990aa32f, 0xe0f0c724, 0xd0fbb111, 0x1ec8fd07, 0xd7a56209, 0x14f9d6f6, 0x070fc10a,
  0xdcd23f2e, 0xdf331800, 0x421dea16, 0x1fe6f5e4, 0x3a4e1500, 0x2011ec18, 0x2f4af023, 0xeb9cafcb, 0xd7fa0a4c,
  0xe1b0b7ff, 0x17facfd1, 0x04f3d309, 0x2519ada6, 0xe9efc5e0, 0x35defefd, 0x27024b75, 0xf4bef81f, 0xc3de2125,
  0xf4ff3e4f, 0xd5fdeaf3, 0x153f397f, 0xdee0b536, 0x1a1c1b31, 0xf12e1f55, 0x7f432d0d, 0x23e103f7, 0x2007d9fe,
  0xa6f1e620, 0xf43bff97, 0xd4f9d317, 0x1f17077a, 0xf9ed072b, 0x0feee002, 0xe32327fb, 0x27d60412, 0xa7afede0,
  0x3612a324, 0xde2f0b05, 0xd081bcc7, 0x43f319c5, 0xafc336c2, 0xdcf004c7, 0x04d40aec, 0x12c4001b, 0xe0e502c3,
  0x0806fde7, 0xfa26e7f3, 0xee697f3f, 0xfdfc02cf, 0x23ff0d15, 0x13221dd2, 0xd207f717, 0x2ddd2d12, 0xe415d823,
  0x0b0ae2ed, 0xd00cdbcb, 0xac57cb08,
};

static const model_channel_t model_0_fully_connected_channels[] = {
  {1363685706, 92390}, {1951628696, 184231}, {1255886064, 103526}, {2023851872, -81337}, {1280341342, 25318},
  {1186968232, 11846}, {1848256474, -70489}, {1923279569, 166215}, {1201643383, 84134}, {1908750986, -131897},
  {1248488596, 139622}, {2094525296, -100825}, {2113271863, 1447}, {1757843987, 68262}, {1354009738, -10010},
  {1759710435, 85638}, {2087857072, 54278}, {2133362093, 92711}, {1250746264, 55014}, {1142348818, 38054},
  {2077476661, -46425}, {1260462532, 160710}, {1323042228, 57382}, {1287537434, -96762}, {1212870838, 39270},
  {1098319149, 25670}, {2043455651, 40711}, {1828499183, 57543}, {1950253164, 94407}, {1088635617, 90406},
  {2079191705, 63527}, {1198029527, 98214},
};

static const model_dense_t model_0_fully_connected_settings = {
  /* weights */ model_0_fully_connected_weights, /* channels */ model_0_fully_connected_channels,
  /* inputs */ 60, /* outputs */ 32, /* output_zero */ -128,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_0_fully_connected(const int8_t *input, int8_t *output)
{
  model_dense(&model_0_fully_connected_settings, input, output);
}

static const uint32_t model_1_fully_connected_weights[] = {
  0x3416e067, 0x03f113e5, 0x19372232, 0xe546bb9e, 0x810dee18, 0x41d6f2fd, 0x4ce1ddb8, 0xe735faed, 0xc04aaf81,
  0xddb62ae6, 0x4adc0806, 0xd9ff0a07, 0x0bc42fbf, 0xbb223a3d, 0xd628e18d, 0x0e6708c8, 0x97dcb232, 0xf6813ce2,
  0xcdb09bc2, 0xa5ee2bd8, 0xe50ec4fd, 0xa4d1c9d4, 0xc9ec28c5, 0xa8013042, 0x1eb12844, 0xc8bbeba2, 0x260af3df,
  0xdc0e8125, 0xe83dd917, 0x4cedc10a, 0x0c121d2f, 0x2e42e536, 0x24cd27b0, 0x147fc01c, 0xd8c1f139, 0x2e91dd24,
  0xf03a2f2f, 0x249cbafc, 0xfbf40836, 0xdfbf2559, 0x0dd00531, 0xe1383b9a, 0xe3d52f84, 0x3ccf8105, 0x1ff9b0c8,
  0xf6a5f8ae, 0x0b08b000, 0xbfcbf88a, 0xb8ddc7a0, 0x2e1c19fb, 0xe3d61bca, 0xdce39802, 0x218180ea, 0x2a083dcf,
  0x24dc2a28, 0x04ffb4b2, 0x40e4cddd, 0x231fd13c, 0x59ae3c18, 0xd6e8b70c, 0x3c9a0d38, 0xa319ddb1, 0x893e3f34,
  0xc1202d33, 0x815cc4cb, 0xd5f2fa83, 0x0c5a292f, 0x1b1ad72b, 0xd01f1dac, 0xf7d3ce51, 0x28d3b981, 0x3b93d855,
  0x3839b445, 0x329d36d2, 0x0fadb1c2, 0xe45d18a7, 0xbbba3dc1, 0x0018bab9, 0x1b90ffff, 0xfc0428bb,
};

static const model_channel_t model_1_fully_connected_channels[] = {
  {1201659123, -633176}, {1629031288, -706648}, {1370860008, -1188088}, {1952492743, -2995896},
  {1229219065, -2597624}, {2075487281, -835576}, {1840940313, -1883224}, {1376441193, -1025240},
  {1268615031, -2672920}, {1611956615, -1083896},
};

static const model_dense_t model_1_fully_connected_settings = {
  /* weights */ model_1_fully_connected_weights, /* channels */ model_1_fully_connected_channels,
  /* inputs */ 32, /* outputs */ 10, /* output_zero */ 42,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_1_fully_connected(const int8_t *input, int8_t *output)
{
  model_dense(&model_1_fully_connected_settings, input, output);
}

static const model_softmax_t model_2_softmax_settings = {
  /* multiplier */ 1401785728, /* lowest_difference */ -248, /* rows */ 1, /* classes */ 10, /* shift */ 23,
};

/* SOFTMAX */
static MODEL_APART void model_2_softmax(const int8_t *input, int8_t *output)
{
  model_softmax(&model_2_softmax_settings, input, output);
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
  model_0_fully_connected(input, (int8_t *)(model_memory + 15));
  model_1_fully_connected((int8_t *)(model_memory + 15), (int8_t *)(model_memory + 0));
  model_2_softmax((int8_t *)(model_memory + 0), output);
}
