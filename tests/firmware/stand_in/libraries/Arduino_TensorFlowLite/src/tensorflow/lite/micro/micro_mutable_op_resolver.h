/* Stand-in for tests: what the sketches use of the real header, no more. */
#ifndef MICRO_MUTABLE_OP_RESOLVER_H
#define MICRO_MUTABLE_OP_RESOLVER_H

#include "micro_interpreter.h"

namespace tflite {
struct MicroOpResolver {};

template <unsigned operators> struct MicroMutableOpResolver : MicroOpResolver {
  TfLiteStatus AddAdd()
  {
    return kTfLiteOk;
  }
  TfLiteStatus AddAveragePool2D()
  {
    return kTfLiteOk;
  }
  TfLiteStatus AddConv2D()
  {
    return kTfLiteOk;
  }
  TfLiteStatus AddDepthwiseConv2D()
  {
    return kTfLiteOk;
  }
  TfLiteStatus AddFullyConnected()
  {
    return kTfLiteOk;
  }
  TfLiteStatus AddLogistic()
  {
    return kTfLiteOk;
  }
  TfLiteStatus AddMaxPool2D()
  {
    return kTfLiteOk;
  }
  TfLiteStatus AddMean()
  {
    return kTfLiteOk;
  }
  TfLiteStatus AddMul()
  {
    return kTfLiteOk;
  }
  TfLiteStatus AddReduceMax()
  {
    return kTfLiteOk;
  }
  TfLiteStatus AddRelu()
  {
    return kTfLiteOk;
  }
  TfLiteStatus AddReshape()
  {
    return kTfLiteOk;
  }
  TfLiteStatus AddSoftmax()
  {
    return kTfLiteOk;
  }
};
} // namespace tflite

#endif
