NN_HELPER int8_t nn_clamp(int32_t value, int32_t lowest, int32_t highest)
{
  value = value < lowest ? lowest : value;
  return (int8_t)(value > highest ? highest : value);
}
