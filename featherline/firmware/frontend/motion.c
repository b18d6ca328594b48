/* Front end of accelerometer applications: raw samples to the model's int8 input.

   Resampling by a polyphase FIR filter, a buffer of one window, then channels from nothing but
   that window. The constants stand in the generated nn_frontend.h. A sample is kept in one word.

   The features of a window are written over the samples that no later window needs, which is
   why they last only until the next push, and why the front end has no other large buffer. */

#include "nn_frontend.h"

#include <string.h>

#if NN_FRONTEND_HOP_SAMPLES < 1 || NN_FRONTEND_HOP_SAMPLES > NN_FRONTEND_WINDOW_SAMPLES
#error "nn_frontend: a window has to begin behind the one before it, and before that ends."
#endif
#if NN_FRONTEND_TAP_COUNT < 1 || NN_FRONTEND_TAP_BITS < 1 || NN_FRONTEND_TAP_BITS > 30
#error "nn_frontend: the filter has one tap or more, of 1 to 30 bits."
#endif
#if NN_FRONTEND_INTERPOLATION < 1 || NN_FRONTEND_DECIMATION < NN_FRONTEND_INTERPOLATION
#error "nn_frontend: the filter gives one sample or none for each that comes in."
#endif

#ifdef __clang__
#define NN_SMALL __attribute__((minsize)) /* as -Oz does for a whole file */
#else
#define NN_SMALL
#endif
#ifdef __GNUC__
#define NN_CALLED __attribute__((noinline)) /* smaller as a function than at each place */
#else
#define NN_CALLED
#endif
#if __SIZEOF_DOUBLE__ == 4 /* the library of an AVR has one square root, for both types */
#define NN_ROOT __builtin_sqrt
#else
#define NN_ROOT __builtin_sqrtf
#endif

#define NN_HISTORY ((NN_FRONTEND_TAP_COUNT + NN_FRONTEND_INTERPOLATION - 1) / NN_FRONTEND_INTERPOLATION)
#define NN_FIRST_OUTPUT ((NN_FRONTEND_TAP_COUNT - 1 + NN_FRONTEND_DECIMATION - 1) / NN_FRONTEND_DECIMATION)

/* The three axes of a sample in one word: 10 bits each, and by how many bits all were shifted to
   fit into them. So what moves little, where a step counts, is kept at 1 / NN_FRONTEND_STORED_PER_G g. */
typedef uint32_t nn_stored_t;
#define NN_AXIS_BITS 10
#define NN_AXIS_MASK (((uint32_t)1 << NN_AXIS_BITS) - 1)
#define NN_AXIS_LIMIT ((int32_t)1 << (NN_AXIS_BITS - 1))
#define NN_MOST_SHIFTED 3

#define NN_KEPT (NN_FRONTEND_WINDOW_SAMPLES - NN_FRONTEND_HOP_SAMPLES)
#include "shared_memory.h"

static const int16_t nn_taps[] = NN_FRONTEND_TAPS;

static int16_t nn_history[3 * NN_HISTORY]; /* x, y and z of each sample, newest first */
static int32_t nn_next_output;             /* on the interpolated clock, from the newest sample on */
/* Samples end where the memory ends; features, and the model that reads them, end before those that the next window
   shares with this one. */
#define NN_STORED ((nn_stored_t *)nn_memory + NN_FRONTEND_MEMORY_BYTES / 4 - NN_FRONTEND_WINDOW_SAMPLES)
#define NN_INPUT ((int8_t *)nn_memory + NN_FRONTEND_FEATURES_AT)
static int32_t nn_filled;

static nn_stored_t nn_pack(const int32_t axis[3])
{
  uint32_t longest = 0; /* as many bits as the axis that needs most, its sign apart */
  for (int k = 0; k < 3; ++k) {
    longest |= (uint32_t)(axis[k] ^ axis[k] >> 31);
  }
  nn_stored_t bits = 0;
  while (longest >> bits >= (uint32_t)NN_AXIS_LIMIT) {
    ++bits;
  }
  nn_stored_t word = bits;
  for (int k = 0; k < 3; ++k) {
    word = word << NN_AXIS_BITS | ((nn_stored_t)(axis[k] >> bits) & NN_AXIS_MASK);
  }
  return word;
}

/* One axis of a stored sample; what the shift cut off was half of its unit on average. */
static float nn_unpacked(nn_stored_t word, int axis)
{
  const nn_stored_t bits = word >> (3 * NN_AXIS_BITS);
  const int32_t value = (int32_t)(word << (32 - NN_AXIS_BITS * (3 - axis))) >> (32 - NN_AXIS_BITS);
  return (float)((int32_t)((nn_stored_t)value << bits) + (int32_t)((uint32_t)1 << bits >> 1));
}

/* --- channels ------------------------------------------------------------------------------- */

static NN_CALLED int8_t nn_quantized(float steps_above_lowest)
{
  const int32_t step = (int32_t)steps_above_lowest;
  return (int8_t)((step < 0 ? 0 : step > 255 ? 255 : step) - 128);
}

static NN_CALLED float nn_length(float square)
{
  return NN_ROOT(square > 0 ? square : 0);
}

