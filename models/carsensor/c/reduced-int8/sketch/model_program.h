/* The whole program beside the board: samples in, a class out whenever a window is due. */
#include "model.h"
#include "model_frontend.h"

#ifndef MODEL_PROGRAM_H
#define MODEL_PROGRAM_H

#ifdef __cplusplus
extern "C" {
#endif

#define MODEL_PROGRAM_NOT_DUE (-1)

/* The older windows of the moving sum weigh 1 - 1 / MODEL_PROGRAM_SMOOTHING of each newer one: 1 to 254. */
#ifndef MODEL_PROGRAM_SMOOTHING
#define MODEL_PROGRAM_SMOOTHING 16
#endif

/* Where a program waits for one class, such as a wake word, MODEL_PROGRAM_EVENT is that class: it is told where its
   moving sum reaches MODEL_PROGRAM_THRESHOLD, and not again for MODEL_PROGRAM_REFRACTORY windows; of all other windows
   the best of the other classes is told. `featherline stream` chooses the threshold. -1 is a program that waits
   for none. */
#ifndef MODEL_PROGRAM_EVENT
#define MODEL_PROGRAM_EVENT (-1)
#endif

/* Takes as many samples as there are, but none behind one that completes a window, and returns how many
   it took; call it with the rest until none is left, and no window is missed:

       for (int32_t at = 0; at < count;) {
           at += model_program_push(samples + MODEL_FRONTEND_SAMPLE_VALUES * at, count - at, &found);
           if (found != MODEL_PROGRAM_NOT_DUE) { ... }
       }

   `found` is the class of the recent windows together where a window is due, else MODEL_PROGRAM_NOT_DUE.
   A sample has MODEL_FRONTEND_SAMPLE_VALUES numbers, and there are MODEL_FRONTEND_RATE_HZ of them a second. */
int32_t model_program_push(const int16_t *samples, int32_t count, int32_t *found);

/* What the model said of the last window alone: MODEL_OUTPUT_BYTES numbers. */
const int8_t *model_program_output(void);

/* Forgets everything that was pushed. */
void model_program_reset(void);

#ifdef __cplusplus
}
#endif

#endif
