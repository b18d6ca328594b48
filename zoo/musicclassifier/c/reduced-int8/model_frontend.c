/* Front end of audio applications: samples to the model's int8 input, one frame after the other.

   Hann window, real FFT, power, triangular mel filters, logarithm, for MFCC a cosine transform;
   then each coefficient is quantized at once: to the model's int8, or to 16 bits where the model
   is given statistics of each coefficient over the frames of a window. Of the past there are these
   alone, and of the samples what the next frame shares with this one. The constants stand in the generated
   model_frontend.h. Every constant factor on the way (1/2 of the Hann window, full scale, 1/2 of the
   split into even and odd) is left out and taken back in the offset behind the logarithm. */

#include "model_frontend.h"

#include <string.h>

#if MODEL_FRONTEND_FRAME_BITS < 2 || MODEL_FRONTEND_FRAME_BITS > 15 || \
    MODEL_FRONTEND_FRAME_SAMPLES != 1L << MODEL_FRONTEND_FRAME_BITS
#error "model_frontend: a frame has a power of two of samples, 4 to 32768."
#endif
#if MODEL_FRONTEND_HOP_SAMPLES < 1 || MODEL_FRONTEND_HOP_FRAMES < 1 || MODEL_FRONTEND_HOP_FRAMES > MODEL_FRONTEND_FRAMES
#error "model_frontend: frames and windows have to begin behind those before them, and windows before those end."
#endif
#if MODEL_FRONTEND_COEFFICIENTS < 1 || MODEL_FRONTEND_COEFFICIENTS > MODEL_FRONTEND_MEL_BANDS
#error "model_frontend: there is a mel band for each coefficient."
#endif

#ifdef __GNUC__
#define MODEL_CALLED __attribute__((noinline)) /* where no more than samples are taken, its registers are not saved */
#else
#define MODEL_CALLED
#endif

#define MODEL_HALF (MODEL_FRONTEND_FRAME_SAMPLES / 2) /* length of the complex FFT */
#if MODEL_FRONTEND_FRAME_SAMPLES > MODEL_FRONTEND_HOP_SAMPLES
#define MODEL_KEPT (MODEL_FRONTEND_FRAME_SAMPLES - MODEL_FRONTEND_HOP_SAMPLES)
#define MODEL_SKIPPED 0
#else
#define MODEL_KEPT 0
#define MODEL_SKIPPED (MODEL_FRONTEND_HOP_SAMPLES - MODEL_FRONTEND_FRAME_SAMPLES)
#endif

static const float model_sine[] = MODEL_FRONTEND_SINES; /* of pi / 2^i */
static const float model_mel_edges[] = MODEL_FRONTEND_MEL_EDGES;
static const float model_gains[] = MODEL_FRONTEND_GAINS;
static const float model_offsets[] = MODEL_FRONTEND_OFFSETS;
#ifdef MODEL_FRONTEND_DCT_ANGLES
static const float model_dct_angles[][2] = MODEL_FRONTEND_DCT_ANGLES; /* cosine and sine of pi * k / (2 * bands) */
#endif

#if MODEL_KEPT > 0
static int16_t model_kept[MODEL_KEPT]; /* of the last frame, which the next one has too */
#endif
static int32_t model_filled; /* below zero: so many samples lie between two frames */
/* What nothing needs from one push to the next may lie where the model, which runs between two, has its buffers. */
#ifdef MODEL_FRONTEND_SHARED
#include "model.h"
#else
static int32_t model_memory[MODEL_FRONTEND_MEMORY_BYTES / 4];
#endif
#define model_spectrum ((model_real_t *)model_memory)
#ifdef __GNUC__
typedef int16_t __attribute__((may_alias)) model_sample_t;
#else
typedef int16_t model_sample_t;
#endif
#ifdef MODEL_FRONTEND_STATISTICS
#if MODEL_FRONTEND_FRAMES < 2 || MODEL_FRONTEND_FRAMES > 65535
#error "model_frontend: statistics are those of 2 to 65535 frames."
#endif
#define MODEL_LOWEST -32768L
#define MODEL_HIGHEST 32767
typedef int16_t model_feature_t;
static const float model_statistics_gains[] = MODEL_FRONTEND_STATISTICS_GAINS;
static const float model_statistics_offsets[] = MODEL_FRONTEND_STATISTICS_OFFSETS;
static int8_t model_summary[MODEL_FRONTEND_STATISTICS][MODEL_FRONTEND_COEFFICIENTS];
#else
#define MODEL_LOWEST -128
#define MODEL_HIGHEST 127
typedef int8_t model_feature_t;
#endif
static model_feature_t model_features[MODEL_FRONTEND_FRAMES][MODEL_FRONTEND_COEFFICIENTS];
static int32_t model_columns; /* since the window was last due, less what was missing at the start */

