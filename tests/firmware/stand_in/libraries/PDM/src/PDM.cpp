#include "PDM.h"

PDMClass PDM;

#if __has_include(<board.h>)
#include <board.h>

static const int BYTES_AT_ONCE = 128;

static int waiting_bytes;
static void (*on_receive)();

static void receive()
{
  waiting_bytes = BYTES_AT_ONCE;
  on_receive();
}

int PDMClass::begin(int channels, int)
{
  return channels == 1;
}
int PDMClass::available()
{
  return waiting_bytes;
}
void PDMClass::setGain(int)
{
}

void PDMClass::onReceive(void (*function)())
{
  on_receive = function;
  board_before_loop(receive);
}

int PDMClass::read(void *buffer, size_t size)
{
  const size_t bytes = board_read(buffer, size);
  waiting_bytes -= (int)size;
  if (bytes < size) {
    board_end();
  }
  return (int)bytes;
}

#else /* a core of Arduino's own: sketches are linked there, not run */

int PDMClass::begin(int, int)
{
  return 0;
}
int PDMClass::available()
{
  return 0;
}
void PDMClass::setGain(int)
{
}
void PDMClass::onReceive(void (*)())
{
}
int PDMClass::read(void *, size_t)
{
  return 0;
}

#endif
