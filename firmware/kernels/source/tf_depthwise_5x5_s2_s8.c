#include "tf_region_depthwise.h"

#ifdef TF_DEPTHWISE_DSP

/* Values in r7, r8 and lr, E0, E1 and the last weight in r4-r6, the step to the next row in r3. */
#define ROW(at)                 \
    "ldrd r4, r5, [r0, #" #at   \
    "]\n"                       \
    "ldr r6, [r0, #8 + " #at    \
    "]\n"                       \
    "ldmia r1!, {r7, r8, lr}\n" \
    "smlad r9, r7, r4, r9\n"    \
    "smlad r10, r8, r4, r10\n"  \
    "smlad r11, lr, r4, r11\n"  \
    "smlad r9, r8, r5, r9\n"    \
    "smlad r10, lr, r5, r10\n"  \
    "smlabb r9, lr, r6, r9\n"   \
    "ldmia r1!, {r7, r8, lr}\n" \
    "smlabb r10, r7, r6, r10\n" \
    "smlad r11, r7, r5, r11\n"  \
    "smlad r12, r7, r4, r12\n"  \
    "smlabb r11, r8, r6, r11\n" \
    "smlad r12, r8, r5, r12\n"  \
    "smlabb r12, lr, r6, r12\n"
#define NEXT "add r1, r1, r3\n"

TF_DEPTHWISE_FUNCTION(run,
                      "ldr r3, [r0, #32]\n" TF_DW_BIAS ROW(56) NEXT ROW(68) NEXT ROW(80) NEXT ROW(92) NEXT ROW(104)
                          TF_DW_NEXT_WINDOW)

#endif

void tf_depthwise_5x5_s2_s8(const tf_depthwise *layer, const int8_t *input, int8_t *output, void *scratch)
{
    TF_DEPTHWISE_LAYER(5, 2, 24);
}

void tf_region_depthwise_5x5_s2_s8(const tf_region_call *call)
{
    TF_REGION_DEPTHWISE(5, 2, 24);
}
