/* A dense layer of one place: four channels at a time, over inputs as they are. Two channels share a halfword, 256 times
   the second one plus the first; of four inputs each pair of channels has a word for the first and the third, and one
   for the others. Where sums of the second channel might reach 2^23, NN_DENSE_LONG parts them. A channel that is left
   alone, and all of a layer whose weights do not pair, have a byte for each weight. Weights of 4 and 2 bits share a
   halfword by fours and eights.
   Paths, and instructions a product: NN_DSP 18 / 16 of four channels, 13 / 8 of two, 18 / 8 of one, 20 / 16 of weights
   of 4 bits, 39 / 32 of 2; NN_THUMB1 35 / 8; NN_HELIUM, NN_HALVES and C as compiled. Bounds: inputs a multiple of four
   up to 65535. */
typedef struct {
  const uint32_t *weights;
  const nn_channel_t *channels;
  uint16_t inputs, outputs; /* the inputs are a multiple of four */
  uint8_t together;         /* channels: 4, 2 or 1 */
#if NN_DENSE_PACKED
  uint8_t bits; /* of a weight: 8, 4 or 2 */
#endif
  int8_t output_zero, lowest, highest;
} nn_dense_t;

/* Of so many channels that are left, those that are worked on next. */
static inline int32_t nn_dense_next(const nn_dense_t *l, int32_t left)
{
  (void)l; /* where all layers share `together`, a number stands in its place */
#if NN_DENSE_PACKED
  if (l->bits < 8) {
    return 16 / l->bits;
  }
#endif
#if NN_FOURS + NN_TWOS + NN_ONES == 1
  (void)left;
  return 4 * NN_FOURS + 2 * NN_TWOS + NN_ONES;
#else
  return left > 2 || left > l->together ? l->together : left;
#endif
}

#if NN_DENSE_LONG
#define NN_KEEP(sum, part) ((sum) += (part))
#else
#define NN_KEEP(sum, part) ((sum) = (part))
#endif

#if defined(NN_HELIUM)
/* Words of one half of sixteen inputs and of the other, as the weights of two channels. */
static inline void nn_dense_apart(int32x4_t even, int32x4_t odd, int8x16_t *first, int8x16_t *second)
{
  const int16x8_t a = vreinterpretq_s16_s32(even), b = vreinterpretq_s16_s32(odd);
  *second = vrshrntq_n_s16(vrshrnbq_n_s16(vuninitializedq_s8(), a, 8), b, 8);
  *first = vmovntq_s16(vreinterpretq_s8_s16(a), b);
}

static inline void nn_dense_sixteen(int32x4x4_t words, int8x16_t x, int32_t *sums)
{
  int8x16_t first, second;
  nn_dense_apart(words.val[0], words.val[1], &first, &second);
  sums[0] = vmladavaq_s8(sums[0], first, x);
  sums[1] = vmladavaq_s8(sums[1], second, x);
  nn_dense_apart(words.val[2], words.val[3], &first, &second);
  sums[2] = vmladavaq_s8(sums[2], first, x);
  sums[3] = vmladavaq_s8(sums[3], second, x);
}

/* Of four channels, which take turns or stand in pairs behind each other: sixteen inputs at a time. No weight and no
   input is read beyond the last. */
