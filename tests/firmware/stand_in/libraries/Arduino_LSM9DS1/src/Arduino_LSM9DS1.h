/* Stand-in for tests: what the sketches use of the real header, no more. */
#ifndef ARDUINO_LSM9DS1_H
#define ARDUINO_LSM9DS1_H

struct LSM9DS1 {
  int begin();
  int accelerationAvailable();
  int readAcceleration(float &x, float &y, float &z);
};
extern LSM9DS1 IMU;

#endif
