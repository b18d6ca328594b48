/* Stand-in for tests. As in the library whose place it takes, there is nothing in this header: the
   builder of Arduino finds a library by the headers at its top, and puts `src` on the include path
   when one of them is included. What lies in folders below can be included only after that. */
#ifndef TENSORFLOW_LITE_H
#define TENSORFLOW_LITE_H
#endif
