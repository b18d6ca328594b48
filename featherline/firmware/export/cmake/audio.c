/* Tells the class of each window of a wav file: one channel of 16 bits, NN_FRONTEND_RATE_HZ samples a second. */
#include <stdio.h>
#include <string.h>

#include "nn_program.h"

static const char *const names[] = NN_CLASS_NAMES;

static uint32_t little_endian(const unsigned char *bytes, int count)
{
  uint32_t value = 0;
  while (count-- > 0) {
    value = value << 8 | bytes[count];
  }
  return value;
}

/* Goes to the samples of a wav file; returns how many bytes they take, or -1 where it has none of this kind. */
static long opened(FILE *file)
{
  unsigned char head[12], chunk[8], format[16];
  int known = 0;
  if (fread(head, 1, 12, file) != 12 || memcmp(head, "RIFF", 4) != 0 || memcmp(head + 8, "WAVE", 4) != 0) {
    return -1;
  }
  while (fread(chunk, 1, 8, file) == 8) {
    const uint32_t bytes = little_endian(chunk + 4, 4);
    if (bytes > INT32_MAX - 1) {
      return -1;
    }
    if (memcmp(chunk, "data", 4) == 0) {
      return known ? (long)bytes : -1;
    }
    long skipped = (long)(bytes + (bytes & 1));
    if (memcmp(chunk, "fmt ", 4) == 0 && bytes >= 16) {
      if (fread(format, 1, 16, file) != 16) {
        return -1;
      }
      skipped -= 16;
      known = little_endian(format, 2) == 1 && little_endian(format + 2, 2) == 1 &&
              little_endian(format + 4, 4) == NN_FRONTEND_RATE_HZ && little_endian(format + 14, 2) == 16;
    }
    if (fseek(file, skipped, SEEK_CUR) != 0) {
      return -1;
    }
  }
  return -1;
}

int main(int argc, char **argv)
{
  unsigned char bytes[2 * 512];
  long samples = 0;
  FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
  long left = file ? opened(file) : -1;
  if (left < 0) {
    if (file) {
      fclose(file);
    }
    fprintf(stderr, "Name one wav file: one channel of 16 bits, %ld Hz.\n", (long)NN_FRONTEND_RATE_HZ);
    return 2;
  }
  for (size_t taken; left > 1; left -= (long)taken) {
    taken = fread(bytes, 1, left < (long)sizeof bytes ? (size_t)left : sizeof bytes, file);
    const int32_t count = (int32_t)(taken / 2);
    int16_t heard[sizeof bytes / 2];
    if (count == 0) {
      break;
    }
    for (int32_t i = 0; i < count; ++i) {
      const int32_t value = (int32_t)little_endian(bytes + 2 * i, 2);
      heard[i] = (int16_t)(value < 32768 ? value : value - 65536);
    }
    for (int32_t at = 0; at < count;) {
      int32_t found;
      const int32_t pushed = nn_program_push(heard + at, count - at, &found);
      at += pushed;
      samples += pushed;
      if (found != NN_PROGRAM_NOT_DUE) {
        printf("%.2f s  %s\n", (double)samples / NN_FRONTEND_RATE_HZ, names[found]);
      }
    }
  }
  fclose(file);
  return 0;
}
