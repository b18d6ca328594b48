/* Tries golden vectors and the whole program on the board, and says so on the serial port, 115200 baud.
   It needs no sensor. */

#include <stdio.h>

#include <nn_program.h>

#include "nn_program_check.h"

void setup()
{
  Serial.begin(115200);
}

void loop()
{
  char line[96];
  const int items = nn_check(), windows = nn_program_check();
  snprintf(line, sizeof line, "Golden vectors wrong: %d. Windows of the whole program wrong: %d.", items, windows);
  Serial.println(line);
  delay(5000);
}
