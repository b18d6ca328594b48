/* The memory functions, as small as they can be: a byte at a time. */
#include <string.h>

#undef memcpy

/* Without this the compiler finds the loop of memset in memset, and calls memset. */
#define PLAIN __attribute__((no_builtin))

PLAIN void *memcpy(void *restrict to, const void *restrict from, size_t count)
{
  unsigned char *target = to;
  const unsigned char *source = from;
  while (count--)
    *target++ = *source++;
  return to;
}

PLAIN void *memmove(void *to, const void *from, size_t count)
{
  unsigned char *target = to;
  const unsigned char *source = from;
  if (target < source) {
    while (count--)
      *target++ = *source++;
  } else {
    while (count--)
      target[count] = source[count];
  }
  return to;
}

PLAIN void *memset(void *to, int value, size_t count)
{
  unsigned char *target = to;
  while (count--)
    *target++ = (unsigned char)value;
  return to;
}

PLAIN int memcmp(const void *left, const void *right, size_t count)
{
  const unsigned char *one = left, *other = right;
  for (; count--; one++, other++) {
    if (*one != *other)
      return *one - *other;
  }
  return 0;
}

#if defined(__arm__)
/* What compilers for ARM call in their place, of any alignment: the ABI turns value and count of memset around. */
#define ALIGNED(name, parameters, call) \
  void __aeabi_##name parameters        \
  {                                     \
    call;                               \
  }                                     \
  void __aeabi_##name##4 parameters     \
  {                                     \
    call;                               \
  }                                     \
  void __aeabi_##name##8 parameters     \
  {                                     \
    call;                               \
  }

ALIGNED(memcpy, (void *restrict to, const void *restrict from, size_t count), memcpy(to, from, count))
ALIGNED(memmove, (void *to, const void *from, size_t count), memmove(to, from, count))
ALIGNED(memset, (void *to, size_t count, int value), memset(to, value, count))
ALIGNED(memclr, (void *to, size_t count), memset(to, 0, count))
#endif
