/* Hyperbolic tangent of 16 bits, from the table of the sigmoid. */
static inline int16_t nn_tanh(const uint16_t *table, int32_t value, int32_t multiplier, int32_t shift)
{
  const int32_t moved = (value * multiplier + (shift > 0 ? (int32_t)1 << (shift - 1) : 0)) >> shift;
  const uint32_t size = (uint32_t)(moved < 0 ? -moved : moved), at = size >> 8;
  int32_t result = (int32_t)0xffff << 8;
  if (at < 255) {
    const int32_t low = table[at], high = table[at + 1];
    result = (low << 8) + (int32_t)(size & 255) * (high - low);
  }
  result = moved >= 0 ? result - ((int32_t)1 << 23) + 128 : ((int32_t)1 << 23) - result + 127;
  return (int16_t)(result >> 8);
}
