/* Tries golden vectors and the whole program on this machine; ends with 0 where all is right. */
#include <stdio.h>

#include "nn.h"
#include "nn_program_check.h"

int main(void)
{
  const int items = nn_check(), windows = nn_program_check();
  printf("Golden vectors wrong: %d. Windows of the whole program wrong: %d.\n", items, windows);
  return items != 0 || windows != 0;
}