static inline void nn_dense_sums(const uint32_t *weights, const uint32_t *behind, int32_t turns, int32_t inputs,
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
    nn_dense_sixteen(words, vldrbq_s8(input), own);
  }
  if (left) {
    const mve_pred16_t some = vctp8q((uint32_t)left);
    const uint32x4_t apart = turns ? vidupq_n_u32(0, 4) : vidupq_n_u32(0, 2);
    other = turns ? at + 2 : other;
    words.val[0] = vldrwq_gather_shifted_offset_z_s32(at, apart, some);
    words.val[1] = vldrwq_gather_shifted_offset_z_s32(at + 1, apart, some);
    words.val[2] = vldrwq_gather_shifted_offset_z_s32(other, apart, some);
    words.val[3] = vldrwq_gather_shifted_offset_z_s32(other + 1, apart, some);
    nn_dense_sixteen(words, vldrbq_z_s8(input, some), own);
  }
  sums[0] = own[0];
  sums[1] = own[1];
  sums[2] = own[2];
  sums[3] = own[3];
}
#elif defined(NN_DSP) && defined(__ARM_FEATURE_UNALIGNED)
#if NN_FOURS
/* All registers but r9, which some programs keep for themselves. */
static inline const uint32_t *nn_dense_four(const uint32_t *weights, const uint32_t *end, const int8_t *input,
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
  NN_KEEP(sums[0], (int32_t)p0);
  NN_KEEP(sums[1], (int32_t)(p1 - p0) >> 8);
  NN_KEEP(sums[2], (int32_t)q0);
  NN_KEEP(sums[3], (int32_t)(q1 - q0) >> 8);
  return at;
}

#endif

#if NN_TWOS
/* The same of two channels. */
static inline const uint32_t *nn_dense_two(const uint32_t *weights, const uint32_t *end, const int8_t *input,
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
  NN_KEEP(sums[0], (int32_t)p0);
  NN_KEEP(sums[1], (int32_t)(p1 - p0) >> 8);
  return weights;
}
#endif
#elif defined(NN_HALVES) && !defined(NN_THUMB1)
#if NN_FOURS || NN_TWOS
static inline void nn_dense_tap(const nn_half_t *weights, int32_t x, int32_t *first, int32_t *both)
{
  *first += *(const int8_t *)weights * x;
  *both = (int32_t)((uint32_t)*both + (uint32_t)(*weights * x));
}
#endif

#if NN_FOURS
static inline const uint32_t *nn_dense_four(const uint32_t *weights, const uint32_t *end, const int8_t *input,
                                            int32_t *sums)
{
  const nn_half_t *at = (const nn_half_t *)weights;
  int32_t p0 = 0, p1 = 0, q0 = 0, q1 = 0;
  do {
    const int32_t x = input[0], y = input[1];
    nn_dense_tap(at, x, &p0, &p1);
    nn_dense_tap(at + 4, x, &q0, &q1);
    nn_dense_tap(at + 2, y, &p0, &p1);
    nn_dense_tap(at + 6, y, &q0, &q1);
    const int32_t z = input[2], t = input[3];
    nn_dense_tap(at + 1, z, &p0, &p1);
    nn_dense_tap(at + 5, z, &q0, &q1);
    nn_dense_tap(at + 3, t, &p0, &p1);
    nn_dense_tap(at + 7, t, &q0, &q1);
    at += 8;
    input += 4;
  } while (at != (const nn_half_t *)end);
  NN_KEEP(sums[0], p0);
  NN_KEEP(sums[1], (int32_t)((uint32_t)p1 - (uint32_t)p0) >> 8);
  NN_KEEP(sums[2], q0);
  NN_KEEP(sums[3], (int32_t)((uint32_t)q1 - (uint32_t)q0) >> 8);
  return end;
}
#endif

