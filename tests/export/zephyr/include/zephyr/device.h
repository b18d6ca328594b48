/* Stands for Zephyr's header of this name: what the samples use, no more. */
#pragma once

struct device {
  int ready;
};

extern const struct device accel0_device, dmic_dev_device;

#define DT_ALIAS(alias) alias
#define DT_NODELABEL(label) label
#define DEVICE_OF(node) (&node##_device)
#define DEVICE_DT_GET(node) DEVICE_OF(node)

static inline int device_is_ready(const struct device *device)
{
  return device->ready;
}
