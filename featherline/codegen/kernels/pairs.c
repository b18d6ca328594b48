/* Two numbers of 16 bits side by side, and the sum of their products: SMLAD where the core has it. */
#if defined(__ARM_FEATURE_DSP)
#include <arm_acle.h>
typedef int32_t nn_pair_t;
typedef int32_t __attribute__((may_alias)) nn_pair_in_memory_t;

static inline nn_pair_t nn_load(const int16_t *at) { return *(const nn_pair_in_memory_t *)at; }
static inline nn_pair_t nn_even(uint32_t word) { return __sxtb16(word); }
static inline nn_pair_t nn_odd(uint32_t word) { return __sxtb16(word >> 8 | word << 24); }
static inline int32_t nn_dot(nn_pair_t a, nn_pair_t b, int32_t sum) { return __smlad(a, b, sum); }
#else
typedef struct {
  int16_t first, second;
} nn_pair_t;

static inline nn_pair_t nn_load(const int16_t *at) { return (nn_pair_t){at[0], at[1]}; }
static inline nn_pair_t nn_even(uint32_t word) { return (nn_pair_t){(int8_t)word, (int8_t)(word >> 16)}; }
static inline nn_pair_t nn_odd(uint32_t word) { return (nn_pair_t){(int8_t)(word >> 8), (int8_t)(word >> 24)}; }
static inline int32_t nn_dot(nn_pair_t a, nn_pair_t b, int32_t sum)
{
  return sum + a.first * b.first + a.second * b.second;
}
#endif
