/* The same model_invoke by TensorFlow Lite Micro: an interpreter instead of generated C. */

/* First, and by itself an empty header: the builder of Arduino finds the library by this name alone, and
   knows the headers below only then. The library Chirale_TensorFlowLite has Chirale_TensorFlowLite.h. */
#include <TensorFlowLite.h>

#include <string.h>

#include <tensorflow/lite/micro/micro_interpreter.h>
#include <tensorflow/lite/micro/micro_mutable_op_resolver.h>
#include <tensorflow/lite/schema/schema_generated.h>

#include "model_result.h"
#include "model_tflm.h"

alignas(16) static uint8_t model_tflm_arena[MODEL_TFLM_ARENA_BYTES];

static tflite::MicroInterpreter *model_tflm_interpreter()
{
  static tflite::MicroMutableOpResolver<MODEL_TFLM_OPERATORS> resolver;
  static tflite::MicroInterpreter *ready = nullptr;
  if (ready == nullptr) {
    MODEL_TFLM_ADD_OPERATORS(resolver)
    static tflite::MicroInterpreter made(tflite::GetModel(model_tflm_model), resolver, model_tflm_arena,
                                         sizeof model_tflm_arena);
    if (made.AllocateTensors() != kTfLiteOk) {
      model_result_stop("This version of TensorFlow Lite Micro needs a larger arena: raise MODEL_TFLM_ARENA_BYTES.");
    }
    ready = &made;
  }
  return ready;
}

extern "C" void model_invoke(const int8_t *input, int8_t *output)
{
  tflite::MicroInterpreter *runs = model_tflm_interpreter();
  memcpy(runs->input(0)->data.int8, input, MODEL_INPUT_BYTES);
  if (runs->Invoke() != kTfLiteOk) {
    model_result_stop("The inference failed.");
  }
  memcpy(output, runs->output(0)->data.int8, MODEL_OUTPUT_BYTES);
}
