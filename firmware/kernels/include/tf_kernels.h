/*
 * int8 kernels, bit-exact with TensorFlow Lite Micro's reference kernels. Activations are HWC, without a batch.
 * Constants are laid out by the code generator in the order in which a kernel reads them; no kernel allocates memory.
 *
 * A channel record is what the fast kernels read for one output channel, every part on a multiple of four bytes:
 *   int32_t bias2       twice the bias, with the input's zero point folded in
 *   int8_t  weights[]   padded with zeros to a multiple of four; the order is said with each kernel
 *   tf_requantisation
 * The generator uses records where |accumulator| < 2^30 and 1 <= shift <= 22, so that a doubled accumulator and the
 * folded output zero point fit 32 bits; where a channel yields one or two values only, told apart by the sign of its
 * sum (multiplier 0); and with shift 0 where no accumulator is negative. All other layers go to the *_exact_s8 kernels.
 */
#ifndef TF_KERNELS_H
#define TF_KERNELS_H

#include <stdint.h>

/* Doubled accumulator to output: SRDHM by the multiplier, then RDBP by the shift, in the terms of gemmlowp. */
typedef struct
{
    int32_t multiplier;
    /* 2^(shift-1) + (output zero point << shift) */
    int32_t rounding;
    int32_t shift;
} tf_requantisation;

/* Inclusive; {-128, 127} where the layer has no activation of its own. */
typedef struct
{
    int32_t min;
    int32_t max;
} tf_activation;

typedef struct
{
    int32_t pixels;
    int32_t in_channels;
    int32_t out_channels;
    tf_activation activation;
    /* Channel records; the weights are in the order of the input channels, the bias folded for inputs 0..255. */
    const uint8_t *records;
} tf_pointwise;

/*
 * 1x1 convolution. Scratch: TF_POINTWISE_SCRATCH(pixels, in_channels) bytes, 8-byte aligned. The output may begin where
 * the input does, whichever of them is larger.
 */
void tf_pointwise_s8(const tf_pointwise *layer, const int8_t *input, int8_t *output, void *scratch);

/* The most pixels that the 1x1 kernel works on at a time. */
#define TF_POINTWISE_PIXELS 5
#define TF_POINTWISE_SCRATCH(pixels, channels) \
    (((pixels) < TF_POINTWISE_PIXELS ? (pixels) : TF_POINTWISE_PIXELS) * 2 * (((channels) + 3) / 4 * 4))

typedef struct
{
    int32_t in_height;
    int32_t in_width;
    int32_t in_channels;
    int32_t out_height;
    int32_t out_width;
    int32_t out_channels;
    int32_t kernel_height;
    int32_t kernel_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t dilation_height;
    int32_t dilation_width;
    int32_t pad_top;
    int32_t pad_left;
    int32_t input_zero_point;
    tf_activation activation;
    /* Channel records as for tf_pointwise; the weights of an output channel are in HWI order. */
    const uint8_t *records;
    /* How many pixels tf_conv2d_s8 works on at a time, 1 to TF_POINTWISE_PIXELS. */
    int32_t pixels_together;
} tf_conv2d;

/*
 * Any convolution. Scratch, 8-byte aligned: 2 bytes for each tap (kernel_height * kernel_width * in_channels, rounded
 * up to four) of each of the pixels that it works on at a time; and one more for each tap of a pixel where the channels
 * are no multiple of four.
 */
void tf_conv2d_s8(const tf_conv2d *layer, const int8_t *input, int8_t *output, void *scratch);

typedef struct
{
    int32_t in_height;
    int32_t in_width;
    int32_t channels;
    int32_t out_height;
    int32_t out_width;
    int32_t pad_top;
    int32_t pad_left;
    int32_t input_zero_point;
    tf_activation activation;
    /* Channel records; the weights are HW, each row padded to a multiple of four. */
    const uint8_t *records;
    /* Of the scratch plane, in elements; even. The generator makes it wide enough for whole blocks of four outputs.
     */
    int32_t plane_height;
    int32_t plane_width;
} tf_depthwise;

/*
 * Depthwise convolution with a kernel of 3x3, 5x5 or 7x7, stride 1 or 2, multiplier 1. Output may be the input's
 * own memory. Scratch: the plane (2 bytes an element), 4-byte aligned.
 */
