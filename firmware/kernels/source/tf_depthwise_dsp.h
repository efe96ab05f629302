/*
 * Depthwise convolution of one channel by SMLAD, four neighbouring outputs at a time. Not part of the kernels'
 * interface.
 *
 * The plane holds 16-bit values, so a word is two neighbours, X0 = (x0, x1), X1 = (x2, x3) and so on. With stride 1
 * every second output begins in the middle of a word; so the weights of a row are kept in two alignments, E0 = (w0,
 * w1), E1 = (w2, w3), ... and O0 = (w1, w2), O1 = (w3, w4), ...; w0 alone is the bottom of E0, the last one the top of
 * the last O. With stride 2 all begin with a word, and the last weight stands alone in the bottom of a word of its own.
 * Weights are doubled, so that the accumulators come out doubled, as tf_requantise wants them.
 */
#ifndef TF_DEPTHWISE_DSP_H
#define TF_DEPTHWISE_DSP_H

#include "tf_requantise.h"

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)

#define TF_DEPTHWISE_DSP

#include <arm_acle.h>

/* Twice the bytes 0 and 2 in the halves of a word. */
TF_INLINE uint32_t tf_twice_even_bytes(uint32_t bytes)
{
    const int16x2_t values = __sxtb16((int8x4_t)bytes);
    return (uint32_t)__sadd16(values, values);
}

/* Its offsets stand in the assembly below. */
typedef struct
{
    int8_t *output;
    const int16_t *row_end;
    tf_requantisation by;
    int32_t channels;
    int32_t channels_3;
    int32_t bias2;
    /* Bytes from a row of the plane to the next. */
    int32_t row_bytes;
    /* Bytes from the last row of a window to the first row of the next window. */
    int32_t back_bytes;
    const int16_t *row_start;
    /* Bytes from a row of windows to the next. */
    int32_t advance_bytes;
    int32_t rows;
    /* Outputs in the last block of a row, 1 to 4. */
    int32_t tail;
    uint32_t weights[42];
} tf_depthwise_frame;

/* Registers: r0 frame, r1 values, r9-r12 accumulators. The multiplier is in r4, the rounding in r5, the shift in r6. */
#define TF_DW_REQUANTISE(sum) \
    "add lr, r5, " sum        \
    ", asr #31\n"             \
    "smmlar " sum ", " sum    \
    ", r4, lr\n"              \
    "asr " sum ", " sum       \
    ", r6\n"                  \
    "ssat " sum ", #8, " sum "\n"
#define TF_DW_STORE0 TF_DW_REQUANTISE("r9") "strb r9, [r2]\n"
#define TF_DW_STORE1 TF_DW_REQUANTISE("r10") "strb r10, [r2, r7]\n"
#define TF_DW_STORE2 TF_DW_REQUANTISE("r11") "strb r11, [r2, r7, lsl #1]\n"
#define TF_DW_STORE3 TF_DW_REQUANTISE("r12") "strb r12, [r2, r8]\n"
#define TF_DW_ENOUGH(count) \
    "ldr lr, [r0, #52]\n"   \
    "cmp lr, #" #count      \
    "\n"                    \
    "ble 3f\n"

#define TF_DW_BIAS "ldr r9, [r0, #28]\n mov r10, r9\n mov r11, r9\n mov r12, r9\n"
#define TF_DW_NEXT_ROW "ldr r2, [r0, #32]\n add r1, r1, r2\n"
#define TF_DW_NEXT_WINDOW "ldr r2, [r0, #36]\n add r1, r1, r2\n"

/* void name(tf_depthwise_frame *): all outputs of one channel; `block` leaves the sums of four and moves on. */
#define TF_DEPTHWISE_FUNCTION(name, block)                                                                             \
    __attribute__((naked, noinline)) static void name(tf_depthwise_frame *frame __attribute__((unused)))               \
    {                                                                                                                  \
        __asm__ volatile(                                                                                              \
            "push {r4-r11, lr}\n"                                                                                      \
            "ldr r1, [r0, #40]\n"                                                                                      \
            "1:\n" block                                                                                               \
            "ldm r0, {r2-r8}\n"                                                                                        \
            "cmp r1, r3\n"                                                                                             \
            "beq 2f\n" TF_DW_STORE0 TF_DW_STORE1 TF_DW_STORE2 TF_DW_STORE3                                             \
            "add r2, r2, r7, lsl #2\n"                                                                                 \
            "str r2, [r0]\n"                                                                                           \
            "b 1b\n"                                                                                                   \
            "2:\n" TF_DW_STORE0 TF_DW_ENOUGH(1) TF_DW_STORE1 TF_DW_ENOUGH(2) TF_DW_STORE2 TF_DW_ENOUGH(3) TF_DW_STORE3 \
            "3:\n"                                                                                                     \
            "ldr lr, [r0, #52]\n"                                                                                      \
            "mla r2, lr, r7, r2\n"                                                                                     \
            "ldr r1, [r0, #40]\n"                                                                                      \
            "ldr r6, [r0, #44]\n"                                                                                      \
            "add r1, r1, r6\n"                                                                                         \
            "add r3, r3, r6\n"                                                                                         \
            "strd r2, r3, [r0]\n"                                                                                      \
            "str r1, [r0, #40]\n"                                                                                      \
            "ldr r4, [r0, #48]\n"                                                                                      \
            "subs r4, r4, #1\n"                                                                                        \
            "str r4, [r0, #48]\n"                                                                                      \
            "bne 1b\n"                                                                                                 \
            "pop {r4-r11, pc}\n");                                                                                     \
    }

