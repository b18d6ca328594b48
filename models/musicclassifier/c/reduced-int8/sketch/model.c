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

int32_t model_memory[1024];

static const uint32_t model_0_fully_connected_weights[] = {
  0x3b621a3e, 0xe67f2f19, 0xaed5301a, 0xd44ec5c9, 0x7eb9d410, 0xce0b3c10, 0xb4d2e603, 0x290e2af2, 0x02ed17dd,
  0xce0af009, 0xc1534940, 0xdbf5219b, 0x043cec17, 0x0e0b18ef, 0xd0e1f2d0, 0xea0a18fa, 0xe8e9e726, 0xde37fd0b,
  0xcefabc02, 0xc4e5c702, 0x1c281749, 0x1ffd46d1, 0x4e0a13f5, 0x46bd39f6, 0x101448e5, 0x3bef42e5, 0xeafb0be4,
  0x11341f1c, 0xe30f00f9, 0xae0dea0b, 0x59e54981, 0x6e0c694e, 0x71077f22, 0x2ddbcac1, 0x34ece411, 0x02f8e61f,
  0x10dde204, 0xb4e2e504, 0xebfd2def, 0xcad223fe, 0xf532350f, 0x0d1da511, 0x5902021a, 0xeada1137, 0xfc48d452,
  0xf917c819, 0xfd063edd, 0xfefce9fb, 0xdde6f61c, 0x4828cd0f, 0x1512fd06, 0x1ccd19da, 0xd3e6d9df, 0x26cb91f0,
  0x710cff25, 0xc3f0c5e1, 0x0b0a0ae8, 0xc7d408d3, 0x23d92bec, 0x431df005, 0xe81e9176, 0xe7b2d907, 0x081a167f,
  0x80ff1969, 0x45b1f933, 0xc88be84e, 0xc5fbe029, 0xe31615d5, 0x066de540, 0xd740e125, 0x1f233117, 0x0be91075,
  0xd94710da, 0xc14511d8, 0x1f4c151f, 0x03d81f04, 0xf9e5cd00, 0xe223f01c, 0xddfee9fa, 0x3d51fc28, 0x631d27e8,
  0x1030112a, 0x170d49ca, 0x3bc91edc, 0x04590a3a, 0x33cd10dc, 0xe9eff7f3, 0xd2e6f0b9, 0xeeb9faaa, 0x12a600c3,
  0xf3b81a6b, 0x7ee62327, 0xc1eedc00, 0x20350bcc, 0x1ff4da14, 0xfafd190f, 0xe4f10327, 0xebe7ce21, 0xbae2db33,
  0xd13ad2f6, 0x4cff4e10, 0x1dc4d3ec, 0x26015a0a, 0x02090df9, 0x1f7ff125, 0x22330618, 0xc704fa11, 0x06f91740,
  0xfce92a21, 0x07f8180f, 0x0ca5431e, 0xb8c1c1f2, 0xcfdb380e, 0xba9df513, 0x2fffbdcd, 0xc3f9e807, 0xeab2c3e3,
  0xf3e7d5da, 0xcf93e8c9, 0x1296dce1, 0xebcdf67f, 0xbf5023b0, 0x2cfccdd1, 0x0bbb2856, 0x06da18e8, 0x0d141015,
  0x19061307, 0x22fffee1, 0x0cfd58c3, 0x1a0910f7, 0xe41f29b2, 0x21827eb0, 0xea310205, 0x3af901d7, 0x241728df,
  0x27e8daf5, 0x0af2f9c8, 0xf50921f8, 0xf82d2b0a, 0xc9132fea, 0xcbc2f4aa, 0xe9b32bbc, 0xe2f2f502, 0xdee52b8d,
  0xff1906be, 0x04afffca, 0x15dcf6b2, 0x24ec04e0, 0xe6e3d8f5, 0xba033e97, 0x3e07d441, 0xff1d3f16, 0x22d8ed1d,
  0x0735e0e3, 0xee100402, 0x3d2bf7e2, 0x0b17fa00, 0x1a81e4b5, 0x16daf1f0, 0xfdea1d1b, 0xf713c84d, 0xdc34b0e8,
  0x2d38cb55, 0x2ac9e442, 0xecf9d1c9, 0x03f2e7fd, 0x26c3fe12, 0x21030f0e, 0x3ab53506, 0x1904e6d3, 0xd7138f53,
  0xc835c30c, 0x41b2aefd, 0x2bf3e6e9, 0xe121f6ca, 0xd4e7f5e2, 0x48ebe632, 0x65067f0f, 0x76ec63e3, 0x32e726da,
  0x5e23891c, 0x180f1e0e, 0x2ef05210, 0xdaf4b9a6, 0x295ae2f0, 0x1a28e10f, 0xdbe7d630, 0xcb3ad323, 0xe0fe0419,
  0xbbea0b05, 0x57ce3601, 0x7ef00bdc, 0x04ee36f0, 0xd7ee17e2, 0xe6c1d0d3, 0xe4ea03e0, 0xf7f1fcdd, 0x18b4cfc4,
  0xeab2eec4, 0x2ff0f9ec, 0x7f1d0afa, 0x77f62119, 0xef25fb11, 0x4d7fff52, 0x10070d13, 0x0116de23, 0x181f2706,
  0xcf3ee923, 0x43242d5b, 0x18252039, 0xfa8c7f55, 0x13d9fdbd, 0xcf1cfbd3, 0x28cc0e59, 0xe70cf32e, 0xf10e12fe,
  0x05e8fffc, 0xfcd7ecfb, 0xfb4b05fc, 0x151902f1, 0x06ec0193, 0xee9601ba, 0x11dafdb2, 0x261217d4, 0x0523fbff,
  0x04f4fc0a, 0xf42b11cc, 0x13fd2919, 0x0d3911f0, 0xfd0c01de, 0xdcc31081, 0xf2d01fbd, 0xe6080809, 0xd2110bad,
  0xfbd8e3ce, 0xea07ee0b, 0xe8470afb, 0x03200441, 0xce52e727, 0xe6fdcced, 0x010fdd81, 0x221333fc, 0xe1090704,
  0xeed9a8f1, 0xe205f6f1, 0x3df41601, 0x09fe0fe2, 0xfff91511, 0x12eee4c7, 0xd4df31ce, 0x191ec413, 0x021cd7f5,
  0x43edd801, 0x31e92726, 0x070a05ff, 0x0109fc0f, 0x3aecfbf8, 0x19fae5e4, 0x38f81115, 0x591008f8, 0xcf32812c,
  0xd90d8409, 0x0ff1af27, 0x0e0ce51f, 0x01e2f0ef, 0xa00bb319, 0xfcf2dd10, 0xe5f4f6fa, 0x040b1707, 0x1019de1b,
  0x207a7f7f, 0xfcf7e45c, 0xfaf61a36, 0xf0fd0ae7, 0x27e100c1, 0x2019095b, 0x0cdf42e2, 0x0c03fad1, 0xfaf035f8,
  0x1d1b4149, 0xe82ce6c9, 0xe71f4228, 0x183403ed, 0x2f6adffd, 0xebe60e01, 0xe8060ebe, 0xdefef0f3, 0xef32ee01,
  0x13e6f42f, 0xfee8182b, 0x051ad59d, 0x44322214, 0xfa4beca1, 0x2de6f21f, 0x0ff7143f, 0xebdaf6b5, 0x3d12f2ec,
  0xe71de81a, 0xf1d5f63b, 0xece3eb2d, 0x0d1f0bc3, 0xc341f81d, 0x2ecd18cc, 0xe99f24de, 0x2531f1ff, 0x1809043f,
  0x37d04024, 0x0e7f1947, 0x02d95204, 0xf6002eeb, 0xfdf13a1d, 0x33997f00, 0x06d629f4, 0x12b50ce1, 0x07e819df,
  0x140619d6, 0x123efbdf, 0x04dbfac8, 0xf2ddddd9, 0xf8d828d8, 0xf9e605fa, 0x1c9c2a03, 0xe81ff42e, 0x2126f535,
  0x20de0c07, 0xe8e2072e, 0x163e0afd, 0xe45ff32a, 0xe06ed932, 0xd5460824, 0x18d780cb, 0x19f51b5d, 0x17e209d8,
  0xcfd0e8d2, 0xf7ebfad4, 0xfa9d1d2a, 0xf4ccf8cc, 0x0623f237, 0xf020cb11, 0xcdcbeec0, 0x3a871ada, 0x2ce602a0,
  0xfce31193, 0xe46622fd, 0x18422107, 0x0224002c, 0xfc38e515, 0x13d6e176, 0x03f913e0, 0x17f413f9, 0x258d04c2,
  0xef1bd9a0, 0x0155fb0f, 0xd9eb1304, 0xf3df012e, 0xea47e52f, 0x0eefe24f, 0xeb03007f, 0x16150ad8, 0x27d52c01,
  0x9d29817f, 0xee022808, 0x1223c637, 0x1507e01b, 0x26ec031d, 0xdbefc8f6, 0xf8f6f90e, 0xe012f0f7, 0xf929fa02,
  0xcf04b61b, 0xcff31fc6, 0x26f6d336, 0x1d1d45ff, 0xc2172fe3, 0x10bcf3f3, 0x32d847d7, 0x54e709ec, 0xcaea0fd1,
  0xfefd02ee, 0x2612fd27, 0xb80125af, 0xc61cc222, 0xdd0b2ad5, 0xe037c2ec, 0x1de6e51d, 0xeafc1301, 0xec1cff0c,
  0xe40df1e8, 0xee04e21f, 0xebe50f1c, 0xee0bcde7, 0x1910957f, 0xc908cf11, 0xd0121fa9, 0x0d16331e, 0xe0110b2d,
  0xf5e6d01c, 0x3f2d2dfd, 0xf716c8ea, 0xe907db2d, 0x30e9edda, 0x812295e5, 0x1129ceda, 0xf9320915, 0x0423e010,
  0xeb22f5ef, 0xc3289512, 0xd0189f06, 0x02e3c607, 0x10fbc3ec, 0x5ad83cbb, 0x98d903c3, 0x5c143bbd, 0x48d91c21,
  0x19e1fd1e, 0x1b2856e2, 0xd8f9b7f6, 0x0cf2e9fc, 0x1f0f1301, 0x4f07010d, 0xf1eb0719, 0xbfe4f23e, 0x11ed80d6,
  0x12ce183b, 0xfa08e725, 0x303a02b6, 0x30edfb42, 0x020f42e5, 0x5301eb17, 0x50410621, 0xc8f5d7f3, 0xd4df2b61,
  0x06cbbe29, 0x2081f7e6, 0x23f3effb, 0x131dd2d9, 0x4d4b29d3, 0x0cbc19bb, 0xfaff2809, 0xcd09bc0a, 0xa6efff12,
  0xded4f931, 0xe3aad7ff, 0xf4523431, 0xf5f8ef04, 0x1f1b1136, 0x2d5f2cb7, 0x5e1138be, 0x07e92d10, 0xe15a1300,
  0x846522ea, 0xed4389e0, 0x16f4b233, 0x123d6aaf, 0x14ed5433, 0x4f1688e0, 0x10154203, 0xff140612, 0x40e119be,
  0x5d031c3b, 0xee1be400, 0xd7c6bb81, 0xd62eef47, 0x80c5e3fa, 0xc1d8e3cc, 0x03e1d1e5, 0x52c0f72a, 0xebeb36cd,
  0x45f60503, 0x0b1715db, 0xcf322663, 0xcaf8b1ee, 0xcdc4d010, 0x234ec4f9, 0xfd00fbed, 0x47fb2c09, 0x46f1ef2d,
  0xfc050a25, 0x0715f241, 0x555be3ee, 0xbdd1d4dd, 0x0ea0df55, 0xd1d0d9a9, 0x0ad312c5, 0x0026fce2, 0x0618f7e9,
  0x03ddebf7, 0x24e6011d, 0xe640db35, 0x2338caf5, 0xed9cf9ef, 0xee1cae14, 0xda11ecce, 0xeb260610, 0x00e2ef2b,
  0x0efff41d, 0xf1451b2e, 0x05170811, 0xfadbfeef, 0xe3dfc4fc, 0x01817eaa, 0xebd2ffab, 0x0d2609b5, 0xe9bc22fa,
  0xe6f2eb18, 0x2b073e10, 0xdb281b16, 0x2936e44b, 0xf4dff61d, 0x01f7f112, 0x49d78163, 0x101d1ba4, 0x15c8520d,
  0xdcdbc738, 0x2cffcefc, 0xff0b07f8, 0xf917dd16, 0xd9d511c3, 0xedc0f8ea, 0xbeee03bd, 0x32463be2, 0x4dde081b,
  0x1a141e16, 0xd7f92530, 0xe20cf6f7, 0xdc34ffe5, 0xea8101df, 0xf9cfd62f, 0xcc1de851, 0x1425e81a, 0x69f81b18,
  0x56ff212b, 0x11fd0c45, 0x28c23c27, 0x20b8269f, 0x060bf7d0, 0xf5e617fd, 0xe8daecfb, 0x0ca107c5, 0xfd020ccc,
  0x7f3b13bf, 0x473b9744, 0x0fe6e209, 0x175814ea, 0x9ce9f435, 0x34d22112, 0x5c01263a, 0xd1b1f6f2, 0xcbf6a9e0,
  0xdb0d0e19, 0x7e3a9474, 0x1a76cc1f, 0xf555ae3f, 0xdbc8ea77, 0xe42b04e4, 0xb9521e30, 0xd33ee42c, 0x4426ff16,
  0x16fd32f2, 0x240106fd, 0x29d8d274, 0xe3ffe3d9, 0x0781aa00, 0xf0ad1b38, 0xfd0defcb, 0xfbe0e40d, 0x18fdebdd,
  0x34dddfe9, 0x1e0818a4, 0x5913effa, 0x9a41393a, 0xd711c07f, 0x10f9fb1b, 0x04085cd8, 0xef081af7, 0xf2110742,
  0xcefff313, 0xec21f0db, 0xfffa13f8, 0xe411152c, 0x0f0480d9, 0xc128c422, 0xcc0cb6e1, 0x3817efd7, 0x08e910e8,
  0xd4121cc1, 0xea01d012, 0x1aedff06, 0x18d0070f, 0xed01fb1c, 0x1f10a3b0, 0xf3fdf21e, 0x09191bd2, 0x1411ce33,
  0xf9ffee2f, 0x160ff8dc, 0x07330af0, 0xef05170b, 0x1309fe3f, 0xf811c848, 0x1c0bbf81, 0xc0f3bd21, 0x0f2d23d8,
  0xa821e1d7, 0x49f309eb, 0xf72580fd, 0xe503dbf4, 0x1620d215, 0xe704080c, 0xd501e7e9, 0x15ee76ed, 0x611e7ccc,
  0xc21e07fc, 0xc7fe1f13, 0xe6ebe3f0, 0x1312edf9, 0xef34f20d, 0xd52b380c, 0xfe07f719, 0x0bccc702, 0x23bc58fc,
  0x74f82ac8, 0xd7f204d6, 0x2cd018fd, 0x06ddecf1, 0x2e24010f, 0x0af6300a, 0xcb2af609, 0x17faf221, 0xebfd013d,
  0xa5e51227, 0x04f9b6dd, 0xa24b8102, 0x40c51c3f, 0x0f351704, 0x72051daf, 0x3f0afa1a, 0x52f4c00c, 0x1a273701,
  0x4f050d46, 0xdce9f6bf, 0x33af32e0, 0xa6ff8ee0, 0xaacfc6da, 0xc219d3f6, 0x13fda119, 0x216544a6, 0x01de16ba,
  0xf44defb3, 0x9f14d90c, 0xdaf04d8c, 0xf8ce1af3, 0xe11ae52d, 0x19193aa2, 0xa10405f6, 0x280a332b, 0x0b6d1fdd,
  0x77fbd7f8, 0xfc7f0a26, 0x25183e00, 0xe6cf1298, 0xfb8480e7, 0xfdecd9d9, 0x43d82d9c, 0x18fcf5f3, 0x1bf4e32e,
  0x1b280c02, 0xe0f2011d, 0xd430fecc, 0xe14af8ce, 0xf6b42306, 0x39101741, 0x15811bb2, 0xff181fe8, 0xb31d0b31,
  0x07311ee1, 0x0ed81e3c, 0xfda8442b, 0x05b61b3f, 0x06f102cb, 0xfc381a4d, 0x4d441173, 0xc3f5dc10, 0x19fedd7a,
  0x0ed6d30a, 0xfd66110e, 0x06b61c5f, 0xf82403f7, 0xebce03e7, 0xf60ffe3c, 0x811c8b7f, 0xb1e544f2, 0x3f36ac53,
  0x16f7f52e, 0x4f0f3201, 0x3bd38b05, 0xdb05b0fe, 0xd1ee2005, 0x1b17fbf1, 0x0819f3f8, 0xf7f5ebf6, 0x13d19747,
  0x9a1906dc, 0xdc26cccb, 0xc3ee03df, 0x19fa1ec0, 0x27e12a02, 0xe1f2100b, 0x0c0ba0ee, 0xca14caee, 0xe119fbda,
  0xe729cb36, 0xc71ee3de, 0x0645a2e8, 0xc431fc24, 0x1a2115cf, 0x09ee0e37, 0xb6ee2ef7, 0x550809e8, 0xeae10dd6,
};