#ifdef NN_FRONTEND_COMPANDING
/* Grows as the value below 1 / NN_FRONTEND_COMPANDING, and with its logarithm above: the bits of a
   float are its logarithm to base 2, with straight lines between powers of two. */
static NN_CALLED float nn_moved(float value)
{
  const float above = 1 + (value < 0 ? -value : value) * NN_FRONTEND_COMPANDING;
  uint32_t bits;
  memcpy(&bits, &above, sizeof bits);
  const float logarithm = (float)(int32_t)(bits - 0x3F800000u);
  return value < 0 ? -logarithm : logarithm;
}
#define NN_MOVED nn_moved
#else
#define NN_MOVED
#endif

/* What a channel is, by its name: total acceleration as the sensor gives it, and motion alone, which
   is split into the part along gravity and the part across it. */
#define NN_CHANNEL_x x
#define NN_CHANNEL_y y
#define NN_CHANNEL_z z
#define NN_CHANNEL_magnitude nn_length(x *x + y * y + z * z)
#define NN_CHANNEL_vertical NN_MOVED(along)
#define NN_CHANNEL_horizontal NN_MOVED(nn_length(square - along * along))

NN_CALLED NN_SMALL static const int8_t *nn_features(void)
{
  float mean_x = 0, mean_y = 0, mean_z = 0, gravity = 1;
  int8_t *to = NN_INPUT;
  /* The first time through the window finds gravity, the second time writes features. */
  for (int32_t i = 0; i < 2 * (int32_t)NN_FRONTEND_WINDOW_SAMPLES; ++i) {
    if (i == NN_FRONTEND_WINDOW_SAMPLES) {
      mean_x *= 1.0f / NN_FRONTEND_WINDOW_SAMPLES;
      mean_y *= 1.0f / NN_FRONTEND_WINDOW_SAMPLES;
      mean_z *= 1.0f / NN_FRONTEND_WINDOW_SAMPLES;
      gravity = nn_length(mean_x * mean_x + mean_y * mean_y + mean_z * mean_z);
      gravity = gravity < NN_FRONTEND_SMALLEST_GRAVITY ? NN_FRONTEND_SMALLEST_GRAVITY : gravity;
    }
    const nn_stored_t word = NN_STORED[i % NN_FRONTEND_WINDOW_SAMPLES];
    const float x = nn_unpacked(word, 0), y = nn_unpacked(word, 1), z = nn_unpacked(word, 2);
    if (i < NN_FRONTEND_WINDOW_SAMPLES) {
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
#define NN_WRITE(name, gain, offset) *to++ = nn_quantized(NN_CHANNEL_##name * (gain) + (offset));
    NN_FRONTEND_CHANNELS(NN_WRITE)
#undef NN_WRITE
  }
  return NN_INPUT;
}

/* --- stream --------------------------------------------------------------------------------- */

void nn_frontend_reset(void)
{
  nn_next_output = 0;
  nn_filled = 0;
}

/* Takes one sample; returns the features of the window that it completes. */
NN_CALLED NN_SMALL static const int8_t *nn_taken(const int16_t *xyz)
{
  /* Volatile, so that loops do not become calls of memmove, which nothing else here needs. */
  if (nn_filled == NN_FRONTEND_WINDOW_SAMPLES) {
    volatile nn_stored_t *to = NN_STORED;
    for (nn_filled = 0; nn_filled < NN_KEPT; ++nn_filled) {
      to[nn_filled] = to[nn_filled + NN_FRONTEND_HOP_SAMPLES];
    }
  }
  for (volatile int16_t *to = nn_history + 3 * (NN_HISTORY - 1); to != nn_history;) {
    --to;
    to[3] = to[0];
  }
  for (int k = 0; k < 3; ++k) {
    nn_history[k] = xyz[k];
  }

  const int32_t phase = nn_next_output + (int32_t)NN_FIRST_OUTPUT * NN_FRONTEND_DECIMATION;
  nn_next_output -= NN_FRONTEND_INTERPOLATION;
  if (phase >= NN_FRONTEND_INTERPOLATION) {
    return 0;
  }
  nn_next_output += NN_FRONTEND_DECIMATION;
  int32_t axis[3];
  for (int k = 0; k < 3; ++k) {
    int32_t sum = (int32_t)1 << (NN_FRONTEND_TAP_BITS - 1);
    for (int32_t i = 0, tap = phase; tap < NN_FRONTEND_TAP_COUNT; ++i, tap += NN_FRONTEND_INTERPOLATION) {
      sum += (int32_t)nn_taps[tap] * nn_history[3 * i + k];
    }
    const int32_t value = sum >> NN_FRONTEND_TAP_BITS, limit = NN_AXIS_LIMIT << NN_MOST_SHIFTED;
    axis[k] = value < -limit ? -limit : value >= limit ? limit - 1 : value;
  }
  NN_STORED[nn_filled] = nn_pack(axis);
  return ++nn_filled == NN_FRONTEND_WINDOW_SAMPLES ? nn_features() : 0;
}

NN_SMALL int32_t nn_frontend_push(const int16_t *samples, int32_t count, const int8_t **due)
{
  int32_t taken = 0;
  *due = 0;
  while (taken < count && !*due) {
    *due = nn_taken(samples + 3 * taken++);
  }
  return taken;
}