void tf_depthwise_3x3_s1_s8(const tf_depthwise *layer, const int8_t *input, int8_t *output, void *scratch);
void tf_depthwise_3x3_s2_s8(const tf_depthwise *layer, const int8_t *input, int8_t *output, void *scratch);
void tf_depthwise_5x5_s1_s8(const tf_depthwise *layer, const int8_t *input, int8_t *output, void *scratch);
void tf_depthwise_5x5_s2_s8(const tf_depthwise *layer, const int8_t *input, int8_t *output, void *scratch);
void tf_depthwise_7x7_s1_s8(const tf_depthwise *layer, const int8_t *input, int8_t *output, void *scratch);
void tf_depthwise_7x7_s2_s8(const tf_depthwise *layer, const int8_t *input, int8_t *output, void *scratch);

/* The constants of a layer as TFLite has them. */
typedef struct
{
    const int8_t *weights;
    const int32_t *bias;
    const int32_t *multipliers;
    /* Exponents e of the multipliers: left shifts where positive, right shifts where negative. */
    const int32_t *exponents;
    int32_t input_zero_point;
    int32_t output_zero_point;
} tf_exact_constants;

/* Any convolution, any multipliers; weights OHWI. Uses the sizes of `layer`, not its records. */
void tf_conv2d_exact_s8(const tf_conv2d *layer,
                        const tf_exact_constants *constants,
                        const int8_t *input,
                        int8_t *output);

/* 1x1 convolution, any multipliers; weights [out_channels][in_channels]. Output and scratch as for tf_pointwise_s8. */
void tf_pointwise_exact_s8(
    const tf_pointwise *layer, const tf_exact_constants *constants, const int8_t *input, int8_t *output, void *scratch);

/*
 * Any depthwise convolution, any multipliers; weights HWC. out_channels = in_channels * multiplier. Where they are
 * equal and the output is no larger, the output may be the input's own memory. Scratch: in_height * in_width bytes.
 */
void tf_depthwise_exact_s8(
    const tf_conv2d *layer, const tf_exact_constants *constants, const int8_t *input, int8_t *output, void *scratch);

typedef struct
{
    int32_t rows;
    int32_t in_features;
    int32_t out_features;
    tf_activation activation;
    /*
     * Four outputs each, the last of them filled up with zeros: int32_t bias2[4], int8_t weights[steps][4][4] by steps
     * of four inputs and outputs, tf_requantisation[4].
     */
    const uint8_t *records;
} tf_fully_connected;

/* One row. Reads up to three bytes behind the input. */
void tf_fully_connected_s8(const tf_fully_connected *layer, const int8_t *input, int8_t *output);

/* Weights [out_features][in_features]; any multipliers. */
void tf_fully_connected_exact_s8(const tf_fully_connected *layer,
                                 const tf_exact_constants *constants,
                                 const int8_t *input,
                                 int8_t *output);

typedef struct
{
    int32_t size;
    /* Zero point of the input with the larger scale, times 2^20; its multiplier is a half. */
    int32_t major_offset;
    /* Zero point of the other input, times 2^21. */
    int32_t minor_offset;
    /* Of the other input, without a zero point of the output. */
    tf_requantisation minor;
    tf_requantisation output;
    tf_activation activation;
} tf_add;

/* For inputs of different scales and multipliers within the bounds of tf_requantisation. Output may be an input. */
void tf_add_s8(const tf_add *layer, const int8_t *major, const int8_t *minor, int8_t *output);

typedef struct
{
    int32_t size;
    int32_t zero_points[2];
    int32_t multipliers[2];
    /* Right shifts, 0..31. */
    int32_t shifts[2];
    int32_t output_zero_point;
    int32_t output_multiplier;
    /* Exponent as in tf_exact_constants. */
    int32_t output_exponent;
    tf_activation activation;
} tf_add_exact;

/* Any scales. Output may be the memory of either input. */
void tf_add_exact_s8(const tf_add_exact *layer, const int8_t *first, const int8_t *second, int8_t *output);

