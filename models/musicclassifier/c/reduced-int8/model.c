#include "model.h"

#define MODEL_FOURS 1

#define MODEL_TWOS 1

#if defined(__GNUC__)
#define MODEL_APART __attribute__((noinline))
#else
#define MODEL_APART
#endif

/* The DSP extension of Cortex-M cores: Thumb-2 code, little-endian. */
#if defined(__GNUC__) && defined(__thumb2__) && defined(__ARM_FEATURE_DSP) && defined(__ARM_ARCH_PROFILE) && \
    !defined(__ARM_BIG_ENDIAN) && !defined(MODEL_PORTABLE)
#if __ARM_ARCH_PROFILE == 'M'
#define MODEL_DSP
#endif
#endif

#if defined(__AVR__)
#include <avr/io.h>
#if defined(RAMEND) && defined(RAMSTART)
#if MODEL_RAM_BYTES + MODEL_INPUT_BYTES + MODEL_OUTPUT_BYTES > RAMEND - RAMSTART + 1
#error "model_invoke: this core has too little RAM for the model, its input and its output."
#endif
#endif
#elif PTRDIFF_MAX < MODEL_RAM_BYTES || PTRDIFF_MAX < MODEL_INPUT_BYTES
#error "model_invoke: this core cannot address buffers as large as those of the model."
#endif

/* The upper half of a product of 64 bits, rounded. */
static inline int32_t model_high(int32_t value, int32_t multiplier)
{
#if defined(MODEL_DSP)
  __asm__("smmulr %0, %0, %1" : "+r"(value) : "r"(multiplier));
  return value;
#else
  return (int32_t)(((int64_t)value * multiplier + ((int64_t)1 << 31)) >> 32);
#endif
}

/* A factor of one half or less: a multiplier, a bias in the upper 27 bits of a word and below it a right shift less
   one, behind which the last bit is rounded away. */
typedef struct {
  int32_t multiplier;
  int32_t bias_and_shift;
} model_channel_t;

static inline int32_t model_requantize(int32_t sum, const model_channel_t *channel)
{
  const int32_t packed = channel->bias_and_shift;
  const int32_t high = model_high((sum + (packed >> 5)) * 2, channel->multiplier);
  return (((high + (high >> 31)) >> (packed & 31)) + 1) >> 1;
}

/* No activation of this model cuts off more than int8 itself. */
static inline int8_t model_clamp(int32_t value, int32_t lowest, int32_t highest)
{
  (void)lowest;
  (void)highest;
  value = value < -128 ? -128 : value;
  return (int8_t)(value > 127 ? 127 : value);
}

/* A dense layer of one place: four channels at a time, over inputs as they are. Two channels share a halfword, 256 times
   the second one plus the first; of four inputs each pair of channels has a word for the first and the third, and one
   for the others. Sums are parted, as those of the second channel have to stay below 2^23. */
typedef struct {
  const uint32_t *weights;
  const model_channel_t *channels;
  uint16_t inputs, outputs; /* the inputs are a multiple of four */
  int8_t output_zero, lowest, highest;
} model_dense_t;

