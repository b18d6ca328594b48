/* A convolution with the pooling behind it. Of a stretch of one output row, the columns of the input
   that it sees are laid side by side in 16 bits ("band"), so that each window is one run of numbers
   and the next window begins `step` further on. Two windows and two channels are multiplied at a
   time; sums meet in the maximum of their pooling window before they are requantized.
   Paths: NN_HELIUM, NN_DSP (copies, weights of few bits), C. A product takes what pairs.c says.
   Bounds: windows and strides of 255, rows and columns of 65535, weights that pair. */
typedef struct {
  const uint32_t *weights; /* of two channels together `words` times two words */
  const nn_channel_t *channels;
  uint16_t input_height, input_width, input_channels;
  uint16_t column; /* numbers of the band for one column of the input */
  uint16_t step;   /* numbers of the band from one window to the next */
  uint16_t words;
  uint16_t output_height, output_width, output_channels; /* behind the pooling */
  uint16_t rows, columns;                                /* of the convolution that a pooling window sees */
  uint16_t kernel_width, stride_width, pad_left;
  uint8_t kernel_height, stride_height, pad_top;
#if NN_PACKED
  uint8_t bits; /* of a weight; below 8, each channel pair is unpacked into `room` words */
  uint16_t room;
#endif
  uint8_t stretch;                 /* outputs of a row that are worked on at a time */
  uint8_t pool_height, pool_width; /* the width is even, or 1 */
  int8_t input_zero, output_zero, lowest, highest;
} nn_conv_t;

/* Copies in assembly take more code than loops, and fewer instructions. */
#if defined(NN_DSP) && defined(__ARM_FEATURE_UNALIGNED) && !defined(NN_HELIUM) && !defined(__OPTIMIZE_SIZE__)
#define NN_COPIES
/* What does not come out even with four first. */
static inline void nn_conv_copy(const int8_t *from, nn_number_t *to, int32_t number)
{
  const nn_number_t *end = to + number;
  int32_t word, even;
  __asm__ volatile("ands %[number], %[number], #3\n\t"
                   "beq 2f\n"
                   "1:\n\t"
                   "ldrsb %[word], [%[from]], #1\n\t"
                   "strh %[word], [%[to]], #2\n\t"
                   "subs %[number], %[number], #1\n\t"
                   "bne 1b\n"
                   "2:\n\t"
                   "cmp %[to], %[end]\n\t"
                   "beq 4f\n"
                   "3:\n\t"
                   "ldr %[word], [%[from]], #4\n\t"
                   "sxtb16 %[even], %[word]\n\t"
                   "sxtb16 %[word], %[word], ror #8\n\t"
                   "pkhbt %[number], %[even], %[word], lsl #16\n\t"
                   "pkhtb %[word], %[word], %[even], asr #16\n\t"
                   "str %[number], [%[to]], #4\n\t"
                   "str %[word], [%[to]], #4\n\t"
                   "cmp %[to], %[end]\n\t"
                   "bne 3b\n"
                   "4:"
                   : [from] "+r"(from), [to] "+r"(to), [number] "+r"(number), [word] "=&r"(word), [even] "=&r"(even)
                   : [end] "r"(end)
                   : "cc", "memory");
}

/* Numbers one behind another to places that are `column` apart. */
static inline void nn_conv_spread(const int8_t *from, const int8_t *end, nn_number_t *to, int32_t column)
{
  int32_t one;
  if ((end - from) & 1) {
    *to = *from++;
    to += column;
  }
  if (from != end) {
    __asm__ volatile("1:\n\t"
                     "ldrsb %[one], [%[from]], #1\n\t"
                     "strh %[one], [%[to]]\n\t"
                     "ldrsb %[one], [%[from]], #1\n\t"
                     "strh %[one], [%[to], %[column], lsl #1]\n\t"
                     "add %[to], %[to], %[column], lsl #2\n\t"
                     "cmp %[from], %[end]\n\t"
                     "bne 1b"
                     : [from] "+r"(from), [to] "+r"(to), [one] "=&r"(one)
                     : [end] "r"(end), [column] "r"(column)
                     : "cc", "memory");
  }
}
#endif

