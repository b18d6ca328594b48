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
  0x0ddd29cd, 0xe4dc817f, 0x06be0101, 0xfc02f6f8, 0x2ad02cef, 0xd6f801e8, 0x08d62b0a, 0xf819f2c7, 0xf5021905,
  0xeddbe6fe, 0x0914e543, 0x11f7fef8, 0xea0bf7f5, 0xe1e5f9e0, 0xfa42f60e, 0xf6f4f603, 0xd906ed0d, 0xf00bf514,
  0x0e16e551, 0xfb050803, 0x2be502fe, 0x220209d6, 0xf4f30ffd, 0xfcedfed5, 0x0a16f5f1, 0x050103ea, 0xefefffff,
  0x0c0ff4f3, 0x1500ed17, 0x16fc15f0, 0xf42b7e81, 0xd0fc9928, 0xef21ef08, 0xd5eb2714, 0xe9e6e621, 0xb0ec15e1,
  0xf70950c5, 0x24dfe017, 0xadfe0ff4, 0xbc49d5f8, 0x19fa0bef, 0x1a0704fb, 0xca2222c8, 0xd812d302, 0x19ea14de,
  0xf403f119, 0xd636fe20, 0xdd050100, 0x0e20de0b, 0x03250319, 0x44f61aee, 0x19e924ef, 0xfe1e3ddb, 0x072bec0d,
  0x34e80a0a, 0x25ef0d0c, 0x041824fc, 0xf810120c, 0x1a13f11c, 0x14ec11e9, 0xf7f6d6bb, 0x1108817f, 0xf8e2f6c5,
  0xfd1c1f56, 0x41c0d1c6, 0xe8402f2b, 0x134219ad, 0xdb021841, 0xdce219af, 0x081300e8, 0xf5c1c0f3, 0x24d402f9,
  0xfa0bf938, 0xfa20d227, 0xd4ddd3fe, 0xe317eaff, 0x0e0ce120, 0x102dff2c, 0xf9f9ddde, 0x08e00713, 0x52ef0921,
  0x36031a2a, 0x08ff2815, 0x060616f4, 0xfe0efc2b, 0x0c000bf9, 0x102c0cfb, 0xfde9120e, 0x16f4f4f6, 0x0fc507f3,
  0xba43a9cd, 0x3aea1f7f, 0x33dbbaf5, 0x7d0811fa, 0x56111b55, 0x08048113, 0x9ac9d2db, 0x01a2eac1, 0x291181da,
  0x000e1dfa, 0xcee8371e, 0xfddf290f, 0x0c24d4f8, 0xdbee0211, 0x0dfaf6ea, 0x0fe4dff6, 0x9affa804, 0xc01acd0b,
  0x0bf7fe1f, 0xc2ebdbf3, 0xabf91231, 0x0614e513, 0x0918bf15, 0xf125f409, 0xd8ff4603, 0xf30505fb, 0xda14cb07,
  0xee1b0426, 0x0e13f814, 0xeedf1eff, 0x4c81208a, 0xee340cd8, 0x20cefebf, 0x1fe5f0de, 0x11217ebe, 0x17d608b2,
  0x09ffbc13, 0xb91b21f6, 0x19100709, 0x28ec2f01, 0x1204efe1, 0x0c1107da, 0x0c0fe1c5, 0x3bce2abe, 0xf03d23e5,
  0x0b001ce6, 0x154c20fb, 0xf6121335, 0xf42c084c, 0x0f25d636, 0xfed00194, 0xd701f588, 0x12e9d7b7, 0x3bc32bc4,
  0xded11ed2, 0xf7ebffd0, 0xf1fc04d7, 0x001e0adb, 0x1313170b, 0x002ff62b, 0xb01ebbe0, 0x41cdad46, 0x208127fb,
  0xee0da518, 0xee08f509, 0x2b14095b, 0x50c80b16, 0x0cfd11d5, 0xf8eb36f2, 0x1208db1f, 0xe42e8133, 0x0ffdd11f,
  0x1a24d00b, 0x4cda03c2, 0x35fa2df4, 0x01dc34ea, 0x48fb0f0d, 0xfe4e3e1a, 0xdbe91432, 0x05d734ee, 0xc4479837,
  0xdb3fb624, 0xf920cd4e, 0xf011fd00, 0xdb210503, 0xf11afafc, 0xfc0be11b, 0xe30ff124, 0xecec0814, 0x020de1ee,
  0xfb1f2031, 0x2713e481, 0xed426001, 0xeef8f2c1, 0x9c4bea6a, 0x51bd24f4, 0x7f15f62e, 0xfed351be, 0xc83b484e,
  0x0b03eab2, 0x1ae294a3, 0x0e0fb6de, 0x20f4f9e0, 0x74101325, 0xf3043cfb, 0x14fc50ff, 0x55e321ea, 0x01ff2cf5,
  0xee06e3e7, 0x3e040823, 0x1c099ee1, 0xda21e20d, 0x0aeb13da, 0x13f92425, 0x02eb0ae5, 0x12eef2e3, 0x03d912e9,
  0xd3fcfefe, 0xe01cfde3, 0x0b0dc723, 0x00da662a, 0x067f7e88, 0x2a6f1d07, 0x2b33efd8, 0xe64b2f27, 0x2332c8e9,
  0xd713b9da, 0x2a1edcea, 0x3238de19, 0xf7122523, 0x06dc4699, 0xd9f81aeb, 0x08151bdc, 0xf2483349, 0x2c16403f,
  0x1a200807, 0xdaf718e9, 0x04e3ee01, 0xf8d828d6, 0xd3ddec13, 0xc7bf34d6, 0xe7e4fad7, 0xeae6f2bc, 0xe702f425,
  0xfcb50816, 0xdfe0e7ea, 0xeed9ddc5, 0xebd8dff0, 0xee0504eb, 0xcee1fc0f, 0x874a960b, 0x58d0efae, 0xff36b91d,
  0xf8b52e45, 0x0b248087, 0xcf078149, 0xfe24fa28, 0x3fc5083b, 0x20cbe147, 0x054646d0, 0x0e3616dc, 0x162de729,
  0x25e0c71c, 0xb40bbdbd, 0x37c5d9ff, 0x0ed3cfec, 0x1e22d7d3, 0xe90605f6, 0x42125bdb, 0x29572216, 0xca7fa831,
  0xfa1c9e4e, 0xdfe4962c, 0xb5f8cc11, 0xde1fcfe9, 0xf315cb13, 0xed17ca1d, 0x14e5d41f, 0x08130bfe, 0x1c1a2600,
  0xb3c73815, 0x5c09815a, 0xefdccc14, 0x37263e31, 0xe6eb99b6, 0x29391cf3, 0x0dd70f0e, 0x7a2250fb, 0xc2e1b5bf,
  0xf9f7633e, 0xea3a247f, 0x03e01348, 0xf7fa1118, 0xd5f1d2cc, 0xd6181d29, 0x3206e8e4, 0xcad2d5d7, 0xe60bcdd8,
  0xd1ebbc1e, 0xc0fcd7d9, 0xf0f71e22, 0x02f6110c, 0x00fa0708, 0xe1e6eac9, 0xe3fd3717, 0x0e30100a, 0xf8f7030d,
  0xeaf8f000, 0x0001f9ff, 0x1b0c1cfa, 0xd8403518, 0x24b74b30, 0xa13ecf02, 0x46e159e2, 0xcc10975e, 0x4f915b81,
  0xc6d1e233, 0x62bc449a, 0xb9629341, 0xfe0a7ed0, 0x0d536153, 0xeb092a22, 0x20d93cf4, 0xf7a5e5f6, 0xda0e32d9,
  0x21efecee, 0xd3d3f5d6, 0x1cb8d7d6, 0x914bcb31, 0x853dd8f7, 0x0b124e09, 0xe8f4201c, 0x16fb2ec0, 0xf800edee,
  0xf40952cf, 0x36fc09fd, 0x12d812f7, 0xea3d0804, 0xc63efa16, 0x0524132a, 0xef38927f, 0xf6ec7f1e, 0xe15cf81f,
  0xf9ef1cfa, 0xeadfe125, 0x02fb1ad8, 0xf418dfe2, 0xd9f2e4ed, 0xef230522, 0x0d1c06c6, 0x0c1614fc, 0xfef81121,
  0x15daf306, 0x132ed647, 0x1715d216, 0xee17f11d, 0x29000afc, 0x23c610fe, 0x140d3ef7, 0x1c2f160c, 0x03ea09f0,
  0xfed1ee1d, 0x20ccedd6, 0x0a10fdfc, 0x0510f9e7, 0x08eb05f6, 0x05020107, 0x0ae915fc, 0xf5f61efe, 0xecf8ebfd,
};

