/* The upper half of a product of 64 bits, rounded. */
static inline int32_t nn_high(int32_t value, int32_t multiplier)
{
#if defined(NN_DSP)
  __asm__("smmulr %0, %0, %1" : "+r"(value) : "r"(multiplier));
  return value;
#else
  return (int32_t)(((int64_t)value * multiplier + ((int64_t)1 << 31)) >> 32);
#endif
}
