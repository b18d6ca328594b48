/* Front end of recordings of any sensor: raw samples of one number a column to the model's int8 input.

   Resampling by a polyphase FIR filter, a buffer of one window, then channels from nothing but that window: columns as
   they are, or length, parts along and across gravity, and jerk of three columns that belong together. Where the
   application takes spectra, the power of half-overlapping frames is averaged and summed in bands. The constants stand
   in the generated nn_frontend.h. A number of a sample is worth NN_FRONTEND_STEPS of its column,
   above NN_FRONTEND_ZEROS. */

#include "nn_frontend.h"

#include <string.h>

#if NN_FRONTEND_HOP_SAMPLES < 1 || NN_FRONTEND_HOP_SAMPLES > NN_FRONTEND_WINDOW_SAMPLES
#error "nn_frontend: a window has to begin behind the one before it, and before that ends."
#endif
#if NN_FRONTEND_INTERPOLATION < 1 || NN_FRONTEND_DECIMATION < NN_FRONTEND_INTERPOLATION
#error "nn_frontend: the filter gives one sample or none for each that comes in."
#endif

#if __SIZEOF_DOUBLE__ == 4 /* the library of an AVR has one square root, for both types */
#define NN_ROOT __builtin_sqrt
#else
#define NN_ROOT __builtin_sqrtf
#endif

#define NN_COLUMNS NN_FRONTEND_SAMPLE_VALUES
#define NN_HISTORY ((NN_FRONTEND_TAP_COUNT + NN_FRONTEND_INTERPOLATION - 1) / NN_FRONTEND_INTERPOLATION)
#define NN_FIRST_OUTPUT ((NN_FRONTEND_TAP_COUNT - 1 + NN_FRONTEND_DECIMATION - 1) / NN_FRONTEND_DECIMATION)
#define NN_KEPT (NN_FRONTEND_WINDOW_SAMPLES - NN_FRONTEND_HOP_SAMPLES)

enum { NN_COLUMN, NN_MAGNITUDE, NN_VERTICAL, NN_HORIZONTAL, NN_JERK };

typedef struct {
  uint8_t kind;
  uint8_t columns[3];
  float gain, offset, smallest;
} nn_channel_t;

static const int16_t nn_taps[] = NN_FRONTEND_TAPS;
static const float nn_steps[] = NN_FRONTEND_STEPS;
static const float nn_zeros[] = NN_FRONTEND_ZEROS;
static const nn_channel_t nn_channels[] = NN_FRONTEND_CHANNELS;

static int16_t nn_history[NN_HISTORY][NN_COLUMNS]; /* newest first */
static int32_t nn_next_output;                     /* on the interpolated clock, from the newest sample on */
static int16_t nn_window[NN_FRONTEND_WINDOW_SAMPLES][NN_COLUMNS];
static int32_t nn_filled;
#include "shared_memory.h"
#define NN_INPUT ((int8_t *)nn_memory + NN_FRONTEND_FEATURES_AT)

static int8_t nn_quantized(float steps_above_lowest)
{
  const float held = steps_above_lowest < 0 ? 0 : steps_above_lowest > 255 ? 255 : steps_above_lowest;
  return (int8_t)((int32_t)held - 128);
}

static float nn_length(float square)
{
  return NN_ROOT(square > 0 ? square : 0);
}

/* --- channels ------------------------------------------------------------------------------- */

typedef struct {
  float mean[3], gravity;
} nn_gravity_t;

static float nn_column(int32_t i, int column)
{
  return (float)nn_window[i][column] * nn_steps[column] + nn_zeros[column];
}

static nn_gravity_t nn_mean(const nn_channel_t *channel)
{
  nn_gravity_t found = {{0, 0, 0}, 1};
  for (int32_t i = 0; i < NN_FRONTEND_WINDOW_SAMPLES; ++i) {
    for (int k = 0; k < 3; ++k) {
      found.mean[k] += nn_column(i, channel->columns[k]);
    }
  }
  for (int k = 0; k < 3; ++k) {
    found.mean[k] *= 1.0f / NN_FRONTEND_WINDOW_SAMPLES;
  }
  const float x = found.mean[0], y = found.mean[1], z = found.mean[2];
  found.gravity = nn_length(x * x + y * y + z * z);
  found.gravity = found.gravity < channel->smallest ? channel->smallest : found.gravity;
  return found;
}

