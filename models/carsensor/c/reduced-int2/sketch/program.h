/* The whole program beside the board: samples in, a class out whenever a window is due. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "frontend.h"

#ifdef __cplusplus
extern "C" {
#endif

#include "model.h"

#define PROGRAM_NOT_DUE (-1)

/* The older windows of the moving sum weigh 1 - 1 / PROGRAM_SMOOTHING of each newer one. */
#ifndef PROGRAM_SMOOTHING
#define PROGRAM_SMOOTHING 2
#endif

/* Takes samples as frontend_push does. Returns the class of the recent windows together when a
   window is due, else PROGRAM_NOT_DUE. */
#ifdef FRONTEND_FRAME_SAMPLES
int program_push(const int16_t *samples, int count);
#else
int program_push(const int16_t xyz[3]);
#endif

/* What the model said of the last window alone: MODEL_OUTPUT_BYTES numbers. */
const int8_t *program_output(void);

/* Forgets everything that was pushed. */
void program_reset(void);

#ifdef __cplusplus
}
#endif

#endif
