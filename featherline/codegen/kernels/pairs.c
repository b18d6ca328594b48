/* Sums of products of two windows of 16 bits and two channels of weights, four numbers at a time. Both channels share a
   halfword, 256 times the second one plus the first: its products are summed up as they are, those of its lower byte
   too, and of the difference the second channel's sum is a 256th part. That is exact while no sum of the second channel
   reaches 2^23; where one might, NN_LONG parts it. `weights` is left behind the last word.
   Paths, and instructions a product: NN_HELIUM 14 / 96, NN_DSP 16 / 16, NN_THUMB2 34 / 16, NN_THUMB1 29 / 8,
   NN_HALVES and C as compiled. Bounds: none but those of 32 bits for a sum. */
typedef struct {
  int32_t p0, p1, q0, q1;
} nn_sums_t;

#if defined(NN_HELIUM)
typedef int8_t nn_number_t;

/* Of three windows and the same two channels. */
typedef struct {
  int32_t p0, p1, q0, q1, r0, r1;
} nn_threes_t;

/* A halfword's lower byte is the first channel's, its upper one the second's less one where the first is negative. */
static inline void nn_sixteen(nn_threes_t *s, int8x16_t first, int8x16_t upper, int8x16_t x, int8x16_t y, int8x16_t z,
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
static inline nn_threes_t nn_threes(const uint32_t *weights, int32_t sixteens, int32_t left, const nn_number_t *p,
                                    const nn_number_t *q, const nn_number_t *r, int32_t third)
{
  const int8_t *at = (const int8_t *)weights;
  nn_threes_t s = {0, 0, 0, 0, 0, 0};
  for (int32_t i = sixteens; i > 0; --i, at += 32, p += 16, q += 16, r += 16) {
    const int8x16x2_t both = vld2q_s8(at);
    const int8x16_t y = vldrbq_s8(q), z = third ? vldrbq_s8(r) : y;
    nn_sixteen(&s, both.val[0], both.val[1], vldrbq_s8(p), y, z, third);
  }
  if (left) {
    const mve_pred16_t some = vctp8q((uint32_t)left);
    const uint8x16_t apart = vidupq_n_u8(0, 2);
    const int8x16_t y = vldrbq_z_s8(q, some), z = third ? vldrbq_z_s8(r, some) : y;
    nn_sixteen(&s, vldrbq_gather_offset_z_s8(at, apart, some), vldrbq_gather_offset_z_s8(at + 1, apart, some),
               vldrbq_z_s8(p, some), y, z, third);
  }
  return s;
}

NN_HELPER nn_sums_t nn_part(const uint32_t **weights, const uint32_t *end, const nn_number_t *p, const nn_number_t *q)
{
  const int32_t numbers = 2 * (int32_t)(end - *weights);
  const nn_threes_t threes = nn_threes(*weights, numbers >> 4, numbers & 15, p, q, q, 0);
  const nn_sums_t s = {threes.p0, threes.p1, threes.q0, threes.q1};
  *weights = end;
  return s;
}
#else
typedef int16_t nn_number_t;

static inline int32_t nn_second(uint32_t both, uint32_t first)
{
  return (int32_t)(both - first) >> 8;
}

#if defined(NN_DSP)
/* Thirteen registers without r9, which some programs keep for themselves. Six of them are saved here, frame
   pointers among them, so that the compiler has nothing else to spill. */
static inline nn_sums_t nn_part(const uint32_t **weights, const uint32_t *end, const int16_t *p, const int16_t *q)
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
  const nn_sums_t s = {(int32_t)p0, nn_second(p1, p0), (int32_t)q0, nn_second(q1, q0)};
  return s;
}
#elif defined(NN_THUMB1)
/* Sums stand in the upper registers, which an addition reaches and nothing else; r9 is left alone, which some programs
   keep for themselves. The pointers are at the ends, and one index runs up to zero. */
static inline nn_sums_t nn_part(const uint32_t **weights, const uint32_t *end, const int16_t *p, const int16_t *q)
{
  const int32_t bytes = (int32_t)((const char *)end - (const char *)*weights);
  register const char *at __asm__("r0") = (const char *)end;
  register const char *one __asm__("r1") = (const char *)p + bytes;
  register const char *other __asm__("r2") = (const char *)q + bytes;
  register int32_t index __asm__("r3") = -bytes;
#define NN_NUMBER          \
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
          "push {r4-r7}\n\t" NN_SAVED "movs r4, #0\n\t"
          "mov r8, r4\n\t"
          "mov r10, r4\n\t"
          "mov r12, r4\n\t"
          "mov lr, r4\n"
          "1:\n\t" NN_NUMBER NN_NUMBER "bne 1b\n\t"
          "mov r0, r8\n\t"
          "mov r1, r10\n\t"
          "mov r2, r12\n\t"
          "mov r3, lr\n\t" NN_RESTORED "pop {r4-r7}"
          : "+l"(index), "+l"(at), "+l"(one), "+l"(other)
          :
          : "r8", "r10", "r12", "lr", "cc", "memory");
