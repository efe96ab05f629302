#include <string.h>

#include "tf_requantise.h"

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)

/* What four outputs are made from at a time, in the order in which it is loaded. */
typedef struct
{
    const uint8_t *records;
    const int8_t *input;
    /* Rounds of four steps of four inputs; the first round begins with step `skipped`. */
    int32_t rounds;
    int32_t skipped;
    int8_t *output;
    int32_t groups;
} row;

/*
 * Registers: r0 records, r1 inputs, r2 rounds, r3-r6 and lr weights, r7 and r8 inputs, r9-r12 accumulators. All are
 * taken; hence assembly. Every instruction of a step is four bytes long, so that steps of the first round can be jumped
 * over.
 */
#define PRODUCTS(sum, weights)       \
    "sxtb16.w lr, " weights          \
    "\n"                             \
    "sxtb16.w " weights ", " weights \
    ", ror #8\n"                     \
    "smlad " sum ", lr, r7, " sum    \
    "\n"                             \
    "smlad " sum ", " weights ", r8, " sum "\n"
#define STEP                 \
    "ldr.w r8, [r1], #4\n"   \
    "ldmia.w r0!, {r3-r6}\n" \
    "sxtb16.w r7, r8\n"      \
    "sxtb16.w r8, r8, ror #8\n" PRODUCTS("r9", "r3") PRODUCTS("r10", "r4") PRODUCTS("r11", "r5") PRODUCTS("r12", "r6")

/* See tf_requantise. */
#define STORE(sum)              \
    "ldmia r0!, {r3, r4, r5}\n" \
    "add r4, r4, " sum          \
    ", asr #31\n"               \
    "smmlar " sum ", " sum      \
    ", r3, r4\n"                \
    "asr " sum ", " sum         \
    ", r5\n"                    \
    "ssat " sum ", #8, " sum    \
    "\n"                        \
    "strb " sum ", [r6], #1\n"

__attribute__((naked, noinline)) static void run(const row *of __attribute__((unused)))
{
    __asm__ volatile(
        "push {r4-r11, lr}\n"
        "ldm r0, {r0-r5}\n"
        "adr.w r6, 2f\n"
        "mov r7, #80\n"
        "mla r3, r3, r7, r6\n"
        "orr r3, r3, #1\n"
        "push {r1-r5}\n"
        "1:\n"
        "ldmia r0!, {r9-r12}\n"
        "asr r9, r9, #1\n"
        "asr r10, r10, #1\n"
        "asr r11, r11, #1\n"
        "asr r12, r12, #1\n"
        "ldm sp, {r1, r2, pc}\n"
        ".balign 4\n"
        "2:\n" STEP STEP STEP STEP
        "subs r2, r2, #1\n"
        "bne 2b\n"
        "lsl r9, r9, #1\n"
        "lsl r10, r10, #1\n"
        "lsl r11, r11, #1\n"
        "lsl r12, r12, #1\n"
        "ldr r6, [sp, #12]\n" STORE("r9") STORE("r10") STORE("r11") STORE("r12")
        "ldr r7, [sp, #16]\n"
        "subs r7, r7, #1\n"
        "strd r6, r7, [sp, #12]\n"
        "bne 1b\n"
        "add sp, sp, #20\n"
        "pop {r4-r11, pc}\n");
}

/* `groups` of four outputs. */
static void make(
    const tf_fully_connected *layer, const uint8_t *records, const int8_t *input, int8_t *output, int32_t groups)
{
    const int32_t steps = (layer->in_features + 3) / 4;
    const row of = {records, input, (steps + 3) / 4, -steps & 3, output, groups};
    if (groups > 0)
    {
        run(&of);
    }
}

#else

static void make(
    const tf_fully_connected *layer, const uint8_t *records, const int8_t *input, int8_t *output, int32_t groups)
{
    const int32_t features4 = (layer->in_features + 3) & ~3;
    for (int32_t out = 0; out < 4 * groups; out++)
    {
        const uint8_t *group = records + out / 4 * (4 * features4 + 64);
        const int32_t lane = out % 4;
        uint32_t sum = 0;
        for (int32_t i = 0; i < layer->in_features; i++)
        {
            sum += (uint32_t)((int8_t)group[16 + 16 * (i / 4) + 4 * lane + i % 4] * input[i]);
        }
        const uint32_t *bias2 = (const uint32_t *)group;
        const tf_requantisation *by = (const tf_requantisation *)(group + 16 + 4 * features4);
        output[out] = (int8_t)tf_saturate(tf_requantise((int32_t)(bias2[lane] + 2 * sum), by + lane));
    }
}

#endif

void tf_fully_connected_s8(const tf_fully_connected *layer, const int8_t *input, int8_t *output)
{
    const int32_t group_bytes = 4 * ((layer->in_features + 3) & ~3) + 64;
    const int32_t groups = layer->out_features / 4;
    const int32_t left = layer->out_features % 4;
    make(layer, layer->records, input, output, groups);
    if (left > 0)
    {
        int8_t last[4];
        make(layer, layer->records + groups * group_bytes, input, last, 1);
        memcpy(output + 4 * groups, last, (size_t)left);
    }
    if (layer->activation.min > -128 || layer->activation.max < 127)
    {
        for (int32_t i = 0; i < layer->out_features; i++)
        {
            output[i] = (int8_t)tf_clamp(output[i], layer->activation);
        }
    }
}
