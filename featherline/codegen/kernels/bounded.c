static inline int32_t nn_bounded(int32_t value, int32_t lowest, int32_t highest)
{
  value = value < lowest ? lowest : value;
  return value > highest ? highest : value;
}
