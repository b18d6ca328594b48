#if defined(__GNUC__)
#define NN_APART __attribute__((noinline))
#define NN_HELPER static inline __attribute__((unused))
#else
#define NN_APART
#define NN_HELPER static inline
#endif

/* Cortex-M cores with Thumb-2 code, little-endian, and those of them that have the DSP extension. */
#if defined(__GNUC__) && defined(__thumb2__) && defined(__ARM_ARCH_PROFILE) && !defined(__ARM_BIG_ENDIAN) && \
    !defined(NN_PORTABLE)
#if __ARM_ARCH_PROFILE == 'M'
#define NN_THUMB2
#if defined(__ARM_FEATURE_DSP)
#define NN_DSP
#endif
#endif
#endif

/* Cortex-M cores with vectors of whole numbers: the M-profile vector extension, Helium. */
#if defined(NN_DSP) && defined(__ARM_FEATURE_MVE) && defined(__ARM_FEATURE_UNALIGNED)
#define NN_HELIUM
#include <arm_mve.h>
#endif

/* Cores of ARMv6-M: no 32-bit instructions, no products of 64 bits. */
#if defined(__GNUC__) && defined(__thumb__) && !defined(__thumb2__) && !defined(__ARM_BIG_ENDIAN) && \
    !defined(NN_PORTABLE)
#define NN_THUMB1
/* For size, GCC takes r8 to r11 for nobody's there: what changes them has to save them. */
#if defined(__OPTIMIZE_SIZE__) && !defined(__clang__)
#define NN_SAVED "mov r4, r8\n\tmov r5, r10\n\tpush {r4, r5}\n\t"
#define NN_RESTORED "pop {r4, r5}\n\tmov r8, r4\n\tmov r10, r5\n\t"
#else
#define NN_SAVED
#define NN_RESTORED
#endif
#endif

/* Whether a word's lower half and its lowest byte lie where the word does. */
#if defined(__GNUC__) && defined(__BYTE_ORDER__) && !defined(NN_PORTABLE)
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NN_HALVES
typedef int16_t __attribute__((may_alias)) nn_half_t;
#endif
#endif

#if defined(__AVR__)
#include <avr/io.h>
#if defined(RAMEND) && defined(RAMSTART)
#if defined(NN_ENDS_WITHIN)
#define NN_ENDS_BYTES 0
#else
#define NN_ENDS_BYTES (NN_INPUT_BYTES + NN_OUTPUT_BYTES)
#endif
#if !defined(NN_SHARED) && NN_RAM_BYTES + NN_ENDS_BYTES > RAMEND - RAMSTART + 1
#error "nn_invoke: this core has too little RAM for the model, its input and its output."
#endif
#endif
#elif PTRDIFF_MAX < NN_RAM_BYTES || PTRDIFF_MAX < NN_INPUT_BYTES
#error "nn_invoke: this core cannot address buffers as large as those of the model."
#endif