#if NN_TWOS
static inline const uint32_t *nn_dense_two(const uint32_t *weights, const uint32_t *end, const int8_t *input,
                                           int32_t *sums)
{
  const nn_half_t *at = (const nn_half_t *)weights;
  int32_t p0 = 0, p1 = 0;
  do {
    nn_dense_tap(at, input[0], &p0, &p1);
    nn_dense_tap(at + 2, input[1], &p0, &p1);
    nn_dense_tap(at + 1, input[2], &p0, &p1);
    nn_dense_tap(at + 3, input[3], &p0, &p1);
    at += 4;
    input += 4;
  } while (at != (const nn_half_t *)end);
  NN_KEEP(sums[0], p0);
  NN_KEEP(sums[1], (int32_t)((uint32_t)p1 - (uint32_t)p0) >> 8);
  return end;
}
#endif
#else
#if defined(NN_THUMB1)
/* Sums stand in upper registers; the pointer to the inputs is at their end, and an index runs up to zero. */
static NN_APART void nn_dense_pair(const uint32_t *weights, const uint32_t *end, int32_t step, const int8_t *input,
                                   int32_t *sums)
{
  const int32_t words = (int32_t)(end - weights), inputs = step == 4 ? words : 2 * words;
  register const uint32_t *at __asm__("r0") = weights;
  register int32_t skipped __asm__("r1") = 4 * step - 8;
  register const int8_t *behind __asm__("r2") = input + inputs;
  register int32_t index __asm__("r3") = -inputs;
#define NN_INPUT(word)     \
  "ldrsb r6, [r2, r3]\n\t" \
  "sxtb r7, " word "\n\t"  \
  "muls r7, r6, r7\n\t"    \
  "add r12, r7\n\t"
#define NN_LOWER(word)    \
  NN_INPUT(word)          \
  "sxth r7, " word "\n\t" \
  "muls r7, r6, r7\n\t"   \
  "add lr, r7\n\t"        \
  "adds r3, #1\n\t"
#define NN_UPPER(word)                                                                \
  "asrs " word ", " word ", #16\n\t" NN_INPUT(word) "muls " word ", r6, " word "\n\t" \
                                                    "add lr, " word "\n\t"            \
                                                    "adds r3, #1\n\t"
  __asm__(".syntax unified\n\t"
          "push {r4-r7}\n\t"
          "movs r4, #0\n\t"
          "mov r12, r4\n\t"
          "mov lr, r4\n"
          "1:\n\t"
          "ldm r0!, {r4, r5}\n\t"
          "add r0, r1\n\t" NN_LOWER("r4") NN_LOWER("r5") NN_UPPER("r4") NN_UPPER("r5") "bne 1b\n\t"
                                                                                       "mov r1, r12\n\t"
                                                                                       "mov r3, lr\n\t"
                                                                                       "pop {r4-r7}"
          : "+l"(at), "+l"(index), "+l"(skipped)
          : "l"(behind)
          : "r12", "lr", "cc", "memory");
#undef NN_INPUT
#undef NN_LOWER
#undef NN_UPPER
  const uint32_t p0 = (uint32_t)skipped, p1 = (uint32_t)index;
  NN_KEEP(sums[0], (int32_t)p0);
  NN_KEEP(sums[1], (int32_t)(p1 - p0) >> 8);
}
#else
static NN_APART void nn_dense_pair(const uint32_t *weights, const uint32_t *end, int32_t step, const int8_t *input,
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
  NN_KEEP(sums[0], p0);
  NN_KEEP(sums[1], (int32_t)(p1 - (uint32_t)p0) >> 8);
}
#endif

#if NN_FOURS
static inline const uint32_t *nn_dense_four(const uint32_t *weights, const uint32_t *end, const int8_t *input,
                                            int32_t *sums)
{
  nn_dense_pair(weights, end, 4, input, sums);
  nn_dense_pair(weights + 2, end + 2, 4, input, sums + 2);
  return end;
}
#endif

#if NN_TWOS
static inline const uint32_t *nn_dense_two(const uint32_t *weights, const uint32_t *end, const int8_t *input,
                                           int32_t *sums)
{
  nn_dense_pair(weights, end, 2, input, sums);
  return end;
}
#endif
#endif

#if (NN_FOURS || NN_TWOS) && !defined(NN_HELIUM)
/* Sums of two or four channels. */
static inline const uint32_t *nn_dense_pairs(const uint32_t *weights, int32_t channels, int32_t inputs,
                                             const int8_t *input, int32_t *sums)
{
  int32_t part;
#if NN_DENSE_LONG
  for (int32_t i = 0; i < channels; ++i) {
    sums[i] = 0;
  }
#endif
  do {
    part = NN_DENSE_LONG && inputs > 512 ? 512 : inputs;
#if NN_FOURS
    if (channels == 4) {
      weights = nn_dense_four(weights, weights + part, input, sums);
    }
#endif
#if NN_TWOS
    if (channels == 2) {
      weights = nn_dense_two(weights, weights + part / 2, input, sums);
    }
#endif
    input += part;
    inputs -= part;
  } while (inputs > 0);
  return weights;
}
#endif

