/*
 * The mix that embedded cores are compared by: sorting and searching a linked list whose order
 * depends on the results so far, arithmetic on a matrix of 16-bit integers, a state machine that
 * reads numbers in text, and a bitwise CRC over what came out of each.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bench.h"

#define ROUNDS SIZE(8, 6000)
const uint64_t work_checksum = SIZE(0xaab8bb69be301600, 0x61a7cb0394152abe);

/* ---- CRC-16, polynomial 0x8005 reflected ---- */

static uint16_t crc_byte(uint16_t crc, uint8_t byte)
{
    for (int i = 0; i < 8; i++) {
        bool carry = (crc ^ byte) & 1;

        crc >>= 1;
        byte >>= 1;
        if (carry) {
            crc ^= 0xa001;
        }
    }
    return crc;
}

static uint16_t crc_word(uint16_t crc, uint32_t word)
{
    for (int i = 0; i < 4; i++) {
        crc = crc_byte(crc, word >> (8 * i));
    }
    return crc;
}

/* ---- linked list ---- */

#define ITEMS 48

struct payload {
    int16_t value;
    int16_t place;
};
struct item {
    struct item *next;
    struct payload *payload;
};

static struct item items[ITEMS];
static struct payload payloads[ITEMS];

typedef int (*compare_fn)(const struct payload *a, const struct payload *b);

static int by_place(const struct payload *a, const struct payload *b)
{
    return a->place - b->place;
}

static int by_value(const struct payload *a, const struct payload *b)
{
    return (a->value & 0xff) - (b->value & 0xff);
}

static struct item *list_init(uint64_t *seed)
{
    for (unsigned i = 0; i < ITEMS; i++) {
        payloads[i] = (struct payload){.value = random_next(seed) >> 20, .place = i};
        items[i] = (struct item){
            .payload = &payloads[i],
            .next = i + 1 < ITEMS ? &items[i + 1] : NULL,
        };
    }
    return items;
}

static __attribute__((noinline)) struct item *list_find(struct item *list, uint8_t value)
{
    while (list && (list->payload->value & 0xff) != value) {
        list = list->next;
    }
    return list;
}

static __attribute__((noinline)) struct item *list_reverse(struct item *list)
{
    struct item *done = NULL;

    while (list) {
        struct item *next = list->next;

        list->next = done;
        done = list;
        list = next;
    }
    return done;
}

static struct item *merge(struct item *a, struct item *b, compare_fn compare)
{
    struct item *list, **end = &list;

    while (a && b) {
        struct item **from = compare(a->payload, b->payload) <= 0 ? &a : &b;

        *end = *from;
        end = &(*from)->next;
        *from = *end;
    }
    *end = a ? a : b;
    return list;
}

static __attribute__((noinline)) struct item *list_sort(struct item *list, compare_fn compare)
{
    struct item *runs[8] = {NULL}; /* runs[n]: NULL, or 1 << n sorted items */
    struct item *sorted = NULL;

    while (list) {
        struct item *run = list;
        unsigned n;

        list = list->next;
        run->next = NULL;
        for (n = 0; runs[n]; n++) {
            run = merge(runs[n], run, compare);
            runs[n] = NULL;
        }
        runs[n] = run;
    }
    for (unsigned n = 0; n < ARRAY_LEN(runs); n++) {
        sorted = merge(runs[n], sorted, compare);
    }
    return sorted;
}

static uint16_t list_round(struct item **list, uint16_t crc)
{
    unsigned found = 0;

    for (unsigned i = 0; i < 24; i++) {
        struct item *item = list_find(*list, crc + 11 * i);

        if (item) {
            found += item->payload->value;
        }
        *list = list_reverse(*list);
    }
    *list = list_sort(*list, by_value);
    for (struct item *item = *list; item; item = item->next) {
        crc = crc_byte(crc, item->payload->place);
    }
    *list = list_sort(*list, by_place);
    (*list)->payload->value ^= crc;
    return crc_word(crc, found);
}

/* ---- matrix ---- */

#define N 9

static int16_t a[N][N], b[N][N];
static int32_t c[N][N];

static void matrix_init(uint64_t *seed)
{
    for (unsigned i = 0; i < N; i++) {
        for (unsigned j = 0; j < N; j++) {
            a[i][j] = random_next(seed) >> 40;
            b[i][j] = random_next(seed) >> 48 & 0xff;
        }
    }
}

static __attribute__((noinline)) void matrix_add(int16_t value)
{
    for (unsigned i = 0; i < N; i++) {
        for (unsigned j = 0; j < N; j++) {
            a[i][j] += value;
        }
    }
}

static __attribute__((noinline)) void matrix_scale(int16_t factor)
{
    for (unsigned i = 0; i < N; i++) {
        for (unsigned j = 0; j < N; j++) {
            c[i][j] = a[i][j] * factor;
        }
    }
}

static __attribute__((noinline)) void matrix_multiply(void)
{
    for (unsigned i = 0; i < N; i++) {
        for (unsigned j = 0; j < N; j++) {
            uint32_t sum = 0;

            for (unsigned k = 0; k < N; k++) {
                sum += a[i][k] * b[k][j];
            }
            c[i][j] = sum;
        }
    }
}

