/* A stream of noise for a whole program. */
#ifndef NN_STREAM_H
#define NN_STREAM_H

#include "nn_program.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NN_STREAM_NONE 1u /* what nn_stream_found gives where no window was due */

void nn_stream_begin(void);

/* Pushes so many samples. */
void nn_stream_turn(int32_t count);

/* A digest of the classes since the beginning. */
uint32_t nn_stream_found(void);

#ifdef __cplusplus
}
#endif

#endif
