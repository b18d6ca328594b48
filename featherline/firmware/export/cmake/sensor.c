/* Tells the class of each window of a sensor's recording: lines with a number for each of NN_FRONTEND_COLUMN_NAMES, in
   the unit of the recordings (NN_FRONTEND_UNIT), as many a second as NN_FRONTEND_RATE_HZ says. */
#include <stdio.h>
#include <stdlib.h>

#include "nn_program.h"

static const char *const names[] = NN_CLASS_NAMES;
static const float steps[] = NN_FRONTEND_STEPS, zeros[] = NN_FRONTEND_ZEROS;

/* As the 16 bits of the front end. */
static int16_t stored(double value, int column)
{
  const double units = (value - (double)zeros[column]) / (double)steps[column];
  if (units <= -32768) {
    return INT16_MIN;
  }
  return units >= 32767 ? INT16_MAX : (int16_t)(units + (units < 0 ? -0.5 : 0.5));
}

/* Numbers with commas, semicolons or blanks between them; how many there were. */
static int parsed(char *line, int16_t *sample)
{
  for (int column = 0; column < NN_FRONTEND_SAMPLE_VALUES; ++column) {
    char *end;
    const double value = strtod(line, &end);
    if (end == line) {
      return column;
    }
    sample[column] = stored(value, column);
    for (line = end; *line == ',' || *line == ';' || *line == ' ' || *line == '\t'; ++line) {
    }
  }
  return NN_FRONTEND_SAMPLE_VALUES;
}

int main(int argc, char **argv)
{
  char line[4096];
  long row = 0, samples = 0;
  FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
  if (!file) {
    fprintf(stderr, "Name one recording that can be read: lines with %d numbers, %g a second.\n",
            NN_FRONTEND_SAMPLE_VALUES, (double)NN_FRONTEND_RATE_HZ);
    return 2;
  }
  while (fgets(line, sizeof line, file)) {
    int16_t sample[NN_FRONTEND_SAMPLE_VALUES];
    ++row;
    if (parsed(line, sample) != NN_FRONTEND_SAMPLE_VALUES) {
      if (row == 1) {
        continue; /* names of the columns */
      }
      fprintf(stderr, "%s: line %ld has not %d numbers: write one for each column into it.\n", argv[1], row,
              NN_FRONTEND_SAMPLE_VALUES);
      fclose(file);
      return 2;
    }
    int32_t found;
    nn_program_push(sample, 1, &found);
    ++samples;
    if (found != NN_PROGRAM_NOT_DUE) {
      printf("%.2f s  %s\n", (double)samples / (double)NN_FRONTEND_RATE_HZ, names[found]);
    }
  }
  fclose(file);
  return 0;
}
