/* The same nn_invoke by TensorFlow Lite Micro: an interpreter instead of generated C. */

/* First, and by itself an empty header: the builder of Arduino finds the library by this name alone, and
   knows the headers below only then. The library Chirale_TensorFlowLite has Chirale_TensorFlowLite.h. */
#include <TensorFlowLite.h>

#include <string.h>

#include <tensorflow/lite/micro/micro_interpreter.h>
#include <tensorflow/lite/micro/micro_mutable_op_resolver.h>
#include <tensorflow/lite/schema/schema_generated.h>

#include "nn_result.h"
#include "nn_tflm.h"

alignas(16) static uint8_t nn_tflm_arena[NN_TFLM_ARENA_BYTES];

static tflite::MicroInterpreter *nn_tflm_interpreter()
{
  static tflite::MicroMutableOpResolver<NN_TFLM_OPERATORS> resolver;
  static tflite::MicroInterpreter *ready = nullptr;
  if (ready == nullptr) {
    NN_TFLM_ADD_OPERATORS(resolver)
    static tflite::MicroInterpreter made(tflite::GetModel(nn_tflm_model), resolver, nn_tflm_arena,
                                         sizeof nn_tflm_arena);
    if (made.AllocateTensors() != kTfLiteOk) {
      nn_result_stop("This version of TensorFlow Lite Micro needs a larger arena: raise NN_TFLM_ARENA_BYTES.");
    }
    ready = &made;
  }
  return ready;
}

extern "C" void nn_invoke(const int8_t *input, int8_t *output)
{
  tflite::MicroInterpreter *runs = nn_tflm_interpreter();
  memcpy(runs->input(0)->data.int8, input, NN_INPUT_BYTES);
  if (runs->Invoke() != kTfLiteOk) {
    nn_result_stop("The inference failed.");
  }
  memcpy(output, runs->output(0)->data.int8, NN_OUTPUT_BYTES);
}
