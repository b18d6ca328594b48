/* A convolution of each channel by itself with the pooling behind it. What a stripe of outputs sees of one channel is
   copied into a plane of 16 bits, borders included; all sums of a batch of rows are made from it, two neighbours at a
   time, and meet in the maximum of their pooling window before they are requantized. Weights lie as output channels
   within columns within rows. */
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

static NN_APART void nn_plane_fill(const nn_depthwise_plane_t *l, const int8_t *input, int16_t *plane, int32_t top)
{
  const int32_t depth = l->input_channels, height = l->input_height;
  const int32_t bottom = top + l->plane_height < height ? top + l->plane_height : height;
  int32_t width = l->plane_width - l->pad_left;
  width = width < l->input_width ? width : l->input_width;
  plane += l->pad_left;
  if (top < 0) {
    plane -= top * l->plane_width;
    top = 0;
  }
  input += top * l->input_width * depth;
  for (; top < bottom; ++top, plane += l->plane_width, input += l->input_width * depth) {
    const int8_t *from = input;
    int16_t *to = plane, *end = plane + width;
    if (width & 1) {
      *to++ = *from;
      from += depth;
    }
    for (; to < end; to += 2, from += 2 * depth) {
      to[0] = from[0];
      to[1] = from[depth];
    }
  }
}

#if defined(NN_DSP)
#if NN_THREES
/* Rows of sums of a window of 3 x 3 that moves by one, in pairs. Of each row of weights there are the words (w0, w1) and
   (w1, w2); four numbers of the plane make both sums. All registers but r9, which some programs keep for themselves. */
static NN_APART void nn_plane_threes(const int16_t *plane, int32_t width_bytes, int32_t *sums, const int16_t *taps,
                                     const int32_t *last, int32_t row_bytes)
{
  register const int16_t *at __asm__("r0") = plane;
  register int32_t below __asm__("r1") = width_bytes;
  register int32_t *to __asm__("r2") = sums;
  register const int16_t *weights __asm__("r12") = taps;
  register const int32_t *end __asm__("r3") = last;
  register int32_t row __asm__("lr") = row_bytes;
  __asm__ volatile("sub r1, r1, lr, lsr #1\n\t"
                   "push {r1, r3, lr}\n\t"
                   "add r1, r1, lr, lsr #1\n\t"
                   "push {r4-r8, r10, r11}\n\t"
                   "add lr, lr, r2\n\t"
                   "push {r2, lr}\n\t"
                   "ldm r12, {r3-r8}\n"
                   "1:\n\t"
                   "ldrd r10, r11, [r0]\n\t"
                   "add r0, r0, r1\n\t"
                   "smuad r12, r10, r3\n\t"
                   "smlabt r12, r11, r4, r12\n\t"
                   "smultb lr, r10, r3\n\t"
                   "smlad lr, r11, r4, lr\n\t"
                   "ldrd r10, r11, [r0]\n\t"
                   "add r0, r0, r1\n\t"
                   "smlad r12, r10, r5, r12\n\t"
                   "smlabt r12, r11, r6, r12\n\t"
                   "smlatb lr, r10, r5, lr\n\t"
                   "smlad lr, r11, r6, lr\n\t"
                   "ldrd r10, r11, [r0], #4\n\t"
                   "smlad r12, r10, r7, r12\n\t"
                   "smlabt r12, r11, r8, r12\n\t"
                   "smlatb lr, r10, r7, lr\n\t"
                   "smlad lr, r11, r8, lr\n\t"
                   "ldr r10, [sp, #4]\n\t"
                   "sub r0, r0, r1, lsl #1\n\t"
                   "strd r12, lr, [r2], #8\n\t"
                   "cmp r2, r10\n\t"
                   "bne 1b\n\t"
                   "ldrd r11, r12, [sp, #36]\n\t"
                   "ldr lr, [sp, #44]\n\t"
                   "add r0, r0, r11\n\t"
                   "add r10, r10, lr\n\t"
                   "str r10, [sp, #4]\n\t"
                   "cmp r2, r12\n\t"
                   "bne 1b\n\t"
                   "add sp, sp, #8\n\t"
                   "pop {r4-r8, r10, r11}\n\t"
                   "add sp, sp, #12"
                   : "+r"(at), "+r"(below), "+r"(to), "+r"(weights), "+r"(end), "+r"(row)
                   :
                   : "cc", "memory");
}
#endif

typedef struct {
  uint32_t word;
} __attribute__((packed, may_alias)) nn_pair_t;

static inline int32_t nn_plane_pair(const int16_t *x, const int16_t *w, int32_t sum)
{
  __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(((const nn_pair_t *)x)->word), "r"(((const nn_pair_t *)w)->word));
  return sum;
}
#define NN_TAPS 2
#else
static inline int32_t nn_plane_pair(const int16_t *x, const int16_t *w, int32_t sum)
{
  return sum + (int32_t)*x * *w;
}
#define NN_TAPS 1

