/* Tells what the accelerometer feels: the sensor that the devicetree's alias accel0 names, sampled
   NN_FRONTEND_RATE_HZ times a second. */
#include <zephyr/device.h>
#include <zephyr/drivers/sensor.h>
#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>

#include "nn_program.h"

#define MICRO_M_S2_A_G 9806650LL

static const char *const names[] = NN_CLASS_NAMES;

/* As the 16 bits of the front end: m/s2 in whole and millionth parts to units of 1 / NN_FRONTEND_UNITS_PER_G g. */
static int16_t stored(const struct sensor_value *value)
{
  const int64_t micro_m_s2 = (int64_t)value->val1 * 1000000 + value->val2;
  const int64_t units = micro_m_s2 * NN_FRONTEND_UNITS_PER_G / MICRO_M_S2_A_G;
  return (int16_t)(units < INT16_MIN ? INT16_MIN : units > INT16_MAX ? INT16_MAX : units);
}

int main(void)
{
  const struct device *const accelerometer = DEVICE_DT_GET(DT_ALIAS(accel0));
  struct k_timer period;
  if (!device_is_ready(accelerometer)) {
    printk("The accelerometer is not ready.\n");
    return 0;
  }
  k_timer_init(&period, NULL, NULL);
  k_timer_start(&period, K_USEC(1000000 / NN_FRONTEND_RATE_HZ), K_USEC(1000000 / NN_FRONTEND_RATE_HZ));
  for (;;) {
    struct sensor_value xyz[3];
    k_timer_status_sync(&period);
    if (sensor_sample_fetch(accelerometer) < 0 || sensor_channel_get(accelerometer, SENSOR_CHAN_ACCEL_XYZ, xyz) < 0) {
      printk("The accelerometer does not answer.\n");
      continue;
    }
    const int16_t sample[NN_FRONTEND_SAMPLE_VALUES] = {stored(&xyz[0]), stored(&xyz[1]), stored(&xyz[2])};
    int32_t found;
    nn_program_push(sample, 1, &found);
    if (found != NN_PROGRAM_NOT_DUE) {
      printk("%s\n", names[found]);
    }
  }
}
