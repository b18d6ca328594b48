/* Tells what the digital microphone hears: the device that the devicetree calls dmic_dev, one channel of
   NN_FRONTEND_RATE_HZ samples a second. */
#include <zephyr/audio/dmic.h>
#include <zephyr/device.h>
#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>

#include "nn_program.h"

#define BLOCK_BYTES (2 * NN_FRONTEND_HOP_SAMPLES)
#define BLOCKS 4
#define WAIT_MS 2000

K_MEM_SLAB_DEFINE_STATIC(blocks, BLOCK_BYTES, BLOCKS, 4);

static const char *const names[] = NN_CLASS_NAMES;

static void heard(const int16_t *samples, int32_t count)
{
  for (int32_t at = 0; at < count;) {
    int32_t found;
    at += nn_program_push(samples + at, count - at, &found);
    if (found != NN_PROGRAM_NOT_DUE) {
      printk("%s\n", names[found]);
    }
  }
}

int main(void)
{
  const struct device *const microphone = DEVICE_DT_GET(DT_NODELABEL(dmic_dev));
  struct pcm_stream_cfg stream = {
      .pcm_rate = NN_FRONTEND_RATE_HZ,
      .pcm_width = 16,
      .block_size = BLOCK_BYTES,
      .mem_slab = &blocks,
  };
  struct dmic_cfg configuration = {
      .io = {.min_pdm_clk_freq = 1000000, .max_pdm_clk_freq = 3500000, .min_pdm_clk_dc = 40, .max_pdm_clk_dc = 60},
      .streams = &stream,
      .channel = {.req_num_streams = 1, .req_num_chan = 1},
  };
  configuration.channel.req_chan_map_lo = dmic_build_channel_map(0, 0, PDM_CHAN_LEFT);
  if (!device_is_ready(microphone) || dmic_configure(microphone, &configuration) < 0 ||
      dmic_trigger(microphone, DMIC_TRIGGER_START) < 0) {
    printk("The microphone does not start at %d Hz.\n", NN_FRONTEND_RATE_HZ);
    return 0;
  }
  for (;;) {
    void *block;
    size_t bytes;
    if (dmic_read(microphone, 0, &block, &bytes, WAIT_MS) < 0) {
      printk("The microphone does not answer.\n");
      continue;
    }
    heard(block, (int32_t)(bytes / 2));
    k_mem_slab_free(&blocks, block);
  }
}