#ifdef __GNUC__
typedef float __attribute__((may_alias)) model_real_t; /* in memory that holds whole numbers at other times */
#else
typedef float model_real_t;
#endif

typedef struct {
  float cosine, sine;
} model_angle_t;

/* Turns by a small angle: `less` is 1 - cos of it and `across` its sine, so that little is lost
   in a long row of turns (Singleton 1967). */
static inline model_angle_t model_turned(model_angle_t from, float less, float across)
{
  const model_angle_t to = {
      from.cosine - (less * from.cosine + across * from.sine),
      from.sine - (less * from.sine - across * from.cosine),
  };
  return to;
}

/* Where a sample of the next frame lies. Those that came last wait where the spectrum has its second half: a loop from
   the first sample on reads each before it writes over it. */
static model_sample_t *model_sample(int32_t i)
{
#if MODEL_KEPT > 0
  if (i < MODEL_KEPT) {
    return model_kept + i;
  }
#endif
  return (model_sample_t *)model_memory + MODEL_FRONTEND_FRAME_SAMPLES + i;
}

/* Window, then the bit-reversed order that the FFT starts from; sample 0 has the weight 0. */
static void model_load(void)
{
  const float less = 2 * model_sine[MODEL_FRONTEND_FRAME_BITS] * model_sine[MODEL_FRONTEND_FRAME_BITS];
  model_angle_t turn = {1, 0};
  const model_sample_t *from = model_sample(0);
#if MODEL_KEPT > 0
  model_sample_t *to = model_kept;
#endif
  for (int32_t i = 0; i < MODEL_FRONTEND_FRAME_SAMPLES; ++i) {
#if MODEL_KEPT > 0
    from = i == MODEL_KEPT ? model_sample(MODEL_KEPT) : from;
    if (i >= MODEL_FRONTEND_HOP_SAMPLES) {
      *to++ = *from;
    }
#endif
    model_spectrum[i] = (1 - turn.cosine) * (float)*from++;
    turn = model_turned(turn, less, model_sine[MODEL_FRONTEND_FRAME_BITS - 1]);
  }
  int32_t place = 0;
  for (int32_t i = 0; i < MODEL_HALF; ++i) {
    if (i < place) {
      for (int32_t odd = 0; odd < 2; ++odd) {
        const float other = model_spectrum[2 * place + odd];
        model_spectrum[2 * place + odd] = model_spectrum[2 * i + odd];
        model_spectrum[2 * i + odd] = other;
      }
    }
    int32_t bit = MODEL_HALF / 2;
    for (; place & bit; bit /= 2) {
      place ^= bit;
    }
    place |= bit;
  }
}

/* Complex FFT of length HALF in place: decimation in time, radix 2. */
static void model_transform(void)
{
  for (int32_t stage = 0, span = 1; span < MODEL_HALF; ++stage, span *= 2) {
    const float less = 2 * model_sine[stage + 1] * model_sine[stage + 1];
    model_angle_t turn = {1, 0};
    for (int32_t first = 0; first < span; ++first) {
      for (int32_t i = first; i < MODEL_HALF; i += 2 * span) {
        model_real_t *a = model_spectrum + 2 * i, *b = a + 2 * span;
        const float re = b[0] * turn.cosine + b[1] * turn.sine;
        const float im = b[1] * turn.cosine - b[0] * turn.sine;
        b[0] = a[0] - re;
        b[1] = a[1] - im;
        a[0] += re;
        a[1] += im;
      }
      turn = model_turned(turn, less, model_sine[stage]);
    }
  }
}

/* Four times the power of each bin of the real FFT but the first and last, which no mel filter
   looks at: that of bin i is left at place 2 * i. */
