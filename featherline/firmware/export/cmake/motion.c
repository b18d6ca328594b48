/* Tells the class of each window of an accelerometer's recording: lines with three numbers in g, as many a second as
   NN_FRONTEND_RATE_HZ says. */
#include <stdio.h>

#include "nn_program.h"

static const char *const names[] = NN_CLASS_NAMES;

/* As the 16 bits of the sensor. */
static int16_t stored(double value_g)
{
  const double value = value_g * NN_FRONTEND_UNITS_PER_G;
  if (value <= -32768) {
    return INT16_MIN;
  }
  return value >= 32767 ? INT16_MAX : (int16_t)(value + (value < 0 ? -0.5 : 0.5));
}

int main(int argc, char **argv)
{
  char line[1024];
  long row = 0, samples = 0;
  FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
  if (!file) {
    fprintf(stderr, "Name one recording that can be read: lines with x, y and z in g, %d a second.\n",
            NN_FRONTEND_RATE_HZ);
    return 2;
  }
  while (fgets(line, sizeof line, file)) {
    double x, y, z;
    ++row;
    if (sscanf(line, "%lf%*[,; \t]%lf%*[,; \t]%lf", &x, &y, &z) != 3) {
      if (row == 1) {
        continue; /* names of the columns */
      }
      fprintf(stderr, "%s: line %ld has not three numbers: write x, y and z in g into each.\n", argv[1], row);
      fclose(file);
      return 2;
    }
    const int16_t sample[NN_FRONTEND_SAMPLE_VALUES] = {stored(x), stored(y), stored(z)};
    int32_t found;
    nn_program_push(sample, 1, &found);
    ++samples;
    if (found != NN_PROGRAM_NOT_DUE) {
      printf("%.2f s  %s\n", (double)samples / NN_FRONTEND_RATE_HZ, names[found]);
    }
  }
  fclose(file);
  return 0;
}
