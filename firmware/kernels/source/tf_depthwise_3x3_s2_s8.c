#include "tf_depthwise_template.h"

void tf_depthwise_3x3_s2_s8(const tf_depthwise *layer, const int8_t *input, int8_t *output, void *scratch)
{
    tf_depthwise_template(layer, input, output, scratch, 3, 2);
}