#if NN_ONES
/* The sum of one channel. */
static inline const uint32_t *nn_dense_one(const uint32_t *weights, int32_t inputs, const int8_t *input, int32_t *sum)
{
  int32_t all = 0;
#if defined(NN_HELIUM)
  const int8_t *at = (const int8_t *)weights;
  for (int32_t left = inputs; left > 0; left -= 16, at += 16, input += 16) {
    const mve_pred16_t some = vctp8q((uint32_t)left);
    all = vmladavaq_p_s8(all, vldrbq_z_s8(at, some), vldrbq_z_s8(input, some), some);
  }
  weights += inputs / 4;
#elif defined(NN_DSP) && defined(__ARM_FEATURE_UNALIGNED)
  const int8_t *end = input + inputs;
  int32_t x, w, x_even, w_even;
#define NN_FOUR                                    \
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
          "1:\n\t" NN_FOUR "2:\n\t" NN_FOUR "cmp %[input], %[end]\n\t"
          "bne 1b"
          : [weights] "+r"(weights), [input] "+r"(input), [all] "+r"(all), [x] "=&r"(x), [w] "=&r"(w),
            [x_even] "=&r"(x_even), [w_even] "=&r"(w_even)
          : [end] "r"(end), [inputs] "r"(inputs)
          : "cc", "memory");
#undef NN_FOUR
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

#if NN_DENSE_PACKED
/* Weights of 4 or 2 bits of which four or eight channels share a halfword: the last one stands highest and has its sign,
   the others are raised by half their range. Halfwords are multiplied as they are, and each channel but the last one's
   bits of them where they stand. That is exact for 508 inputs. */
typedef struct {
  uint32_t first, second, third, whole;
} nn_quarters_t;

#if defined(NN_DSP) && defined(__ARM_FEATURE_UNALIGNED)
#define NN_FIELD(sum, word, mask, x) "and r1, " word ", " mask "\n\tsmlad " sum ", r1, " x ", " sum "\n\t"
#define NN_LAST(sum, word, mask, x) "and " word ", " word ", " mask "\n\tsmlad " sum ", " word ", " x ", " sum "\n\t"
#define NN_FOUR_FIELDS(word, x)                                                                                       \
  "smlad r12, " word ", " x ", r12\n\t" NN_FIELD("r4", word, "#0x000f000f", x) NN_FIELD("r5", word, "#0x00f000f0", x) \
      NN_LAST("r8", word, "#0x0f000f00", x)
#define NN_EIGHT_FIELDS                                                                                            \
  "smlad r12, lr, r3, r12\n\t" NN_FIELD("r4", "lr", "#0x00030003", "r3") NN_FIELD("r5", "lr", "#0x000c000c", "r3") \
      NN_FIELD("r6", "lr", "#0x00300030", "r3") NN_FIELD("r7", "lr", "#0x00c000c0", "r3")                          \
          NN_FIELD("r8", "lr", "#0x03000300", "r3") NN_FIELD("r10", "lr", "#0x0c000c00", "r3")                     \
              NN_LAST("r11", "lr", "#0x30003000", "r3")
/* All registers but r9, which some programs keep for themselves. */
static inline nn_quarters_t nn_dense_quarters(const uint32_t *weights, const uint32_t *end, const int8_t *input)
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
          "sxtb16 lr, lr, ror #8\n\t" NN_FOUR_FIELDS("r6", "r3")
              NN_FOUR_FIELDS("r7", "lr") "cmp r0, r11\n\t"
                                         "bne 1b\n\t"
                                         "pop {r1, r3, r6, r7, r11, lr}"
          : "+r"(at), "+r"(x), "=&r"(first), "=&r"(second), "=&r"(third), "=&r"(whole)
          : "r"(last)
          : "cc", "memory");
  const nn_quarters_t sums = {first, second, third, whole};
  return sums;
}

