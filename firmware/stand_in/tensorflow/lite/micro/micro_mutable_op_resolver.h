/* Stand-in for tests: what the sketches use of the real header, no more. */
#ifndef MICRO_MUTABLE_OP_RESOLVER_H
#define MICRO_MUTABLE_OP_RESOLVER_H

#include "micro_interpreter.h"

namespace tflite {
struct MicroOpResolver {};

template <unsigned operators>
struct MicroMutableOpResolver : MicroOpResolver {
    TfLiteStatus AddAdd();
    TfLiteStatus AddAveragePool2D();
    TfLiteStatus AddConv2D();
    TfLiteStatus AddDepthwiseConv2D();
    TfLiteStatus AddFullyConnected();
    TfLiteStatus AddLogistic();
    TfLiteStatus AddMaxPool2D();
    TfLiteStatus AddMean();
    TfLiteStatus AddMul();
    TfLiteStatus AddReduceMax();
    TfLiteStatus AddRelu();
    TfLiteStatus AddReshape();
    TfLiteStatus AddSoftmax();
};
}  // namespace tflite

#endif
