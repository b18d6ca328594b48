/* Natural logarithm of a normal positive number, to 2e-7 of 1: exponent * ln 2 and a series of
   artanh for a mantissa between sqrt(1/2) and sqrt(2). */
static float nn_logarithm(float value)
{
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  const uint32_t from_half = bits - 0x3F3504F3u;
  const int32_t exponent = (int32_t)from_half >> 23;
  bits = (from_half & 0x7FFFFFu) + 0x3F3504F3u;
  memcpy(&value, &bits, sizeof value);
  const float part = (value - 1) / (value + 1), square = part * part;
  return (float)exponent * 0.693147181f +
         2 * part * (1 + square * (1.0f / 3 + square * (1.0f / 5 + square * (1.0f / 7))));
}
