#ifdef __GNUC__
typedef float __attribute__((may_alias)) nn_real_t; /* in memory that holds whole numbers at other times */
#else
typedef float nn_real_t;
#endif

typedef struct {
  float cosine, sine;
} nn_angle_t;

/* Turns by a small angle: `less` is 1 - cos of it and `across` its sine, so that little is lost
   in a long row of turns (Singleton 1967). */
static inline nn_angle_t nn_turned(nn_angle_t from, float less, float across)
{
  const nn_angle_t to = {
      from.cosine - (less * from.cosine + across * from.sine),
      from.sine - (less * from.sine - across * from.cosine),
  };
  return to;
}
