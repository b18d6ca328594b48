/* Stand-in for tests: what the sketches use of the real header, no more. */
#ifndef PDM_H
#define PDM_H

#include <stddef.h>

struct PDMClass {
  int begin(int channels, int sampleRate);
  int available();
  int read(void *buffer, size_t size);
  void onReceive(void (*function)());
  void setGain(int gain);
};
extern PDMClass PDM;

#endif