static NN_APART void nn_conv_fill(const nn_conv_t *l, const int8_t *input, nn_number_t *band, int32_t top, int32_t left,
                                  int32_t columns)
{
  const int32_t depth = l->input_channels, column = l->column, width = l->input_width;
  int32_t bottom = NN_ONE_ROW ? 1 : top + l->kernel_height, right = left + columns;
  top = NN_ONE_ROW ? 0 : top;
  if (top < 0 || left < 0 || bottom > (NN_ONE_ROW ? 1 : l->input_height) || right > width) {
    const nn_number_t zero = l->input_zero;
    for (nn_number_t *to = band, *end = band + columns * column; to < end; ++to) {
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
    bottom = NN_ONE_ROW || bottom < l->input_height ? bottom : l->input_height;
    right = right < width ? right : width;
  }
  for (; top < bottom; ++top, band += depth) {
    const int8_t *from = input + (top * width + left) * depth, *end = input + (top * width + right) * depth;
    nn_number_t *to = band;
#if defined(NN_COPIES)
    if (column > 1 && depth == 1) {
      nn_conv_spread(from, end, to, column);
      from = end;
    }
    for (const int32_t run = column == depth ? (int32_t)(end - from) : depth; from < end; from += run, to += column) {
      nn_conv_copy(from, to, run);
    }
#else
#if defined(NN_HELIUM)
    if (column == 1 || depth > 1) {
      const int32_t run = column == 1 ? (int32_t)(end - from) : depth;
      for (; from < end; from += run, to += column) {
        for (int32_t c = 0; c < run; c += 16) {
          const mve_pred16_t some = vctp8q((uint32_t)(run - c));
          vstrbq_p_s8(to + c, vldrbq_z_s8(from + c, some), some);
        }
      }
    }
#endif
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
#endif
  }
}

static inline void nn_conv_keep(int32_t *best, int32_t one, int32_t other)
{
#if NN_POOLED
  one = one > best[0] ? one : best[0];
  other = other > best[1] ? other : best[1];
#endif
  best[0] = one;
  best[1] = other;
}

#if NN_PACKED
/* Of `8 / bits` words the bytes share one byte each, the first in the lowest bits, each raised by half its range. */
#if defined(NN_DSP)
#define NN_BYTES(to, shifted)            \
  "and " to ", %[mask], " shifted "\n\t" \
  "ssub8 " to ", " to ", %[raised]\n\t"
static NN_APART const uint32_t *nn_conv_unpack(const nn_conv_t *l, const uint32_t *packed, uint32_t *room)
{
  const uint32_t one = 1, ones = 0x01010101u, mask = ((one << l->bits) - 1) * ones,
                 raised = (one << (l->bits - 1)) * ones;
  const uint32_t *end = room + l->room;
  uint32_t a, b, c, d;
  if (l->bits == 4) {
    __asm__ volatile("tst %[words], #2\n\t"
                     "beq 1f\n\t"
                     "ldr %[c], [%[packed]], #4\n\t"
                     "b 2f\n"
                     "1:\n\t"
                     "ldrd %[a], %[c], [%[packed]], #8\n\t" NN_BYTES("%[b]", "%[a], lsr #4")
                         NN_BYTES("%[a]", "%[a]") "strd %[a], %[b], [%[room]], #8\n"
                                                  "2:\n\t" NN_BYTES("%[d]", "%[c], lsr #4")
                                                      NN_BYTES("%[c]", "%[c]") "strd %[c], %[d], [%[room]], #8\n\t"
                                                                               "cmp %[room], %[end]\n\t"
                                                                               "bne 1b"
                     : [packed] "+r"(packed), [room] "+r"(room), [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c), [d] "=&r"(d)
                     : [end] "r"(end), [mask] "r"(mask), [raised] "r"(raised), [words] "r"((int32_t)l->room)
                     : "cc", "memory");
  } else {
    __asm__ volatile("1:\n\t"
                     "ldr %[d], [%[packed]], #4\n\t" NN_BYTES("%[a]", "%[d]") NN_BYTES(
                         "%[b]", "%[d], lsr #2") "strd %[a], %[b], [%[room]], #8\n\t" NN_BYTES("%[c]", "%[d], lsr #4")
                         NN_BYTES("%[d]", "%[d], lsr #6") "strd %[c], %[d], [%[room]], #8\n\t"
                                                          "cmp %[room], %[end]\n\t"
                                                          "bne 1b"
                     : [packed] "+r"(packed), [room] "+r"(room), [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c), [d] "=&r"(d)
                     : [end] "r"(end), [mask] "r"(mask), [raised] "r"(raised)
                     : "cc", "memory");
  }
  return packed;
}
#undef NN_BYTES
#else
static NN_APART const uint32_t *nn_conv_unpack(const nn_conv_t *l, const uint32_t *packed, uint32_t *room)
{
  const uint32_t one = 1, ones = 0x01010101u, mask = ((one << l->bits) - 1) * ones,
                 raised = (one << (l->bits - 1)) * ones;
  for (const uint32_t *end = room + l->room; room < end;) {
    uint32_t word = *packed++;
    for (int32_t bits = 8; bits > 0; bits -= l->bits, word >>= l->bits) {
      *room++ = (((word & mask) | 0x80 * ones) - raised) ^ 0x80 * ones;
    }
  }
  return packed;
}
#endif

/* Channels outside, so that they are unpacked once for all windows of a stretch. */
static NN_APART void nn_conv_row(const nn_conv_t *l, const nn_number_t *band, int32_t *best, int32_t windows,
                                 uint32_t *room)
{
  const int32_t step = l->step, depth = ((int32_t)l->output_channels + 1) & ~(int32_t)1, words = 2 * (int32_t)l->words;
  const uint32_t *weights = l->weights;
  for (int32_t *last = best + depth; best < last; best += 2) {
    const uint32_t *first = weights;
    const nn_number_t *window = band;
    int32_t *to = best, left = l->pool_width;
    if (l->bits < 8) {
      first = room;
      weights = nn_conv_unpack(l, weights, room);
    } else {
      weights += words;
    }
    for (int32_t j = windows; j > 0; j -= 2) {
      const int32_t apart = NN_ALWAYS_POOLED || j == 1 || l->pool_width > 1 ? 0 : depth;
      const uint32_t *at = first;
      const nn_sums_t s = nn_products(&at, first + words, window, j > 1 ? window + step : window);
      window += 2 * step;
      nn_conv_keep(to, s.p0, s.p1);
      nn_conv_keep(to + apart, s.q0, s.q1);
      left -= 2;
      if (left <= 0) {
        left = l->pool_width;
        to += depth + apart;
      }
    }
  }
}
#elif defined(NN_HELIUM)
/* Two windows, or three, and all channels; `left` is what is left of a window's numbers behind a multiple of sixteen. */
static inline void nn_conv_windows(const nn_conv_t *l, const nn_number_t *p, const nn_number_t *q, const nn_number_t *r,
                                   int32_t *one, int32_t *other, int32_t *third, int32_t left, int32_t threes)
{
  const int32_t words = 2 * (int32_t)l->words, sixteens = words >> 3;
  const uint32_t *weights = l->weights;
  for (const int32_t *end = one + (((int32_t)l->output_channels + 1) & ~(int32_t)1); one != end;
       one += 2, other += 2, weights += words) {
    const nn_threes_t s = nn_threes(weights, sixteens, left, p, q, r, threes);
    nn_conv_keep(one, s.p0, s.p1);
    nn_conv_keep(other, s.q0, s.q1);
    if (threes) {
      nn_conv_keep(third, s.r0, s.r1);
      third += 2;
    }
  }
}

/* Of a single window that is left both are the same. */
static NN_APART void nn_conv_row(const nn_conv_t *l, const nn_number_t *band, int32_t *best, int32_t windows)
{
  const int32_t step = l->step, depth = ((int32_t)l->output_channels + 1) & ~(int32_t)1;
  const int32_t left = 4 * l->words & 15;
#if NN_POOLED
  const int32_t pool = l->pool_width;
#else
  const int32_t pool = 1;
#endif
  for (int32_t j = 0; j < windows; j += 3) {
    const int32_t k = j + 1 < windows ? j + 1 : j;
    const nn_number_t *p = band + j * step, *q = band + k * step, *r = q + step;
    int32_t *one = best + j / pool * depth, *other = best + k / pool * depth;
    if (j + 2 >= windows) {
      nn_conv_windows(l, p, q, q, one, other, other, left, 0);
    } else if (left) {
      nn_conv_windows(l, p, q, r, one, other, best + (j + 2) / pool * depth, left, 1);
    } else {
      nn_conv_windows(l, p, q, r, one, other, best + (j + 2) / pool * depth, 0, 1);
    }
  }
}
#else
static NN_APART void nn_conv_row(const nn_conv_t *l, const nn_number_t *band, int32_t *best, int32_t windows)
{
  const int32_t depth = ((int32_t)l->output_channels + 1) & ~(int32_t)1, words = 2 * (int32_t)l->words;
  int32_t left = l->pool_width;
  for (; windows > 0; windows -= 2) {
    const nn_number_t *next = windows > 1 ? band + l->step : band;
    /* Both windows lie in one pooling window, unless nothing is pooled. */
    const int32_t apart = NN_ALWAYS_POOLED || windows == 1 || l->pool_width > 1 ? 0 : depth;
    const uint32_t *weights = l->weights;
    for (int32_t *to = best, *end = best + depth; to < end; to += 2) {
      const nn_sums_t s = nn_products(&weights, weights + words, band, next);
      if (NN_ALWAYS_POOLED) {
        nn_conv_keep(to, s.p0 > s.q0 ? s.p0 : s.q0, s.p1 > s.q1 ? s.p1 : s.q1);
      } else {
        nn_conv_keep(to, s.p0, s.p1);
        nn_conv_keep(to + apart, s.q0, s.q1);
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

static int8_t *nn_conv_store(const nn_conv_t *l, int32_t *best, int32_t outputs, int8_t *output)
{
  do {
    output = nn_outputs(best, l->channels, l->output_channels, output, l->output_zero, l->lowest, l->highest);
    best += l->output_channels + (l->output_channels & 1);
  } while (--outputs > 0);
  return output;
}

#define NN_POOL_WIDTH (NN_POOLED ? l->pool_width : 1)
#define NN_POOL_HEIGHT (NN_POOLED && !NN_ONE_ROW ? l->pool_height : 1)

static NN_APART void nn_conv(const nn_conv_t *l, const int8_t *input, int8_t *output, int32_t *scratch)
{
  int32_t *room = scratch + l->stretch * (((int32_t)l->output_channels + 1) & ~(int32_t)1);
#if NN_PACKED
  nn_number_t *band = (nn_number_t *)(room + l->room);
#else
  nn_number_t *band = (nn_number_t *)room;
#endif
#if NN_POOLED
  for (int32_t *best = scratch; best < room; ++best) {
    *best = INT32_MIN;
  }
#endif
  int32_t y = 0;
  do {
    int32_t outputs = l->stretch, x = 0;
    do {
      const int32_t first = x * NN_POOL_WIDTH;
      int32_t windows = l->columns - first;
      outputs = l->output_width - x < outputs ? l->output_width - x : outputs;
      windows = windows < outputs * NN_POOL_WIDTH ? windows : outputs * NN_POOL_WIDTH;
      for (int32_t row = y * NN_POOL_HEIGHT; row < (y + 1) * NN_POOL_HEIGHT && row < (NN_ONE_ROW ? 1 : l->rows);
           ++row) {
        nn_conv_fill(l, input, band, row * l->stride_height - l->pad_top, first * l->stride_width - l->pad_left,
                     (windows - 1) * l->stride_width + l->kernel_width);
#if NN_PACKED
        nn_conv_row(l, band, scratch, windows, (uint32_t *)room);
#else
        nn_conv_row(l, band, scratch, windows);
#endif
      }
      output = nn_conv_store(l, scratch, outputs, output);
      x += outputs;
    } while (x < l->output_width);
  } while (++y < (NN_ONE_ROW ? 1 : l->output_height));
}