#if NN_NINES
/* Sums of windows of 3 x 3, in pairs. */
static NN_APART void nn_plane_nines(const nn_depthwise_plane_t *l, const int16_t *plane, int32_t *sums,
                                    const int16_t *taps, int32_t rows)
{
  const int32_t a = taps[0], b = taps[1], c = taps[2], d = taps[3], e = taps[4], f = taps[5], g = taps[6], h = taps[7],
                i = taps[8];
  const int32_t stride = l->stride_width, width = l->plane_width, columns = (l->columns + 1) & ~1;
  for (; rows > 0; --rows, plane += l->stride_height * width) {
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
#endif

#if defined(NN_DSP)
#define NN_GENERAL (NN_THREES < 2)
#else
#define NN_GENERAL (NN_NINES < 2)
#endif
#if NN_GENERAL
static NN_APART void nn_plane_sums(const nn_depthwise_plane_t *l, const int16_t *plane, int32_t *sums,
                                   const int16_t *taps, int32_t rows)
{
  const int32_t stride = l->stride_width, taps_width = (l->kernel_width + NN_TAPS - 1) & ~(int32_t)(NN_TAPS - 1);
  const int32_t behind = l->plane_width - taps_width;
  const int16_t *last = taps + l->kernel_height * taps_width;
  for (; rows > 0; --rows, plane += l->stride_height * (int32_t)l->plane_width) {
    const int16_t *window = plane;
    for (int32_t left = l->columns; left > 0; left -= 2, window += 2 * stride) {
      const int16_t *x = window, *w = taps;
      int32_t one = 0, other = 0;
      do {
        const int16_t *end = w + taps_width;
        do {
          one = nn_plane_pair(x, w, one);
          other = nn_plane_pair(x + stride, w, other);
          x += NN_TAPS;
          w += NN_TAPS;
        } while (w != end);
        x += behind;
      } while (w != last);
      *sums++ = one;
      *sums++ = other;
    }
  }
}
#endif

static NN_APART void nn_plane_store(const nn_depthwise_plane_t *l, const nn_channel_t *channel, const int32_t *sums,
                                    int32_t rows, int8_t *output)
{
  const nn_channel_t factor = *channel;
  const int32_t zero = l->output_zero, lowest = l->lowest, highest = l->highest, depth = l->output_channels;
  const int32_t columns = l->columns, width = (columns + 1) & ~(int32_t)1;
#if NN_DEPTHWISE_POOLED
  for (int32_t row = 0; row < rows; row += l->pool_height, sums += l->pool_height * width) {
    for (int32_t x = 0; x < columns; x += l->pool_width) {
      int32_t best = INT32_MIN;
      for (int32_t i = 0; i < l->pool_height && row + i < rows; ++i) {
        for (int32_t j = x; j < x + l->pool_width && j < columns; ++j) {
          const int32_t sum = sums[i * width + j];
          best = sum > best ? sum : best;
        }
      }
      *output = nn_clamp(nn_requantize(best, &factor) + zero, lowest, highest);
      output += depth;
    }
  }
#else
  for (; rows > 0; --rows, sums += width) {
    for (const int32_t *sum = sums, *end = sums + columns; sum < end; output += depth) {
      *output = nn_clamp(nn_requantize(*sum++, &factor) + zero, lowest, highest);
    }
  }
#endif
}

/* The weights of one channel, in pairs where two are multiplied at a time. */
static NN_APART void nn_plane_spread(const nn_depthwise_plane_t *l, const int8_t *weights, int16_t *taps,
                                     int32_t threes)
{
  for (int32_t i = l->kernel_height; i > 0; --i) {
    for (int32_t j = l->kernel_width; j > 0; --j, weights += l->output_channels) {
      *taps++ = *weights;
      if (threes && j == 2) {
        *taps++ = *weights;
      }
    }
    if (NN_TAPS == 2 && !threes && (l->kernel_width & 1)) {
      *taps++ = 0;
    }
  }
}

static NN_APART void nn_depthwise_plane(const nn_depthwise_plane_t *l, const int8_t *input, int8_t *output,
                                        int32_t *scratch)
{
  const int32_t columns = ((int32_t)l->columns + 1) & ~(int32_t)1, width = l->plane_width;
  const int32_t batch = l->batch * (int32_t)l->pool_height, step = l->output_width * (int32_t)l->output_channels;
  int16_t *taps = (int16_t *)(scratch + batch * columns);
  int16_t *plane = taps + l->kernel_height * ((l->kernel_width + 2) & ~1);
#if defined(NN_DSP) && NN_THREES == 1
  const int32_t threes = l->kernel_height == 3 && l->kernel_width == 3 && l->stride_height == 1 && l->stride_width == 1;
#elif defined(NN_DSP) && NN_THREES
  const int32_t threes = 1;
#else
  const int32_t threes = 0;
#endif
#if defined(NN_DSP)
  const int32_t nines = 0;
#else
  const int32_t nines = l->kernel_height == 3 && l->kernel_width == 3;
#endif
  for (int32_t y = 0; y < l->output_height; y += l->stripe) {
    const int32_t first = y * l->pool_height, below = first + l->stripe * (int32_t)l->pool_height;
    const int32_t last = below < l->rows ? below : l->rows;
    for (int16_t *to = plane, *end = plane + l->plane_height * width; to < end; ++to) {
      *to = l->input_zero;
    }
    for (int32_t c = 0, channel = 0; c < l->output_channels; ++channel) {
      nn_plane_fill(l, input + channel, plane, first * l->stride_height - l->pad_top);
      for (int32_t end = c + l->multiplier; c < end; ++c) {
        int8_t *place = output + y * step + c;
        nn_plane_spread(l, l->weights + c, taps, threes);
        for (int32_t row = first; row < last; row += batch, place += l->batch * step) {
          const int32_t rows = last - row < batch ? last - row : batch;
          const int16_t *from = plane + (row - first) * l->stride_height * width;
#if defined(NN_DSP) && NN_THREES
          if (threes) {
            nn_plane_threes(from, 2 * width, scratch, taps, scratch + rows * columns, 4 * columns);
          }
#endif
#if NN_NINES && !defined(NN_DSP)
          if (nines) {
            nn_plane_nines(l, from, scratch, taps, rows);
          }
#endif
#if NN_GENERAL
          if (!threes && !nines) {
            nn_plane_sums(l, from, scratch, taps, rows);
          }
#endif
          nn_plane_store(l, l->channels + c, scratch, rows, place);
        }
      }
    }
  }
}
