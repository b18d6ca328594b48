/* The same of a sum of 64 bits: the factor keeps 15 of its bits, and the product is rounded once. */
static inline int32_t nn_multiplied_wide(int64_t value, int32_t multiplier, int32_t shift)
{
  const int32_t factor = multiplier < 0x7fff0000 ? (multiplier + ((int32_t)1 << 15)) >> 16 : 0x7fff;
  const int32_t down = 15 - shift;
  return (int32_t)((value * factor + ((int64_t)1 << (down - 1))) >> down);
}
