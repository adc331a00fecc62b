// Loops over arrays, for one width of vectors. The functions of one number have no branches, only
// selections, and are not fused: they are those of `Mathematics`, operation by operation.
#pragma STDC FP_CONTRACT OFF

static INLINE float of_bits(int bits) { return __builtin_bit_cast(float, bits); }
static INLINE int bits_of(float x) { return __builtin_bit_cast(int, x); }

/// 2^n for n in -126 ... 127.
static INLINE float power_of_two(int n) { return of_bits((n + 127) << 23); }

/// exp(x) = (1 + fraction) 2^power, for |x| below 2^10.
static INLINE float exponential_parts(float x, int *power) {
    const float shift = 0x1.8p23f;
    const float shifted = x * 0x1.715476p+0f + shift;
    const float n = shifted - shift;
    const float r = (x - n * 0x1.63p-1f) - n * -0x1.bd0106p-13f;
    float series = 1.0f / 5040;
    series = series * r + 1.0f / 720;
    series = series * r + 1.0f / 120;
    series = series * r + 1.0f / 24;
    series = series * r + 1.0f / 6;
    series = series * r + 0.5f;
    *power = bits_of(shifted) - bits_of(shift);
    return r + r * r * series;
}

/// e to the power x, for x up to 88; results below 2^-126 are zero.
static INLINE float exponential(float x) {
    int power;
    const float fraction = exponential_parts(x < -87.336f ? -87.336f : x, &power);
    const float result = (1 + fraction) * power_of_two(power);
    return x < -87.336f ? 0 : result;
}

static INLINE float mish_of(float x, float *slope) {
    const float clamped = x > 12 ? 12 : x;
    const float e = exponential(clamped);
    const float n = e * (e + 2);
    const float inverse = 1 / (n + 2);
    const float gate = n * inverse;
    *slope = gate + 4 * clamped * e * (e + 1) * inverse * inverse;
    return x * gate;
}

static INLINE float tanh_of(float x) {
    const float size = __builtin_fabsf(x);
    int power;
    const float fraction = exponential_parts(2 * (size > 10 ? 10 : size), &power);
    const float scale = power_of_two(power);
    const float grown = fraction * scale + (scale - 1);
    const float result = grown / (grown + 2);
    return x < 0 ? -result : (x == 0 ? x : result);
}

static void mish(float *restrict values, float *restrict slopes, long count) {
    float unused;
    if (slopes) VECTORS for (long i = 0; i < count; i++) values[i] = mish_of(values[i], &slopes[i]);
    else VECTORS for (long i = 0; i < count; i++) values[i] = mish_of(values[i], &unused);
}

static void hyperbolic_tangent(float *restrict values, float *restrict slopes, long count) {
    VECTORS for (long i = 0; i < count; i++) values[i] = tanh_of(values[i]);
    if (slopes)
        VECTORS for (long i = 0; i < count; i++) slopes[i] = 1 - values[i] * values[i];
}

static INLINE void adam_step(
    const struct edgeflock_adam *k, float *parameter, float gradient, float *first,
    float *second) {
    const float slope = gradient * k->scale;
    const float mean = k->first_decay * *first + (1 - k->first_decay) * slope;
    const float square = k->second_decay * *second + (1 - k->second_decay) * slope * slope;
    *first = mean;
    *second = square;
    *parameter -= k->rate * mean / (__builtin_sqrtf(square) * k->second_root + k->epsilon);
}

static void adam(
    float *restrict parameters, const float *restrict gradient, float *restrict first,
    float *restrict second, long count, const struct edgeflock_adam *constants,
    float *restrict average, float rate) {
    const struct edgeflock_adam k = *constants;
    const float kept = 1 - rate;
    if (average)
        VECTORS for (long i = 0; i < count; i++) {
            adam_step(&k, &parameters[i], gradient[i], &first[i], &second[i]);
            average[i] = kept * average[i] + rate * parameters[i];
        }
    else
        VECTORS for (long i = 0; i < count; i++)
            adam_step(&k, &parameters[i], gradient[i], &first[i], &second[i]);
}
