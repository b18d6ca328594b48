/* Front end of accelerometer applications: raw samples to the model's int8 input.

   Resampling by a polyphase FIR filter, a buffer of one window, then channels from nothing but
   that window. The constants stand in the generated frontend.h. A sample is kept in one word.

   The features of a window are written over the samples that no later window needs, which is
   why they last only until the next push, and why the front end has no other large buffer. */

#include "frontend.h"

#include <string.h>

#ifdef __clang__
#define SMALL __attribute__((minsize)) /* as -Oz does for a whole file */
#else
#define SMALL
#endif
#define APART __attribute__((noinline)) /* smaller as a function than at each place */

#define HISTORY ((FRONTEND_TAP_COUNT + FRONTEND_INTERPOLATION - 1) / FRONTEND_INTERPOLATION)
#define FIRST_OUTPUT ((FRONTEND_TAP_COUNT - 1 + FRONTEND_DECIMATION - 1) / FRONTEND_DECIMATION)

/* The three axes of a sample in one word: 10 bits each, and by how many bits all were shifted to
   fit into them. So what moves little, where a step counts, is kept at 1 / FRONTEND_STORED_PER_G g. */
typedef uint32_t stored;
#define AXIS_BITS 10
#define AXIS_MASK ((1u << AXIS_BITS) - 1)
#define AXIS_LIMIT (1 << (AXIS_BITS - 1))
#define MOST_SHIFTED 3

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
    uint32_t longest = 0; /* as many bits as the axis that needs most, its sign apart */
    for (int k = 0; k < 3; ++k) {
        longest |= (uint32_t)(axis[k] ^ axis[k] >> 31);
    }
    stored bits = 0;
    while (longest >> bits >= AXIS_LIMIT) {
        ++bits;
    }
    stored word = bits;
    for (int k = 0; k < 3; ++k) {
        word = word << AXIS_BITS | ((stored)(axis[k] >> bits) & AXIS_MASK);
    }
    return word;
}

/* One axis of a stored sample; what the shift cut off was half of its unit on average. */
static float unpacked(stored word, int axis)
{
    const stored bits = word >> (3 * AXIS_BITS);
    const int32_t value = (int32_t)(word << (32 - AXIS_BITS * (3 - axis))) >> (32 - AXIS_BITS);
    return (float)((int32_t)((stored)value << bits) + (int32_t)(1u << bits >> 1));
}

/* --- channels ------------------------------------------------------------------------------- */

static APART int8_t quantized(float steps_above_lowest)
{
    const int32_t step = (int32_t)steps_above_lowest;
    return (int8_t)((step < 0 ? 0 : step > 255 ? 255 : step) - 128);
}

static APART float length(float square)
{
    return __builtin_sqrtf(square > 0 ? square : 0);
}

/* What a channel is, by its name: total acceleration as the sensor gives it, and motion alone, which
   is split into the part along gravity and the part across it. */
#define CHANNEL_x x
#define CHANNEL_y y
#define CHANNEL_z z
#define CHANNEL_magnitude length(x * x + y * y + z * z)
#define CHANNEL_vertical along
#define CHANNEL_horizontal length(square - along * along)

SMALL static const int8_t *features(void)
{
    float mean_x = 0, mean_y = 0, mean_z = 0, gravity = 1;
    int8_t *to = (int8_t *)window;
    /* The first time through the window finds gravity, the second time writes features. */
    for (int i = 0; i < 2 * FRONTEND_WINDOW_SAMPLES; ++i) {
        if (i == FRONTEND_WINDOW_SAMPLES) {
            mean_x *= 1.0f / FRONTEND_WINDOW_SAMPLES;
            mean_y *= 1.0f / FRONTEND_WINDOW_SAMPLES;
            mean_z *= 1.0f / FRONTEND_WINDOW_SAMPLES;
            gravity = length(mean_x * mean_x + mean_y * mean_y + mean_z * mean_z);
            gravity = gravity < FRONTEND_SMALLEST_GRAVITY ? FRONTEND_SMALLEST_GRAVITY : gravity;
        }
        const stored word = SAMPLES[i % FRONTEND_WINDOW_SAMPLES];
        const float x = unpacked(word, 0), y = unpacked(word, 1), z = unpacked(word, 2);
        if (i < FRONTEND_WINDOW_SAMPLES) {
            mean_x += x;
            mean_y += y;
            mean_z += z;
            continue;
        }
        const float motion_x = x - mean_x, motion_y = y - mean_y, motion_z = z - mean_z;
        const float square = motion_x * motion_x + motion_y * motion_y + motion_z * motion_z;
        const float along = (motion_x * mean_x + motion_y * mean_y + motion_z * mean_z) / gravity;
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

SMALL const int8_t *frontend_push(const int16_t xyz[3])
{
    if (filled == FRONTEND_WINDOW_SAMPLES) {
        memmove(SAMPLES, SAMPLES + FRONTEND_HOP_SAMPLES, KEPT * sizeof(stored));
        filled = KEPT;
    }
    memmove(history + 1, history, sizeof history - sizeof history[0]);
    for (int k = 0; k < 3; ++k) {
        history[0][k] = xyz[k];
    }

    const int32_t phase = next_output + FIRST_OUTPUT * FRONTEND_DECIMATION;
    next_output -= FRONTEND_INTERPOLATION;
    if (phase >= FRONTEND_INTERPOLATION) {
        return 0;
    }
    next_output += FRONTEND_DECIMATION;
    int32_t axis[3];
    for (int k = 0; k < 3; ++k) {
        int32_t sum = 1 << (FRONTEND_TAP_BITS - 1);
        for (int i = 0, tap = phase; tap < FRONTEND_TAP_COUNT; ++i, tap += FRONTEND_INTERPOLATION) {
            sum += taps[tap] * history[i][k];
        }
        const int32_t value = sum >> FRONTEND_TAP_BITS, limit = AXIS_LIMIT << MOST_SHIFTED;
        axis[k] = value < -limit ? -limit : value >= limit ? limit - 1 : value;
    }
    SAMPLES[filled] = pack(axis);
    return ++filled == FRONTEND_WINDOW_SAMPLES ? features() : 0;
}
