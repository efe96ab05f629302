#include "tf_region_depthwise.h"

#ifdef TF_DEPTHWISE_DSP

/* Values in r8 and lr, E0, E1, O0, O1 in r4-r7, the step to the next row in r3. */
#define ROW(at)                   \
    "ldrd r4, r5, [r0, #" #at     \
    "]\n"                         \
    "ldrd r6, r7, [r0, #8 + " #at \
    "]\n"                         \
    "ldrd r8, lr, [r1]\n"         \
    "smlad r9, r8, r4, r9\n"      \
    "smlatb r10, r8, r4, r10\n"   \
    "smlad r9, lr, r5, r9\n"      \
    "smlad r10, lr, r6, r10\n"    \
    "smlad r11, lr, r4, r11\n"    \
    "smlatb r12, lr, r4, r12\n"   \
    "ldrd r8, lr, [r1, #8]\n"     \
    "smlabt r9, r8, r7, r9\n"     \
    "smlad r10, r8, r7, r10\n"    \
    "smlad r11, r8, r5, r11\n"    \
    "smlad r12, r8, r6, r12\n"    \
    "smlabt r11, lr, r7, r11\n"   \
    "smlad r12, lr, r7, r12\n"
#define NEXT "add r1, r1, r3\n"

TF_DEPTHWISE_FUNCTION(run,
                      "ldr r3, [r0, #32]\n" TF_DW_BIAS ROW(56) NEXT ROW(72) NEXT ROW(88) NEXT ROW(104) NEXT ROW(120)
                          TF_DW_NEXT_WINDOW)

#endif

void tf_depthwise_5x5_s1_s8(const tf_depthwise *layer, const int8_t *input, int8_t *output, void *scratch)
{
    TF_DEPTHWISE_LAYER(5, 1, 0);
}

void tf_region_depthwise_5x5_s1_s8(const tf_region_call *call)
{
    TF_REGION_DEPTHWISE(5, 1, 0);
}