static float nn_value(const nn_channel_t *channel, int32_t i, const nn_gravity_t *down)
{
  float x = nn_column(i, channel->columns[0]);
  if (channel->kind == NN_COLUMN) {
    return x;
  }
  float y = nn_column(i, channel->columns[1]), z = nn_column(i, channel->columns[2]);
  if (channel->kind == NN_JERK) {
    const int32_t later = i ? i : 1;
    x = (nn_column(later, channel->columns[0]) - nn_column(later - 1, channel->columns[0])) *
        NN_FRONTEND_WINDOW_RATE_HZ;
    y = (nn_column(later, channel->columns[1]) - nn_column(later - 1, channel->columns[1])) *
        NN_FRONTEND_WINDOW_RATE_HZ;
    z = (nn_column(later, channel->columns[2]) - nn_column(later - 1, channel->columns[2])) *
        NN_FRONTEND_WINDOW_RATE_HZ;
  }
  if (channel->kind == NN_MAGNITUDE || channel->kind == NN_JERK) {
    return nn_length(x * x + y * y + z * z);
  }
  x -= down->mean[0];
  y -= down->mean[1];
  z -= down->mean[2];
  const float along = (x * down->mean[0] + y * down->mean[1] + z * down->mean[2]) / down->gravity;
  if (channel->kind == NN_VERTICAL) {
    return along;
  }
  const float square = x * x + y * y + z * z;
  return nn_length(square - along * along);
}

/* --- spectrum ------------------------------------------------------------------------------- */

#ifdef NN_FRONTEND_FFT_SAMPLES
#if NN_FRONTEND_FFT_SAMPLES != 1L << NN_FRONTEND_FFT_BITS || NN_FRONTEND_FFT_SAMPLES > NN_FRONTEND_WINDOW_SAMPLES
#error "nn_frontend: a frame of the FFT has a power of two of samples, and a window holds it."
#endif
#define NN_HALF (NN_FRONTEND_FFT_SAMPLES / 2) /* length of the complex FFT */

static const float nn_sine[] = NN_FRONTEND_SINES; /* of pi / 2^i */
static const uint16_t nn_edges[] = NN_FRONTEND_EDGES;
#define nn_spectrum ((nn_real_t *)nn_memory + NN_FRONTEND_SPECTRUM_AT / 4)

#include "turn.h"

/* Window, and the bit-reversed order that the FFT starts from. */
static void nn_load(const nn_channel_t *channel, const nn_gravity_t *down, int32_t start, float first, float mean)
{
  const float less = 2 * nn_sine[NN_FRONTEND_FFT_BITS] * nn_sine[NN_FRONTEND_FFT_BITS];
  nn_angle_t turn = {1, 0};
  int32_t place = 0;
  for (int32_t i = 0; i < NN_HALF; ++i) {
    for (int32_t odd = 0; odd < 2; ++odd) {
      const float still = nn_value(channel, start + 2 * i + odd, down) - first - mean;
      nn_spectrum[2 * place + odd] = (1 - turn.cosine) * still;
      turn = nn_turned(turn, less, nn_sine[NN_FRONTEND_FFT_BITS - 1]);
    }
    int32_t bit = NN_HALF / 2;
    for (; place & bit; bit /= 2) {
      place ^= bit;
    }
    place |= bit;
  }
}

#include "transform.h"

/* The power of each bin of the real FFT but the first and last, times a constant that NN_FRONTEND_POWER takes back:
   that of bin i is left at place 2 * i. */
static void nn_power(void)
{
  const float less = 2 * nn_sine[NN_FRONTEND_FFT_BITS] * nn_sine[NN_FRONTEND_FFT_BITS];
  nn_angle_t turn = {1, 0};
  for (int32_t i = 1; i <= NN_HALF / 2; ++i) {
    turn = nn_turned(turn, less, nn_sine[NN_FRONTEND_FFT_BITS - 1]);
    nn_real_t *a = nn_spectrum + 2 * i, *b = nn_spectrum + 2 * (NN_HALF - i);
    const float even_re = a[0] + b[0], even_im = a[1] - b[1];
    const float odd_re = a[1] + b[1], odd_im = b[0] - a[0];
    const float re = odd_re * turn.cosine + odd_im * turn.sine;
    const float im = odd_im * turn.cosine - odd_re * turn.sine;
    a[0] = (even_re + re) * (even_re + re) + (even_im + im) * (even_im + im);
    b[0] = (even_re - re) * (even_re - re) + (even_im - im) * (even_im - im);
  }
}

#include "logarithm.h"

