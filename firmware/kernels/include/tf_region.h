/*
 * Kernels that make a part of an image: some rows of a chain of layers whose tensors never exist whole, or one patch of
 * the first layers. Same bytes as the kernels of tf_kernels.h, whose constants they take. All coordinates are those of
 * the whole image; what lies outside it is padding.
 */
#ifndef TF_REGION_H
#define TF_REGION_H

#include "tf_kernels.h"

/* Rows [top, bottom) and columns [left, right) of an image. */
typedef struct
{
    int16_t top;
    int16_t bottom;
    int16_t left;
    int16_t right;
} tf_region;

/*
 * Where an image, or what there is of it, lies. A pixel begins at
 * base + (row - top) % slots * row_bytes + (column - left) * channels.
 */
typedef struct
{
    int8_t *base;
    int32_t channels;
    int32_t row_bytes;
    /* Rows of a ring; 0 where every row has a place of its own. */
    int32_t slots;
    int32_t top;
    int32_t left;
} tf_view;

typedef struct tf_region_op tf_region_op;

typedef struct
{
    const tf_region_op *op;
    tf_region output;
    /* The second is only for additions. */
    tf_view inputs[2];
    tf_view to;
} tf_region_call;

struct tf_region_op
{
    void (*run)(const tf_region_call *call);
    /* Of the whole image: tf_add or tf_add_exact for the additions, tf_conv2d for all others. */
    const void *layer;
    /* For the exact kernels; where it is null, the records of the layer are taken. */
    const tf_exact_constants *constants;
    /* Indices of the images that it reads and writes. */
    int16_t inputs[2];
    int16_t output;
    /* As much as the kernel of tf_kernels.h wants for an image of the region's size. */
    void *scratch;
};

void tf_region_pointwise_s8(const tf_region_call *call);
void tf_region_conv2d_s8(const tf_region_call *call);
void tf_region_depthwise_s8(const tf_region_call *call);
void tf_region_depthwise_3x3_s1_s8(const tf_region_call *call);
void tf_region_depthwise_3x3_s2_s8(const tf_region_call *call);
void tf_region_depthwise_5x5_s1_s8(const tf_region_call *call);
void tf_region_depthwise_5x5_s2_s8(const tf_region_call *call);
void tf_region_depthwise_7x7_s1_s8(const tf_region_call *call);
void tf_region_depthwise_7x7_s2_s8(const tf_region_call *call);
void tf_region_average_pool_s8(const tf_region_call *call);
void tf_region_max_pool_s8(const tf_region_call *call);
/* The major input, see tf_add, is the first. */
void tf_region_add_s8(const tf_region_call *call);
void tf_region_add_exact_s8(const tf_region_call *call);

/* Rows [top, top + rows) of what one op makes, in full width. */
typedef struct
{
    uint16_t op;
    uint16_t top;
    uint16_t rows;
} tf_row_call;

typedef struct
{
    const tf_view *images;
    const tf_region_op *ops;
    const tf_row_call *calls;
    int32_t call_count;
} tf_row_chain;

/* Runs a chain of ops some rows at a time, in the order of the calls. */
void tf_run_rows(const tf_row_chain *chain);

typedef struct
{
    /* First the outputs of the ops, in order. Where row_bytes is 0, the image holds the region of the patch at hand. */
    const tf_view *images;
    const tf_region_op *ops;
    int32_t op_count;
    /* For each patch, the region that each op makes. */
    const tf_region *regions;
    int32_t patch_count;
} tf_patches;

/* Runs all ops once for each patch. */
void tf_run_patches(const tf_patches *patches);

#endif
