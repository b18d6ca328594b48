/* Stand-in for tests: what the sketches use of the real header, no more. */
#ifndef SCHEMA_GENERATED_H
#define SCHEMA_GENERATED_H

namespace tflite {
struct Model;
const Model *GetModel(const void *content);
} // namespace tflite

#endif
