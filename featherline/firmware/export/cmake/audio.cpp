// Tells the class of each window of a wav file: one channel of 16 bits, NN_FRONTEND_RATE_HZ samples a second.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "nn_program.h"

namespace {

const char *const names[] = NN_CLASS_NAMES;

std::uint32_t little_endian(const std::string &bytes, std::size_t at, std::size_t count)
{
  std::uint32_t value = 0;
  while (count-- > 0) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + count]);
  }
  return value;
}

// The samples of a wav file; false where it has none of this kind.
bool samples_of(const std::string &file, std::vector<std::int16_t> &samples)
{
  bool known = false;
  if (file.size() < 12 || file.compare(0, 4, "RIFF") != 0 || file.compare(8, 4, "WAVE") != 0) {
    return false;
  }
  for (std::size_t at = 12; file.size() - at >= 8;) {
    const std::string chunk = file.substr(at, 4);
    const std::size_t bytes = std::min<std::size_t>(little_endian(file, at + 4, 4), file.size() - at - 8);
    at += 8;
    if (chunk == "fmt " && bytes >= 16) {
      known = little_endian(file, at, 2) == 1 && little_endian(file, at + 2, 2) == 1 &&
              little_endian(file, at + 4, 4) == NN_FRONTEND_RATE_HZ && little_endian(file, at + 14, 2) == 16;
    }
    if (chunk == "data") {
      for (std::size_t i = 0; i + 1 < bytes; i += 2) {
        const std::int32_t value = static_cast<std::int32_t>(little_endian(file, at + i, 2));
        samples.push_back(static_cast<std::int16_t>(value < 32768 ? value : value - 65536));
      }
      return known;
    }
    at = std::min(at + bytes + (bytes & 1), file.size());
  }
  return false;
}

} // namespace

int main(int argc, char **argv)
{
  std::ifstream file(argc == 2 ? argv[1] : "", std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::vector<std::int16_t> samples;
  if (!samples_of(content, samples)) {
    std::cerr << "Name one wav file: one channel of 16 bits, " << NN_FRONTEND_RATE_HZ << " Hz.\n";
    return 2;
  }
  const std::int32_t count = static_cast<std::int32_t>(samples.size());
  for (std::int32_t at = 0; at < count;) {
    std::int32_t found;
    at += nn_program_push(samples.data() + at, count - at, &found);
    if (found != NN_PROGRAM_NOT_DUE) {
      std::printf("%.2f s  %s\n", static_cast<double>(at) / NN_FRONTEND_RATE_HZ, names[found]);
    }
  }
  return 0;
}
