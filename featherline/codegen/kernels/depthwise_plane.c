/* A convolution of each channel by itself with the pooling behind it. What a stripe of outputs sees of one channel is
   copied into a plane of 16 bits, borders included; all sums of a batch of rows are made from it, two neighbours at a
   time, and meet in the maximum of their pooling window before they are requantized. Weights lie as output channels
   within columns within rows.
   Paths, and instructions a product: NN_DSP 18 / 18 of windows of 3 x 3 that move by one, 21 / 18 by two, 12 / 8 of
   others; C as compiled. Bounds: windows and strides of 255, rows and columns of 65535. */
typedef struct {
  const int8_t *weights;
  const nn_channel_t *channels;
  uint16_t input_height, input_width, input_channels;
  uint16_t output_height, output_width, output_channels; /* behind the pooling */
  uint16_t rows, columns;                                /* of the convolution that a pooling window sees */
  uint16_t plane_height, plane_width;
  uint16_t stripe, batch; /* rows of outputs: that a plane is for, that are worked on at a time */
  uint8_t kernel_height, kernel_width, stride_height, stride_width, pad_top, pad_left;
  uint8_t pool_height, pool_width, multiplier;
  int8_t input_zero, output_zero, lowest, highest;
} nn_depthwise_plane_t;

/* Whether a window is of 3 x 3, moves by one or two columns, and its plane is as wide as those of all such windows. */
static inline int32_t nn_plane_is_of_threes(const nn_depthwise_plane_t *l)
{
  return l->kernel_height == 3 && l->kernel_width == 3 && l->stride_width < 3 && 2 * l->plane_width == NN_PLANE_BYTES;
}

#if defined(NN_DSP) && defined(__ARM_FEATURE_UNALIGNED)
#define NN_TAPS 2
#else
#define NN_TAPS 1
#endif

/* The numbers of a plane's row that windows see. */
static inline int32_t nn_plane_columns(const nn_depthwise_plane_t *l)
{
  return ((l->columns - 1) * (int32_t)l->stride_width + l->kernel_width + 1) & ~(int32_t)1;
}

/* What is copied for a stripe: the first number and its place, rows, and columns. */
typedef struct {
  const int8_t *from;
  int16_t *to;
  int32_t rows, columns;
} nn_copied_t;

static inline nn_copied_t nn_plane_copied(const nn_depthwise_plane_t *l, const int8_t *input, int16_t *plane,
                                          int32_t top)
{
  const int32_t bottom = top + l->plane_height, columns = nn_plane_columns(l) - l->pad_left;
  const int32_t first = top > 0 ? top : 0;
  nn_copied_t copied;
  copied.from = input + first * l->input_width * l->input_channels;
  copied.to = plane + (first - top) * l->plane_width + l->pad_left;
  copied.rows = (bottom < l->input_height ? bottom : l->input_height) - first;
  copied.columns = columns < l->input_width ? columns : l->input_width;
  return copied;
}

static NN_APART void nn_plane_fill(const nn_depthwise_plane_t *l, const int8_t *input, int16_t *plane, int32_t top)
{
  const int32_t depth = l->input_channels, line = l->input_width * depth, width = l->plane_width;
  nn_copied_t copied = nn_plane_copied(l, input, plane, top);
  for (; copied.rows > 0; --copied.rows, copied.to += width, copied.from += line) {
    const int8_t *from = copied.from;
    int16_t *to = copied.to, *end = to + copied.columns;
#if NN_TAPS == 2
    for (; (end - to) & 3; from += depth) {
      *to++ = *from;
    }
    if (to != end) {
      int32_t a, b, c, d;
      __asm__ volatile("1:\n\t"
                       "ldrsb %[a], [%[from]]\n\t"
                       "ldrsb %[b], [%[from], %[depth]]\n\t"
                       "ldrsb %[c], [%[from], %[depth], lsl #1]\n\t"
                       "ldrsb %[d], [%[from], %[thrice]]\n\t"
                       "add %[from], %[from], %[depth], lsl #2\n\t"
                       "pkhbt %[a], %[a], %[b], lsl #16\n\t"
                       "pkhbt %[c], %[c], %[d], lsl #16\n\t"
                       "str %[a], [%[to]], #4\n\t"
                       "str %[c], [%[to]], #4\n\t"
                       "cmp %[to], %[end]\n\t"
                       "bne 1b"
                       : [from] "+r"(from), [to] "+r"(to), [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c), [d] "=&r"(d)
                       : [end] "r"(end), [depth] "r"(depth), [thrice] "r"(3 * depth)
                       : "cc", "memory");
    }
#else
    if (copied.columns & 1) {
      *to++ = *from;
      from += depth;
    }
    for (; to < end; to += 2, from += 2 * depth) {
      to[0] = from[0];
      to[1] = from[depth];
    }
#endif
  }
}

