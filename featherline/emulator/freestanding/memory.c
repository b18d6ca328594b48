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
