/* The memory functions that a compiler may call in any case; nothing else of a C library is there. */
#ifndef FREESTANDING_STRING_H
#define FREESTANDING_STRING_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

void *memcpy(void *__restrict to, const void *__restrict from, size_t count);
void *memmove(void *to, const void *from, size_t count);
void *memset(void *to, int value, size_t count);
int memcmp(const void *left, const void *right, size_t count);

#ifdef __cplusplus
}
#endif

/* A copy of a few bytes becomes loads and stores, as compilers make it where there is a whole C library. */
#define memcpy(to, from, count) \
  (__builtin_constant_p(count) && (count) <= 16 ? __builtin_memcpy(to, from, count) : (memcpy)(to, from, count))

#endif
