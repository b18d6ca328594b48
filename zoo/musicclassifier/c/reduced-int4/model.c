#include "model.h"

#define MODEL_NARROW 1
#define MODEL_SATURATED 1
#define MODEL_POOLED 0
#define MODEL_OUTPUTS_SHARED 0

#define MODEL_DENSE_PACKED 1
#define MODEL_FOURS 0
#define MODEL_TWOS 0
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
#endif
  int8_t output_zero;
} model_dense_t;

/* Of so many channels that are left, those that are worked on next. */
static inline int32_t model_dense_next(const model_dense_t *l, int32_t left)
{
  (void)l; /* where all layers share `together`, a number stands in its place */
#if MODEL_DENSE_PACKED
  if (((uint8_t)4) < 8) {
    return 16 / ((uint8_t)4);
  }
#endif
#if MODEL_FOURS + MODEL_TWOS + MODEL_ONES == 1
  (void)left;
  return 4 * MODEL_FOURS + 2 * MODEL_TWOS + MODEL_ONES;
#else
  return left > 2 || left > ((uint8_t)4) ? ((uint8_t)4) : left;
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
  sums[3] = ((uint8_t)4) == 4 ? 0 : -raised;
  if (((uint8_t)4) == 2) {
    sums[4] = sums[5] = sums[6] = -raised;
    sums[7] = 0;
  }
#endif
  do {
    const int32_t part = MODEL_DENSE_LONG && left > 508 ? 508 : left;
    const uint32_t *end = weights + part / 2;
    if (((uint8_t)4) == 4) {
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
  const int32_t raised = ((uint8_t)4) < 8 ? model_dense_total(input, inputs) * (1 << (((uint8_t)4) - 1)) : 0;
#endif
  for (int32_t left = l->outputs; left > 0; left -= number, channel += number) {
    const int32_t next = model_dense_next(l, left);
    int32_t sums[MODEL_DENSE_PACKED ? 8 : 4];
    number = left < 4 ? left : 4;
#if MODEL_DENSE_PACKED
    if (((uint8_t)4) < 8) {
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
  const int32_t raised = ((uint8_t)4) < 8 ? model_dense_total(input, inputs) * (1 << (((uint8_t)4) - 1)) : 0;
#endif
  do {
    const int32_t number = left < MODEL_SUMS ? left : MODEL_SUMS;
    int32_t sums[MODEL_SUMS], i = 0;
    do {
      const int32_t next = model_dense_next(l, left - i);
#if MODEL_DENSE_PACKED
      if (((uint8_t)4) < 8) {
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
  0xfb9771b4, 0xf775bb1f, 0xfa94f889, 0xe6882a77, 0xe7b6fac7, 0xc7671696, 0xf98545b9, 0x268aea85, 0xc87918a9,
  0xdd66e879, 0x1789076c, 0x18a80887, 0xda792587, 0xe967e887, 0x177c1679, 0x0877f988, 0xeb58fa78, 0xe8790879,
  0x1a99e96c, 0x0a880998, 0x47b61788, 0x26a82895, 0x0a773698, 0x0b87f985, 0x37891977, 0x27981987, 0x09772888,
  0x09991977, 0x19980a79, 0x17a817a7, 0xdd87d665, 0x15982f1e, 0x2687d875, 0x488916ac, 0x4ac51e55, 0x087bb9ca,
  0xc59be6a4, 0x0358f4ab, 0x1967b794, 0x09981887, 0xe6862a47, 0xf7a71888, 0x0b89e78b, 0xf68a095a, 0x0856f758,
  0x1669f778, 0xc889c96a, 0xda9ad88a, 0x0788fa66, 0xe797e789, 0xd7d81b99, 0x09b8f9aa, 0x0998d9a9, 0x0b890998,
  0xf788388a, 0xf8980798, 0xe98ae898, 0xfa870a99, 0x1997f977, 0x06a51897, 0xcad3d7a3, 0x3679db87, 0x03a62885,
  0x09a7c977, 0x089af8f5, 0x29a60c85, 0x35980939, 0x084916a8, 0x07992799, 0x08a7eab9, 0xfa98ba77, 0x0889e997,
  0x1a99e866, 0x36b605b6, 0x287a27a7, 0x06982797, 0x389a18b8, 0x0b78399a, 0xf77a0a9a, 0x0699275a, 0xeb86bb84,
  0xeb68da84, 0x09a7eb55, 0xf9c6f8b6, 0xea6608a6, 0x09870886, 0x0978f987, 0xf989f997, 0xf79909a8, 0x088af779,
  0x07895aaa, 0x0da97372, 0x2d7c28d8, 0x1a88f785, 0xfb4c2a6d, 0x1ab5d798, 0xe9d9d68a, 0x3976e7b6, 0x3a5bf9bb,
  0x08972974, 0x07974434, 0xe7991857, 0x08971787, 0x0bd83b8a, 0x29883ab8, 0x1a9809c8, 0xe8b72797, 0x0788f8b8,
  0x07792677, 0xd6a8f98a, 0xd6983647, 0xf76af779, 0xf787f596, 0xf88809aa, 0x05870997, 0xe797f787, 0xf786e697,
  0xf668e888, 0xf9690787, 0xd688f859, 0xd64b3949, 0x47a7ad75, 0xf68ad969, 0x29853a9b, 0xf799b433, 0x2a68274b,
  0x0589098a, 0x5aa5389b, 0xc796d57a, 0x078b4cb6, 0xfb8a1f96, 0x068a1b7a, 0x08971a69, 0xe758e665, 0xe9a51a78,
  0x2896f667, 0xd699e676, 0xf978e687, 0xe7a9d9b7, 0xe79ce699, 0xf76d1a5a, 0x0889195b, 0x0777094a, 0xf757f568,
  0xf8792967, 0x1a891869, 0x07880869, 0x0897f769, 0x08990888, 0x289a1798, 0xfb7a9f99, 0xe79479ab, 0xee5b0a78,
  0xf6a628b6, 0xf668e94c, 0x08b326b3, 0xfa66e67a, 0xe8b6f794, 0xfa6c194b, 0x198815c6, 0x198b18bc, 0x07881a9a,
  0x2696f9a8, 0x1a84ec78, 0x1979e996, 0xf998f977, 0x38761886, 0x34951776, 0x194b476a, 0x2a4a1878, 0x078808b9,
  0xf688fa99, 0x2598f6a5, 0x19880877, 0x098907a6, 0x07a80798, 0x08970898, 0x167b1788, 0xf86b1889, 0xf789f78a,
};

static const model_channel_t model_0_fully_connected_channels[] = {
  {1759023210, -3678}, {1759023210, 8706}, {1759023210, 11778}, {1759023210, 1506}, {1759023210, 11362},
  {1759023210, 10402}, {1759023210, 7170}, {1759023210, -10462}, {1759023210, -11166}, {1759023210, 16802},
  {1759023210, 13442}, {1759023210, -1150}, {1759023210, 6882}, {1759023210, 14786}, {1759023210, 5410},
  {1759023210, 9474}, {1759023210, 13218}, {1759023210, -9726}, {1759023210, 8706}, {1759023210, -2654},
  {1759023210, 6370}, {1759023210, 8834}, {1759023210, 12130}, {1759023210, 8610},
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
  0xc6d4c5bb, 0x537b5933, 0xe13db4db, 0xb2393423, 0xe12cb6b5, 0xcdc3ab43, 0xec543b44, 0xa92bfff6, 0xf33d4534,
  0xf326c5c5, 0x3e834647, 0xc4bab22a, 0x35a2e3c3, 0xd66e2b2a, 0x3275c357, 0x2ba4ca3b, 0xb27bdbb5, 0xfb93435a,
  0x2c643b44, 0x2393c57c, 0xd4cbc37b, 0xdb3decd5, 0x549156c1, 0xe3b3a62b, 0x082c0833, 0x08360843, 0x083c08cc,
  0x08c4083a, 0x085a0844, 0x0834084c, 0x08940844, 0x08c4085b, 0x08d9087c, 0x08d308a5, 0x08b60826, 0x083c08b8,
};

static const model_channel_t model_1_fully_connected_channels[] = {
  {1308822983, -86972}, {1308822983, -157212}, {1308822983, -148476}, {1308822983, -132636},
  {1308822983, -119868}, {1308822983, -48220}, {1308822983, -136092}, {1308822983, -59996}, {1308822983, -69596},
  {1308822983, -140060},
};

static const model_dense_t model_1_fully_connected_settings = {
  /* weights */ model_1_fully_connected_weights, /* channels */ model_1_fully_connected_channels,
  /* inputs */ 24, /* outputs */ 10, /* output_zero */ 8,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_1_fully_connected(const int8_t *input, int8_t *output)
{
  model_dense(&model_1_fully_connected_settings, input, output);
}

static const model_softmax_t model_2_softmax_settings = {
  /* multiplier */ 1517527168, /* lowest_difference */ -248, /* rows */ 1, /* classes */ 10, /* shift */ 23,
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
