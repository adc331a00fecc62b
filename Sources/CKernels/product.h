// The matrix product, for one width of vectors: tiles of C stay in registers while the depth runs.
// The file that includes this says how many rows and panels make a tile, so that its sums fill the
// registers and hide the latency of two fused operations a cycle.

/// The sixteen columns of a panel.
#define WIDTH 16
typedef float row16 __attribute__((ext_vector_type(WIDTH), aligned(4)));

/// The depth of a block: the panels of B and the rows of A that meet in a tile stay in the first
/// cache.
#define BLOCK_DEPTH 256

/// A row of C whose last panel may be filled in part only.
static INLINE void copy_row(const float *from, float *to, int filled) {
    if (filled == WIDTH) *(row16 *)to = *(const row16 *)from;
    else for (int i = 0; i < filled; i++) to[i] = from[i];
}

static void slope_down(
    float *restrict values, const float *restrict slopes, long rows, long columns,
    float *restrict panels, float *restrict total) {
    for (long left = 0; left < columns; left += WIDTH) {
        const int filled = columns - left < WIDTH ? (int)(columns - left) : WIDTH;
        row16 sum = 0, value = 0, slope = 0;
        if (total) copy_row(total + left, (float *)&sum, filled);
        for (long row = 0; row < rows; row++) {
            const long place = row * columns + left;
            copy_row(values + place, (float *)&value, filled);
            copy_row(slopes + place, (float *)&slope, filled);
            value *= slope;
            sum += value;
            copy_row((const float *)&value, values + place, filled);
            copy_row((const float *)&value, panels + row * WIDTH, WIDTH);
        }
        if (total) copy_row((const float *)&sum, total + left, filled);
        panels += rows * WIDTH;
    }
}

/// Where a tile reads and writes.
struct tile {
    const float *a, *b, *start;
    float *c;
    long start_stride, depth;
    /// Columns of the last panel.
    int filled;
};

/// `rows` and `panels` are constants in each call, so that all loops over them are unrolled.
static INLINE void add_tile(
    const int rows, const int panels, const struct edgeflock_product *shape, const struct tile *t) {
    const long distance = shape->depth * WIDTH;
    row16 sums[8][4];
    UNROLL for (int row = 0; row < rows; row++)
        UNROLL for (int panel = 0; panel < panels; panel++)
            copy_row(
                t->start + row * t->start_stride + panel * WIDTH, (float *)&sums[row][panel],
                panel < panels - 1 ? WIDTH : t->filled);
    const float *a = t->a, *b = t->b;
    for (long step = 0; step < t->depth; step++) {
        UNROLL for (int row = 0; row < rows; row++) {
            const row16 factor = (row16)a[row * shape->row_stride];
            UNROLL for (int panel = 0; panel < panels; panel++)
                sums[row][panel] = __builtin_elementwise_fma(
                    factor, *(const row16 *)(b + panel * distance), sums[row][panel]);
        }
        a += shape->depth_stride;
        b += WIDTH;
    }
    UNROLL for (int row = 0; row < rows; row++)
        UNROLL for (int panel = 0; panel < panels; panel++)
            copy_row(
                (const float *)&sums[row][panel], t->c + row * shape->columns + panel * WIDTH,
                panel < panels - 1 ? WIDTH : t->filled);
}

#define ROWS(count) \
    case count: \
        if (count <= TILE_ROWS) add_tile(count, panels, shape, t); \
        break;

static INLINE void add_rows(
    int rows, const int panels, const struct edgeflock_product *shape, const struct tile *t) {
    switch (rows) {
        ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6) ROWS(7) ROWS(8)
    }
}

/// All rows of some panels, for one block of depth.
static INLINE void add_panels(
    const int panels, const struct edgeflock_product *shape, struct tile t) {
    for (long row = 0; row < shape->rows; row += TILE_ROWS) {
        const long rest = shape->rows - row;
        add_rows(rest < TILE_ROWS ? (int)rest : TILE_ROWS, panels, shape, &t);
        t.a += TILE_ROWS * shape->row_stride;
        t.start += TILE_ROWS * t.start_stride;
        t.c += TILE_ROWS * shape->columns;
    }
}

/// One row alone would wait for its own sums: it takes several panels side by side.
static INLINE void add_row(
    int panels, const struct edgeflock_product *shape, const struct tile *t) {
    switch (panels) {
    case 1: add_tile(1, 1, shape, t); break;
    case 2: add_tile(1, 2, shape, t); break;
    case 3: add_tile(1, 3, shape, t); break;
    default: add_tile(1, ROW_PANELS, shape, t);
    }
}

static void product(
    const struct edgeflock_product *shape, const float *a, const float *panels,
    const float *start, float *c) {
    long first = 0;
    do {
        const long rest = shape->depth - first;
        struct tile t = {
            .a = a + first * shape->depth_stride, .b = panels + first * WIDTH,
            .start_stride = first == 0 ? shape->start_stride : shape->columns,
            .depth = rest < BLOCK_DEPTH ? rest : BLOCK_DEPTH};
        const int most = shape->rows == 1 ? ROW_PANELS : TILE_PANELS;
        for (long left = 0; left < shape->columns; left += most * WIDTH) {
            const long columns = shape->columns - left;
            const int count = columns < most * WIDTH ? (int)(columns + WIDTH - 1) / WIDTH : most;
            t.filled = columns < count * WIDTH ? (int)columns - (count - 1) * WIDTH : WIDTH;
            t.start = (first == 0 ? start : c) + left;
            t.c = c + left;
            if (shape->rows == 1) add_row(count, shape, &t);
            else if (count == TILE_PANELS) add_panels(TILE_PANELS, shape, t);
            else add_panels(1, shape, t);
            t.b += most * WIDTH * shape->depth;
        }
        first += BLOCK_DEPTH;
    } while (first < shape->depth);
}