static const model_channel_t model_0_fully_connected_channels[] = {
  {1117440403, -151291}, {1278873417, -11035}, {1154636077, 158885}, {1923487666, 37542}, {1766827321, 221222},
  {1181182694, 100165}, {1205402167, 173061}, {1514279150, -578938}, {1325281615, -727002}, {1164181962, 522693},
  {1602196136, 512102}, {1595539596, -171194}, {1657836333, -41434}, {1684017244, 523846}, {1536914446, -33338},
  {1907476455, 231398}, {1557761367, 550470}, {1281748569, -698298}, {1887325851, 212326}, {1702758601, -157690},
  {1541831240, 67782}, {1148544489, 344262}, {2006671372, 304870}, {1168747793, 153797},
};

static const model_dense_t model_0_fully_connected_settings = {
  /* weights */ model_0_fully_connected_weights, /* channels */ model_0_fully_connected_channels,
  /* inputs */ 60, /* outputs */ 24, /* output_zero */ -128,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_0_fully_connected(const int8_t *input, int8_t *output)
{
  model_dense(&model_0_fully_connected_settings, input, output);
}

static const uint32_t model_1_fully_connected_weights[] = {
  0x5fa2373d, 0xef48ab8d, 0xb17f6651, 0x98128c8a, 0x925b44c4, 0x5789b089, 0xd2a6bca4, 0x93547ee2, 0xa877a2aa,
  0x99d550c1, 0x0f83b1d8, 0x463d8c30, 0xa8dea3cd, 0x77a57110, 0xd18193b5, 0x8b9942b4, 0xd18d96e3, 0xb254852f,
  0xdf4e3f41, 0x810aeb7d, 0xe4a264c8, 0xe0aeb0d0, 0x427856de, 0xb1b89890, 0x34a05eb5, 0xd3668824, 0xe6d2c6e8,
  0x3ebf8333, 0xf42a4bd0, 0x15b7b323, 0xdfbcb1c3, 0x13affb3e, 0x5b37e93f, 0x964e78c8, 0x1e816794, 0x53b4813b,
  0x3ecfcc99, 0xc3e23340, 0x4481b295, 0x354e9e2f, 0x9b82c139, 0xe33e68a2, 0x2e624955, 0x2892aebe, 0xbeacaea5,
  0xb447e558, 0x7eaa6ed2, 0xcaa184da, 0x85588b91, 0xa0d3a781, 0x9779595f, 0x58a8a12d, 0xbc35ab9a, 0x96a2a069,
  0x1d9ea69a, 0x5aacb859, 0x7f1eea64, 0x67841ebd, 0x2fbe88cf, 0xa26044fe,
};

static const model_channel_t model_1_fully_connected_channels[] = {
  {1813833124, -1800439}, {1174717475, -2489336}, {1222193739, -2542232}, {2027984576, -2655095},
  {1368655904, -1813912}, {1916121766, -468791}, {2023628644, -2376951}, {1949563691, -965271},
  {1787890335, -1480215}, {2106993974, -2861207},
};

static const model_dense_t model_1_fully_connected_settings = {
  /* weights */ model_1_fully_connected_weights, /* channels */ model_1_fully_connected_channels,
  /* inputs */ 24, /* outputs */ 10, /* output_zero */ -13,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_1_fully_connected(const int8_t *input, int8_t *output)
{
  model_dense(&model_1_fully_connected_settings, input, output);
}

static const model_softmax_t model_2_softmax_settings = {
  /* multiplier */ 1353493632, /* lowest_difference */ -248, /* rows */ 1, /* classes */ 10, /* shift */ 23,
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
