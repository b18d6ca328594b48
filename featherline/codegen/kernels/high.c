/* The upper half of a product of 64 bits, rounded. */
static inline int32_t nn_high(int32_t value, int32_t multiplier)
{
#if defined(NN_DSP)
  __asm__("smmulr %0, %0, %1" : "+r"(value) : "r"(multiplier));
  return value;
#elif defined(NN_THUMB1)
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
