/* Front end of audio applications: samples to the model's int8 input, one frame after the other.

   Hann window, real FFT, power, triangular mel filters, logarithm, for MFCC a cosine transform;
   then each coefficient is quantized at once. Of the past there are int8 features alone, and of
   the samples what the next frame shares with this one. The constants stand in the generated
   frontend.h. Every constant factor on the way (1/2 of the Hann window, full scale, 1/2 of the
   split into even and odd) is left out and taken back in the offset behind the logarithm. */

#include "frontend.h"

#include <string.h>

#define HALF (FRONTEND_FRAME_SAMPLES / 2) /* length of the complex FFT */
#define KEPT (FRONTEND_FRAME_SAMPLES > FRONTEND_HOP_SAMPLES ? FRONTEND_FRAME_SAMPLES - FRONTEND_HOP_SAMPLES : 0)
#define SKIPPED (FRONTEND_HOP_SAMPLES > FRONTEND_FRAME_SAMPLES ? FRONTEND_HOP_SAMPLES - FRONTEND_FRAME_SAMPLES : 0)

static const float sine[] = FRONTEND_SINES; /* of pi / 2^i */
static const float mel_edges[] = FRONTEND_MEL_EDGES;
static const float gains[] = FRONTEND_GAINS;
static const float offsets[] = FRONTEND_OFFSETS;
#ifdef FRONTEND_DCT_ANGLES
static const float dct_angles[][2] = FRONTEND_DCT_ANGLES; /* cosine and sine of pi * k / (2 * bands) */
#endif

static int16_t frame[FRONTEND_FRAME_SAMPLES];
static int32_t filled; /* below zero: so many samples lie between two frames */
static float spectrum[FRONTEND_FRAME_SAMPLES];
static int8_t features[FRONTEND_FRAMES][FRONTEND_COEFFICIENTS];
static int32_t columns; /* since the window was last due, less what was missing at the start */

typedef struct {
    float cosine, sine;
} angle;

/* Turns by a small angle: `less` is 1 - cos of it and `across` its sine, so that little is lost
   in a long row of turns (Singleton 1967). */
static inline angle turned(angle from, float less, float across)
{
    const angle to = {
        from.cosine - (less * from.cosine + across * from.sine),
        from.sine - (less * from.sine - across * from.cosine),
    };
    return to;
}

/* Window, and the bit-reversed order that the FFT starts from; sample 0 has the weight 0. */
static void load(void)
{
    const float less = 2 * sine[FRONTEND_FRAME_BITS] * sine[FRONTEND_FRAME_BITS];
    angle turn = {1, 0};
    int place = 0;
    for (int i = 0; i < HALF; ++i) {
        for (int odd = 0; odd < 2; ++odd) {
            spectrum[2 * place + odd] = (1 - turn.cosine) * (float)frame[2 * i + odd];
            turn = turned(turn, less, sine[FRONTEND_FRAME_BITS - 1]);
        }
        int bit = HALF / 2;
        for (; place & bit; bit /= 2) {
            place ^= bit;
        }
        place |= bit;
    }
}

/* Complex FFT of length HALF in place: decimation in time, radix 2. */
static void transform(void)
{
    for (int stage = 0, span = 1; span < HALF; ++stage, span *= 2) {
        const float less = 2 * sine[stage + 1] * sine[stage + 1];
        angle turn = {1, 0};
        for (int first = 0; first < span; ++first) {
            for (int i = first; i < HALF; i += 2 * span) {
                float *a = spectrum + 2 * i, *b = a + 2 * span;
                const float re = b[0] * turn.cosine + b[1] * turn.sine;
                const float im = b[1] * turn.cosine - b[0] * turn.sine;
                b[0] = a[0] - re;
                b[1] = a[1] - im;
                a[0] += re;
                a[1] += im;
            }
            turn = turned(turn, less, sine[stage]);
        }
    }
}

/* Four times the power of each bin of the real FFT but the first and last, which no mel filter
   looks at: that of bin i is left at place 2 * i. */
static void power(void)
{
    const float less = 2 * sine[FRONTEND_FRAME_BITS] * sine[FRONTEND_FRAME_BITS];
    angle turn = {1, 0};
    for (int i = 1; i <= HALF / 2; ++i) {
        turn = turned(turn, less, sine[FRONTEND_FRAME_BITS - 1]);
        float *a = spectrum + 2 * i, *b = spectrum + 2 * (HALF - i);
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
static void mel(float bands[FRONTEND_MEL_BANDS])
{
    int bin = (int)mel_edges[0] + 1;
    float falling_before = 0;
    for (int i = 0; i <= FRONTEND_MEL_BANDS; ++i) {
        float whole = 0, rising = 0;
        for (; (float)bin < mel_edges[i + 1]; ++bin) {
            whole += spectrum[2 * bin];
            rising += spectrum[2 * bin] * ((float)bin - mel_edges[i]);
        }
        rising /= mel_edges[i + 1] - mel_edges[i];
        if (i > 0) {
            bands[i - 1] = falling_before + (whole - rising);
        }
        falling_before = rising;
    }
}

/* Natural logarithm of a normal positive number, to 2e-7 of 1: exponent * ln 2 and a series of
   artanh for a mantissa between sqrt(1/2) and sqrt(2). */
static float logarithm(float value)
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

static int8_t quantized(float steps_above_lowest)
{
    const int32_t step = (int32_t)steps_above_lowest;
    return (int8_t)((step < 0 ? 0 : step > 255 ? 255 : step) - 128);
}

static void column(int8_t *to)
{
    float bands[FRONTEND_MEL_BANDS];
    load();
    transform();
    power();
    mel(bands);
    for (int i = 0; i < FRONTEND_MEL_BANDS; ++i) {
        bands[i] = logarithm(bands[i] + FRONTEND_LOG_FLOOR);
    }
    for (int k = 0; k < FRONTEND_COEFFICIENTS; ++k) {
#ifdef FRONTEND_DCT_ANGLES
        angle turn = {dct_angles[k][0], dct_angles[k][1]};
        const float less = 2 * turn.sine * turn.sine, across = 2 * turn.sine * turn.cosine;
        float value = 0;
        for (int i = 0; i < FRONTEND_MEL_BANDS; ++i) {
            value += bands[i] * turn.cosine;
            turn = turned(turn, less, across);
        }
#else
        const float value = bands[k];
#endif
        to[k] = quantized(value * gains[k] + offsets[k]);
    }
}

void frontend_reset(void)
{
    filled = 0;
    columns = 0;
}

const int8_t *frontend_push(const int16_t *samples, int count)
{
    const int8_t *due = 0;
    for (int i = 0; i < count; ++i) {
        if (filled >= 0) {
            frame[filled] = samples[i];
        }
        if (++filled < FRONTEND_FRAME_SAMPLES) {
            continue;
        }
        memmove(features, features + 1, sizeof features - sizeof features[0]);
        column(features[FRONTEND_FRAMES - 1]);
        memmove(frame, frame + FRONTEND_FRAME_SAMPLES - KEPT, KEPT * sizeof frame[0]);
        filled = KEPT - SKIPPED;
        if (++columns == FRONTEND_FRAMES) {
            columns = FRONTEND_FRAMES - FRONTEND_HOP_FRAMES;
            due = features[0];
        }
    }
    return due;
}
