#include "model.h"

#define MODEL_PACKED 1
#define MODEL_ALWAYS_POOLED 1
#define MODEL_ONE_ROW 0

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

/* Any factor: a multiplier, a bias and a shift, positive to the left. */
typedef struct {
  int32_t multiplier;
  int32_t bias;
  int32_t shift;
} model_channel_t;

static inline int32_t model_scale(int32_t value, int32_t multiplier, int32_t shift)
{
  const int32_t shifted = shift > 0 ? (int32_t)((uint32_t)value << shift) : value;
  const int32_t high = (int32_t)(((int64_t)shifted * multiplier + ((int64_t)1 << 30)) >> 31);
  if (shift >= 0) {
    return high;
  }
  return (int32_t)(((int64_t)high + (high >> 31) + ((int64_t)1 << (-shift - 1))) >> -shift);
}

static inline int32_t model_requantize(int32_t sum, const model_channel_t *channel)
{
  return model_scale(sum + channel->bias, channel->multiplier, channel->shift);
}

/* No activation of this model cuts off more than int8 itself. */
static inline int8_t model_clamp(int32_t value, int32_t lowest, int32_t highest)
{
  (void)lowest;
  (void)highest;
  value = value < -128 ? -128 : value;
  return (int8_t)(value > 127 ? 127 : value);
}

/* Sums of products of two windows of 16 bits and two channels of weights, four numbers at a time. A word
   of weights has the first and the third of its numbers in the even bytes, so that SXTB16 makes pairs
   of neighbours; of the two channels the words take turns. `weights` is left behind the last word. */
typedef struct {
  int32_t p0, p1, q0, q1;
} model_sums_t;

#if defined(MODEL_DSP)
/* Thirteen registers without r9, which some programs keep for themselves. Five of them are saved here, frame
   pointers among them, so that the compiler has nothing else to spill. */
static inline model_sums_t model_products(const uint32_t **weights, const uint32_t *end, const int16_t *p, const int16_t *q)
{
  register const uint32_t *at __asm__("r0") = *weights;
  register const uint32_t *last __asm__("r1") = end;
  register const int16_t *one __asm__("r2") = p;
  register const int16_t *other __asm__("r3") = q;
  register int32_t p0 __asm__("r4");
  register int32_t p1 __asm__("r5");
  register int32_t q0 __asm__("r8");
  register int32_t q1 __asm__("r12");
  __asm__("push {r6, r7, r10, r11, lr}\n\t"
          "movs r4, #0\n\t"
          "movs r5, #0\n\t"
          "mov r8, r4\n\t"
          "mov r12, r4\n"
          "1:\n\t"
          "ldrd r6, r7, [r0], #8\n\t"
          "ldr r10, [r2], #4\n\t"
          "ldr r11, [r3], #4\n\t"
          "sxtb16 lr, r6\n\t"
          "smlad r4, lr, r10, r4\n\t"
          "smlad r8, lr, r11, r8\n\t"
          "sxtb16 lr, r7\n\t"
          "smlad r5, lr, r10, r5\n\t"
          "smlad r12, lr, r11, r12\n\t"
          "ldr r10, [r2], #4\n\t"
          "ldr r11, [r3], #4\n\t"
          "sxtb16 r6, r6, ror #8\n\t"
          "smlad r4, r6, r10, r4\n\t"
          "smlad r8, r6, r11, r8\n\t"
          "sxtb16 r7, r7, ror #8\n\t"
          "smlad r5, r7, r10, r5\n\t"
          "smlad r12, r7, r11, r12\n\t"
          "cmp r0, r1\n\t"
          "bne 1b\n\t"
          "pop {r6, r7, r10, r11, lr}"
          : "+r"(at), "+r"(one), "+r"(other), "=&r"(p0), "=&r"(p1), "=&r"(q0), "=&r"(q1)
          : "r"(last)
          : "cc", "memory");
  *weights = at;
  const model_sums_t s = {p0, p1, q0, q1};
  return s;
}
#else
static inline model_sums_t model_products(const uint32_t **weights, const uint32_t *end, const int16_t *p, const int16_t *q)
{
  static const uint8_t shifts[] = {0, 16, 8, 24};
  const uint32_t *at = *weights;
  model_sums_t s = {0, 0, 0, 0};
  for (; at != end; at += 2, p += 4, q += 4) {
    for (int8_t i = 0; i < 4; ++i) {
      const int32_t u = (int8_t)(at[0] >> shifts[i]), v = (int8_t)(at[1] >> shifts[i]);
      s.p0 += u * p[i];
      s.p1 += v * p[i];
      s.q0 += u * q[i];
      s.q1 += v * q[i];
    }
  }
  *weights = at;
  return s;
}
#endif