static void nn_written(const nn_channel_t *channel, const nn_gravity_t *down, int8_t *to)
{
  /* From the first sample on, so that a large mean takes no digits from what moves. */
  const float first = nn_value(channel, 0, down);
  float mean = 0;
  for (int32_t i = 0; i < NN_FRONTEND_WINDOW_SAMPLES; ++i) {
    mean += nn_value(channel, i, down) - first;
  }
  mean *= 1.0f / NN_FRONTEND_WINDOW_SAMPLES;
  float bands[NN_FRONTEND_BANDS] = {0};
  for (int32_t start = 0; start + NN_FRONTEND_FFT_SAMPLES <= NN_FRONTEND_WINDOW_SAMPLES; start += NN_HALF) {
    nn_load(channel, down, start, first, mean);
    nn_transform();
    nn_power();
    for (int32_t band = 0; band < NN_FRONTEND_BANDS; ++band) {
      for (int32_t bin = nn_edges[band]; bin < nn_edges[band + 1]; ++bin) {
        bands[band] += nn_spectrum[2 * bin];
      }
    }
  }
  for (int32_t band = 0; band < NN_FRONTEND_BANDS; ++band) {
    const float value = 0.5f * nn_logarithm(bands[band] * NN_FRONTEND_POWER + NN_FRONTEND_FLOOR_SQUARED);
    to[band * NN_FRONTEND_CHANNEL_COUNT] = nn_quantized(value * channel->gain + channel->offset);
  }
}

#else

static void nn_written(const nn_channel_t *channel, const nn_gravity_t *down, int8_t *to)
{
  for (int32_t i = 0; i < NN_FRONTEND_WINDOW_SAMPLES; ++i) {
    const float value = nn_value(channel, i, down);
    to[i * NN_FRONTEND_CHANNEL_COUNT] = nn_quantized(value * channel->gain + channel->offset);
  }
}

#endif

/* --- stream --------------------------------------------------------------------------------- */

void nn_frontend_reset(void)
{
  nn_next_output = 0;
  nn_filled = 0;
}

/* Takes one sample; returns the features of the window that it completes. */
static const int8_t *nn_taken(const int16_t *sample)
{
  if (nn_filled == NN_FRONTEND_WINDOW_SAMPLES) {
    memmove(nn_window, nn_window + NN_FRONTEND_HOP_SAMPLES, NN_KEPT * sizeof nn_window[0]);
    nn_filled = NN_KEPT;
  }
  memmove(nn_history + 1, nn_history, (NN_HISTORY - 1) * sizeof nn_history[0]);
  memcpy(nn_history, sample, sizeof nn_history[0]);

  const int32_t phase = nn_next_output + (int32_t)NN_FIRST_OUTPUT * NN_FRONTEND_DECIMATION;
  nn_next_output -= NN_FRONTEND_INTERPOLATION;
  if (phase >= NN_FRONTEND_INTERPOLATION) {
    return 0;
  }
  nn_next_output += NN_FRONTEND_DECIMATION;
  for (int k = 0; k < NN_COLUMNS; ++k) {
    int32_t sum = (int32_t)1 << (NN_FRONTEND_TAP_BITS - 1);
    for (int32_t i = 0, tap = phase; tap < NN_FRONTEND_TAP_COUNT; ++i, tap += NN_FRONTEND_INTERPOLATION) {
      sum += (int32_t)nn_taps[tap] * nn_history[i][k];
    }
    const int32_t value = sum >> NN_FRONTEND_TAP_BITS;
    nn_window[nn_filled][k] = (int16_t)(value < -32768 ? -32768 : value > 32767 ? 32767 : value);
  }
  if (++nn_filled < NN_FRONTEND_WINDOW_SAMPLES) {
    return 0;
  }
  for (int32_t c = 0; c < NN_FRONTEND_CHANNEL_COUNT; ++c) {
    const nn_channel_t *channel = nn_channels + c;
    nn_gravity_t down = {{0, 0, 0}, 1};
    if (channel->kind == NN_VERTICAL || channel->kind == NN_HORIZONTAL) {
      down = nn_mean(channel);
    }
    nn_written(channel, &down, NN_INPUT + c);
  }
  return NN_INPUT;
}

int32_t nn_frontend_push(const int16_t *samples, int32_t count, const int8_t **due)
{
  int32_t taken = 0;
  *due = 0;
  while (taken < count && !*due) {
    *due = nn_taken(samples + NN_COLUMNS * taken++);
  }
  return taken;
}
