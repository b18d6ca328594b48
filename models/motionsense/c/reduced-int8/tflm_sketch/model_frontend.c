/* Front end of accelerometer applications: raw samples to the model's int8 input.

   Resampling by a polyphase FIR filter, a buffer of one window, then channels from nothing but
   that window. The constants stand in the generated model_frontend.h. A sample is kept in one word.

   The features of a window are written over the samples that no later window needs, which is
   why they last only until the next push, and why the front end has no other large buffer. */

#include "model_frontend.h"

#include <string.h>

#if MODEL_FRONTEND_HOP_SAMPLES < 1 || MODEL_FRONTEND_HOP_SAMPLES > MODEL_FRONTEND_WINDOW_SAMPLES
#error "model_frontend: a window has to begin behind the one before it, and before that ends."
#endif
#if MODEL_FRONTEND_TAP_COUNT < 1 || MODEL_FRONTEND_TAP_BITS < 1 || MODEL_FRONTEND_TAP_BITS > 30
#error "model_frontend: the filter has one tap or more, of 1 to 30 bits."
#endif
#if MODEL_FRONTEND_INTERPOLATION < 1 || MODEL_FRONTEND_DECIMATION < MODEL_FRONTEND_INTERPOLATION
#error "model_frontend: the filter gives one sample or none for each that comes in."
#endif

#ifdef __clang__
#define MODEL_SMALL __attribute__((minsize)) /* as -Oz does for a whole file */
#else
#define MODEL_SMALL
#endif
#ifdef __GNUC__
#define MODEL_CALLED __attribute__((noinline)) /* smaller as a function than at each place */
#else
#define MODEL_CALLED
#endif
#if __SIZEOF_DOUBLE__ == 4 /* the library of an AVR has one square root, for both types */
#define MODEL_ROOT __builtin_sqrt
#else
#define MODEL_ROOT __builtin_sqrtf
#endif

#define MODEL_HISTORY ((MODEL_FRONTEND_TAP_COUNT + MODEL_FRONTEND_INTERPOLATION - 1) / MODEL_FRONTEND_INTERPOLATION)
#define MODEL_FIRST_OUTPUT ((MODEL_FRONTEND_TAP_COUNT - 1 + MODEL_FRONTEND_DECIMATION - 1) / MODEL_FRONTEND_DECIMATION)

/* The three axes of a sample in one word: 10 bits each, and by how many bits all were shifted to
   fit into them. So what moves little, where a step counts, is kept at 1 / MODEL_FRONTEND_STORED_PER_G g. */
typedef uint32_t model_stored_t;
#define MODEL_AXIS_BITS 10
#define MODEL_AXIS_MASK (((uint32_t)1 << MODEL_AXIS_BITS) - 1)
#define MODEL_AXIS_LIMIT ((int32_t)1 << (MODEL_AXIS_BITS - 1))
#define MODEL_MOST_SHIFTED 3

#define MODEL_KEPT (MODEL_FRONTEND_WINDOW_SAMPLES - MODEL_FRONTEND_HOP_SAMPLES)
/* What nothing needs from one push to the next may lie where the model, which runs between two, has its buffers. */
#ifdef MODEL_FRONTEND_SHARED
#include "model.h"
#else
static int32_t model_memory[MODEL_FRONTEND_MEMORY_BYTES / 4];
#endif

static const int16_t model_taps[] = MODEL_FRONTEND_TAPS;

static int16_t model_history[3 * MODEL_HISTORY]; /* x, y and z of each sample, newest first */
static int32_t model_next_output;             /* on the interpolated clock, from the newest sample on */
/* Samples end where the memory ends; features, and the model that reads them, end before those that the next window
   shares with this one. */
#define MODEL_STORED ((model_stored_t *)model_memory + MODEL_FRONTEND_MEMORY_BYTES / 4 - MODEL_FRONTEND_WINDOW_SAMPLES)
#define MODEL_INPUT ((int8_t *)model_memory + MODEL_FRONTEND_FEATURES_AT)
static int32_t model_filled;

static model_stored_t model_pack(const int32_t axis[3])
{
  uint32_t longest = 0; /* as many bits as the axis that needs most, its sign apart */
  for (int k = 0; k < 3; ++k) {
    longest |= (uint32_t)(axis[k] ^ axis[k] >> 31);
  }
  model_stored_t bits = 0;
  while (longest >> bits >= (uint32_t)MODEL_AXIS_LIMIT) {
    ++bits;
  }
  model_stored_t word = bits;
  for (int k = 0; k < 3; ++k) {
    word = word << MODEL_AXIS_BITS | ((model_stored_t)(axis[k] >> bits) & MODEL_AXIS_MASK);
  }
  return word;
}

/* One axis of a stored sample; what the shift cut off was half of its unit on average. */
static float model_unpacked(model_stored_t word, int axis)
{
  const model_stored_t bits = word >> (3 * MODEL_AXIS_BITS);
  const int32_t value = (int32_t)(word << (32 - MODEL_AXIS_BITS * (3 - axis))) >> (32 - MODEL_AXIS_BITS);
  return (float)((int32_t)((model_stored_t)value << bits) + (int32_t)((uint32_t)1 << bits >> 1));
}

/* --- channels ------------------------------------------------------------------------------- */

static MODEL_CALLED int8_t model_quantized(float steps_above_lowest)
{
  const int32_t step = (int32_t)steps_above_lowest;
  return (int8_t)((step < 0 ? 0 : step > 255 ? 255 : step) - 128);
}