static void model_power(void)
{
  const float less = 2 * model_sine[MODEL_FRONTEND_FRAME_BITS] * model_sine[MODEL_FRONTEND_FRAME_BITS];
  model_angle_t turn = {1, 0};
  for (int32_t i = 1; i <= MODEL_HALF / 2; ++i) {
    turn = model_turned(turn, less, model_sine[MODEL_FRONTEND_FRAME_BITS - 1]);
    model_real_t *a = model_spectrum + 2 * i, *b = model_spectrum + 2 * (MODEL_HALF - i);
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
static void model_mel(float bands[MODEL_FRONTEND_MEL_BANDS])
{
  int32_t bin = (int32_t)model_mel_edges[0] + 1;
  float falling_before = 0;
  for (int32_t i = 0; i <= MODEL_FRONTEND_MEL_BANDS; ++i) {
    float whole = 0, rising = 0;
    for (; (float)bin < model_mel_edges[i + 1]; ++bin) {
      whole += model_spectrum[2 * bin];
      rising += model_spectrum[2 * bin] * ((float)bin - model_mel_edges[i]);
    }
    rising /= model_mel_edges[i + 1] - model_mel_edges[i];
    if (i > 0) {
      bands[i - 1] = falling_before + (whole - rising);
    }
    falling_before = rising;
  }
}

/* Natural logarithm of a normal positive number, to 2e-7 of 1: exponent * ln 2 and a series of
   artanh for a mantissa between sqrt(1/2) and sqrt(2). */
static float model_logarithm(float value)
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

static int32_t model_quantized(float steps_above_lowest, int32_t lowest, int32_t highest)
{
  const int32_t value = (int32_t)steps_above_lowest + lowest;
  return value < lowest ? lowest : value > highest ? highest : value;
}

static void model_column(model_feature_t *to)
{
  float bands[MODEL_FRONTEND_MEL_BANDS];
  model_load();
  model_transform();
  model_power();
  model_mel(bands);
  for (int32_t i = 0; i < MODEL_FRONTEND_MEL_BANDS; ++i) {
    bands[i] = model_logarithm(bands[i] + MODEL_FRONTEND_LOG_FLOOR);
  }
  for (int32_t k = 0; k < MODEL_FRONTEND_COEFFICIENTS; ++k) {
#ifdef MODEL_FRONTEND_DCT_ANGLES
    model_angle_t turn = {model_dct_angles[k][0], model_dct_angles[k][1]};
    const float less = 2 * turn.sine * turn.sine, across = 2 * turn.sine * turn.cosine;
    float value = 0;
    for (int32_t i = 0; i < MODEL_FRONTEND_MEL_BANDS; ++i) {
      value += bands[i] * turn.cosine;
      turn = model_turned(turn, less, across);
    }
#else
    const float value = bands[k];
#endif
    to[k] = (model_feature_t)model_quantized(value * model_gains[k] + model_offsets[k], MODEL_LOWEST, MODEL_HIGHEST);
  }
}

#ifdef MODEL_FRONTEND_STATISTICS
/* A whole number below 2^62; few cores have an instruction for it, and a run-time function is not everywhere. */
static float model_float(int64_t value)
{
  return (float)(uint32_t)(value >> 30) * 1073741824.0f + (float)(uint32_t)(value & 0x3FFFFFFF);
}

/* Mean, logarithm of the variance and of the mean square of the steps between frames. Sums are whole
   numbers; what they are to be divided by is in the gains, and behind a logarithm in the offsets. */
static void model_summarize(void)
{
  for (int32_t k = 0; k < MODEL_FRONTEND_COEFFICIENTS; ++k) {
    int32_t sum = 0;
    int64_t squares = 0, change = 0;
    for (int32_t i = 0; i < MODEL_FRONTEND_FRAMES; ++i) {
      const int32_t value = model_features[i][k];
      sum += value;
      squares += (int64_t)value * value;
      if (i > 0) {
        const int32_t step = value - model_features[i - 1][k];
        change += (int64_t)step * step;
      }
    }
    const float figures[MODEL_FRONTEND_STATISTICS] = {
        (float)sum,
        model_logarithm(model_float(MODEL_FRONTEND_FRAMES * squares - (int64_t)sum * sum) + MODEL_FRONTEND_VARIANCE_FLOOR),
        model_logarithm(model_float(change) + MODEL_FRONTEND_CHANGE_FLOOR),
    };
    for (int32_t j = 0; j < MODEL_FRONTEND_STATISTICS; ++j) {
      const int32_t at = j * MODEL_FRONTEND_COEFFICIENTS + k;
      model_summary[j][k] =
          (int8_t)model_quantized(figures[j] * model_statistics_gains[at] + model_statistics_offsets[at], -128, 127);
    }
  }
}
#endif

void model_frontend_reset(void)
{
  model_filled = 0;
  model_columns = 0;
}

/* Features of the frame that is filled; returns those of the window that it completes. */
static MODEL_CALLED const int8_t *model_framed(void)
{
  memmove(model_features, model_features + 1, sizeof model_features - sizeof model_features[0]);
  model_column(model_features[MODEL_FRONTEND_FRAMES - 1]);
  model_filled = MODEL_KEPT - MODEL_SKIPPED;
  if (++model_columns < MODEL_FRONTEND_FRAMES) {
    return 0;
  }
  model_columns = MODEL_FRONTEND_FRAMES - MODEL_FRONTEND_HOP_FRAMES;
#ifdef MODEL_FRONTEND_STATISTICS
  model_summarize();
  return model_summary[0];
#else
  return model_features[0];
#endif
}

int32_t model_frontend_push(const int16_t *samples, int32_t count, const int8_t **due)
{
  const int8_t *found = 0;
  int32_t taken = 0;
  while (taken < count && !found) {
    if (MODEL_SKIPPED == 0 || model_filled >= 0) {
      *model_sample(model_filled) = samples[taken];
    }
    ++taken;
    if (++model_filled == MODEL_FRONTEND_FRAME_SAMPLES) {
      found = model_framed();
    }
  }
  *due = found;
  return taken;
}
