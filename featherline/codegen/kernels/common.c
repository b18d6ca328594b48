#if defined(__GNUC__)
#define NN_APART __attribute__((noinline))
#else
#define NN_APART
#endif

/* The DSP extension of Cortex-M cores: Thumb-2 code, little-endian. */
#if defined(__GNUC__) && defined(__thumb2__) && defined(__ARM_FEATURE_DSP) && defined(__ARM_ARCH_PROFILE) && \
    !defined(__ARM_BIG_ENDIAN) && !defined(NN_PORTABLE)
#if __ARM_ARCH_PROFILE == 'M'
#define NN_DSP
#endif
#endif

#if defined(__AVR__)
#include <avr/io.h>
#if defined(RAMEND) && defined(RAMSTART)
#if NN_RAM_BYTES + NN_INPUT_BYTES + NN_OUTPUT_BYTES > RAMEND - RAMSTART + 1
#error "nn_invoke: this core has too little RAM for the model, its input and its output."
#endif
#endif
#elif PTRDIFF_MAX < NN_RAM_BYTES || PTRDIFF_MAX < NN_INPUT_BYTES
#error "nn_invoke: this core cannot address buffers as large as those of the model."
#endif
