/* Front end of audio applications: samples to the model's int8 input, one frame after the other.

   Hann window, real FFT, power, triangular mel filters, logarithm, for MFCC a cosine transform;
   then each coefficient is quantized at once: to the model's int8, or to 16 bits where the model
   is given statistics of each coefficient over the frames of a window. Of the past there are these
   alone, and of the samples what the next frame shares with this one. The constants stand in the generated
   nn_frontend.h. Every constant factor on the way (1/2 of the Hann window, full scale, 1/2 of the
   split into even and odd) is left out and taken back in the offset behind the logarithm. */

#include "nn_frontend.h"

#include <string.h>

#if NN_FRONTEND_FRAME_BITS < 2 || NN_FRONTEND_FRAME_BITS > 15 || \
    NN_FRONTEND_FRAME_SAMPLES != 1L << NN_FRONTEND_FRAME_BITS
#error "nn_frontend: a frame has a power of two of samples, 4 to 32768."
#endif
#if NN_FRONTEND_HOP_SAMPLES < 1 || NN_FRONTEND_HOP_FRAMES < 1 || NN_FRONTEND_HOP_FRAMES > NN_FRONTEND_FRAMES
#error "nn_frontend: frames and windows have to begin behind those before them, and windows before those end."
#endif
#if NN_FRONTEND_COEFFICIENTS < 1 || NN_FRONTEND_COEFFICIENTS > NN_FRONTEND_MEL_BANDS
#error "nn_frontend: there is a mel band for each coefficient."
#endif

#ifdef __GNUC__
#define NN_CALLED __attribute__((noinline)) /* where no more than samples are taken, its registers are not saved */
#else
#define NN_CALLED
#endif

#define NN_HALF (NN_FRONTEND_FRAME_SAMPLES / 2) /* length of the complex FFT */
#if NN_FRONTEND_FRAME_SAMPLES > NN_FRONTEND_HOP_SAMPLES
#define NN_KEPT (NN_FRONTEND_FRAME_SAMPLES - NN_FRONTEND_HOP_SAMPLES)
#define NN_SKIPPED 0
#else
#define NN_KEPT 0
#define NN_SKIPPED (NN_FRONTEND_HOP_SAMPLES - NN_FRONTEND_FRAME_SAMPLES)
#endif

static const float nn_sine[] = NN_FRONTEND_SINES; /* of pi / 2^i */
static const float nn_mel_edges[] = NN_FRONTEND_MEL_EDGES;
static const float nn_gains[] = NN_FRONTEND_GAINS;
static const float nn_offsets[] = NN_FRONTEND_OFFSETS;
#ifdef NN_FRONTEND_DCT_ANGLES
static const float nn_dct_angles[][2] = NN_FRONTEND_DCT_ANGLES; /* cosine and sine of pi * k / (2 * bands) */
#endif

#if NN_KEPT > 0
static int16_t nn_kept[NN_KEPT]; /* of the last frame, which the next one has too */
#endif
static int32_t nn_filled; /* below zero: so many samples lie between two frames */
#include "shared_memory.h"
#define nn_spectrum ((nn_real_t *)nn_memory)
#ifdef __GNUC__
typedef int16_t __attribute__((may_alias)) nn_sample_t;
#else
typedef int16_t nn_sample_t;
#endif
#ifdef NN_FRONTEND_STATISTICS
#if NN_FRONTEND_FRAMES < 2 || NN_FRONTEND_FRAMES > 65535
#error "nn_frontend: statistics are those of 2 to 65535 frames."
#endif
#define NN_LOWEST -32768L
#define NN_HIGHEST 32767
typedef int16_t nn_feature_t;
static const float nn_statistics_gains[] = NN_FRONTEND_STATISTICS_GAINS;
static const float nn_statistics_offsets[] = NN_FRONTEND_STATISTICS_OFFSETS;
static int8_t nn_summary[NN_FRONTEND_STATISTICS][NN_FRONTEND_COEFFICIENTS];
#else
#define NN_LOWEST -128
#define NN_HIGHEST 127
typedef int8_t nn_feature_t;
#endif
static nn_feature_t nn_features[NN_FRONTEND_FRAMES][NN_FRONTEND_COEFFICIENTS];
static int32_t nn_columns; /* since the window was last due, less what was missing at the start */

#include "turn.h"

