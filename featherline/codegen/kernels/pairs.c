/* Sums of products of two windows of 16 bits and two channels of weights, four numbers at a time. A word
   of weights has the first and the third of its numbers in the even bytes, so that SXTB16 makes pairs
   of neighbours; of the two channels the words take turns. `weights` is left behind the last word. */
typedef struct {
  int32_t p0, p1, q0, q1;
} nn_sums_t;

#if defined(NN_DSP)
/* Thirteen registers without r9, which some programs keep for themselves. Five of them are saved here, frame
   pointers among them, so that the compiler has nothing else to spill. */
static inline nn_sums_t nn_products(const uint32_t **weights, const uint32_t *end, const int16_t *p, const int16_t *q)
{
  register const uint32_t *at __asm__("r0") = *weights;
  register const uint32_t *last __asm__("r1") = end;
  register const int16_t *one __asm__("r2") = p;
  register const int16_t *other __asm__("r3") = q;
  register int32_t p0 __asm__("r4");
  register int32_t p1 __asm__("r5");
  register int32_t q0 __asm__("r8");
  register int32_t q1 __asm__("r12");
  __asm__("push {r6, r7, r10, r11, lr}\n\t"
          "movs r4, #0\n\t"
          "movs r5, #0\n\t"
          "mov r8, r4\n\t"
          "mov r12, r4\n"
          "1:\n\t"
          "ldrd r6, r7, [r0], #8\n\t"
          "ldr r10, [r2], #4\n\t"
          "ldr r11, [r3], #4\n\t"
          "sxtb16 lr, r6\n\t"
          "smlad r4, lr, r10, r4\n\t"
          "smlad r8, lr, r11, r8\n\t"
          "sxtb16 lr, r7\n\t"
          "smlad r5, lr, r10, r5\n\t"
          "smlad r12, lr, r11, r12\n\t"
          "ldr r10, [r2], #4\n\t"
          "ldr r11, [r3], #4\n\t"
          "sxtb16 r6, r6, ror #8\n\t"
          "smlad r4, r6, r10, r4\n\t"
          "smlad r8, r6, r11, r8\n\t"
          "sxtb16 r7, r7, ror #8\n\t"
          "smlad r5, r7, r10, r5\n\t"
          "smlad r12, r7, r11, r12\n\t"
          "cmp r0, r1\n\t"
          "bne 1b\n\t"
          "pop {r6, r7, r10, r11, lr}"
          : "+r"(at), "+r"(one), "+r"(other), "=&r"(p0), "=&r"(p1), "=&r"(q0), "=&r"(q1)
          : "r"(last)
          : "cc", "memory");
  *weights = at;
  const nn_sums_t s = {p0, p1, q0, q1};
  return s;
}
#else
static inline nn_sums_t nn_products(const uint32_t **weights, const uint32_t *end, const int16_t *p, const int16_t *q)
{
  static const uint8_t shifts[] = {0, 16, 8, 24};
  const uint32_t *at = *weights;
  nn_sums_t s = {0, 0, 0, 0};
  for (; at != end; at += 2, p += 4, q += 4) {
    for (int8_t i = 0; i < 4; ++i) {
      const int32_t u = (int8_t)(at[0] >> shifts[i]), v = (int8_t)(at[1] >> shifts[i]);
      s.p0 += u * p[i];
      s.p1 += v * p[i];
      s.q0 += u * q[i];
      s.q1 += v * q[i];
    }
  }
  *weights = at;
  return s;
}
#endif