#if NN_SIDE_BY_SIDE && NN_TAPS == 2
/* Four channels into planes that lie so many numbers apart, side by side. */
static NN_APART void nn_plane_fill_four(const nn_depthwise_plane_t *l, const int8_t *input, int16_t *plane, int32_t top,
                                        int32_t apart)
{
  const int32_t depth = l->input_channels;
  nn_copied_t copied = nn_plane_copied(l, input, plane, top);
  for (; copied.rows > 0; --copied.rows, copied.to += l->plane_width, copied.from += l->input_width * depth) {
    const int8_t *from = copied.from;
    int16_t *to = copied.to, *end = to + copied.columns;
    int16_t *other = to + apart, *third = other + apart, *fourth = third + apart;
    int32_t a, b, c;
    if (copied.columns & 1) {
      *to++ = from[0];
      *other++ = from[1];
      *third++ = from[2];
      *fourth++ = from[3];
      from += depth;
    }
    if (to != end) {
      __asm__ volatile("1:\n\t"
                       "ldr %[a], [%[from]]\n\t"
                       "ldr %[b], [%[from], %[depth]]\n\t"
                       "add %[from], %[from], %[depth], lsl #1\n\t"
                       "pkhbt %[c], %[a], %[b], lsl #16\n\t"
                       "pkhtb %[b], %[b], %[a], asr #16\n\t"
                       "sxtb16 %[a], %[c]\n\t"
                       "sxtb16 %[c], %[c], ror #8\n\t"
                       "str %[a], [%[to]], #4\n\t"
                       "str %[c], [%[other]], #4\n\t"
                       "sxtb16 %[a], %[b]\n\t"
                       "sxtb16 %[b], %[b], ror #8\n\t"
                       "str %[a], [%[third]], #4\n\t"
                       "str %[b], [%[fourth]], #4\n\t"
                       "cmp %[to], %[end]\n\t"
                       "bne 1b"
                       : [from] "+r"(from), [to] "+r"(to), [other] "+r"(other), [third] "+r"(third),
                         [fourth] "+r"(fourth), [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c)
                       : [end] "r"(end), [depth] "r"(depth)
                       : "cc", "memory");
    }
  }
}
#endif

#if NN_TAPS == 2
#if NN_THREES
/* What the sums of a window of 3 x 3 need behind each row: bytes that the plane goes on by, bytes of sums, and by how much
   these are too many, as sums are made in pairs. */
typedef struct {
  int32_t on_bytes, row_bytes, beyond_bytes;
  const int32_t *end;
} nn_rows_t;

/* Rows of sums of a window of 3 x 3, in pairs; all planes are NN_PLANE_BYTES wide. Of each row of weights there are the words
   (w0, w1) and (w1, w2). All registers but r9, which some programs keep for themselves. */
#define NN_THREE_ROWS(pair)                                                                                      \
  register const int16_t *at __asm__("r0") = plane;                                                              \
  register int32_t *to __asm__("r1") = sums;                                                                     \
  register const int16_t *weights __asm__("r12") = taps;                                                         \
  register const nn_rows_t *row __asm__("lr") = rows;                                                            \
  __asm__ volatile("push {r4-r8, r10, r11, lr}\n\t"                                                              \
                   "ldr r2, [lr, #4]\n\t"                                                                        \
                   "ldm r12, {r3-r8}\n\t"                                                                        \
                   "add r2, r2, r1\n"                                                                            \
                   "1:\n\t" pair "strd r12, lr, [r1], #8\n\t"                                                    \
                   "cmp r1, r2\n\t"                                                                              \
                   "bne 1b\n\t"                                                                                  \
                   "ldr r10, [sp, #28]\n\t"                                                                      \
                   "ldm r10, {r10-r12, lr}\n\t"                                                                  \
                   "add r0, r0, r10\n\t"                                                                         \
                   "sub r1, r1, r12\n\t"                                                                         \
                   "add r2, r1, r11\n\t"                                                                         \
                   "cmp r1, lr\n\t"                                                                              \
                   "bne 1b\n\t"                                                                                  \
                   "pop {r4-r8, r10, r11, lr}"                                                                   \
                   : "+r"(at), "+r"(to), "+r"(weights), "+r"(row)                                                \
                   : [one] "n"(NN_PLANE_BYTES), [two] "n"(2 * NN_PLANE_BYTES), [one_on] "n"(NN_PLANE_BYTES + 8), \
                     [two_on] "n"(2 * NN_PLANE_BYTES + 8)                                                        \
                   : "r2", "r3", "cc", "memory")

