#include "Arduino_LSM9DS1.h"

LSM9DS1 IMU;

#if __has_include(<board.h>)
#include <board.h>

int LSM9DS1::begin()
{
  return 1;
}

int LSM9DS1::accelerationAvailable()
{
  board_wait();
  return 1;
}

int LSM9DS1::readAcceleration(float &x, float &y, float &z)
{
  float xyz[3];
  if (board_read(xyz, sizeof xyz) != sizeof xyz) {
    board_end();
  }
  x = xyz[0], y = xyz[1], z = xyz[2];
  return 1;
}

#else /* a core of Arduino's own: sketches are linked there, not run */

int LSM9DS1::begin()
{
  return 0;
}
int LSM9DS1::accelerationAvailable()
{
  return 0;
}
int LSM9DS1::readAcceleration(float &, float &, float &)
{
  return 0;
}

#endif