#if defined(MODEL_DSP) && defined(__ARM_FEATURE_UNALIGNED)
#if MODEL_FOURS
/* All registers but r9, which some programs keep for themselves. */
static inline const uint32_t *model_dense_four(const uint32_t *weights, const uint32_t *end, const int8_t *input,
                                            int32_t *sums)
{
  register const uint32_t *at __asm__("r0") = weights;
  register const uint32_t *last __asm__("r1") = end;
  register const int8_t *x __asm__("r2") = input;
  register uint32_t p0 __asm__("r4");
  register uint32_t p1 __asm__("r5");
  register uint32_t q0 __asm__("r8");
  register uint32_t q1 __asm__("r12");
  __asm__("push {r3, r6, r7, r10, r11, lr}\n\t"
          "movs r4, #0\n\t"
          "movs r5, #0\n\t"
          "mov r8, r4\n\t"
          "mov r12, r4\n"
          "1:\n\t"
          "ldr lr, [r2], #4\n\t"
          "ldm r0!, {r6, r7, r10, r11}\n\t"
          "sxtb16 r3, lr\n\t"
          "sxtb16 lr, lr, ror #8\n\t"
          "smlad r5, r6, r3, r5\n\t"
          "sxtb16 r6, r6\n\t"
          "smlad r4, r6, r3, r4\n\t"
          "smlad r5, r7, lr, r5\n\t"
          "sxtb16 r7, r7\n\t"
          "smlad r4, r7, lr, r4\n\t"
          "smlad r12, r10, r3, r12\n\t"
          "sxtb16 r10, r10\n\t"
          "smlad r8, r10, r3, r8\n\t"
          "smlad r12, r11, lr, r12\n\t"
          "sxtb16 r11, r11\n\t"
          "smlad r8, r11, lr, r8\n\t"
          "cmp r0, r1\n\t"
          "bne 1b\n\t"
          "pop {r3, r6, r7, r10, r11, lr}"
          : "+r"(at), "+r"(x), "=&r"(p0), "=&r"(p1), "=&r"(q0), "=&r"(q1)
          : "r"(last)
          : "cc", "memory");
  sums[0] += (int32_t)p0;
  sums[1] += (int32_t)(p1 - p0) >> 8;
  sums[2] += (int32_t)q0;
  sums[3] += (int32_t)(q1 - q0) >> 8;
  return at;
}

#endif

#if MODEL_TWOS
/* The same of two channels. */
static inline const uint32_t *model_dense_two(const uint32_t *weights, const uint32_t *end, const int8_t *input,
                                           int32_t *sums)
{
  uint32_t p0 = 0, p1 = 0, x, w;
  __asm__("1:\n\t"
          "ldr %[x], [%[input]], #4\n\t"
          "ldr %[w], [%[at]], #4\n\t"
          "sxtb16 lr, %[x]\n\t"
          "smlad %[p1], %[w], lr, %[p1]\n\t"
          "sxtb16 %[w], %[w]\n\t"
          "smlad %[p0], %[w], lr, %[p0]\n\t"
          "sxtb16 %[x], %[x], ror #8\n\t"
          "ldr %[w], [%[at]], #4\n\t"
          "smlad %[p1], %[w], %[x], %[p1]\n\t"
          "sxtb16 %[w], %[w]\n\t"
          "smlad %[p0], %[w], %[x], %[p0]\n\t"
          "cmp %[at], %[end]\n\t"
          "bne 1b"
          : [at] "+r"(weights), [input] "+r"(input), [p0] "+r"(p0), [p1] "+r"(p1), [x] "=&r"(x), [w] "=&r"(w)
          : [end] "r"(end)
          : "cc", "lr", "memory");
  sums[0] += (int32_t)p0;
  sums[1] += (int32_t)(p1 - p0) >> 8;
  return weights;
}
#endif
#else
static MODEL_APART void model_dense_pair(const uint32_t *weights, const uint32_t *end, int32_t step, const int8_t *input,
                                   int32_t *sums)
{
  int32_t p0 = 0;
  uint32_t p1 = 0;
  for (; weights != end; input += 4, weights += step) {
    const uint32_t even = weights[0], odd = weights[1], even_upper = even >> 16, odd_upper = odd >> 16;
    const int32_t a = input[0], b = input[1], c = input[2], d = input[3];
    p0 += (int8_t)even * a + (int8_t)odd * b + (int8_t)even_upper * c + (int8_t)odd_upper * d;
    p1 += (uint32_t)((int16_t)even * a) + (uint32_t)((int16_t)odd * b);
    p1 += (uint32_t)((int16_t)even_upper * c) + (uint32_t)((int16_t)odd_upper * d);
  }
  sums[0] += p0;
  sums[1] += (int32_t)(p1 - (uint32_t)p0) >> 8;
}

#if MODEL_FOURS
static inline const uint32_t *model_dense_four(const uint32_t *weights, const uint32_t *end, const int8_t *input,
                                            int32_t *sums)
{
  model_dense_pair(weights, end, 4, input, sums);
  model_dense_pair(weights + 2, end + 2, 4, input, sums + 2);
  return end;
}
#endif

#if MODEL_TWOS
static inline const uint32_t *model_dense_two(const uint32_t *weights, const uint32_t *end, const int8_t *input,
                                           int32_t *sums)
{
  model_dense_pair(weights, end, 2, input, sums);
  return end;
}
#endif
#endif