/* Where a sample of the next frame lies. Those that came last wait where the spectrum has its second half: a loop from
   the first sample on reads each before it writes over it. */
static nn_sample_t *nn_sample(int32_t i)
{
#if NN_KEPT > 0
  if (i < NN_KEPT) {
    return nn_kept + i;
  }
#endif
  return (nn_sample_t *)nn_memory + NN_FRONTEND_FRAME_SAMPLES + i;
}

/* Window, then the bit-reversed order that the FFT starts from; sample 0 has the weight 0. */
static void nn_load(void)
{
  const float less = 2 * nn_sine[NN_FRONTEND_FRAME_BITS] * nn_sine[NN_FRONTEND_FRAME_BITS];
  nn_angle_t turn = {1, 0};
  const nn_sample_t *from = nn_sample(0);
#if NN_KEPT > 0
  nn_sample_t *to = nn_kept;
#endif
  for (int32_t i = 0; i < NN_FRONTEND_FRAME_SAMPLES; ++i) {
#if NN_KEPT > 0
    from = i == NN_KEPT ? nn_sample(NN_KEPT) : from;
    if (i >= NN_FRONTEND_HOP_SAMPLES) {
      *to++ = *from;
    }
#endif
    nn_spectrum[i] = (1 - turn.cosine) * (float)*from++;
    turn = nn_turned(turn, less, nn_sine[NN_FRONTEND_FRAME_BITS - 1]);
  }
  int32_t place = 0;
  for (int32_t i = 0; i < NN_HALF; ++i) {
    if (i < place) {
      for (int32_t odd = 0; odd < 2; ++odd) {
        const float other = nn_spectrum[2 * place + odd];
        nn_spectrum[2 * place + odd] = nn_spectrum[2 * i + odd];
        nn_spectrum[2 * i + odd] = other;
      }
    }
    int32_t bit = NN_HALF / 2;
    for (; place & bit; bit /= 2) {
      place ^= bit;
    }
    place |= bit;
  }
}

#include "transform.h"

/* Four times the power of each bin of the real FFT but the first and last, which no mel filter
   looks at: that of bin i is left at place 2 * i. */
static void nn_power(void)
{
  const float less = 2 * nn_sine[NN_FRONTEND_FRAME_BITS] * nn_sine[NN_FRONTEND_FRAME_BITS];
  nn_angle_t turn = {1, 0};
  for (int32_t i = 1; i <= NN_HALF / 2; ++i) {
    turn = nn_turned(turn, less, nn_sine[NN_FRONTEND_FRAME_BITS - 1]);
    nn_real_t *a = nn_spectrum + 2 * i, *b = nn_spectrum + 2 * (NN_HALF - i);
    const float even_re = a[0] + b[0], even_im = a[1] - b[1];
    const float odd_re = a[1] + b[1], odd_im = b[0] - a[0];
    const float re = odd_re * turn.cosine + odd_im * turn.sine;
    const float im = odd_im * turn.cosine - odd_re * turn.sine;
    a[0] = (even_re + re) * (even_re + re) + (even_im + im) * (even_im + im);
    b[0] = (even_re - re) * (even_re - re) + (even_im - im) * (even_im - im);
  }
}

/* Filters of height 1: what lies between two edges rises for one filter and falls for the one
   before it, and both parts together are the whole. */
static void nn_mel(float bands[NN_FRONTEND_MEL_BANDS])
{
  int32_t bin = (int32_t)nn_mel_edges[0] + 1;
  float falling_before = 0;
  for (int32_t i = 0; i <= NN_FRONTEND_MEL_BANDS; ++i) {
    float whole = 0, rising = 0;
    for (; (float)bin < nn_mel_edges[i + 1]; ++bin) {
      whole += nn_spectrum[2 * bin];
      rising += nn_spectrum[2 * bin] * ((float)bin - nn_mel_edges[i]);
    }
    rising /= nn_mel_edges[i + 1] - nn_mel_edges[i];
    if (i > 0) {
      bands[i - 1] = falling_before + (whole - rising);
    }
    falling_before = rising;
  }
}

#include "logarithm.h"

static int32_t nn_quantized(float steps_above_lowest, int32_t lowest, int32_t highest)
{
  const int32_t value = (int32_t)steps_above_lowest + lowest;
  return value < lowest ? lowest : value > highest ? highest : value;
}

