/* An interpreter that answers zero for every class: enough to link a sketch and to run it. */

#include <tensorflow/lite/micro/micro_interpreter.h>
#include <tensorflow/lite/schema/schema_generated.h>

namespace tflite {

static const size_t OUTPUT_BYTES = 64;

const Model *GetModel(const void *content)
{
  return static_cast<const Model *>(content);
}

MicroInterpreter::MicroInterpreter(const Model *, const MicroOpResolver &, uint8_t *arena, size_t arena_bytes)
{
  ends[0].data.int8 = reinterpret_cast<int8_t *>(arena);
  ends[1].data.int8 = reinterpret_cast<int8_t *>(arena + arena_bytes - OUTPUT_BYTES);
}

TfLiteStatus MicroInterpreter::AllocateTensors()
{
  return kTfLiteOk;
}

TfLiteStatus MicroInterpreter::Invoke()
{
  for (size_t i = 0; i < OUTPUT_BYTES; ++i) {
    ends[1].data.int8[i] = 0;
  }
  return kTfLiteOk;
}

TfLiteTensor *MicroInterpreter::input(size_t)
{
  return &ends[0];
}
TfLiteTensor *MicroInterpreter::output(size_t)
{
  return &ends[1];
}

} // namespace tflite
