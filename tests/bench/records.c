/*
 * Records, strings and small procedures, as compilers were once compared by: records are copied
 * and linked, fields set according to their kind, strings of thirty characters copied and
 * compared, and work is spread over procedures that are really called.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bench.h"

#define ROUNDS SIZE(600, 400000)
const uint64_t work_checksum = SIZE(0x9822e85068084230, 0x559d8dc9b03a331e);

#define PROCEDURE static __attribute__((noinline))

enum kind { FIRST, SECOND, THIRD, FOURTH, FIFTH };

struct record {
    struct record *next;
    enum kind kind;
    union {
        struct {
            enum kind other;
            int number;
            char text[31];
        } first;
        struct {
            long number;
            char letters[2];
        } second;
    } as;
};

static struct record *head, *spare;
static int global_number;
static bool global_flag;
static char letter_one, letter_two;
static int line[50];
static int table[50][50];

/* The compiler must not know the strings' contents. */
static const char *volatile text_one = "A BENCHMARK'S STRING, NUMBER 1";
static const char *volatile text_two = "A BENCHMARK'S STRING, NUMBER 2";
static const char *volatile text_three = "A BENCHMARK'S STRING, NUMBER 3";

PROCEDURE void string_copy(char *to, const char *from)
{
    while ((*to++ = *from++)) {
    }
}

PROCEDURE int string_compare(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

PROCEDURE enum kind letters_compare(char one, char two)
{
    char copy = one;

    if (copy != two) {
        return FIRST;
    }
    letter_one = copy;
    return SECOND;
}

PROCEDURE bool strings_ordered(const char *one, const char *two)
{
    unsigned i = 2;
    char letter = 'A';

    while (i <= 2) {
        if (letters_compare(one[i], two[i + 1]) == FIRST) {
            letter = 'B';
            i++;
        } else {
            i += 2;
        }
    }
    if (letter >= 'W' && letter < 'Z') {
        i = 7;
    }
    if (letter == 'R') {
        return true;
    }
    if (string_compare(one, two) > 0) {
        global_number = i + 7;
        return true;
    }
    return false;
}

PROCEDURE bool is_third(enum kind kind)
{
    return kind == THIRD;
}

PROCEDURE enum kind kind_after(enum kind kind)
{
    enum kind after = is_third(kind) ? kind : FOURTH;

    switch (kind) {
    case FIRST:
        after = FIRST;
        break;
    case SECOND:
        after = global_number > 100 ? FIRST : FOURTH;
        break;
    case THIRD:
        after = SECOND;
        break;
    case FOURTH:
        break;
    case FIFTH:
        after = THIRD;
        break;
    }
    return after;
}

PROCEDURE int added(int a, int b)
{
    return a + 2 + b;
}

PROCEDURE void follow(struct record **to)
{
    if (head) {
        *to = head->next;
    }
    head->as.first.number = added(10, global_number);
}

PROCEDURE void update(struct record *record)
{
    struct record *next = record->next;

    *record->next = *head;
    record->as.first.number = 5;
    next->as.first.number = record->as.first.number;
    next->next = record->next;
    follow(&next->next);
    if (next->kind == FIRST) {
        next->as.first.number = 6;
        next->as.first.other = kind_after(record->as.first.other);
        next->next = head->next;
        next->as.first.number = added(next->as.first.number, 10);
    } else {
        *record = *record->next;
    }
}

PROCEDURE int settle(int value)
{
    int rest = value + 10;
    enum kind kind = SECOND;

    do {
        if (letter_one == 'A') {
            rest--;
            value = rest - global_number;
            kind = FIRST;
        }
    } while (kind != FIRST);
    return value;
}

PROCEDURE void letters_set(void)
{
    global_flag |= letter_one == 'A';
    letter_two = 'B';
}

PROCEDURE void arrays(int *row, int (*rows)[50], int index, int value)
{
    int at = index + 5;

    row[at] = value;
    row[at + 1] = row[at];
    row[at + 30] = at;
    for (int i = at; i <= at + 1; i++) {
        rows[at][i] = at;
    }
    rows[at][at - 1]++;
    rows[at + 20][at] = row[at];
    global_number = 5;
}

static uint64_t one_round(int round)
{
    char text[31], other[31];
    int one = 2, two = 3, three = 0;
    enum kind kind = SECOND;

    letter_one = 'A';
    letters_set();
    string_copy(text, text_one);
    string_copy(other, text_two);
    global_flag = !strings_ordered(text, other);
    while (one < two) {
        three = 5 * one - two;
        three = added(one, three) - 2;
        one++;
    }
    arrays(line, table, one + (round & 7), three);
    update(head);
    for (char letter = 'A'; letter <= letter_two; letter++) {
        if (kind == letters_compare(letter, 'C')) {
            kind = kind_after(FIRST);
            string_copy(other, text_three);
            two = round;
            global_number = round;
        }
    }
    two = two * one;
    one = two / (three | 1);
    two = 7 * (two - three) - one;
    one = settle(one);
    return one + 3 * (int64_t)two + kind + global_flag;
}

uint64_t work(void)
{
    static struct record first, second;
    uint64_t sum = 0;

    head = &first;
    spare = &second;
    string_copy(first.as.first.text, text_one);
    first.next = spare;
    first.as.first.other = THIRD;
    first.as.first.number = 40;
    for (int i = 0; i < ROUNDS; i++) {
        sum = mixed(sum, one_round(i));
        sum += head->as.first.number + spare->as.first.other;
    }
    return mixed(sum, table[12][7] + line[40]);
}