/* Average over the valid part of each window; takes the sizes of `layer`, in_channels = out_channels. */
void tf_average_pool_s8(const tf_conv2d *layer, const int8_t *input, int8_t *output);

/* Dimensions that a tensor may have. */
#define TF_RANK 6

typedef struct
{
    /* Leading ones where there are fewer dimensions. */
    int32_t sizes[TF_RANK];
    /* Bytes from one index of a dimension to the next. */
    int32_t from_steps[TF_RANK];
    int32_t to_steps[TF_RANK];
} tf_move;

/* Copies a box of bytes: transposition, padding, slices, concatenation, splitting. Must not overlap. */
void tf_move_s8(const tf_move *layer, const int8_t *from, int8_t *to);

typedef struct
{
    /* Dimensions of the output, and those that are averaged over; leading ones where there are fewer. */
    int32_t kept[3];
    int32_t kept_steps[3];
    int32_t counted[3];
    int32_t counted_steps[3];
    /* Zero point of the input times the elements of a mean. */
    int32_t input_offset;
    int32_t output_zero_point;
    /* Of the sum; exponent as in tf_exact_constants. */
    int32_t multiplier;
    int32_t exponent;
} tf_mean;

void tf_mean_s8(const tf_mean *layer, const int8_t *input, int8_t *output);

typedef struct
{
    int32_t rows;
    int32_t depth;
    /* exp(-i) in Q0 for differences i of int8 values, i < exp_count; as good as 0 beyond. */
    const int32_t *exps;
    int32_t exp_count;
    /* From differences to Q5 and back; for the logarithm only. */
    int32_t multiplier;
    int32_t exponent;
    int32_t reverse_multiplier;
    int32_t reverse_exponent;
} tf_softmax;

/* Over the last dimension; output scale 1/256, zero point -128. Output may be the input. */
void tf_softmax_s8(const tf_softmax *layer, const int8_t *input, int8_t *output);

/* The same with output scale 1/16, zero point 127. */
void tf_log_softmax_s8(const tf_softmax *layer, const int8_t *input, int8_t *output);

typedef struct
{
    /* Of the output, and the steps of the inputs: 0 along the dimensions in which one is repeated. */
    int32_t sizes[TF_RANK];
    int32_t first_steps[TF_RANK];
    int32_t second_steps[TF_RANK];
    int32_t zero_points[2];
    /* Of the inputs of a sum, times 2^20; exponents as in tf_exact_constants. */
    int32_t multipliers[2];
    int32_t exponents[2];
    /* 1 to add the second input, -1 to subtract it. */
    int32_t sign;
    int32_t output_zero_point;
    int32_t output_multiplier;
    int32_t output_exponent;
    tf_activation activation;
} tf_binary;

/* Sums and differences, any scales, any shapes. Output may be an input that is not repeated. */
void tf_sum_s8(const tf_binary *layer, const int8_t *first, const int8_t *second, int8_t *output);

/* Products, in the same manner. */
void tf_mul_s8(const tf_binary *layer, const int8_t *first, const int8_t *second, int8_t *output);

/* Any function of one value: table[input + 128]. Output may be the input. */
void tf_lookup_s8(const int8_t *table, int32_t size, const int8_t *input, int8_t *output);

/* Maxima over the valid part of each window; takes the sizes of `layer`, in_channels = out_channels. */
void tf_max_pool_s8(const tf_conv2d *layer, const int8_t *input, int8_t *output);

/* Transposed convolution, any multipliers; weights OHWI. Uses the sizes of `layer`, not its records. */
void tf_transpose_conv_exact_s8(const tf_conv2d *layer,
                                const tf_exact_constants *constants,
                                const int8_t *input,
                                int8_t *output);

typedef struct
{
    int32_t in_width;
    int32_t channels;
    int32_t out_height;
    int32_t out_width;
    /*
     * Where each row and column of the output comes from: the nearest one of the input; or of two, the lower, the
     * higher, and the weight of the higher in 1/1024.
     */
    const int32_t *rows;
    const int32_t *columns;
} tf_resize;

void tf_resize_nearest_s8(const tf_resize *layer, const int8_t *input, int8_t *output);
void tf_resize_bilinear_s8(const tf_resize *layer, const int8_t *input, int8_t *output);

#endif