#if NN_THREES & 1
/* Windows that move by one: four numbers of each row of the plane make both sums, eighteen instructions in all. */
static NN_APART void nn_plane_by_one(const int16_t *plane, int32_t *sums, const int16_t *taps, const nn_rows_t *rows)
{
  NN_THREE_ROWS("ldrd r10, r11, [r0, %[one]]\n\t"
                "smuad r12, r10, r5\n\t"
                "smlabt r12, r11, r6, r12\n\t"
                "smultb lr, r10, r5\n\t"
                "smlad lr, r11, r6, lr\n\t"
                "ldrd r10, r11, [r0, %[two]]\n\t"
                "smlad r12, r10, r7, r12\n\t"
                "smlabt r12, r11, r8, r12\n\t"
                "smlatb lr, r10, r7, lr\n\t"
                "smlad lr, r11, r8, lr\n\t"
                "ldrd r10, r11, [r0], #4\n\t"
                "smlad r12, r10, r3, r12\n\t"
                "smlabt r12, r11, r4, r12\n\t"
                "smlatb lr, r10, r3, lr\n\t"
                "smlad lr, r11, r4, lr\n\t");
}
#endif

#if NN_THREES & 2
/* Windows that move by two: of five numbers the third belongs to both sums, twenty-one instructions in all. */
static NN_APART void nn_plane_by_two(const int16_t *plane, int32_t *sums, const int16_t *taps, const nn_rows_t *rows)
{
  NN_THREE_ROWS("ldrd r10, r11, [r0, %[one]]\n\t"
                "smuad r12, r10, r5\n\t"
                "smlabt r12, r11, r6, r12\n\t"
                "ldr r10, [r0, %[one_on]]\n\t"
                "smuad lr, r11, r5\n\t"
                "smlabt lr, r10, r6, lr\n\t"
                "ldrd r10, r11, [r0, %[two]]\n\t"
                "smlad r12, r10, r7, r12\n\t"
                "smlabt r12, r11, r8, r12\n\t"
                "ldr r10, [r0, %[two_on]]\n\t"
                "smlad lr, r11, r7, lr\n\t"
                "smlabt lr, r10, r8, lr\n\t"
                "ldrd r10, r11, [r0], #8\n\t"
                "smlad r12, r10, r3, r12\n\t"
                "smlabt r12, r11, r4, r12\n\t"
                "ldr r10, [r0]\n\t"
                "smlad lr, r11, r3, lr\n\t"
                "smlabt lr, r10, r4, lr\n\t");
}
#endif

static inline nn_rows_t nn_plane_rows(const nn_depthwise_plane_t *l, const int32_t *sums)
{
  const int32_t columns = l->columns, pairs = (columns + 1) >> 1;
  const nn_rows_t rows = {NN_PLANE_BYTES * (int32_t)l->stride_height - 4 * pairs * (int32_t)l->stride_width, 8 * pairs,
                          8 * pairs - 4 * columns, sums};
  return rows;
}

static inline void nn_plane_threes(const int16_t *plane, int32_t *sums, const int16_t *taps, int32_t stride,
                                   const nn_rows_t *rows)
{
  (void)stride;
#if NN_THREES & 1
  if (NN_THREES == 1 || stride == 1) {
    nn_plane_by_one(plane, sums, taps, rows);
  }
#endif
#if NN_THREES & 2
  if (NN_THREES == 2 || stride == 2) {
    nn_plane_by_two(plane, sums, taps, rows);
  }
#endif
}
#endif

