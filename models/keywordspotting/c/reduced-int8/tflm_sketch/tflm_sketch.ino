/* PDM microphone of an Arduino Nano 33 BLE Sense: sample, classify, show.

   The interrupt writes into a ring buffer, the loop takes from it. The library of the microphone
   knows 16,000 and 41,667 Hz; for a model of another rate the samples are interpolated on a
   straight line, without a filter before it. */

#include <PDM.h>

#include "model_result.h"

static const long MICROPHONE_HZ = MODEL_FRONTEND_RATE_HZ == 16000 ? 16000 : 41667;
static const int MICROPHONE_GAIN = 30;     /* of 0 to 80, in half decibels from -20 on */
static const unsigned RING_SAMPLES = 4096; /* a power of two: longer than a frame and an inference take */

static_assert((RING_SAMPLES & (RING_SAMPLES - 1)) == 0, "RING_SAMPLES has to be a power of two.");
static_assert(MICROPHONE_GAIN >= 0 && MICROPHONE_GAIN <= 80, "MICROPHONE_GAIN has to be 0 to 80.");
static_assert(MODEL_FRONTEND_RATE_HZ <= MICROPHONE_HZ, "The microphone is slower than the samples of the model.");

static volatile int16_t ring[RING_SAMPLES];
static volatile unsigned written, taken;
static volatile bool overrun;

static void receive()
{
  static int16_t received[256];
  for (int bytes = PDM.available(); bytes > 0; bytes = PDM.available()) {
    const int wanted = bytes < (int)sizeof received ? bytes : (int)sizeof received;
    const int count = PDM.read(received, (size_t)wanted) / (int)sizeof received[0];
    if (count <= 0) {
      return;
    }
    for (int i = 0; i < count; ++i) {
      if (written - taken == RING_SAMPLES) {
        overrun = true;
        return;
      }
      ring[written % RING_SAMPLES] = received[i];
      written = written + 1;
    }
  }
}

/* The next sample at the front end's rate; false where the ring holds too little for it. */
static bool next_sample(int16_t *sample)
{
  static long position; /* between the sample at `taken` and the one after, in 1 / MODEL_FRONTEND_RATE_HZ */
  while (position >= MODEL_FRONTEND_RATE_HZ) {
    if (written == taken) {
      return false;
    }
    taken = taken + 1;
    position -= MODEL_FRONTEND_RATE_HZ;
  }
  if (written - taken < 2) {
    return false;
  }
  const long before = ring[taken % RING_SAMPLES], after = ring[(taken + 1) % RING_SAMPLES];
  *sample = (int16_t)(before + (long)((int64_t)(after - before) * position / MODEL_FRONTEND_RATE_HZ));
  position += MICROPHONE_HZ;
  return true;
}

void setup()
{
  model_result_begin();
  PDM.onReceive(receive);
  PDM.setGain(MICROPHONE_GAIN);
  if (!PDM.begin(1, MICROPHONE_HZ)) {
    model_result_stop("The microphone does not answer.");
  }
}

void loop()
{
  static int16_t samples[64];
  static int held;
  while (held < (int)(sizeof samples / sizeof samples[0]) && next_sample(samples + held)) {
    ++held;
  }
  if (overrun) {
    overrun = false;
    Serial.println("Samples were lost: the loop is too slow.");
  }
  if (held < (int)(sizeof samples / sizeof samples[0])) {
    return;
  }
  for (int32_t at = 0; at < held;) {
    int32_t found;
    at += model_program_push(samples + at, held - at, &found);
    if (found != MODEL_PROGRAM_NOT_DUE) {
      model_result_show(found);
    }
  }
  held = 0;
}
