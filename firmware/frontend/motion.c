/* Front end of accelerometer applications: raw samples to the model's int8 input.

   Resampling by a polyphase FIR filter, a buffer of one window, then channels from nothing but
   that window. The constants stand in the generated frontend.h. Samples are kept at the coarser
   unit FRONTEND_STORED_PER_G, three 10-bit integers in a word where that is fine enough.

   The features of a window are written over the samples that no later window needs, which is
   why they last only until the next push, and why the front end has no other large buffer. */

#include "frontend.h"

#include <string.h>

#define HISTORY ((FRONTEND_TAP_COUNT + FRONTEND_INTERPOLATION - 1) / FRONTEND_INTERPOLATION)
#define FIRST_OUTPUT ((FRONTEND_TAP_COUNT - 1 + FRONTEND_DECIMATION - 1) / FRONTEND_DECIMATION)

#if FRONTEND_STORED_BITS == 10
typedef uint32_t stored;
#define STORED_LIMIT 511
#else
typedef struct {
    int16_t axis[3];
} stored;
#define STORED_LIMIT 32767
#endif

/* Features begin where `window` begins, samples end where it ends: behind the features there is
   room for all samples that the next window shares with this one. */
#define KEPT (FRONTEND_WINDOW_SAMPLES - FRONTEND_HOP_SAMPLES)
#define FEATURE_PLACES ((FRONTEND_FEATURES + sizeof(stored) - 1) / sizeof(stored))
#define PLACES \
    (FEATURE_PLACES + KEPT > FRONTEND_WINDOW_SAMPLES ? FEATURE_PLACES + KEPT : FRONTEND_WINDOW_SAMPLES)

static const int16_t taps[] = FRONTEND_TAPS;

static int16_t history[HISTORY][3]; /* newest first */
static int32_t next_output;         /* on the interpolated clock, from the newest sample on */
static stored window[PLACES];
#define SAMPLES (window + PLACES - FRONTEND_WINDOW_SAMPLES)
static int32_t filled;

static stored pack(const int32_t axis[3])
{
#if FRONTEND_STORED_BITS == 10
    return (stored)(axis[0] & 1023) << 20 | (stored)(axis[1] & 1023) << 10 | (stored)(axis[2] & 1023);
#else
    return (stored){{(int16_t)axis[0], (int16_t)axis[1], (int16_t)axis[2]}};
#endif
}

static void unpack(const stored *from, int32_t axis[3])
{
#if FRONTEND_STORED_BITS == 10
    const stored word = *from;
    axis[0] = (int32_t)(word << 2) >> 22;
    axis[1] = (int32_t)(word << 12) >> 22;
    axis[2] = (int32_t)(word << 22) >> 22;
#else
    for (int i = 0; i < 3; ++i) {
        axis[i] = from->axis[i];
    }
#endif
}

/* --- channels ------------------------------------------------------------------------------- */

static int8_t quantized(float steps_above_lowest)
{
    const int32_t step = (int32_t)steps_above_lowest;
    return (int8_t)((step < 0 ? 0 : step > 255 ? 255 : step) - 128);
}

static float length(float square)
{
    return __builtin_sqrtf(square > 0 ? square : 0);
}

/* What a channel is, by its name: total acceleration as the sensor gives it, and motion alone, which
   is split into the part along gravity and the part across it. */
#define CHANNEL_x (float)axis[0]
#define CHANNEL_y (float)axis[1]
#define CHANNEL_z (float)axis[2]
#define CHANNEL_magnitude length((float)(axis[0] * axis[0]) + (float)(axis[1] * axis[1]) + (float)(axis[2] * axis[2]))
#define CHANNEL_vertical along
#define CHANNEL_horizontal length(square - along * along)

static const int8_t *features(void)
{
    const stored *const from = SAMPLES;
    int32_t axis[3], sum_x = 0, sum_y = 0, sum_z = 0;
    for (int i = 0; i < FRONTEND_WINDOW_SAMPLES; ++i) {
        unpack(from + i, axis);
        sum_x += axis[0];
        sum_y += axis[1];
        sum_z += axis[2];
    }
    const float share = 1.0f / FRONTEND_WINDOW_SAMPLES;
    const float down_x = (float)sum_x * share, down_y = (float)sum_y * share, down_z = (float)sum_z * share;
    float gravity = length(down_x * down_x + down_y * down_y + down_z * down_z);
    gravity = gravity < FRONTEND_SMALLEST_GRAVITY ? FRONTEND_SMALLEST_GRAVITY : gravity;

    int8_t *to = (int8_t *)window;
    for (int i = 0; i < FRONTEND_WINDOW_SAMPLES; ++i) {
        unpack(from + i, axis);
        const float x = (float)axis[0] - down_x, y = (float)axis[1] - down_y, z = (float)axis[2] - down_z;
        const float square = x * x + y * y + z * z;
        const float along = (x * down_x + y * down_y + z * down_z) / gravity;
        (void)square;
        (void)along;
#define WRITE(name, gain, offset) *to++ = quantized(CHANNEL_##name * (gain) + (offset));
        FRONTEND_CHANNELS(WRITE)
#undef WRITE
    }
    return (const int8_t *)window;
}

/* --- stream --------------------------------------------------------------------------------- */

void frontend_reset(void)
{
    next_output = 0;
    filled = 0;
}

const int8_t *frontend_push(const int16_t xyz[3])
{
    if (filled == FRONTEND_WINDOW_SAMPLES) {
        memmove(SAMPLES, SAMPLES + FRONTEND_HOP_SAMPLES, KEPT * sizeof(stored));
        filled = KEPT;
    }
    memmove(history[1], history[0], sizeof history - sizeof history[0]);
    memcpy(history[0], xyz, sizeof history[0]);

    const int32_t phase = next_output + FIRST_OUTPUT * FRONTEND_DECIMATION;
    next_output -= FRONTEND_INTERPOLATION;
    if (phase >= FRONTEND_INTERPOLATION) {
        return 0;
    }
    next_output += FRONTEND_DECIMATION;
    int32_t axis[3];
    for (int k = 0; k < 3; ++k) {
        int32_t sum = 1 << (FRONTEND_TAP_BITS + FRONTEND_STORED_SHIFT - 1);
        for (int i = 0, tap = phase; tap < FRONTEND_TAP_COUNT; ++i, tap += FRONTEND_INTERPOLATION) {
            sum += taps[tap] * history[i][k];
        }
        sum >>= FRONTEND_TAP_BITS + FRONTEND_STORED_SHIFT;
        axis[k] = sum < -STORED_LIMIT - 1 ? -STORED_LIMIT - 1 : sum > STORED_LIMIT ? STORED_LIMIT : sum;
    }
    SAMPLES[filled] = pack(axis);
    return ++filled == FRONTEND_WINDOW_SAMPLES ? features() : 0;
}