static MODEL_CALLED float model_length(float square)
{
  return MODEL_ROOT(square > 0 ? square : 0);
}

#ifdef MODEL_FRONTEND_COMPANDING
/* Grows as the value below 1 / MODEL_FRONTEND_COMPANDING, and with its logarithm above: the bits of a
   float are its logarithm to base 2, with straight lines between powers of two. */
static MODEL_CALLED float model_moved(float value)
{
  const float above = 1 + (value < 0 ? -value : value) * MODEL_FRONTEND_COMPANDING;
  uint32_t bits;
  memcpy(&bits, &above, sizeof bits);
  const float logarithm = (float)(int32_t)(bits - 0x3F800000u);
  return value < 0 ? -logarithm : logarithm;
}
#define MODEL_MOVED model_moved
#else
#define MODEL_MOVED
#endif

/* What a channel is, by its name: total acceleration as the sensor gives it, and motion alone, which
   is split into the part along gravity and the part across it. */
#define MODEL_CHANNEL_x x
#define MODEL_CHANNEL_y y
#define MODEL_CHANNEL_z z
#define MODEL_CHANNEL_magnitude model_length(x *x + y * y + z * z)
#define MODEL_CHANNEL_vertical MODEL_MOVED(along)
#define MODEL_CHANNEL_horizontal MODEL_MOVED(model_length(square - along * along))

MODEL_CALLED MODEL_SMALL static const int8_t *model_features(void)
{
  float mean_x = 0, mean_y = 0, mean_z = 0, gravity = 1;
  int8_t *to = MODEL_INPUT;
  /* The first time through the window finds gravity, the second time writes features. */
  for (int32_t i = 0; i < 2 * (int32_t)MODEL_FRONTEND_WINDOW_SAMPLES; ++i) {
    if (i == MODEL_FRONTEND_WINDOW_SAMPLES) {
      mean_x *= 1.0f / MODEL_FRONTEND_WINDOW_SAMPLES;
      mean_y *= 1.0f / MODEL_FRONTEND_WINDOW_SAMPLES;
      mean_z *= 1.0f / MODEL_FRONTEND_WINDOW_SAMPLES;
      gravity = model_length(mean_x * mean_x + mean_y * mean_y + mean_z * mean_z);
      gravity = gravity < MODEL_FRONTEND_SMALLEST_GRAVITY ? MODEL_FRONTEND_SMALLEST_GRAVITY : gravity;
    }
    const model_stored_t word = MODEL_STORED[i % MODEL_FRONTEND_WINDOW_SAMPLES];
    const float x = model_unpacked(word, 0), y = model_unpacked(word, 1), z = model_unpacked(word, 2);
    if (i < MODEL_FRONTEND_WINDOW_SAMPLES) {
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
#define MODEL_WRITE(name, gain, offset) *to++ = model_quantized(MODEL_CHANNEL_##name * (gain) + (offset));
    MODEL_FRONTEND_CHANNELS(MODEL_WRITE)
#undef MODEL_WRITE
  }
  return MODEL_INPUT;
}

/* --- stream --------------------------------------------------------------------------------- */

void model_frontend_reset(void)
{
  model_next_output = 0;
  model_filled = 0;
}

/* Takes one sample; returns the features of the window that it completes. */
MODEL_CALLED MODEL_SMALL static const int8_t *model_taken(const int16_t *xyz)
{
  /* Volatile, so that loops do not become calls of memmove, which nothing else here needs. */
  if (model_filled == MODEL_FRONTEND_WINDOW_SAMPLES) {
    volatile model_stored_t *to = MODEL_STORED;
    for (model_filled = 0; model_filled < MODEL_KEPT; ++model_filled) {
      to[model_filled] = to[model_filled + MODEL_FRONTEND_HOP_SAMPLES];
    }
  }
  for (volatile int16_t *to = model_history + 3 * (MODEL_HISTORY - 1); to != model_history;) {
    --to;
    to[3] = to[0];
  }
  for (int k = 0; k < 3; ++k) {
    model_history[k] = xyz[k];
  }

  const int32_t phase = model_next_output + (int32_t)MODEL_FIRST_OUTPUT * MODEL_FRONTEND_DECIMATION;
  model_next_output -= MODEL_FRONTEND_INTERPOLATION;
  if (phase >= MODEL_FRONTEND_INTERPOLATION) {
    return 0;
  }
  model_next_output += MODEL_FRONTEND_DECIMATION;
  int32_t axis[3];
  for (int k = 0; k < 3; ++k) {
    int32_t sum = (int32_t)1 << (MODEL_FRONTEND_TAP_BITS - 1);
    for (int32_t i = 0, tap = phase; tap < MODEL_FRONTEND_TAP_COUNT; ++i, tap += MODEL_FRONTEND_INTERPOLATION) {
      sum += (int32_t)model_taps[tap] * model_history[3 * i + k];
    }
    const int32_t value = sum >> MODEL_FRONTEND_TAP_BITS, limit = MODEL_AXIS_LIMIT << MODEL_MOST_SHIFTED;
    axis[k] = value < -limit ? -limit : value >= limit ? limit - 1 : value;
  }
  MODEL_STORED[model_filled] = model_pack(axis);
  return ++model_filled == MODEL_FRONTEND_WINDOW_SAMPLES ? model_features() : 0;
}

MODEL_SMALL int32_t model_frontend_push(const int16_t *samples, int32_t count, const int8_t **due)
{
  int32_t taken = 0;
  *due = 0;
  while (taken < count && !*due) {
    *due = model_taken(samples + 3 * taken++);
  }
  return taken;
}