static __attribute__((noinline)) void matrix_multiply_bits(void)
{
    for (unsigned i = 0; i < N; i++) {
        for (unsigned j = 0; j < N; j++) {
            uint32_t sum = 0;

            for (unsigned k = 0; k < N; k++) {
                int32_t product = a[i][k] * b[k][j];

                sum += (product >> 2 & 0xf) * (product >> 5 & 0x7f);
            }
            c[i][j] = sum;
        }
    }
}

/* How often the running sum goes over a limit, and how often the next element is larger. */
static __attribute__((noinline)) int matrix_judge(int32_t limit)
{
    int32_t sum = 0, last = 0, marks = 0;

    for (unsigned i = 0; i < N; i++) {
        for (unsigned j = 0; j < N; j++) {
            sum += c[i][j] & 0xffff;
            if (sum > limit) {
                marks += 10;
                sum = 0;
            } else {
                marks += c[i][j] > last;
            }
            last = c[i][j];
        }
    }
    return marks;
}

static uint16_t matrix_round(uint16_t crc)
{
    int16_t value = crc | 1;

    matrix_add(value);
    matrix_scale(value);
    crc = crc_word(crc, matrix_judge(100000));
    matrix_multiply();
    crc = crc_word(crc, matrix_judge(200000));
    matrix_multiply_bits();
    crc = crc_word(crc, matrix_judge(150000));
    matrix_add(-value);
    return crc;
}

/* ---- state machine ---- */

enum state {
    START, SIGN, INTEGER, POINT, FRACTION, EXPONENT, EXPONENT_SIGN, POWER, HEX, INVALID, STATES
};

static const char numbers[] =
    "5012,1874,-874,+122,35.54400,.1234500,-110.700,+0.64400,5.500e+3,-.123e-2,-87e+832,+0.6e-12,"
    "0x7fe1,T0.3e-1F,-T.T++Tq,1T3.4e4z,34.0e-T^,0xabcg,12..7,0.0,99e,+,17,-3,0x0,8.25e1,4096,"
    "65535,";

static char text[sizeof(numbers)];

static bool digit(char ch)
{
    return ch >= '0' && ch <= '9';
}

static enum state next_state(enum state state, char ch)
{
    switch (state) {
    case START:
        if (ch == '+' || ch == '-') {
            return SIGN;
        }
        /* fall through */
    case SIGN:
        if (ch == '.') {
            return POINT;
        }
        return digit(ch) ? INTEGER : INVALID;
    case INTEGER:
        if (ch == 'x') {
            return HEX;
        }
        if (ch == '.') {
            return FRACTION;
        }
        if (ch == 'e') {
            return EXPONENT;
        }
        return digit(ch) ? INTEGER : INVALID;
    case POINT:
        return digit(ch) ? FRACTION : INVALID;
    case FRACTION:
        if (ch == 'e') {
            return EXPONENT;
        }
        return digit(ch) ? FRACTION : INVALID;
    case EXPONENT:
        if (ch == '+' || ch == '-') {
            return EXPONENT_SIGN;
        }
        /* fall through */
    case EXPONENT_SIGN:
    case POWER:
        return digit(ch) ? POWER : INVALID;
    case HEX:
        return digit(ch) || (ch >= 'a' && ch <= 'f') ? HEX : INVALID;
    default:
        return INVALID;
    }
}

/* Read one number and the comma after it; its kind is the state that it ends in. */
static __attribute__((noinline)) enum state read_number(const char **at, uint32_t *passed)
{
    enum state state = START;
    const char *s = *at;

    for (; *s && *s != ','; s++) {
        enum state next = next_state(state, *s);

        if (next != state) {
            passed[next]++;
        }
        state = next;
        if (state == INVALID) {
            while (*s && *s != ',') {
                s++;
            }
            break;
        }
    }
    *at = *s ? s + 1 : s;
    return state;
}

static uint16_t state_round(uint16_t crc)
{
    uint32_t ended[STATES] = {0}, passed[STATES] = {0};
    unsigned step = 3 + (crc & 7);

    for (unsigned damage = 0; damage < 2; damage++) {
        const char *at = text;

        while (*at) {
            ended[read_number(&at, passed)]++;
        }
        for (unsigned i = 0; i < sizeof(text) - 1; i += step) { /* the second time puts it back */
            if (numbers[i] != ',') {
                text[i] ^= 1;
            }
        }
    }
    for (unsigned i = 0; i < STATES; i++) {
        crc = crc_word(crc, ended[i] << 16 | passed[i]);
    }
    return crc;
}

uint64_t work(void)
{
    uint64_t seed = 0x3415, sum = 0;
    struct item *list = list_init(&seed);
    uint16_t crc = 0;

    matrix_init(&seed);
    for (unsigned i = 0; i < sizeof(text); i++) {
        text[i] = numbers[i];
    }
    for (unsigned i = 0; i < ROUNDS; i++) {
        crc = list_round(&list, crc);
        crc = matrix_round(crc);
        crc = state_round(crc);
        sum = mixed(sum, crc);
    }
    return sum;
}