/* A convolution with the pooling behind it. Of a stretch of one output row, the columns of the input
   that it sees are laid side by side in 16 bits ("band"), so that each window is one run of numbers
   and the next window begins `step` further on. Two windows and two channels are multiplied at a
   time; sums meet in the maximum of their pooling window before they are requantized. */
typedef struct {
  const uint32_t *weights; /* `words` words of four for each channel; two channels take turns */
  const model_channel_t *channels;
  uint16_t input_height, input_width, input_channels;
  uint16_t column; /* numbers of the band for one column of the input */
  uint16_t step;   /* numbers of the band from one window to the next */
  uint16_t words;
  uint16_t output_height, output_width, output_channels; /* behind the pooling */
  uint16_t rows, columns; /* of the convolution that a pooling window sees */
  uint16_t kernel_width, stride_width, pad_left;
  uint8_t kernel_height, stride_height, pad_top;
#if MODEL_PACKED
  uint8_t bits; /* of a weight; below 8, each channel pair is unpacked into `room` words */
  uint16_t room;
#endif
  uint8_t stretch;                 /* outputs of a row that are worked on at a time */
  uint8_t pool_height, pool_width; /* the width is even, or 1 */
  int8_t input_zero, output_zero, lowest, highest;
} model_conv_t;

static MODEL_APART void model_conv_fill(const model_conv_t *l, const int8_t *input, int16_t *band, int32_t top, int32_t left, int32_t columns)
{
  const int32_t depth = l->input_channels, column = l->column, width = l->input_width;
  int32_t bottom = MODEL_ONE_ROW ? 1 : top + l->kernel_height, right = left + columns;
  top = MODEL_ONE_ROW ? 0 : top;
  if (top < 0 || left < 0 || bottom > (MODEL_ONE_ROW ? 1 : l->input_height) || right > width) {
    const int16_t zero = l->input_zero;
    for (int16_t *to = band, *end = band + columns * column; to < end; ++to) {
      *to = zero;
    }
    if (top < 0) {
      band -= top * depth;
      top = 0;
    }
    if (left < 0) {
      band -= left * column;
      left = 0;
    }
    bottom = MODEL_ONE_ROW || bottom < l->input_height ? bottom : l->input_height;
    right = right < width ? right : width;
  }
  for (; top < bottom; ++top, band += depth) {
    const int8_t *from = input + (top * width + left) * depth, *end = input + (top * width + right) * depth;
    int16_t *to = band;
    if (depth == 1) {
      for (; from < end; to += column) {
        *to = *from++;
      }
    }
    for (; from < end; to += column) {
      for (int32_t c = 0; c < depth; ++c) {
        to[c] = *from++;
      }
    }
  }
}

static inline void model_conv_keep(int32_t *best, int32_t one, int32_t other)
{
  best[0] = one > best[0] ? one : best[0];
  best[1] = other > best[1] ? other : best[1];
}

#if MODEL_PACKED
/* Of `8 / bits` words the bytes share one byte each, the first in the lowest bits, each raised by half its range. */
static MODEL_APART const uint32_t *model_conv_unpack(const model_conv_t *l, const uint32_t *packed, uint32_t *room)
{
  const uint32_t one = 1, ones = 0x01010101u, mask = ((one << l->bits) - 1) * ones, raised = (one << (l->bits - 1)) * ones;
  for (const uint32_t *end = room + l->room; room < end;) {
    uint32_t word = *packed++;
    for (int32_t bits = 8; bits > 0; bits -= l->bits, word >>= l->bits) {
      *room++ = (((word & mask) | 0x80 * ones) - raised) ^ 0x80 * ones;
    }
  }
  return packed;
}

