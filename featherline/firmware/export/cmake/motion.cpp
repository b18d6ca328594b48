// Tells the class of each window of an accelerometer's recording: lines with three numbers in g, as many a second as
// NN_FRONTEND_RATE_HZ says.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "nn_program.h"

namespace {

const char *const names[] = NN_CLASS_NAMES;

// As the 16 bits of the sensor.
std::int16_t stored(double value_g)
{
  const double value = value_g * NN_FRONTEND_UNITS_PER_G;
  if (value <= -32768) {
    return INT16_MIN;
  }
  return value >= 32767 ? INT16_MAX : static_cast<std::int16_t>(value + (value < 0 ? -0.5 : 0.5));
}

// Three numbers with commas, semicolons or blanks between them.
bool parsed(std::string line, double (&g)[3])
{
  for (char &character : line) {
    character = character == ',' || character == ';' ? ' ' : character;
  }
  std::istringstream numbers(line);
  return static_cast<bool>(numbers >> g[0] >> g[1] >> g[2]);
}

} // namespace

int main(int argc, char **argv)
{
  std::ifstream file(argc == 2 ? argv[1] : "");
  if (!file) {
    std::cerr << "Name one recording that can be read: lines with x, y and z in g, " << NN_FRONTEND_RATE_HZ
              << " a second.\n";
    return 2;
  }
  std::string line;
  long samples = 0;
  for (long row = 1; std::getline(file, line); ++row) {
    double g[3];
    if (!parsed(line, g)) {
      if (row == 1) {
        continue; // names of the columns
      }
      std::cerr << argv[1] << ": line " << row << " has not three numbers: write x, y and z in g into each.\n";
      return 2;
    }
    const std::int16_t sample[NN_FRONTEND_SAMPLE_VALUES] = {stored(g[0]), stored(g[1]), stored(g[2])};
    std::int32_t found;
    nn_program_push(sample, 1, &found);
    ++samples;
    if (found != NN_PROGRAM_NOT_DUE) {
      std::printf("%.2f s  %s\n", static_cast<double>(samples) / NN_FRONTEND_RATE_HZ, names[found]);
    }
  }
  return 0;
}
