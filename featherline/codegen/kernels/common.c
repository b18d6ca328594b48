#if defined(__GNUC__)
#define NN_APART __attribute__((noinline))
#else
#define NN_APART
#endif
