/* What nothing needs from one push to the next may lie where the model, which runs between two, has its buffers. */
#ifdef NN_FRONTEND_SHARED
#include "nn.h"
#else
static int32_t nn_memory[NN_FRONTEND_MEMORY_BYTES / 4];
#endif
