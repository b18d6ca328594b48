/* Complex FFT of length HALF in place: decimation in time, radix 2. */
static void nn_transform(void)
{
  for (int32_t stage = 0, span = 1; span < NN_HALF; ++stage, span *= 2) {
    const float less = 2 * nn_sine[stage + 1] * nn_sine[stage + 1];
    nn_angle_t turn = {1, 0};
    for (int32_t first = 0; first < span; ++first) {
      for (int32_t i = first; i < NN_HALF; i += 2 * span) {
        nn_real_t *a = nn_spectrum + 2 * i, *b = a + 2 * span;
        const float re = b[0] * turn.cosine + b[1] * turn.sine;
        const float im = b[1] * turn.cosine - b[0] * turn.sine;
        b[0] = a[0] - re;
        b[1] = a[1] - im;
        a[0] += re;
        a[1] += im;
      }
      turn = nn_turned(turn, less, nn_sine[stage]);
    }
  }
}