/* Channels outside, so that they are unpacked once for all windows of a stretch. */
static MODEL_APART void model_conv_row(const model_conv_t *l, const int16_t *band, int32_t *best, int32_t windows, uint32_t *room)
{
  const int32_t step = l->step, depth = ((int32_t)l->output_channels + 1) & ~(int32_t)1, words = 2 * (int32_t)l->words;
  const uint32_t *weights = l->weights;
  for (int32_t *last = best + depth; best < last; best += 2) {
    const uint32_t *first = weights;
    const int16_t *window = band;
    int32_t *to = best, left = l->pool_width;
    if (l->bits < 8) {
      first = room;
      weights = model_conv_unpack(l, weights, room);
    } else {
      weights += words;
    }
    for (int32_t j = windows; j > 0; j -= 2) {
      const int32_t apart = MODEL_ALWAYS_POOLED || j == 1 || l->pool_width > 1 ? 0 : depth;
      const uint32_t *at = first;
      const model_sums_t s = model_products(&at, first + words, window, j > 1 ? window + step : window);
      window += 2 * step;
      model_conv_keep(to, s.p0, s.p1);
      model_conv_keep(to + apart, s.q0, s.q1);
      left -= 2;
      if (left <= 0) {
        left = l->pool_width;
        to += depth + apart;
      }
    }
  }
}
#else
static MODEL_APART void model_conv_row(const model_conv_t *l, const int16_t *band, int32_t *best, int32_t windows)
{
  const int32_t depth = ((int32_t)l->output_channels + 1) & ~(int32_t)1, words = 2 * (int32_t)l->words;
  int32_t left = l->pool_width;
  for (; windows > 0; windows -= 2) {
    const int16_t *next = windows > 1 ? band + l->step : band;
    /* Both windows lie in one pooling window, unless nothing is pooled. */
    const int32_t apart = MODEL_ALWAYS_POOLED || windows == 1 || l->pool_width > 1 ? 0 : depth;
    const uint32_t *weights = l->weights;
    for (int32_t *to = best, *end = best + depth; to < end; to += 2) {
      const model_sums_t s = model_products(&weights, weights + words, band, next);
      if (MODEL_ALWAYS_POOLED) {
        model_conv_keep(to, s.p0 > s.q0 ? s.p0 : s.q0, s.p1 > s.q1 ? s.p1 : s.q1);
      } else {
        model_conv_keep(to, s.p0, s.p1);
        model_conv_keep(to + apart, s.q0, s.q1);
      }
    }
    band += 2 * (int32_t)l->step;
    left -= 2;
    if (left <= 0) {
      left = l->pool_width;
      best += depth + apart;
    }
  }
}
#endif

static MODEL_APART int8_t *model_conv_store(const model_conv_t *l, int32_t *best, int32_t outputs, int8_t *output)
{
  const int32_t zero = l->output_zero, lowest = l->lowest, highest = l->highest;
  for (; outputs > 0; --outputs) {
    const model_channel_t *channel = l->channels, *end = channel + l->output_channels;
    do {
      *output++ = model_clamp(model_requantize(*best, channel) + zero, lowest, highest);
      *best++ = INT32_MIN;
    } while (++channel != end);
    best += l->output_channels & 1;
  }
  return output;
}