static MODEL_APART void model_dense(const model_dense_t *l, const int8_t *input, int8_t *output)
{
  const uint32_t *weights = l->weights;
  const model_channel_t *channel = l->channels, *end = channel + l->outputs;
  const int32_t zero = l->output_zero, lowest = l->lowest, highest = l->highest;
  while (channel != end) {
    int32_t sums[4] = {0, 0, 0, 0};
    const int8_t *x = input;
    const int32_t twos = MODEL_TWOS && (!MODEL_FOURS || end - channel <= 2);
    for (int32_t left = l->inputs; left > 0; left -= 512, x += 512) {
      const int32_t part = left < 512 ? left : 512;
#if MODEL_FOURS
      if (!twos) {
        weights = model_dense_four(weights, weights + part, x, sums);
      }
#endif
#if MODEL_TWOS
      if (twos) {
        weights = model_dense_two(weights, weights + part / 2, x, sums);
      }
#endif
    }
    for (int8_t i = 0; i < (twos ? 2 : 4) && channel != end; ++i, ++channel) {
      *output++ = model_clamp(model_requantize(sums[i], channel) + zero, lowest, highest);
    }
  }
}

/* Softmax over the last axis in fixed point: exp from its series in [-1/4, 0) and powers of e,
   1 / sum by Newton and Raphson. */
typedef struct {
  int32_t multiplier;
  int16_t lowest_difference;
  uint16_t rows, classes;
  uint8_t shift;
} model_softmax_t;