static inline void nn_dense_eighths(const uint32_t *weights, const uint32_t *end, const int8_t *input, uint32_t *sums)
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
                   "sxtb16 r3, r3\n\t" NN_EIGHT_FIELDS "ldr r3, [r2], #4\n\t"
                   "ldr lr, [r0], #4\n\t"
                   "sxtb16 r3, r3, ror #8\n\t" NN_EIGHT_FIELDS "ldr r1, [sp]\n\t"
                   "cmp r0, r1\n\t"
                   "bne 1b\n\t"
                   "ldr r3, [sp, #4]\n\t"
                   "stm r3, {r4-r8, r10-r12}\n\t"
                   "pop {r1, r3-r8, r10-r12, lr}"
                   : "+r"(at), "+r"(x)
                   : "r"(last), "r"(to)
                   : "cc", "memory");
}
#undef NN_FIELD
#undef NN_LAST
#undef NN_FOUR_FIELDS
#undef NN_EIGHT_FIELDS

static inline int32_t nn_dense_total(const int8_t *input, int32_t inputs)
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
static inline void nn_dense_quarter(nn_quarters_t *sums, uint32_t half, int32_t input)
{
  const uint32_t x = (uint32_t)input;
  sums->first += (half & 0xf) * x;
  sums->second += (half & 0xf0) * x;
  sums->third += (half & 0xf00) * x;
  sums->whole += (uint32_t)(int32_t)(int16_t)half * x;
}

static inline nn_quarters_t nn_dense_quarters(const uint32_t *weights, const uint32_t *end, const int8_t *input)
{
  nn_quarters_t sums = {0, 0, 0, 0};
  for (; weights != end; weights += 2, input += 4) {
    const uint32_t even = weights[0], odd = weights[1];
    nn_dense_quarter(&sums, even & 0xffff, input[0]);
    nn_dense_quarter(&sums, odd & 0xffff, input[1]);
    nn_dense_quarter(&sums, even >> 16, input[2]);
    nn_dense_quarter(&sums, odd >> 16, input[3]);
  }
  return sums;
}

static inline void nn_dense_eighth(uint32_t *sums, uint32_t half, int32_t input)
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