static MODEL_APART void model_conv(const model_conv_t *l, const int8_t *input, int8_t *output, int32_t *scratch)
{
  int32_t *room = scratch + l->stretch * (((int32_t)l->output_channels + 1) & ~(int32_t)1);
#if MODEL_PACKED
  int16_t *band = (int16_t *)(room + l->room);
#else
  int16_t *band = (int16_t *)room;
#endif
  for (int32_t *best = scratch; best < room; ++best) {
    *best = INT32_MIN;
  }
  for (int32_t y = 0; y < (MODEL_ONE_ROW ? 1 : l->output_height); ++y) {
    int32_t outputs = l->stretch;
    for (int32_t x = 0; x < l->output_width; x += outputs) {
      const int32_t first = x * l->pool_width;
      int32_t windows = l->columns - first;
      outputs = l->output_width - x < outputs ? l->output_width - x : outputs;
      windows = windows < outputs * l->pool_width ? windows : outputs * l->pool_width;
      for (int32_t row = MODEL_ONE_ROW ? 0 : y * l->pool_height;
           row < (MODEL_ONE_ROW ? 1 : (y + 1) * l->pool_height) && row < (MODEL_ONE_ROW ? 1 : l->rows); ++row) {
        model_conv_fill(l, input, band, row * l->stride_height - l->pad_top, first * l->stride_width - l->pad_left,
                     (windows - 1) * l->stride_width + l->kernel_width);
#if MODEL_PACKED
        model_conv_row(l, band, scratch, windows, (uint32_t *)room);
#else
        model_conv_row(l, band, scratch, windows);
#endif
      }
      output = model_conv_store(l, scratch, outputs, output);
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

static int32_t model_memory[464];

static const uint32_t model_0_conv_2d_weights[] = {
  0xd5e99edb, 0xaaaaaaa6, 0x56aa55ae, 0xaaaaaaab, 0x5d757ffd, 0xaaaaaaaa, 0xf76fb6f7, 0xaaaaaaa6, 0xa76a9e7a,
  0xaaaaaaae, 0xeed5a969, 0xaaaaaaa7, 0x66bf7bfb, 0xaaaaaaa5, 0xbd7d6d6e, 0xaaaaaaae,
};

static const model_channel_t model_0_conv_2d_channels[] = {
  {1604065906, 162, -1}, {1852905805, -89, -1}, {1525173878, 85, 0}, {1705563991, 125, -1}, {1312337417, 2, 0},
  {1902523900, 0, 0}, {2088991119, -258, -2}, {1262554360, 83, 0}, {1154430176, -43, 1}, {1437629978, 44, 0},
  {1965968193, 127, -1}, {1387750465, 1, 0}, {1181685287, -205, -1}, {1922813169, 85, -1}, {1567341992, 46, 0},
  {1227164623, -84, 0},
};

static const model_conv_t model_0_conv_2d_settings = {
  /* weights */ model_0_conv_2d_weights, /* channels */ model_0_conv_2d_channels, /* input_height */ 53,
  /* input_width */ 20, /* input_channels */ 1, /* column */ 3, /* step */ 6, /* words */ 3,
  /* output_height */ 13, /* output_width */ 5, /* output_channels */ 16, /* rows */ 26, /* columns */ 10,
  /* kernel_width */ 3, /* stride_width */ 2, /* pad_left */ 0, /* kernel_height */ 3, /* stride_height */ 2,
  /* pad_top */ 1, /* bits */ 2, /* room */ 8, /* stretch */ 4, /* pool_height */ 2, /* pool_width */ 2,
  /* input_zero */ 42, /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_0_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_0_conv_2d_settings, input, output, model_memory + 260);
}

static const uint32_t model_1_conv_2d_weights[] = {
  0x757a9f5b, 0x6eb6f79a, 0x7eefff9f, 0xe66eedd7, 0xee567d66, 0xe757eaa6, 0xad77e5bd, 0x9f5bef6b, 0x7f555bd6,
  0xa6fed575, 0x6aa6e6e6, 0x565a6eb9, 0xdbd95a6f, 0xef7dbfea, 0xa66b7ab6, 0xd767b997, 0xb9ed9af5, 0xbf65ea5b,
  0xd966faff, 0xbbb9ea6f, 0xdedbe6f6, 0x9aaf59be, 0x6f6fe9a7, 0xdbe695ea, 0x5eb6a6fd, 0x79bfada9, 0xf57a55a6,
  0xb56aa665, 0xa69a9be6, 0xf7a7be9a, 0x7b7aa6ae, 0x96965a99, 0x7a9bea6b, 0x7b96a5e9, 0x59e96b56, 0x5fe5bad6,
  0x6def7af6, 0xa59db7fa, 0x9a5b6ba5, 0xf9a7fa5b, 0xbaafabbf, 0xf6ddebbb, 0x6b7aba9b, 0x9e59b967, 0xa5959e97,
  0xa596f9b7, 0xb6baa9de, 0xaf6fdf5a, 0xffa595e6, 0xd67769ab, 0xffbae9df, 0x5d9adfaa, 0x56aa9bdb, 0x9e7fd96d,
  0xda696afb, 0xd5ad6a66, 0x6f566b97, 0x5b757ab7, 0xa96af966, 0xbe97677a, 0xea65da7d, 0xaf5aa755, 0xa7df76df,
  0xbefeeab5, 0xeb7a6db5, 0xdd6fea6a, 0x5d975dad, 0x655795ae, 0xa6d76f77, 0xf5ddea79, 0xdbfe6b9f, 0xae679eb6,
  0xdf7f6fe5, 0x9ff9e5a7, 0xb777baf9, 0x9a6af55a, 0x76e9b9a9, 0x6659557e, 0xeaee955b, 0xeafbf5f5, 0xbb65b69b,
  0xb6aa959e, 0xd75997be, 0xaf7aaea5, 0xbe6bea6e, 0x77b6f99a, 0x5bb59ab9, 0xe5a76af9, 0xeb6fdb7f, 0xebda96f6,
  0x79bee6a9, 0xdaea6a79, 0xad5e6959, 0x67679e55, 0x6a6a97da, 0xdb75aa75, 0x96a5faaa, 0xbaa9f6a7, 0x9fdf69ab,
  0x7e6ba69e, 0xd66fb6a9, 0x9dba59a7, 0xab6eda9b, 0x66bb6965, 0xf97ba9e6, 0x667a5ee6, 0xeef6ee5a, 0xbbd9bd5a,
};

static const model_channel_t model_1_conv_2d_channels[] = {
  {1912203100, 1007, -2}, {1786568051, -1060, -2}, {1102841320, -340, -1}, {1556787253, -1383, -2},
  {1848976898, 431, -2}, {1973080376, 391, -2}, {1759332780, -20, -2}, {1209691416, -2086, -2},
  {1099005153, 1014, -1}, {1138779294, -1131, -1}, {1249645947, -795, -1}, {1181697501, -1846, -1},
};

static const model_conv_t model_1_conv_2d_settings = {
  /* weights */ model_1_conv_2d_weights, /* channels */ model_1_conv_2d_channels, /* input_height */ 13,
  /* input_width */ 5, /* input_channels */ 16, /* column */ 48, /* step */ 96, /* words */ 36,
  /* output_height */ 3, /* output_width */ 1, /* output_channels */ 12, /* rows */ 6, /* columns */ 2,
  /* kernel_width */ 3, /* stride_width */ 2, /* pad_left */ 1, /* kernel_height */ 3, /* stride_height */ 2,
  /* pad_top */ 1, /* bits */ 2, /* room */ 72, /* stretch */ 1, /* pool_height */ 2, /* pool_width */ 2,
  /* input_zero */ -128, /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_1_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_1_conv_2d_settings, input, output, model_memory + 260);
}

static const uint32_t model_2_conv_2d_weights[] = {
  0xb59ddfd7, 0xfae55db6, 0xe565b7fe, 0x9aaeaaa9, 0xa9a7abaf, 0xeefbb9b9, 0xad7a9adb, 0xf6b5dfaf, 0xbb5efe9b,
  0xafa6abad, 0x9aa7ea7e, 0xa5fe5baa, 0xbadbdfa6, 0xbafb9a69, 0xa7aaa9af, 0xdebf7565, 0x96be7fdd, 0x6957b9e9,
  0xdff6aba7, 0xafadaaab, 0x7a59a6a5, 0xbeed5afa, 0x7757e5ee, 0xee759baf, 0xa6a7ada9, 0xf5eb9b9a, 0x956d6ede,
  0x9efb7f95, 0xa567feea, 0xadaaaba5, 0x7efa97ae, 0x77bff5b9, 0xaa59fa76, 0xe5e6ae7f, 0xaea6aea7, 0x96f6d6d6,
  0xd7ee69ee, 0x9ed5aadf, 0xbebe6bb5, 0xaaaaa6a9, 0xf9afa56a, 0xab96aab6, 0x7fd55bdd, 0xb796ff67, 0xaeafa7a6,
  0xe9b5f9ea, 0xab6da67a, 0x7abb669b, 0x99b6b9de, 0xababaaad, 0xf6dbabad, 0x96f79b95, 0xf667f6de, 0xe9dbbfd5,
  0xa5aeaaab, 0x96aea75a, 0x5f9ea7b7, 0x996a66b9, 0xa9f97775, 0xaeaea7af,
};

static const model_channel_t model_2_conv_2d_channels[] = {
  {1244547464, -217, -1}, {1542984958, 290, -1}, {1348823904, 799, -1}, {1299621524, 878, -1},
  {1165091503, 401, -1}, {1388248465, 204, -1}, {1469199304, 211, -1}, {2113455469, 302, -2},
  {1518415403, -9, -1}, {1506221334, -364, -1}, {1333334732, -354, -1}, {1092639378, 253, -1},
  {1112637220, 797, -1}, {1506483028, -147, -1}, {1733293278, -294, -1}, {1278946769, 286, -1},
  {2135300365, 599, -2}, {1258164184, -219, -1}, {1551709877, 76, -1}, {1716519333, -14, -1},
  {1482618052, 67, -1}, {1464317141, 245, -1}, {1123798799, 124, -1}, {1611747398, -754, -1},
};

static const model_conv_t model_2_conv_2d_settings = {
  /* weights */ model_2_conv_2d_weights, /* channels */ model_2_conv_2d_channels, /* input_height */ 1,
  /* input_width */ 36, /* input_channels */ 1, /* column */ 1, /* step */ 12, /* words */ 9,
  /* output_height */ 1, /* output_width */ 1, /* output_channels */ 24, /* rows */ 1, /* columns */ 2,
  /* kernel_width */ 36, /* stride_width */ 12, /* pad_left */ 12, /* kernel_height */ 1, /* stride_height */ 1,
  /* pad_top */ 0, /* bits */ 2, /* room */ 20, /* stretch */ 1, /* pool_height */ 1, /* pool_width */ 2,
  /* input_zero */ -128, /* output_zero */ -128, /* lowest */ -128, /* highest */ 127,
};

/* CONV_2D, MAX_POOL_2D */
static MODEL_APART void model_2_conv_2d(const int8_t *input, int8_t *output)
{
  model_conv(&model_2_conv_2d_settings, input, output, model_memory + 9);
}

static const uint32_t model_3_fully_connected_weights[] = {
  0xdb6dfa6b, 0xa57ee96a, 0x7a9667d5, 0xd57a7bfa, 0x65a6e7ae, 0xe6596ed9, 0xdfa6a5eb, 0x6d9eb57d, 0x6979b9df,
  0xb9e9e75f, 0x9dda5b59, 0x7a5fe6d6, 0xdbfa9b7d, 0x6f6d6fb5, 0x9b655ed6,
};

static const model_channel_t model_3_fully_connected_channels[] = {
  {1804476095, -130, -2}, {1804476095, -509, -2}, {1804476095, -236, -2}, {1804476095, -375, -2},
  {1804476095, -379, -2}, {1804476095, 113, -2}, {1804476095, -634, -2}, {1804476095, -1, -2},
  {1804476095, -138, -2}, {1804476095, -128, -2},
};

static const model_conv_t model_3_fully_connected_settings = {
  /* weights */ model_3_fully_connected_weights, /* channels */ model_3_fully_connected_channels,
  /* input_height */ 1, /* input_width */ 24, /* input_channels */ 1, /* column */ 1, /* step */ 24,
  /* words */ 6, /* output_height */ 1, /* output_width */ 1, /* output_channels */ 10, /* rows */ 1,
  /* columns */ 1, /* kernel_width */ 24, /* stride_width */ 24, /* pad_left */ 0, /* kernel_height */ 1,
  /* stride_height */ 1, /* pad_top */ 0, /* bits */ 2, /* room */ 12, /* stretch */ 1, /* pool_height */ 1,
  /* pool_width */ 1, /* input_zero */ -128, /* output_zero */ 18, /* lowest */ -128, /* highest */ 127,
};

/* FULLY_CONNECTED */
static MODEL_APART void model_3_fully_connected(const int8_t *input, int8_t *output)
{
  model_conv(&model_3_fully_connected_settings, input, output, model_memory + 6);
}

static const model_softmax_t model_4_softmax_settings = {
  /* multiplier */ 1272379008, /* lowest_difference */ -256, /* rows */ 1, /* classes */ 10, /* shift */ 22,
};

/* SOFTMAX */
static MODEL_APART void model_4_softmax(const int8_t *input, int8_t *output)
{
  model_softmax(&model_4_softmax_settings, input, output);
}

void model_invoke(const int8_t *input, int8_t *output)
{
  model_0_conv_2d(input, (int8_t *)(model_memory + 0));
  model_1_conv_2d((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 0));
  model_2_conv_2d((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 0));
  model_3_fully_connected((int8_t *)(model_memory + 0), (int8_t *)(model_memory + 0));
  model_4_softmax((int8_t *)(model_memory + 0), output);
}
