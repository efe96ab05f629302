#include "tf_region_depthwise.h"

#ifdef TF_DEPTHWISE_DSP

/* Values in r2 and lr, E0, E1, E2, O0, O1, O2 in r3-r8. */
#define ROW(at)                    \
    "ldrd r3, r4, [r0, #" #at      \
    "]\n"                          \
    "ldrd r5, r6, [r0, #8 + " #at  \
    "]\n"                          \
    "ldrd r7, r8, [r0, #16 + " #at \
    "]\n"                          \
    "ldrd r2, lr, [r1]\n"          \
    "smlad r9, r2, r3, r9\n"       \
    "smlatb r10, r2, r3, r10\n"    \
    "smlad r9, lr, r4, r9\n"       \
    "smlad r10, lr, r6, r10\n"     \
    "smlad r11, lr, r3, r11\n"     \
    "smlatb r12, lr, r3, r12\n"    \
    "ldrd r2, lr, [r1, #8]\n"      \
    "smlad r9, r2, r5, r9\n"       \
    "smlad r10, r2, r7, r10\n"     \
    "smlad r11, r2, r4, r11\n"     \
    "smlad r12, r2, r6, r12\n"     \
    "smlabt r9, lr, r8, r9\n"      \
    "smlad r10, lr, r8, r10\n"     \
    "smlad r11, lr, r5, r11\n"     \
    "smlad r12, lr, r7, r12\n"     \
    "ldr r2, [r1, #16]\n"          \
    "smlabt r11, r2, r8, r11\n"    \
    "smlad r12, r2, r8, r12\n"

TF_DEPTHWISE_FUNCTION(run,
                      TF_DW_BIAS ROW(56) TF_DW_NEXT_ROW ROW(80) TF_DW_NEXT_ROW ROW(104) TF_DW_NEXT_ROW ROW(128)
                          TF_DW_NEXT_ROW ROW(152) TF_DW_NEXT_ROW ROW(176) TF_DW_NEXT_ROW ROW(200) TF_DW_NEXT_WINDOW)

#endif

void tf_depthwise_7x7_s1_s8(const tf_depthwise *layer, const int8_t *input, int8_t *output, void *scratch)
{
    TF_DEPTHWISE_LAYER(7, 1, 0);
}

void tf_region_depthwise_7x7_s1_s8(const tf_region_call *call)
{
    TF_REGION_DEPTHWISE(7, 1, 0);
}
