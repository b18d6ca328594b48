/* Stand-in for tests: what the sketches use of the real header, no more. */
#ifndef MICRO_INTERPRETER_H
#define MICRO_INTERPRETER_H

#include <stddef.h>
#include <stdint.h>

enum TfLiteStatus { kTfLiteOk, kTfLiteError };

struct TfLiteTensor {
  union {
    int8_t *int8;
  } data;
};

namespace tflite {
struct Model;
struct MicroOpResolver;

struct MicroInterpreter {
  MicroInterpreter(const Model *model, const MicroOpResolver &resolver, uint8_t *arena, size_t arena_bytes);
  TfLiteStatus AllocateTensors();
  TfLiteStatus Invoke();
  TfLiteTensor *input(size_t index);
  TfLiteTensor *output(size_t index);

private:
  TfLiteTensor ends[2];
};
} // namespace tflite

#endif
