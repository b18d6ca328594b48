/* Quotient of two tensors, spread over each other. The reciprocal comes from three steps of Newton and Raphson. */
typedef struct {
  const int32_t *axes;
  int32_t rank, one_zero, other_zero, multiplier, shift, output_zero, lowest, highest;
} nn_quotient_t;

static int32_t nn_quotient_high(int32_t a, int32_t b)
{
  return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

static NN_APART int32_t nn_quotient_of(const nn_quotient_t *l, int32_t a, int32_t b)
{
  if (b < 0) {
    a = -a;
    b = -b;
  }
  if (b == 0) {
    return a < 0 ? l->lowest : l->highest; /* no runtime says what it is */
  }
  int32_t zeros = 0, room = 0;
  while (((uint32_t)b << zeros) < 0x80000000u) {
    ++zeros;
  }
  const int32_t rest = (int32_t)(((uint32_t)b << zeros) - 0x80000000u);
  const int32_t half = (int32_t)(((int64_t)rest + INT32_MAX + 1) / 2);
  int32_t x = 1515870810 + nn_quotient_high(half, -1010580540);
  for (int32_t i = 0; i < 3; ++i) {
    x += nn_quotient_high(x, ((int32_t)1 << 29) - nn_quotient_high(half, x)) * 4;
  }
  x = x > INT32_MAX / 2 ? INT32_MAX : x * 2;
  const uint32_t size = a < 0 ? ~(uint32_t)a : (uint32_t)a;
  while (room < 31 && size << room < 0x40000000u) {
    ++room;
  }
  const int32_t whole = nn_quotient_high((int32_t)((uint32_t)a << room), x);
  const int32_t down = (31 - zeros) + room - l->shift;
  if (down > 31) { /* as TensorFlow Lite Micro does on x86-64, though no quotient is so small */
    const int32_t rest = nn_quotient_high(whole, l->multiplier);
    return (rest >> (down & 31)) + (rest >= 0 ? 1 : 0) + l->output_zero;
  }
  return nn_multiplied(whole, l->multiplier, -down) + l->output_zero;
}

static NN_APART void nn_quotient(const nn_quotient_t *l, const nn_value_t *one, const nn_value_t *other,
                                 nn_value_t *output)
{
  int32_t at[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  int32_t i = 0, j = 0;
  do {
    const int32_t value = nn_quotient_of(l, one[i] - l->one_zero, other[j] - l->other_zero);
    *output++ = (nn_value_t)nn_bounded(value, l->lowest, l->highest);
  } while (nn_advance(l->axes, l->rank, at, &i, &j));
}