static inline void nn_dense_eighths(const uint32_t *weights, const uint32_t *end, const int8_t *input, uint32_t *sums)
{
  uint32_t own[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  for (; weights != end; weights += 2, input += 4) {
    const uint32_t even = weights[0], odd = weights[1];
    nn_dense_eighth(own, even & 0xffff, input[0]);
    nn_dense_eighth(own, odd & 0xffff, input[1]);
    nn_dense_eighth(own, even >> 16, input[2]);
    nn_dense_eighth(own, odd >> 16, input[3]);
  }
  for (int8_t i = 0; i < 8; ++i) {
    sums[i] = own[i];
  }
}

static inline int32_t nn_dense_total(const int8_t *input, int32_t inputs)
{
  int32_t total = 0;
  do {
    total += *input++;
  } while (--inputs > 0);
  return total;
}
#endif

#if NN_DENSE_LONG
#define NN_SUM(i, start, part) (sums[i] += (part))
#else
#define NN_SUM(i, start, part) (sums[i] = (start) + (part))
#endif
static inline const uint32_t *nn_dense_packed(const nn_dense_t *l, const uint32_t *weights, const int8_t *input,
                                              int32_t raised, int32_t *sums)
{
  int32_t left = l->inputs;
#if NN_DENSE_LONG
  sums[0] = sums[1] = sums[2] = -raised;
  sums[3] = l->bits == 4 ? 0 : -raised;
  if (l->bits == 2) {
    sums[4] = sums[5] = sums[6] = -raised;
    sums[7] = 0;
  }
#endif
  do {
    const int32_t part = NN_DENSE_LONG && left > 508 ? 508 : left;
    const uint32_t *end = weights + part / 2;
    if (l->bits == 4) {
      const nn_quarters_t own = nn_dense_quarters(weights, end, input);
      NN_SUM(0, -raised, (int32_t)own.first);
      NN_SUM(1, -raised, (int32_t)own.second >> 4);
      NN_SUM(2, -raised, (int32_t)own.third >> 8);
      NN_SUM(3, 0, (int32_t)(own.whole - own.first - own.second - own.third) >> 12);
    } else {
      uint32_t own[8];
      nn_dense_eighths(weights, end, input, own);
      const uint32_t others = own[0] + own[1] + own[2] + own[3] + own[4] + own[5] + own[6];
      NN_SUM(0, -raised, (int32_t)own[0]);
      NN_SUM(1, -raised, (int32_t)own[1] >> 2);
      NN_SUM(2, -raised, (int32_t)own[2] >> 4);
      NN_SUM(3, -raised, (int32_t)own[3] >> 6);
      NN_SUM(4, -raised, (int32_t)own[4] >> 8);
      NN_SUM(5, -raised, (int32_t)own[5] >> 10);
      NN_SUM(6, -raised, (int32_t)own[6] >> 12);
      NN_SUM(7, 0, (int32_t)(own[7] - others) >> 14);
    }
    weights = end;
    input += part;
    left -= part;
  } while (NN_DENSE_LONG && left > 0);
  return weights;
}
#undef NN_SUM
#endif

#if defined(NN_HELIUM)
static NN_APART void nn_dense(const nn_dense_t *l, const int8_t *input, int8_t *output)
{
  const uint32_t *weights = l->weights;
  const nn_channel_t *channel = l->channels;
  const int32_t inputs = l->inputs;
  int32_t number;
#if NN_DENSE_PACKED
  const int32_t raised = l->bits < 8 ? nn_dense_total(input, inputs) * (1 << (l->bits - 1)) : 0;
#endif
  for (int32_t left = l->outputs; left > 0; left -= number, channel += number) {
    const int32_t next = nn_dense_next(l, left);
    int32_t sums[NN_DENSE_PACKED ? 8 : 4];
    number = left < 4 ? left : 4;
#if NN_DENSE_PACKED
    if (l->bits < 8) {
      number = left < next ? left : next;
      weights = nn_dense_packed(l, weights, input, raised, sums);
      output = nn_outputs(sums, channel, number, output, l->output_zero, l->lowest, l->highest);
      continue;
    }
#endif
#if NN_ONES
    if (next == 1) {
      number = 1;
      weights = nn_dense_one(weights, inputs, input, sums);
    }
#endif
#if NN_FOURS
    if (next == 4) {
      nn_dense_sums(weights, weights, 1, inputs, input, sums);
      weights += inputs;
    }
#endif
#if NN_TWOS
    if (next == 2) {
      number = left < 4 ? 2 : 4;
      nn_dense_sums(weights, left < 4 ? weights : weights + inputs / 2, 0, inputs, input, sums);
      weights += number / 2 * (inputs / 2);
    }
#endif
    output = nn_outputs(sums, channel, number, output, l->output_zero, l->lowest, l->highest);
  }
}
#else
static NN_APART void nn_dense(const nn_dense_t *l, const int8_t *input, int8_t *output)
{
  const uint32_t *weights = l->weights;
  const nn_channel_t *channels = l->channels;
  const int32_t inputs = l->inputs;
  int32_t left = l->outputs;
#if NN_DENSE_PACKED
  const int32_t raised = l->bits < 8 ? nn_dense_total(input, inputs) * (1 << (l->bits - 1)) : 0;
#endif
  do {
    const int32_t number = left < NN_SUMS ? left : NN_SUMS;
    int32_t sums[NN_SUMS], i = 0;
    do {
      const int32_t next = nn_dense_next(l, left - i);
#if NN_DENSE_PACKED
      if (l->bits < 8) {
        weights = nn_dense_packed(l, weights, input, raised, sums + i);
        i += next;
        continue;
      }
#endif
#if NN_ONES
      if (next == 1) {
        weights = nn_dense_one(weights, inputs, input, sums + i);
      }
#endif
#if NN_FOURS || NN_TWOS
      if (next > 1) {
        weights = nn_dense_pairs(weights, next, inputs, input, sums + i);
      }
#endif
      i += next;
    } while (i < number);
    output = nn_outputs(sums, channels, number, output, l->output_zero, l->lowest, l->highest);
    channels += number;
    left -= number;
  } while (left > 0);
}
#endif
