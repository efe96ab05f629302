#include "tf_depthwise_plane.h"

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)

/* Compilers spend twice as much here: they pack what they could store as it is. */
#define COPY4                       \
    "ldrsb r8, [r0]\n"              \
    "ldrsb r9, [r0, r2]\n"          \
    "ldrsb r10, [r0, r2, lsl #1]\n" \
    "ldrsb r11, [r0, r3]\n"         \
    "add r0, r0, r2, lsl #2\n"      \
    "strh r8, [r1], #2\n"           \
    "strh r9, [r1], #2\n"           \
    "strh r10, [r1], #2\n"          \
    "strh r11, [r1], #2\n"

__attribute__((naked)) void tf_depthwise_copy(const tf_depthwise_plane *plane __attribute__((unused)))
{
    __asm__ volatile(
        "push {r4-r11, lr}\n"
        "ldm r0, {r0-r7}\n"
        "1:\n"
        "lsrs lr, r5, #3\n"
        "beq 3f\n"
        "2:\n" COPY4 COPY4
        "subs lr, lr, #1\n"
        "bne 2b\n"
        "3:\n"
        /* The carry is bit 2 of the width, the sign bit 1; loads and stores leave them alone. */
        "lsls lr, r5, #30\n"
        "bcc 4f\n" COPY4
        "4:\n"
        "bpl 5f\n"
        "ldrsb r8, [r0]\n"
        "ldrsb r9, [r0, r2]\n"
        "add r0, r0, r2, lsl #1\n"
        "strh r8, [r1], #2\n"
        "strh r9, [r1], #2\n"
        "5:\n"
        "tst r5, #1\n"
        "beq 6f\n"
        "ldrsb r8, [r0]\n"
        "add r0, r0, r2\n"
        "strh r8, [r1], #2\n"
        "6:\n"
        "add r0, r0, r6\n"
        "add r1, r1, r7\n"
        "subs r4, r4, #1\n"
        "bne 1b\n"
        "pop {r4-r11, pc}\n");
}

#else

void tf_depthwise_copy(const tf_depthwise_plane *plane)
{
    const int8_t *from = plane->from;
    int16_t *to = plane->to;
    for (int32_t y = 0; y < plane->height; y++)
    {
        for (int32_t x = 0; x < plane->width; x++, from += plane->channels)
        {
            *to++ = *from;
        }
        from += plane->from_skip;
        to += plane->to_skip / 2;
    }
}

#endif