static const model_channel_t model_0_fully_connected_channels[] = {
  {2097772879, 11687}, {1741037050, -281}, {1304399259, -12730}, {1689998649, -49721}, {1844280892, -77593},
  {1164611365, 48742}, {1941654129, 223943}, {1998485161, 108647}, {1605174335, 422695}, {1281494547, -8410},
  {1777273801, 286599}, {1543912578, 98695}, {1093346052, -4762}, {1766576656, -49817}, {1728086367, 345447},
  {1677196616, 93926}, {1826456506, 73574}, {1922200536, 166951}, {1721638458, -4569}, {1449891270, -30746},
  {1670732355, 81255}, {1214849622, -210522}, {1300212456, 285159}, {1458113793, -54970}, {1385399747, 38182},
  {1208998206, 265606}, {1156787765, 56166}, {1743049775, 118951}, {1665765138, 59047}, {1866192215, -569},
  {1869334006, 137095}, {1387729773, 59719}, {1754291656, 88359}, {1655365699, 171942}, {2055288356, 208807},
  {2039862780, 101511}, {1528176999, 127783}, {1968489290, 93671}, {1353991022, -115162}, {1086269014, 209222},
  {1351560860, 124934}, {1779246661, -30361}, {1833331447, -57593}, {1453638744, 129639}, {1477206031, 245511},
  {1185528893, -7258}, {1317190211, 24998}, {1574528861, 348807},
};

