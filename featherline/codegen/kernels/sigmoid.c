/* Sigmoid of 16 bits from a table, between whose values a line is drawn. */
static inline int16_t nn_sigmoid(const uint16_t *table, int32_t value, int32_t multiplier, int32_t shift)
{
  const int32_t moved = (value * multiplier + (shift > 0 ? (int32_t)1 << (shift - 1) : 0)) >> shift;
  const uint32_t size = (uint32_t)(moved < 0 ? -moved : moved), at = size >> 9;
  uint32_t result = (uint32_t)0x7fff << 10;
  if (at < 255) {
    const uint32_t low = table[at], high = table[at + 1];
    result = (low << 9) + (size & 511) * (high - low);
  }
  result = moved >= 0 ? result + 512 : ((uint32_t)1 << 25) - result + 511;
  return (int16_t)(result >> 10);
}
