/* Tries golden vectors and the whole program on the board, and says so on the serial port, 115200 baud.
   It needs no sensor. */

#include <nn_program.h>

#include "nn_program_check.h"

void setup()
{
  Serial.begin(115200);
}

void loop()
{
  const int items = nn_check();
  const int windows = nn_program_check();
  Serial.print("Golden vectors wrong: ");
  Serial.print(items);
  Serial.print(". Windows of the whole program wrong: ");
  Serial.print(windows);
  Serial.println(".");
  delay(5000);
}
