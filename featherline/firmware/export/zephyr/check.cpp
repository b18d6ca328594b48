// Tries golden vectors and the whole program on the board, and prints how many come out wrong. It needs no sensor.
#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>

#include "nn.h"
#include "nn_program_check.h"

int main()
{
  const int items = nn_check();
  const int windows = nn_program_check();
  printk("Golden vectors wrong: %d. Windows of the whole program wrong: %d.\n", items, windows);
  return 0;
}