static MODEL_APART int32_t model_high_product(int32_t a, int32_t b)
{
  return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

static MODEL_APART int32_t model_halved(int32_t value, int32_t times)
{
  return (((value + (value >> 31)) >> (times - 1)) + 1) >> 1;
}

static MODEL_APART int32_t model_exp(const model_softmax_t *l, int32_t difference)
{
  static const int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  const int32_t quarter = (int32_t)1 << 24;
  if (difference < l->lowest_difference) {
    return 0;
  }
  if (difference == 0) {
    return INT32_MAX;
  }
  const int32_t value = model_high_product(difference * ((int32_t)1 << l->shift), l->multiplier);
  if (value == 0) {
    return INT32_MAX;
  }
  const int32_t rest = (value & (quarter - 1)) - quarter;
  const int32_t x = rest * 32 + ((int32_t)1 << 28);
  const int32_t square = model_high_product(x, x);
  int32_t tail = model_halved(model_high_product(square, square), 2) + model_high_product(square, x);
  tail = model_halved(model_high_product(tail, 715827883) + square, 1);
  int32_t result = 1895147668 + model_high_product(1895147668, x + tail);
  for (int32_t i = 0; i < 7; ++i) {
    if ((rest - value) >> 24 >> i & 1) {
      result = model_high_product(result, factors[i]);
    }
  }
  return result;
}

static MODEL_APART void model_softmax(const model_softmax_t *l, const int8_t *input, int8_t *output)
{
  for (int32_t row = 0; row < l->rows; ++row, input += l->classes, output += l->classes) {
    int32_t largest = INT8_MIN, digits = 12;
    uint32_t sum = 0;
    for (int32_t c = 0; c < l->classes; ++c) {
      largest = input[c] > largest ? input[c] : largest;
    }
    for (int32_t c = 0; c < l->classes; ++c) {
      sum += (uint32_t)model_halved(model_exp(l, input[c] - largest), 12);
    }
    while (sum < 0x80000000u) {
      sum <<= 1;
      --digits;
    }
    const int32_t half = (int32_t)(sum >> 1);
    int32_t x = 1515870810 + model_high_product(half, -1010580540);
    for (int32_t i = 0; i < 3; ++i) {
      x += model_high_product(x, ((int32_t)1 << 29) - model_high_product(half, x)) * 4;
    }
    x = x > INT32_MAX / 2 ? INT32_MAX : x * 2;
    for (int32_t c = 0; c < l->classes; ++c) {
      const int32_t share = model_halved(model_high_product(x, model_exp(l, input[c] - largest)), digits + 23);
      output[c] = (int8_t)(share > 255 ? 127 : share - 128);
    }
  }
}

static int32_t model_memory[11];

static const uint32_t model_0_fully_connected_weights[] = {
  0xe304c427, 0xea7ff811, 0x72067e81, 0xb607271b, 0x05c7c32f, 0x9c58d8c9, 0x61316557, 0xe4ca10a9, 0x59ccbc28,
  0x932f0d27, 0x18c50c0b, 0xf01dcd30, 0xb642cbf7, 0x02bbffe9, 0x12e7f7d9, 0x07b3e135, 0xdbf1e9f8, 0x9befb5e6,
  0xdcd44be2, 0xeba87f1f, 0xca02104a, 0xf6ce8b96, 0x3d1e44c5, 0x5658331a, 0xd818123f, 0xefe0d743, 0x4b41322d,
  0xe5e9e507, 0x4c3bbc04, 0x97e3dfe9, 0xf6fd2424, 0xbd334534, 0xb410231c, 0xe411f63a, 0x1a2f29e2, 0xebd2d618,
  0xaafbc02a, 0xca0181e8, 0xddffa52a, 0xca25f517, 0x4f19af0e, 0x34d180e8, 0x6f31d41d, 0xffaa49f9, 0x0cd3f2f1,
  0x260fe22b, 0xf60fe500, 0x2a1dde19, 0x19ce1ae8, 0x7efc20f3, 0x432b43c2, 0xe3a991c1, 0xdedf71fb, 0xb0d94af9,
  0x393c2fc6, 0x20e223e3, 0x00bb1f0e, 0xfb573ee0, 0x022f0f25, 0x04084908, 0xfb1714ef, 0xd5398129, 0x65fe0167,
  0x1f00263e, 0x12e4f407, 0x8dead319, 0xd2edd1c5, 0x1dd60d65, 0x23e21aee, 0xf8b5dc2b, 0x02be096f, 0x02a41574,
  0xec2f082d, 0xfd0116f8, 0xccb0eae8, 0x5d35e0df, 0xcf1fa9e1, 0x2ae8c303, 0xf1ede631, 0xcfee0db8, 0x42f92510,
  0xb6d5d8c7, 0x7f24237f, 0x704aa302, 0xe7f3d818, 0x0735d6cb, 0x7bedec3e, 0xbb0933dc, 0xe01bb1fa, 0x0e2fa1f6,
  0x59fd99da, 0xc2113959, 0x0723d431, 0x00edd1e1, 0x244421b8, 0x5118964b, 0xd8e7d6e6, 0x2d3ebefd, 0x36594fd0,
  0x1d1cbac6, 0x4acd01cb, 0x2af74581, 0x0ccaff1c, 0xae96d87a, 0x2d1d41bd, 0x751e0cc1, 0xc3ae314d, 0xd2f8f504,
  0x16d236ef, 0x2ab612ee, 0xb57fb51b, 0xacfbc011, 0xd00db62a, 0xcfcfe018, 0xd8a2979e, 0x2835fba8, 0xd9c71fc1,
  0x3eb9ccb2, 0xf08f91de, 0x130930ba, 0xf43fdd4e, 0xc83d27cf, 0xb15be1dd, 0xeee30f34, 0x2fc9251d, 0xc048ce6c,
  0x4f1de066, 0xde1ceeb9, 0xf7fa0fbb, 0x50e02720, 0x047f16ea, 0x072e0b8c, 0xf0dd5520, 0x2a9c3ec8, 0x411826f0,
  0xfcc8dd13, 0xedb942d9, 0xf81ffd03, 0xf1f70d6a, 0x144523ec, 0xd2eb2ffe, 0x182b42cb, 0xf429b037, 0xd633924f,
  0xdf294ef0, 0xe3473a14, 0x0d47fef5, 0xecb81229, 0x7db1311d, 0x5cec0afc, 0x20ebedaf, 0x200808d6, 0xf8021722,
  0xebf7e12e, 0x44c1e946, 0xfb50f06b, 0xe53e2918, 0x2bdfe428, 0x35ab29f5, 0xe9bde4c4, 0x5720ef16, 0xe63430ea,
  0xe8d3e638, 0xca421365, 0xe5051915, 0x20ae0481, 0x4b2fceff, 0x1edfa60c, 0x3dfe2e9e, 0xf9d2e2b1, 0xfd481e03,
  0xe62e15c4, 0xc82fc62d, 0x8b13aeb2, 0x7efbd01d, 0xfeda01dc, 0x80e7a01d, 0x02f81ad4, 0x1d13f105, 0xfdb14c9e,
  0x2d47a622, 0xe315e43d, 0xc7bc7f25, 0x1f8cc601, 0x03cfffad, 0x05cfbbbf, 0xabdf10b5, 0x50eb3cd1, 0x1f33e013,
  0x042ad6ff, 0xdfca18bb, 0xf1a009f4, 0xcc0fd83f, 0xf549bad5, 0xe1d0cf3d, 0xeffeb3ef, 0xfc05e82e, 0xae4af04e,
  0xe956fbf7, 0xe80ee710, 0x252e5cea, 0x6bc4ecd0, 0x1cf3c4f8, 0xf3efe6f9, 0x0fe261a8, 0xe8e1eecf, 0xd703f092,
  0x343a07b8, 0xc0e2c2f8, 0xb4bc3ef7, 0x2f51220e, 0xf913d50f, 0xa5e025f5, 0xb7a9119c, 0x141b0741, 0x2ff81d4d,
  0x1c95f42a, 0xf5110bea, 0xe032d8ec, 0x114f17ff, 0x69fa7eff, 0x41322dd8, 0xec943b81, 0xd4cb3185, 0xe8585f53,
  0x15305730, 0xfff6c9ac, 0xba2ad5f3, 0xc7e1f5e8, 0x6404f077, 0x11e2c8f2, 0xffe31531, 0xbd2b1e24, 0xd376eafd,
  0xdc0f101a, 0xce3ad83e, 0x510fe97f, 0x71700329, 0xc5dbff00, 0xee1fc8cc, 0x3fe0d181, 0x69e8f7bb, 0xf2ce1a05,
  0xd9d2c32a, 0x35f123f8, 0xe31adcf0, 0xe1f93037, 0x41c4f621, 0xdbe47ede, 0x20e800c5, 0x23d35f26, 0x0ff04262,
  0x19f7fce4, 0x15062c13, 0xe91131eb, 0x00d5c80e, 0x14de08f8, 0xf40b1aca, 0x3aca132d, 0xef3e4dbe, 0x1d278201,
  0x1a05f440, 0xdb418107, 0xf46e092b, 0xeecd11d3, 0x0bc9ee1c, 0x3029edda, 0xeffaa9f6, 0xe421c1f3, 0xc709f311,
  0x02e6b37f, 0x9605bd0b, 0x03f7d330, 0x3210b53f, 0xeb92e407, 0xb4ddb0e2, 0x40f8fe20, 0x401b46c8, 0x02342001,
  0xe11a5934, 0x270a9a5e, 0xb347bb1b, 0x26580be1, 0x0d4af9f4, 0x39199f23, 0x1afaf119, 0x2c43c43f, 0xfa41bb0c,
  0xd7c836e2, 0xc524f80c, 0x0220ce28, 0xb821eaf9, 0x112cf523, 0xea0fb8dc, 0x47fddea6, 0xb7ac16d7, 0x07dd0bfd,
  0x64212532, 0x439d06ab, 0x0ef903bd, 0xe80c7581, 0xc66380e6, 0x593b8134, 0x2e814621, 0x429af222, 0x342f6abd,
  0xdf9067ee, 0x1ed1b797, 0xef004eca, 0x072d194b, 0xf6ebecf6, 0x04ea3f65, 0xbeed2cfa, 0x2bf61809, 0xf8fbc784,
  0x24fcc1ed, 0x020df8a7, 0x1fdae9ee, 0xe817a738, 0x83f08cef, 0x131a0d14, 0xedd4f9a4, 0x50afc4cf, 0x720ced4b,
  0x041838d6, 0xdbdeeae4, 0x33b016f3, 0xd4dffa01, 0xdbe7d3e6, 0x16e646ff, 0x5f1230a2, 0x1c0dc8d6, 0xdf382314,
  0x342b2fc6, 0xffd3b425, 0x1e32e364, 0xf8f74333, 0xf0e63504, 0x5de5691b, 0x01260fb7, 0xe013e1de, 0x60e2e9db,
  0x50d414dc, 0xcfd70ec1, 0xeee210cd, 0xc350d00f, 0x1a3df0dc, 0xbd163676, 0x5c00f8e0, 0xc61dd1fd, 0xb905fa5f,
  0x34651728, 0xee2ce7d8, 0x9c1bee66, 0xbee6dd1d, 0xf2361717, 0xf93a0e51, 0x1c2db2fd, 0xcd9f09d4, 0x20a8500f,
  0xa9f58471, 0xecee32b0, 0xd263e5e2, 0x19d8812e, 0xee1dbbd0, 0xe20fd52c, 0xdf47c1d3, 0xf46305d6, 0x3ac52c1e,
  0xecf6ed1b, 0x32f6f830, 0xe7273b45, 0xb5f91019, 0x25e9f00c, 0x09f6147e, 0xd751aa53, 0x2b0705fa, 0x101cdfe7,
  0xd436d405, 0xd200f511, 0xe3f2eb81, 0x4da6dfe1, 0x3ec5e1e1, 0x0021e6ca, 0x4b03149a, 0xfb1dfaea, 0xbe0133be,
  0xee6b1741, 0xeaf3eefd, 0x06002c04, 0xefd11028, 0xea67d612, 0xfb1423e0, 0x00186a2e, 0xc0fee3ff, 0x2007f6f6,
  0xff2531cf, 0x10181e07, 0xb32e03fe, 0x20eaf33e, 0x80c61ab5, 0xaf09fec2, 0x3aa45200, 0xb62fd014, 0x2d00b90d,
  0xaa1eecc9, 0x621c6181, 0x07ea3559, 0x271b08f1, 0x311a44d4, 0xd1ab0316, 0xeb14e7f1, 0xfe12bae5, 0x05eb0308,
  0xc5fbd407, 0xcbd2e336, 0x94fec62e, 0xc9f827d5, 0xe1349fec, 0xef8ff0db, 0xdb10254b, 0xfdfe1829, 0xb8277309,
  0xdc6722d3, 0xdef9cd0a, 0xffdc2722, 0xa6e81c12, 0x4e47f939, 0xe91001e7, 0x4920e553, 0xe21b1639, 0x3df2d306,
  0x10f3e329, 0x55514630, 0xb2175111, 0x22c0dd00, 0x36f11cee, 0x5437eb6d, 0xb5e0bed3, 0x533fb81e, 0xa8bdcbc6,
  0xcc030d23, 0x3010e2e0, 0xa1c1caeb, 0xe6009b1c, 0x3ec40196, 0x2b0e1fdb, 0x89b1e0c9, 0x2428e106, 0x0013b8d1,
  0x23bb80b3, 0xfcc42618, 0x1a40d781, 0x3d9af0b2, 0x61caaf04, 0x9ee120a8, 0x37d43321, 0x11afe21b, 0x04f8881d,
  0xc951000a, 0xb8021d44, 0xcfec4074, 0xf15f0fe6, 0x14d725f0, 0xbe280453, 0x19752f14, 0x1ffc1cf2, 0x150dd3c2,
  0xf82abf36, 0x28f61114, 0x1847cd2f, 0x33d808f4, 0x30345411, 0x7f1a09af, 0xf9199ecd, 0x08be90c7, 0x5df1fed1,
  0x4005dbd7, 0x2441a6dc, 0xc07f4318,
};

static const model_channel_t model_0_fully_connected_channels[] = {
  {1144875275, -13370}, {1841927473, 389671}, {2144241675, -32121}, {1622326466, -335961}, {1129290770, 156518},
  {2094107725, 157383}, {1517348633, -87513}, {1679754429, 95047}, {2038133552, 63303}, {1818136503, -145593},
  {1816499397, -38489}, {1115910476, -24634}, {2011382907, -104857}, {1107619145, 486}, {1921072785, 195175},
  {1230169467, 167110}, {1521251218, 62310}, {2134090498, -8409}, {1852606752, -80057}, {2027997080, 101031},
  {1160312174, 65318}, {2070715318, 12423}, {1808718173, 110215}, {1870386225, -92537}, {1430549676, 148582},
  {2142721085, 83495}, {1932500736, -152505}, {1079514141, 229702}, {1852715006, -83833}, {1947145341, -102393},
  {2089281554, 79015}, {1659608505, 174791},
};

static const model_dense_t model_0_fully_connected_settings = {
  /* weights */ model_0_fully_connected_weights, /* channels */ model_0_fully_connected_channels,
  /* inputs */ 60, /* outputs */ 32, /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_0_fully_connected(const int8_t *input, int8_t *output)
{
  model_dense(&model_0_fully_connected_settings, input, output);
}

static const uint32_t model_1_fully_connected_weights[] = {
  0x23edeb7f, 0x0fd920b3, 0x9ac9b00c, 0xf1a84ed4, 0xe2774a39, 0xe350af84, 0xd5daa6eb, 0x80fd34a0, 0x811cfd34,
  0x52ccedf6, 0xf11aa8fd, 0x95fd9fca, 0x46cef193, 0xf24010f3, 0xe52f270d, 0xcb134e57, 0xd42ce0b8, 0xddde35eb,
  0x1b812b60, 0xdfd6d7a4, 0x29da04f8, 0xf4efec09, 0x3ff81613, 0xc7328ceb, 0x10d132c0, 0xc41d381f, 0xbb42c427,
  0x3c1697fe, 0xdb2fbf12, 0xfa6814b6, 0x0aed22f3, 0x1c3bd447, 0x41e12ac4, 0x136db814, 0xcdfc9086, 0x31f810fd,
  0xb5c7fa11, 0x2ebad206, 0x0cd100eb, 0xefe0bf22, 0xe43d0b0f, 0x15cbb308, 0x0f81a6e7, 0x1c2d3bbe, 0x06b8fc1d,
  0xc5b73459, 0x3bfa4535, 0xf1e2c3ab, 0x11230816, 0xdc1e53f7, 0x48d6e5c0, 0xf4249449, 0x07e84195, 0x47dd8124,
  0x7ea82e04, 0xb9e8bceb, 0x13f7b0f7, 0xeeb9cb81, 0x5b880242, 0xa507f5af, 0x012d9e1e, 0xb11e0aa3, 0xb44b583d,
  0xe14d4f35, 0x845bc0d1, 0xd8ff0da3, 0x14303009, 0x192107fa, 0xc80828bc, 0xfbb5c445, 0x33ce9a81, 0x48aec455,
  0x4a4bc232, 0x23ab3fe9, 0x1fdd80bf, 0xf7542bd2, 0xafbc50d0, 0x04338fff, 0x1b8604fd, 0x14f50ec5,
};

static const model_channel_t model_1_fully_connected_channels[] = {
  {1250128515, -266488}, {1894552795, -322328}, {1318984126, -328664}, {1988402060, -3337176},
  {1778075449, -1278488}, {2068250509, -1235416}, {1763116276, -1821176}, {1424998984, -274936},
  {1654305800, -2150936}, {1595710348, -866520},
};

static const model_dense_t model_1_fully_connected_settings = {
  /* weights */ model_1_fully_connected_weights, /* channels */ model_1_fully_connected_channels,
  /* inputs */ 32, /* outputs */ 10, /* output_zero */ 33, /* lowest */ -128, /* highest */ 127,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_1_fully_connected(const int8_t *input, int8_t *output)
{
  model_dense(&model_1_fully_connected_settings, input, output);
}

static const model_softmax_t model_2_softmax_settings = {
  /* multiplier */ 1708775936, /* lowest_difference */ -248, /* rows */ 1, /* classes */ 10, /* shift */ 23,
};

/* SOFTMAX */
static MODEL_APART void model_2_softmax(const int8_t *input, int8_t *output)
{
  model_softmax(&model_2_softmax_settings, input, output);
}

void model_invoke(const int8_t *input, int8_t *output)
{
  model_0_fully_connected(input, (int8_t *)(model_memory + 0));
  model_1_fully_connected((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 8));
  model_2_softmax((int8_t *)(model_memory + 8), output);
}
