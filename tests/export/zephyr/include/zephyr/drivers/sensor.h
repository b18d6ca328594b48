/* Stands for Zephyr's header of this name: what the samples use, no more. */
#pragma once

#include <stdint.h>
#include <zephyr/device.h>

struct sensor_value {
  int32_t val1; /* whole m/s2 */
  int32_t val2; /* millionths, of the same sign */
};

enum sensor_channel { SENSOR_CHAN_ACCEL_X, SENSOR_CHAN_ACCEL_Y, SENSOR_CHAN_ACCEL_Z, SENSOR_CHAN_ACCEL_XYZ };

int sensor_sample_fetch(const struct device *device);
int sensor_channel_get(const struct device *device, enum sensor_channel channel, struct sensor_value *values);
