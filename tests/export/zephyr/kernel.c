/* Stands for Zephyr on this machine: sensors give what the file `samples` holds, and behind its end the program ends. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <zephyr/audio/dmic.h>
#include <zephyr/drivers/sensor.h>
#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>

const struct device accel0_device = {1}, dmic_dev_device = {1};

static size_t block_bytes;

static void read_samples(void *target, size_t bytes)
{
  static FILE *samples;
  samples = samples ? samples : fopen("samples", "rb");
  if (!samples || fread(target, 1, bytes, samples) != bytes) {
    exit(0);
  }
}

void printk(const char *format, ...)
{
  va_list values;
  va_start(values, format);
  vprintf(format, values);
  va_end(values);
}

void k_timer_init(struct k_timer *timer, k_timer_expiry_t expiry, k_timer_stop_t stop)
{
  (void)timer, (void)expiry, (void)stop;
}

void k_timer_start(struct k_timer *timer, k_timeout_t duration, k_timeout_t period)
{
  (void)timer, (void)duration, (void)period;
}

uint32_t k_timer_status_sync(struct k_timer *timer)
{
  (void)timer;
  return 1;
}

void k_mem_slab_free(struct k_mem_slab *slab, void *memory)
{
  (void)slab;
  free(memory);
}

int sensor_sample_fetch(const struct device *device)
{
  return device->ready ? 0 : -1;
}

/* The file has micrometres a square second. */
int sensor_channel_get(const struct device *device, enum sensor_channel channel, struct sensor_value *values)
{
  int32_t micro_m_s2[3];
  (void)device;
  read_samples(micro_m_s2, sizeof micro_m_s2);
  for (int i = 0; i < 3; ++i) {
    values[i].val1 = micro_m_s2[i] / 1000000;
    values[i].val2 = micro_m_s2[i] % 1000000;
  }
  return channel == SENSOR_CHAN_ACCEL_XYZ ? 0 : -1;
}

int dmic_configure(const struct device *device, struct dmic_cfg *configuration)
{
  block_bytes = configuration->streams->block_size;
  return device->ready && configuration->channel.req_num_chan == 1 ? 0 : -1;
}

int dmic_trigger(const struct device *device, enum dmic_trigger trigger)
{
  return device->ready && trigger == DMIC_TRIGGER_START ? 0 : -1;
}

int dmic_read(const struct device *device, uint8_t stream, void **buffer, size_t *bytes, int32_t timeout_ms)
{
  (void)device, (void)stream, (void)timeout_ms;
  *buffer = malloc(block_bytes);
  *bytes = block_bytes;
  read_samples(*buffer, block_bytes);
  return 0;
}
