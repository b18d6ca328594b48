// Tells the class of each window of a sensor's recording: lines with a number for each of NN_FRONTEND_COLUMN_NAMES, in
// the unit of the recordings (NN_FRONTEND_UNIT), as many a second as NN_FRONTEND_RATE_HZ says.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "nn_program.h"

namespace {

const char *const names[] = NN_CLASS_NAMES;
const float steps[] = NN_FRONTEND_STEPS, zeros[] = NN_FRONTEND_ZEROS;

// As the 16 bits of the front end.
std::int16_t stored(double value, int column)
{
  const double units = (value - static_cast<double>(zeros[column])) / static_cast<double>(steps[column]);
  if (units <= -32768) {
    return INT16_MIN;
  }
  return units >= 32767 ? INT16_MAX : static_cast<std::int16_t>(units + (units < 0 ? -0.5 : 0.5));
}

// Numbers with commas, semicolons or blanks between them.
bool parsed(std::string line, std::int16_t *sample)
{
  for (char &character : line) {
    character = character == ',' || character == ';' ? ' ' : character;
  }
  std::istringstream numbers(line);
  for (int column = 0; column < NN_FRONTEND_SAMPLE_VALUES; ++column) {
    double value;
    if (!(numbers >> value)) {
      return false;
    }
    sample[column] = stored(value, column);
  }
  return true;
}

} // namespace

int main(int argc, char **argv)
{
  std::ifstream file(argc == 2 ? argv[1] : "");
  if (!file) {
    std::cerr << "Name one recording that can be read: lines with " << NN_FRONTEND_SAMPLE_VALUES << " numbers, "
              << NN_FRONTEND_RATE_HZ << " a second.\n";
    return 2;
  }
  std::string line;
  long samples = 0;
  for (long row = 1; std::getline(file, line); ++row) {
    std::int16_t sample[NN_FRONTEND_SAMPLE_VALUES];
    if (!parsed(line, sample)) {
      if (row == 1) {
        continue; // names of the columns
      }
      std::cerr << argv[1] << ": line " << row << " has not " << NN_FRONTEND_SAMPLE_VALUES
                << " numbers: write one for each column into it.\n";
      return 2;
    }
    std::int32_t found;
    nn_program_push(sample, 1, &found);
    ++samples;
    if (found != NN_PROGRAM_NOT_DUE) {
      std::printf("%.2f s  %s\n", static_cast<double>(samples) / static_cast<double>(NN_FRONTEND_RATE_HZ),
                  names[found]);
    }
  }
  return 0;
}
