/* Stands for Zephyr's header of this name: what the samples use, no more. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct k_timer {
  int unused;
};
typedef struct {
  int64_t ticks;
} k_timeout_t;
typedef void (*k_timer_expiry_t)(struct k_timer *timer);
typedef void (*k_timer_stop_t)(struct k_timer *timer);

#define K_USEC(microseconds) ((k_timeout_t){microseconds})

void k_timer_init(struct k_timer *timer, k_timer_expiry_t expiry, k_timer_stop_t stop);
void k_timer_start(struct k_timer *timer, k_timeout_t duration, k_timeout_t period);
uint32_t k_timer_status_sync(struct k_timer *timer);

struct k_mem_slab {
  size_t block_bytes;
};

#define K_MEM_SLAB_DEFINE_STATIC(name, bytes, number, alignment) static struct k_mem_slab name = {bytes}

void k_mem_slab_free(struct k_mem_slab *slab, void *memory);

#ifdef __cplusplus
}
#endif
