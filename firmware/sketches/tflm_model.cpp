/* The same model_invoke by TensorFlow Lite Micro: an interpreter instead of generated C. */

/* First, and by itself an empty header: the builder of Arduino finds the library by this name alone, and
   knows the headers below only then. The library Chirale_TensorFlowLite has Chirale_TensorFlowLite.h. */
#include <TensorFlowLite.h>

#include <string.h>

#include <tensorflow/lite/micro/micro_interpreter.h>
#include <tensorflow/lite/micro/micro_mutable_op_resolver.h>
#include <tensorflow/lite/schema/schema_generated.h>

#include "result.h"
#include "tflm_model.h"

alignas(16) static uint8_t arena[TFLM_ARENA_BYTES];

static tflite::MicroInterpreter *interpreter()
{
    static tflite::MicroMutableOpResolver<TFLM_OPERATORS> resolver;
    static tflite::MicroInterpreter *ready = nullptr;
    if (ready == nullptr) {
        TFLM_ADD_OPERATORS(resolver)
        static tflite::MicroInterpreter made(tflite::GetModel(tflm_model), resolver, arena, sizeof arena);
        if (made.AllocateTensors() != kTfLiteOk) {
            result_stop("This version of TensorFlow Lite Micro needs a larger arena: raise TFLM_ARENA_BYTES.");
        }
        ready = &made;
    }
    return ready;
}

extern "C" void model_invoke(const int8_t *input, int8_t *output)
{
    tflite::MicroInterpreter *runs = interpreter();
    memcpy(runs->input(0)->data.int8, input, MODEL_INPUT_BYTES);
    if (runs->Invoke() != kTfLiteOk) {
        result_stop("The inference failed.");
    }
    memcpy(output, runs->output(0)->data.int8, MODEL_OUTPUT_BYTES);
}