/* The weights of one row in the order of the registers that a block loads them into; returns where the next row goes.
 */
TF_INLINE uint32_t *tf_depthwise_expand_row(uint32_t *to,
                                            const uint8_t *row,
                                            const int32_t kernel,
                                            const int32_t stride)
{
    const uint32_t *bytes = (const uint32_t *)row;
    const uint32_t w02 = tf_twice_even_bytes(bytes[0]);
    const uint32_t w13 = tf_twice_even_bytes(bytes[0] >> 8 | bytes[0] << 24);
    const uint32_t w46 = kernel > 3 ? tf_twice_even_bytes(bytes[1]) : 0;
    const uint32_t w57 = kernel > 3 ? tf_twice_even_bytes(bytes[1] >> 8 | bytes[1] << 24) : 0;
    *to++ = (w02 & 0xFFFF) | (w13 << 16);
    if (kernel > 3)
    {
        *to++ = (w13 & 0xFFFF0000) | (w02 >> 16);
    }
    if (kernel > 5)
    {
        *to++ = (w46 & 0xFFFF) | (w57 << 16);
    }
    if (stride == 2)
    {
        *to++ = kernel == 3 ? w02 >> 16 : kernel == 5 ? w46 : w46 >> 16;
        return to;
    }
    *to++ = (w13 & 0xFFFF) | (w02 & 0xFFFF0000);
    if (kernel > 3)
    {
        *to++ = (w13 >> 16) | (w46 << 16);
    }
    if (kernel > 5)
    {
        *to++ = (w57 & 0xFFFF) | (w46 & 0xFFFF0000);
    }
    return to;
}

/* What is the same for all channels; `consumed_bytes` is how far a block's loads move along each row by themselves. */
TF_INLINE tf_depthwise_frame tf_depthwise_frame_of(const tf_depthwise *layer,
                                                   const int32_t kernel,
                                                   const int32_t stride,
                                                   const int32_t consumed_bytes)
{
    const int32_t plane_row_bytes = 2 * layer->plane_width;
    tf_depthwise_frame frame;
    frame.channels = layer->channels;
    frame.channels_3 = 3 * layer->channels;
    frame.row_bytes = plane_row_bytes - consumed_bytes;
    frame.back_bytes = 8 * stride - (kernel - 1) * plane_row_bytes - consumed_bytes;
    frame.advance_bytes = stride * plane_row_bytes;
    frame.tail = layer->out_width - (layer->out_width - 1) / 4 * 4;
    return frame;
}

TF_INLINE void tf_depthwise_channel_dsp(tf_depthwise_frame *frame,
                                        const tf_depthwise *layer,
                                        const int16_t *plane,
                                        const uint8_t *record,
                                        int8_t *output,
                                        const int32_t kernel,
                                        const int32_t stride,
                                        void (*run)(tf_depthwise_frame *))
{
    const int32_t kernel_row_bytes = (kernel + 3) & ~3;
    uint32_t *weights = frame->weights;
    for (int32_t y = 0; y < kernel; y++)
    {
        weights = tf_depthwise_expand_row(weights, record + 4 + y * kernel_row_bytes, kernel, stride);
    }
    frame->output = output;
    frame->row_end = plane + stride * ((layer->out_width + 3) & ~3);
    frame->by = *(const tf_requantisation *)(record + 4 + kernel * kernel_row_bytes);
    frame->bias2 = *(const int32_t *)record;
    frame->row_start = plane;
    frame->rows = layer->out_height;
    run(frame);
    if (layer->activation.min > -128 || layer->activation.max < 127)
    {
        for (int32_t i = 0; i < layer->out_height * layer->out_width; i++, output += layer->channels)
        {
            *output = (int8_t)tf_clamp(*output, layer->activation);
        }
    }
}

#endif

#endif
