/* Feeds a whole program with noise, the same from each beginning on. */
#include "nn_stream.h"

#define NN_STREAM_AT_ONCE 64

static uint32_t nn_stream_seed, nn_stream_digest;

void nn_stream_begin(void)
{
  nn_stream_seed = NN_STREAM_NONE;
  nn_stream_digest = NN_STREAM_NONE;
  nn_program_reset();
}

void nn_stream_turn(int32_t count)
{
  static int16_t samples[NN_STREAM_AT_ONCE * NN_FRONTEND_SAMPLE_VALUES];
  while (count > 0) {
    const int32_t pushed = count < NN_STREAM_AT_ONCE ? count : NN_STREAM_AT_ONCE;
    for (int32_t i = 0; i < pushed * NN_FRONTEND_SAMPLE_VALUES; ++i) {
      nn_stream_seed = nn_stream_seed * 1664525u + 1013904223u;
      samples[i] = (int16_t)((int32_t)(nn_stream_seed >> 18) - 8192);
    }
    for (int32_t at = 0; at < pushed;) {
      int32_t found;
      at += nn_program_push(samples + NN_FRONTEND_SAMPLE_VALUES * at, pushed - at, &found);
      if (found != NN_PROGRAM_NOT_DUE) {
        nn_stream_digest = nn_stream_digest * 31u + (uint32_t)found + 1u;
      }
    }
    count -= pushed;
  }
}

uint32_t nn_stream_found(void)
{
  return nn_stream_digest;
}