#undef NN_NUMBER
  *weights = end;
  const uint32_t p0 = (uint32_t)at, p1 = (uint32_t)one, q0 = (uint32_t)other, q1 = (uint32_t)index;
  const nn_sums_t s = {(int32_t)p0, nn_second(p1, p0), (int32_t)q0, nn_second(q1, q0)};
  return s;
}
#elif defined(NN_THUMB2)
/* As with DSP, a number at a time. */
static inline nn_sums_t nn_part(const uint32_t **weights, const uint32_t *end, const int16_t *p, const int16_t *q)
{
  register const uint32_t *at __asm__("r0") = *weights;
  register const uint32_t *last __asm__("r1") = end;
  register const int16_t *one __asm__("r2") = p;
  register const int16_t *other __asm__("r3") = q;
  register uint32_t p0 __asm__("r4");
  register uint32_t p1 __asm__("r5");
  register uint32_t q0 __asm__("r8");
  register uint32_t q1 __asm__("r12");
#define NN_NUMBER             \
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
          "1:\n\t" NN_NUMBER NN_NUMBER NN_NUMBER NN_NUMBER "cmp r0, r1\n\t"
          "bne 1b\n\t"
          "pop {r6, r7, r10, r11}"
          : "+r"(at), "+r"(one), "+r"(other), "=&r"(p0), "=&r"(p1), "=&r"(q0), "=&r"(q1)
          : "r"(last)
          : "cc", "memory");
#undef NN_NUMBER
  *weights = at;
  const nn_sums_t s = {(int32_t)p0, nn_second(p1, p0), (int32_t)q0, nn_second(q1, q0)};
  return s;
}
#elif defined(NN_HALVES)
static inline void nn_number(const nn_half_t *at, int32_t x, int32_t y, nn_sums_t *s)
{
  const int32_t both = *at, first = *(const int8_t *)at;
  s->p0 += first * x;
  s->p1 = (int32_t)((uint32_t)s->p1 + (uint32_t)(both * x));
  s->q0 += first * y;
  s->q1 = (int32_t)((uint32_t)s->q1 + (uint32_t)(both * y));
}

static inline nn_sums_t nn_part(const uint32_t **weights, const uint32_t *end, const int16_t *p, const int16_t *q)
{
  const nn_half_t *at = (const nn_half_t *)*weights;
  nn_sums_t s = {0, 0, 0, 0};
  do {
    nn_number(at, p[0], q[0], &s);
    nn_number(at + 1, p[1], q[1], &s);
    nn_number(at + 2, p[2], q[2], &s);
    nn_number(at + 3, p[3], q[3], &s);
    at += 4;
    p += 4;
    q += 4;
  } while (at != (const nn_half_t *)end);
  *weights = end;
  s.p1 = nn_second((uint32_t)s.p1, (uint32_t)s.p0);
  s.q1 = nn_second((uint32_t)s.q1, (uint32_t)s.q0);
  return s;
}
#else
static inline nn_sums_t nn_part(const uint32_t **weights, const uint32_t *end, const int16_t *p, const int16_t *q)
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
  const nn_sums_t s = {p0, nn_second(p1, (uint32_t)p0), q0, nn_second(q1, (uint32_t)q0)};
  return s;
}
#endif
#endif

#if NN_PACKED || !defined(NN_HELIUM)
static inline nn_sums_t nn_products(const uint32_t **weights, const uint32_t *end, const nn_number_t *p,
                                    const nn_number_t *q)
{
#if NN_LONG && !defined(NN_HELIUM)
  nn_sums_t all = {0, 0, 0, 0};
  while (*weights != end) {
    const int32_t left = (int32_t)(end - *weights), words = left < 256 ? left : 256;
    const nn_sums_t s = nn_part(weights, *weights + words, p, q);
    p += 2 * words;
    q += 2 * words;
    all.p0 += s.p0;
    all.p1 += s.p1;
    all.q0 += s.q0;
    all.q1 += s.q1;
  }
  return all;
#else
  return nn_part(weights, end, p, q);
#endif
}
#endif