static const model_dense_t model_0_fully_connected_settings = {
  /* weights */ model_0_fully_connected_weights, /* channels */ model_0_fully_connected_channels,
  /* inputs */ 60, /* outputs */ 48, /* output_zero */ -128,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_0_fully_connected(const int8_t *input, int8_t *output)
{
  model_dense(&model_0_fully_connected_settings, input, output);
}

static const uint32_t model_1_fully_connected_weights[] = {
  0x2413c246, 0x1841d007, 0x123bf71b, 0xdc4bcf81, 0x90301013, 0x2ec90bf0, 0x3dcacfaf, 0xe63808cf, 0xe1fadaab,
  0xc9dd4c13, 0x40e8161b, 0x00e5ecd6, 0x3002ecb7, 0x91123c2d, 0xe533d113, 0x1e131db7, 0x811847ef, 0xaed4a81f,
  0xeaa6e842, 0x10ace5cb, 0x24ba38d7, 0xd9009cce, 0xc7e6ce95, 0x42faeff8, 0xd0c69dfb, 0xd8ac49c8, 0xaa0aaf89,
  0xa0f33fbf, 0xf30bb8d3, 0xa90a8123, 0xdf073ae0, 0xadfe230d, 0xcab54022, 0xd2c9ea81, 0x2d1d27d5, 0xd000b8e5,
  0x9deaf5a9, 0x5bd9a400, 0x2411e720, 0xe339dd3a, 0xd71dc11d, 0x1de34a44, 0xbdaacb26, 0x16dda53a, 0xa586d049,
  0x16581e25, 0x0ebc4835, 0x0057b61d, 0x28ad4ff3, 0x305bb229, 0x8481d02e, 0x21a3c5fc, 0xff25eec9, 0x33cc8bf8,
  0xc9950232, 0xc2be4e4e, 0x52303a00, 0xa54b40b5, 0x0dc21bc9, 0x4ed09733, 0x2dbfd05e, 0xffc1f0a4, 0x46258309,
  0xa101e9bc, 0xa7bad9fe, 0x292ae59a, 0x4123311b, 0xa09d5bba, 0x9dd533e0, 0xe9e5b53a, 0x814dd70d, 0xed22b522,
  0xf9f8ccc6, 0x98fc26d2, 0x17cc5dd9, 0xa5d3ae03, 0xcb889a22, 0x2b194c81, 0x0a303822, 0x0ed8c0bb, 0x4ed6a1d5,
  0x2b1bfe05, 0x34c03d23, 0xbef21dcd, 0x3fc33134, 0xe03780a6, 0xa7313a5d, 0xd24b3926, 0x91ec48b5, 0xe8b2b4f2,
  0x670511ac, 0xcd1ca12b, 0xd7441482, 0x3324d3f0, 0x2a1a34d8, 0xa0f88e87, 0xa66eeba4, 0xeecdf3e2, 0x22044422,
  0x1d22f238, 0xed07279e, 0xfb97d51c, 0x31bcac8e, 0x39c2d74f, 0x2e0ab545, 0x2b9e2cd7, 0x1bf280db, 0xe367bf22,
  0xccba32bc, 0xebdc8828, 0xcb90e722, 0x11fbfacd, 0x412ae7ae, 0xa627f3a0, 0x8eeba63f, 0x39e140d7, 0x0f1ab5e7,
  0xea81c543, 0x4092f60f, 0xf2b2dcec,
};

static const model_channel_t model_1_fully_connected_channels[] = {
  {1339203794, -2337304}, {1251873252, -2335960}, {1257398731, -1516248}, {1309760012, -4609112},
  {1188285018, -2474648}, {1187170912, -2807128}, {1412709265, -3257496}, {1086292593, -1747096},
  {2136679249, -3775831}, {1313616257, -2714232},
};

static const model_dense_t model_1_fully_connected_settings = {
  /* weights */ model_1_fully_connected_weights, /* channels */ model_1_fully_connected_channels,
  /* inputs */ 48, /* outputs */ 10, /* output_zero */ 25,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_1_fully_connected(const int8_t *input, int8_t *output)
{
  model_dense(&model_1_fully_connected_settings, input, output);
}

static const model_softmax_t model_2_softmax_settings = {
  /* multiplier */ 1467184000, /* lowest_difference */ -248, /* rows */ 1, /* classes */ 10, /* shift */ 23,
};

/* SOFTMAX */
static MODEL_APART void model_2_softmax(const int8_t *input, int8_t *output)
{
  model_softmax(&model_2_softmax_settings, input, output);
}

void model_invoke(const int8_t *input, int8_t *output)
{
  model_0_fully_connected(input, (int8_t *)(model_memory + 2));
  model_1_fully_connected((int8_t *)(model_memory + 2), (int8_t *)(model_memory + 0));
  model_2_softmax((int8_t *)(model_memory + 0), output);
}