static void nn_column(nn_feature_t *to)
{
  float bands[NN_FRONTEND_MEL_BANDS];
  nn_load();
  nn_transform();
  nn_power();
  nn_mel(bands);
  for (int32_t i = 0; i < NN_FRONTEND_MEL_BANDS; ++i) {
    bands[i] = nn_logarithm(bands[i] + NN_FRONTEND_LOG_FLOOR);
  }
  for (int32_t k = 0; k < NN_FRONTEND_COEFFICIENTS; ++k) {
#ifdef NN_FRONTEND_DCT_ANGLES
    nn_angle_t turn = {nn_dct_angles[k][0], nn_dct_angles[k][1]};
    const float less = 2 * turn.sine * turn.sine, across = 2 * turn.sine * turn.cosine;
    float value = 0;
    for (int32_t i = 0; i < NN_FRONTEND_MEL_BANDS; ++i) {
      value += bands[i] * turn.cosine;
      turn = nn_turned(turn, less, across);
    }
#else
    const float value = bands[k];
#endif
    to[k] = (nn_feature_t)nn_quantized(value * nn_gains[k] + nn_offsets[k], NN_LOWEST, NN_HIGHEST);
  }
}

#ifdef NN_FRONTEND_STATISTICS
/* A whole number below 2^62; few cores have an instruction for it, and a run-time function is not everywhere. */
static float nn_float(int64_t value)
{
  return (float)(uint32_t)(value >> 30) * 1073741824.0f + (float)(uint32_t)(value & 0x3FFFFFFF);
}

/* Mean, logarithm of the variance and of the mean square of the steps between frames. Sums are whole
   numbers; what they are to be divided by is in the gains, and behind a logarithm in the offsets. */
static void nn_summarize(void)
{
  for (int32_t k = 0; k < NN_FRONTEND_COEFFICIENTS; ++k) {
    int32_t sum = 0;
    int64_t squares = 0, change = 0;
    for (int32_t i = 0; i < NN_FRONTEND_FRAMES; ++i) {
      const int32_t value = nn_features[i][k];
      sum += value;
      squares += (int64_t)value * value;
      if (i > 0) {
        const int32_t step = value - nn_features[i - 1][k];
        change += (int64_t)step * step;
      }
    }
    const float figures[NN_FRONTEND_STATISTICS] = {
        (float)sum,
        nn_logarithm(nn_float(NN_FRONTEND_FRAMES * squares - (int64_t)sum * sum) + NN_FRONTEND_VARIANCE_FLOOR),
        nn_logarithm(nn_float(change) + NN_FRONTEND_CHANGE_FLOOR),
    };
    for (int32_t j = 0; j < NN_FRONTEND_STATISTICS; ++j) {
      const int32_t at = j * NN_FRONTEND_COEFFICIENTS + k;
      nn_summary[j][k] =
          (int8_t)nn_quantized(figures[j] * nn_statistics_gains[at] + nn_statistics_offsets[at], -128, 127);
    }
  }
}
#endif

void nn_frontend_reset(void)
{
  nn_filled = 0;
  nn_columns = 0;
}

/* Features of the frame that is filled; returns those of the window that it completes. */
static NN_CALLED const int8_t *nn_framed(void)
{
  memmove(nn_features, nn_features + 1, sizeof nn_features - sizeof nn_features[0]);
  nn_column(nn_features[NN_FRONTEND_FRAMES - 1]);
  nn_filled = NN_KEPT - NN_SKIPPED;
  if (++nn_columns < NN_FRONTEND_FRAMES) {
    return 0;
  }
  nn_columns = NN_FRONTEND_FRAMES - NN_FRONTEND_HOP_FRAMES;
#ifdef NN_FRONTEND_STATISTICS
  nn_summarize();
  return nn_summary[0];
#else
  return nn_features[0];
#endif
}

int32_t nn_frontend_push(const int16_t *samples, int32_t count, const int8_t **due)
{
  const int8_t *found = 0;
  int32_t taken = 0;
  while (taken < count && !found) {
    if (NN_SKIPPED == 0 || nn_filled >= 0) {
      *nn_sample(nn_filled) = samples[taken];
    }
    ++taken;
    if (++nn_filled == NN_FRONTEND_FRAME_SAMPLES) {
      found = nn_framed();
    }
  }
  *due = found;
  return taken;
}
