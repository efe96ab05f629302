/* What kind of work a Thumb-2 instruction is (ARMv7-M Architecture Reference Manual, DDI 0403E, chapter A5). */
#ifndef THUMB_CLASS_H
#define THUMB_CLASS_H

#include <stddef.h>
#include <stdint.h>

typedef enum
{
    CLASS_LOAD,
    CLASS_STORE,
    CLASS_MULTIPLY,
    CLASS_DIVIDE,
    CLASS_BRANCH,
    CLASS_OTHER,
    CLASS_COUNT
} thumb_class;

typedef struct
{
    thumb_class kind;
    /* Registers that a load or a store moves: 1 for LDR, 2 for LDRD, the length of the list for LDM. */
    uint32_t words;
} thumb_work;

/* `size` is 2 or 4 bytes, little-endian halfwords. A load into the pc counts as a load and as a branch is not told. */
thumb_work thumb_classify(const uint8_t *bytes, size_t size);

#endif
