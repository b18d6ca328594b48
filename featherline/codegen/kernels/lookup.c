/* A function of one value, by its table from -128 to 127. */
static NN_APART void nn_lookup(const int8_t *table, const int8_t *input, int8_t *output, int32_t number)
{
  for (int32_t i = 0; i < number; ++i) {
    output[i] = table[input[i] + 128];
  }
}
