#include "tf_pointwise_block_s8.h"

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)

/* What the loop over the output channels keeps on the stack, in the order in which it loads it. */
typedef struct
{
    const uint32_t *expanded;
    /* Rounds of four steps of four input channels; the first round begins with step `skipped`. */
    int32_t rounds;
    int32_t skipped;
    int8_t *output;
    int32_t out_channels;
    int32_t out_channels_3;
    const int8_t *output_end;
    const uint8_t *records;
} block;

/*
 * Registers: r0 records, r1 expanded values, r2 rounds, r3 and r12 weights, r4-r7 values, r8-r11 and lr accumulators.
 * All fourteen are taken, and an inner loop of this shape needs them all; hence assembly. Every instruction of a step
 * is four bytes long, so that the odd steps of the first round can be jumped over.
 */
#define WEIGHTS "ldr.w r3, [r0], #4\n sxtb16.w r12, r3, ror #8\n sxtb16.w r3, r3\n"
#define VALUES2 "ldmia.w r1!, {r4, r5}\n"
#define VALUES4 "ldmia.w r1!, {r4-r7}\n"
#define LOW(sum) "smlad " sum ", r3, r4, " sum "\n smlad " sum ", r12, r5, " sum "\n"
#define HIGH(sum) "smlad " sum ", r3, r6, " sum "\n smlad " sum ", r12, r7, " sum "\n"
#define STEP1 WEIGHTS VALUES2 LOW("r8")
#define STEP2 WEIGHTS VALUES4 LOW("r8") HIGH("r9")
#define STEP3 STEP2 VALUES2 LOW("r10")
#define STEP4 STEP2 VALUES4 LOW("r10") HIGH("r11")
#define STEP5 STEP4 VALUES2 LOW("lr")

/* See tf_requantise; the multiplier is in r1, the rounding in r2, the shift in r3. */
#define REQUANTISE(sum)    \
    "add r12, r2, " sum    \
    ", asr #31\n"          \
    "smmlar " sum ", " sum \
    ", r1, r12\n"          \
    "asr " sum ", " sum    \
    ", r3\n"               \
    "ssat " sum ", #8, " sum "\n"
#define STORE1 REQUANTISE("r8") "strb r8, [r4]\n"
#define STORE2 STORE1 REQUANTISE("r9") "strb r9, [r4, r5]\n"
#define STORE3 STORE2 REQUANTISE("r10") "strb r10, [r4, r5, lsl #1]\n"
#define STORE4 STORE3 REQUANTISE("r11") "strb r11, [r4, r6]\n"
#define STORE5 STORE4 REQUANTISE("lr") "strb lr, [r4, r5, lsl #2]\n"

#define BIAS1 "ldr.w r8, [r0], #4\n"
#define BIAS2 BIAS1 "mov r9, r8\n"
#define BIAS3 BIAS2 "mov r10, r8\n"
#define BIAS4 BIAS3 "mov r11, r8\n"
#define BIAS5 BIAS4 "mov lr, r8\n"

#define BLOCK(pixels, step_bytes)                                                                       \
    __attribute__((naked, noinline)) static void block##pixels(const block *of __attribute__((unused))) \
    {                                                                                                   \
        __asm__ volatile(                                                                               \
            "push {r4-r11, lr}\n"                                                                       \
            "ldm r0, {r1-r8}\n"                                                                         \
            "adr.w r9, 2f\n"                                                                            \
            "mov r10, #" #step_bytes                                                                    \
            "\n"                                                                                        \
            "mla r3, r3, r10, r9\n"                                                                     \
            "orr r3, r3, #1\n"                                                                          \
            "push {r1-r7}\n"                                                                            \
            "mov r0, r8\n"                                                                              \
            "1:\n" BIAS##pixels                                                                         \
            "ldm sp, {r1, r2, pc}\n"                                                                    \
            ".balign 4\n"                                                                               \
            "2:\n" STEP##pixels STEP##pixels STEP##pixels STEP##pixels                                  \
            "subs r2, r2, #1\n"                                                                         \
            "bne 2b\n"                                                                                  \
            "ldmia r0!, {r1, r2, r3}\n"                                                                 \
            "add r12, sp, #12\n"                                                                        \
            "ldm r12, {r4-r7}\n" STORE##pixels                                                          \
            "add r4, r4, #1\n"                                                                          \
            "str r4, [sp, #12]\n"                                                                       \
            "cmp r4, r7\n"                                                                              \
            "bne 1b\n"                                                                                  \
            "add sp, sp, #28\n"                                                                         \
            "pop {r4-r11, pc}\n");                                                                      \
    }

BLOCK(1, 24)
BLOCK(2, 32)
BLOCK(3, 44)
BLOCK(4, 52)
BLOCK(5, 64)

void tf_pointwise_block_s8(const uint32_t *expanded,
                           int32_t pixels,
                           int32_t channels4,
                           int32_t out_channels,
                           const uint8_t *records,
                           tf_activation activation,
                           int8_t *output)
{
    static void (*const blocks[TF_POINTWISE_PIXELS])(const block *) = {block1, block2, block3, block4, block5};
    const int32_t steps = channels4 / 4;
    const block of = {
        expanded, (steps + 3) / 4, -steps & 3, output, out_channels, 3 * out_channels, output + out_channels, records};
    blocks[pixels - 1](&of);
    if (activation.min > -128 || activation.max < 127)
    {
        for (int32_t i = 0; i < pixels * out_channels; i++)
        {
            output[i] = (int8_t)tf_clamp(output[i], activation);
        }
    }
}

#else

void tf_pointwise_block_s8(const uint32_t *expanded,
                           int32_t pixels,
                           int32_t channels4,
                           int32_t out_channels,
                           const uint8_t *records,
                           tf_activation activation,
                           int8_t *output)
{
    const int16_t *values = (const int16_t *)expanded;
    for (int32_t out = 0; out < out_channels; out++)
    {
        const int8_t *weights = (const int8_t *)records + 4;
        const tf_requantisation *by = (const tf_requantisation *)(records + 4 + channels4);
        for (int32_t pixel = 0; pixel < pixels; pixel++)
        {
            uint32_t sum = *(const uint32_t *)records;
            for (int32_t channel = 0; channel < channels4; channel += 4)
            {
                const int16_t *x = values + channel * pixels + 4 * pixel;
                const int8_t *w = weights + channel;
                sum += (uint32_t)(w[0] * x[0] + w[2] * x[1] + w[1] * x[2] + w[3] * x[3]);
            }
            const int32_t value = tf_clamp(tf_requantise((int32_t)sum, by), activation);
            output[pixel * out_channels + out] = (int8_t)value;
        }
        records = (const uint8_t *)(by + 1);
    }
}

#endif