#if NN_GENERAL
/* Any window: four sums of neighbours at a time, two taps at a time. */
static NN_APART void nn_plane_sums(const nn_depthwise_plane_t *l, const int16_t *plane, int32_t *sums,
                                   const int16_t *taps, int32_t rows)
{
  const int32_t words = (l->kernel_width + 1) >> 1, behind = l->plane_width - 2 * words;
  const int16_t *last = taps + l->kernel_height * 2 * words;
  for (; rows > 0; --rows, plane += l->stride_height * (int32_t)l->plane_width) {
    const int16_t *window = plane;
    int32_t left = l->columns;
    for (; left > 0; left -= 4, window += 4 * (int32_t)l->stride_width, sums += 4) {
      const int16_t *x = window, *w = taps;
      int32_t a = 0, b = 0, c = 0, d = 0, tap, number;
      do {
        __asm__("1:\n\t"
                "ldr %[tap], [%[w]], #4\n\t"
                "ldr %[number], [%[x], %[apart]]\n\t"
                "smlad %[b], %[number], %[tap], %[b]\n\t"
                "ldr %[number], [%[x], %[apart], lsl #1]\n\t"
                "smlad %[c], %[number], %[tap], %[c]\n\t"
                "ldr %[number], [%[x], %[far]]\n\t"
                "smlad %[d], %[number], %[tap], %[d]\n\t"
                "ldr %[number], [%[x]], #4\n\t"
                "smlad %[a], %[number], %[tap], %[a]\n\t"
                "cmp %[w], %[end]\n\t"
                "bne 1b"
                : [x] "+r"(x), [w] "+r"(w), [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [tap] "=&r"(tap),
                  [number] "=&r"(number)
                : [end] "r"(w + 2 * words), [apart] "r"(2 * (int32_t)l->stride_width),
                  [far] "r"(6 * (int32_t)l->stride_width)
                : "cc", "memory");
        x += behind;
      } while (w != last);
      sums[0] = a;
      sums[1] = b;
      sums[2] = c;
      sums[3] = d;
    }
    sums += left;
  }
}
#endif
#else
#if NN_THREES
/* What the sums of a window of 3 x 3 need of a layer. */
typedef struct {
  int32_t columns, width, on;
  const int32_t *end;
} nn_rows_t;

static inline nn_rows_t nn_plane_rows(const nn_depthwise_plane_t *l, const int32_t *sums)
{
  const nn_rows_t rows = {l->columns, l->plane_width, l->stride_height * (int32_t)l->plane_width, sums};
  return rows;
}

/* Sums of windows of 3 x 3, in pairs. */
static NN_APART void nn_plane_threes(const int16_t *plane, int32_t *sums, const int16_t *taps, int32_t stride,
                                     const nn_rows_t *rows)
{
  const int32_t a = taps[0], b = taps[1], c = taps[2], d = taps[3], e = taps[4], f = taps[5], g = taps[6], h = taps[7],
                i = taps[8];
  const int32_t width = rows->width, columns = (rows->columns + 1) & ~1, beyond = rows->columns & 1;
  for (; sums != rows->end; plane += rows->on, sums -= beyond) {
    const int16_t *one = plane;
    for (int32_t *end = sums + columns; sums != end; sums += 2, one += 2 * stride) {
      const int16_t *other = one + stride, *x = one + width, *y = other + width;
      int32_t p = one[0] * a + one[1] * b + one[2] * c, q = other[0] * a + other[1] * b + other[2] * c;
      p += x[0] * d + x[1] * e + x[2] * f;
      q += y[0] * d + y[1] * e + y[2] * f;
      x += width;
      y += width;
      sums[0] = p + x[0] * g + x[1] * h + x[2] * i;
      sums[1] = q + y[0] * g + y[1] * h + y[2] * i;
    }
  }
}
#endif

#if NN_GENERAL
/* Any window: two sums of neighbours at a time. */
static NN_APART void nn_plane_sums(const nn_depthwise_plane_t *l, const int16_t *plane, int32_t *sums,
                                   const int16_t *taps, int32_t rows)
{
  const int32_t stride = l->stride_width, behind = l->plane_width - l->kernel_width;
  const int16_t *last = taps + l->kernel_height * (int32_t)l->kernel_width;
  for (; rows > 0; --rows, plane += l->stride_height * (int32_t)l->plane_width, sums -= l->columns & 1) {
    const int16_t *window = plane;
    for (int32_t left = l->columns; left > 0; left -= 2, window += 2 * stride) {
      const int16_t *x = window, *w = taps;
      int32_t one = 0, other = 0;
      do {
        const int16_t *end = w + l->kernel_width;
        do {
          one += (int32_t)*x * *w;
          other += (int32_t)x[stride] * *w++;
          ++x;
        } while (w != end);
        x += behind;
      } while (w != last);
      *sums++ = one;
      *sums++ = other;
    }
  }
}
#endif
#endif

#if NN_DEPTHWISE_POOLED
static NN_APART void nn_plane_store(const nn_depthwise_plane_t *l, const nn_channel_t *channel, const int32_t *sums,
                                    int32_t rows, int8_t *output)
{
  const nn_channel_t factor = *channel;
  const int32_t zero = l->output_zero, lowest = l->lowest, highest = l->highest, depth = l->output_channels;
  const int32_t columns = l->columns;
  for (int32_t row = 0; row < rows; row += l->pool_height, sums += l->pool_height * columns) {
    for (int32_t x = 0; x < columns; x += l->pool_width) {
      int32_t best = INT32_MIN;
      for (int32_t i = 0; i < l->pool_height && row + i < rows; ++i) {
        for (int32_t j = x; j < x + l->pool_width && j < columns; ++j) {
          const int32_t sum = sums[i * columns + j];
          best = sum > best ? sum : best;
        }
      }
      *output = nn_clamp(nn_requantize(best, &factor) + zero, lowest, highest);
      output += depth;
    }
  }
}
#elif defined(NN_DSP) && NN_NARROW && NN_SATURATED
/* As `nn_requantize` and `nn_clamp`, two sums at a time. With NN_RECTIFIED no output lies below the zero point: a negative
   product may be rounded either way then, and the half that is rounded by and the zero point are added with it. */
static NN_APART void nn_plane_store(const nn_depthwise_plane_t *l, const nn_channel_t *channel, const int32_t *sums,
                                    int32_t rows, int8_t *output)
{
  int32_t number = rows * l->columns;
  const int32_t packed = channel->bias_and_shift, zero = l->output_zero;
  int32_t one, other;
#if NN_RECTIFIED
  const int32_t shift = (packed & 31) + 1, added = (int32_t)(((uint32_t)zero << shift) + ((uint32_t)1 << (shift - 1)));
#define NN_SCALED(value)                                     \
  "add " value ", %[bias], " value ", lsl #1\n\t"            \
  "smmlar " value ", " value ", %[multiplier], %[added]\n\t" \
  "asr " value ", " value ", %[shift]\n\t"                   \
  "ssat " value ", #8, " value "\n\t"
#else
  const int32_t shift = packed & 31, added = 2 * zero + 1;
#define NN_SCALED(value)                             \
  "add " value ", %[bias], " value ", lsl #1\n\t"    \
  "smmulr " value ", " value ", %[multiplier]\n\t"   \
  "add " value ", " value ", " value ", asr #31\n\t" \
  "asr " value ", " value ", %[shift]\n\t"           \
  "add " value ", " value ", %[added]\n\t"           \
  "ssat " value ", #8, " value ", asr #1\n\t"
#endif
  __asm__ volatile(
      "tst %[number], #1\n\t"
      "add %[number], %[sums], %[number], lsl #2\n\t"
      "beq 1f\n\t"
      "ldr %[one], [%[sums]], #4\n\t" NN_SCALED(
          "%[one]") "strb %[one], [%[output]]\n\t"
                    "add %[output], %[output], %[depth]\n\t"
                    "cmp %[sums], %[number]\n\t"
                    "beq 2f\n"
                    "1:\n\t"
                    "ldrd %[one], %[other], [%[sums]], #8\n\t" NN_SCALED("%[one]")
                        NN_SCALED("%[other]") "strb %[one], [%[output]]\n\t"
                                              "strb %[other], [%[output], %[depth]]\n\t"
                                              "add %[output], %[output], %[depth], lsl #1\n\t"
                                              "cmp %[sums], %[number]\n\t"
                                              "bne 1b\n"
                                              "2:"
      : [sums] "+r"(sums), [output] "+r"(output), [number] "+r"(number), [one] "=&r"(one), [other] "=&r"(other)
      : [bias] "r"((packed >> 5) * 2), [multiplier] "r"(channel->multiplier), [shift] "r"(shift), [added] "r"(added),
        [depth] "r"((int32_t)l->output_channels)
      : "cc", "memory");
#undef NN_SCALED
}
#else
static NN_APART void nn_plane_store(const nn_depthwise_plane_t *l, const nn_channel_t *channel, const int32_t *sums,
                                    int32_t rows, int8_t *output)
{
  const nn_channel_t factor = *channel;
  const int32_t zero = l->output_zero, lowest = l->lowest, highest = l->highest, depth = l->output_channels;
  for (const int32_t *end = sums + rows * l->columns; sums != end; output += depth) {
    *output = nn_clamp(nn_requantize(*sums++, &factor) + zero, lowest, highest);
  }
}
#endif

/* The weights of one channel, in pairs where two are multiplied at a time. */
static NN_APART void nn_plane_spread(const nn_depthwise_plane_t *l, const int8_t *weights, int16_t *taps,
                                     int32_t threes)
{
  const int32_t depth = l->output_channels;
#if NN_TAPS == 2 && NN_THREES
  if (threes) {
    for (int16_t *end = taps + 12; taps != end; taps += 4, weights += 3 * depth) {
      taps[0] = weights[0];
      taps[1] = taps[2] = weights[depth];
      taps[3] = weights[2 * depth];
    }
    return;
  }
#endif
  (void)threes;
  for (int32_t i = l->kernel_height; i > 0; --i) {
    for (int32_t j = l->kernel_width; j > 0; --j, weights += depth) {
      *taps++ = *weights;
    }
    if (NN_TAPS == 2 && (l->kernel_width & 1)) {
      *taps++ = 0;
    }
  }
}

static NN_APART void nn_depthwise_plane(const nn_depthwise_plane_t *l, const int8_t *input, int8_t *output,
                                        int32_t *scratch)
{
  const int32_t columns = l->columns, width = l->plane_width;
  const int32_t batch = l->batch * (int32_t)l->pool_height, step = l->output_width * (int32_t)l->output_channels;
  int16_t *taps = (int16_t *)(scratch + batch * columns + 3);
  int16_t *plane = taps + l->kernel_height * ((l->kernel_width + 2) & ~1);
#if NN_THREES
  const int32_t stride = l->stride_width;
  nn_rows_t rows_behind = nn_plane_rows(l, scratch);
#endif
  const int32_t apart = nn_plane_columns(l);
  int32_t number;
  const int32_t threes = NN_GENERAL == 0 || nn_plane_is_of_threes(l);
  for (int32_t y = 0; y < l->output_height; y += l->stripe) {
    const int32_t first = y * l->pool_height, below = first + l->stripe * (int32_t)l->pool_height;
    const int32_t last = below < l->rows ? below : l->rows;
    for (int16_t *to = plane, *end = plane + l->plane_height * width; to < end; ++to) {
      *to = l->input_zero;
    }
    for (int32_t channel = 0; channel < l->input_channels; channel += number) {
      const int32_t top = first * l->stride_height - l->pad_top;
      number = 1;
#if NN_SIDE_BY_SIDE && NN_TAPS == 2
      if (4 * apart <= width && l->multiplier == 1 && l->input_channels - channel >= 4) {
        number = 4;
        nn_plane_fill_four(l, input + channel, plane, top, apart);
      }
#endif
      if (number == 1) {
        nn_plane_fill(l, input + channel, plane, top);
      }
      for (int32_t i = 0; i < number * l->multiplier; ++i) {
        const int32_t c = channel * l->multiplier + i;
        const int16_t *seen = plane + (number > 1 ? i * apart : 0);
        int8_t *place = output + y * step + c;
        nn_plane_spread(l, l->weights + c, taps, threes);
        for (int32_t row = first; row < last; row += batch, place += l->batch * step) {
          const int32_t rows = last - row < batch ? last - row : batch;
          const int16_t *from = seen + (row - first) * l->stride_height * width;
#if NN_THREES
          if (threes) {
            rows_behind.end = scratch + rows * columns;
            nn_plane_threes(from, scratch, taps, stride, &rows_behind);
          }
#endif
#if NN_GENERAL
          if (!threes) {
            nn_plane_sums(l, from, scratch, taps, rows);
          }
#endif
          nn_plane_store(l, l->channels + c, scratch, rows, place);
        }
      }
    }
  }
}
