/* Stands for Zephyr's header of this name: what the samples use, no more. */
#pragma once

#ifdef __cplusplus
extern "C"
#endif
    __attribute__((format(printf, 1, 2))) void printk(const char *format, ...);
