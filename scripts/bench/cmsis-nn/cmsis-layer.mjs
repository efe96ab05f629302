// The call of CMSIS-NN that runs one op, as C, and the scratch that it wants on cores with DSP instructions.
import {
  addLeftShift,
  addMultipliers,
  convolutionMultipliers,
  elementsOf,
  fullyConnectedMultipliers,
  softmaxScaling,
} from '#network';

const alignUp4 = (value) => Math.ceil(value / 4) * 4;

const dims = (name, [n, h, w, c]) => `static const cmsis_nn_dims ${name} = {${n}, ${h}, ${w}, ${c}};`;

function weighted({ index, parameters, constants, multipliers }) {
  const { weights, bias } = parameters;
  const at = (values) => constants.add(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  const channels = multipliers.shifts.length;
  const int32 = (values) => `(int32_t *)(cmsis_weights + ${at(values)})`;
  return {
    weights: `(const int8_t *)(cmsis_weights + ${at(weights)})`,
    bias: int32(bias ?? new Int32Array(channels)),
    bias_dims: dims(`bias_${index}`, [1, 1, 1, channels]),
    by: { multiplier: int32(multipliers.multipliers), shift: int32(multipliers.shifts) },
  };
}

function window(op, from, to, parameters) {
  const isDilated = op.dilationHeight !== undefined;
  const pair = (name) => `{${op[`${name}Width`]}, ${op[`${name}Height`]}}`;
  return [
    ...(isDilated ? [`.input_offset = ${-from.zeroPoint}, .output_offset = ${to.zeroPoint}`] : []),
    `.stride = ${pair('stride')}`,
    `.padding = {${op.padding.left}, ${op.padding.top}}`,
    ...(isDilated ? [`.dilation = ${pair('dilation')}`] : []),
    `.activation = {${parameters.activationMin}, ${parameters.activationMax}}`,
  ].join(', ');
}

function convolution({ op, index, shapes, scales, parameters, constants }) {
  const isDepthwise = op.kind === 'depthwiseConv2d';
  const [from, to] = shapes;
  const multipliers = convolutionMultipliers(
    scales[0].scale,
    parameters.weightScales,
    scales[1].scale,
    to[3],
  );
  const of = weighted({ index, parameters, constants, multipliers });
  const { kernelHeight: height, kernelWidth: width } = op;
  const taps = height * width * from[3];
  const isDense = op.dilationHeight * op.dilationWidth === 1;
  const is3x3 = height === 3 && width === 3 && op.padding.top <= 1 && op.padding.left <= 1;
  const depthwiseBytes = isDense && from[3] === to[3] && !is3x3 ? 2 * taps : 0;
  const bytes = isDepthwise ? depthwiseBytes : height * width === 1 ? 0 : 4 * alignUp4(taps);
  const [type, name] = isDepthwise
    ? ['cmsis_nn_dw_conv_params', 'arm_depthwise_conv_wrapper_s8']
    : ['cmsis_nn_conv_params', 'arm_convolve_wrapper_s8'];
  const multiplier = isDepthwise ? `.ch_mult = ${op.depthMultiplier}, ` : '';
  const sizes = `&params_${index}, &from_${index}, &filter_${index}, &to_${index}`;
  return {
    bytes,
    needed: `${name}_get_buffer_size(${sizes})`,
    definitions: [
      `static const ${type} params_${index} = {${multiplier}${window(op, scales[0], scales[1], parameters)}};`,
      dims(`from_${index}`, from),
      dims(`to_${index}`, to),
      dims(`filter_${index}`, isDepthwise ? [1, height, width, to[3]] : [to[3], height, width, from[3]]),
      of.bias_dims,
    ],
    call: `const cmsis_nn_per_channel_quant_params by = {${of.by.multiplier}, ${of.by.shift}};
    check(${name}(&context, &params_${index}, &by, &from_${index}, inputs[0], &filter_${index}, ${of.weights}, &bias_${index}, ${of.bias}, &to_${index}, output));`,
  };
}

function fullyConnected({ index, shapes, scales, parameters, constants }) {
  const outFeatures = shapes[1].at(-1);
  const inFeatures = parameters.weights.length / outFeatures;
  const rows = elementsOf(shapes[0]) / inFeatures;
  const multipliers = fullyConnectedMultipliers(
    scales[0].scale,
    parameters.weightScales,
    scales[1].scale,
    outFeatures,
  );
  const of = weighted({ index, parameters, constants, multipliers });
  const isPerChannel = parameters.weightScales.length > 1;
  const { activationMin, activationMax } = parameters;
  return {
    bytes: 0,
    needed: `arm_fully_connected_s8_get_buffer_size(&filter_${index})`,
    definitions: [
      `static const cmsis_nn_fc_params params_${index} = {${-scales[0].zeroPoint}, 0, ${scales[1].zeroPoint}, {${activationMin}, ${activationMax}}};`,
      dims(`from_${index}`, [rows, 1, 1, inFeatures]),
      dims(`to_${index}`, [rows, 1, 1, outFeatures]),
      dims(`filter_${index}`, [inFeatures, 1, 1, outFeatures]),
      of.bias_dims,
    ],
    call: `const cmsis_nn_quant_params by = {${of.by.multiplier}, ${of.by.shift}, ${Number(isPerChannel)}};
    check(arm_fully_connected_wrapper_s8(&context, &params_${index}, &by, &from_${index}, inputs[0], &filter_${index}, ${of.weights}, &bias_${index}, ${of.bias}, &to_${index}, output));`,
  };
}

function pool({ op, index, shapes, scales, parameters }) {
  const isMax = op.kind === 'maxPool2d';
  const bytes = isMax ? 0 : 4 * shapes[0][3];
  return {
    bytes,
    needed: isMax ? '0' : `arm_avgpool_s8_get_buffer_size(${shapes[1][2]}, ${shapes[0][3]})`,
    definitions: [
      `static const cmsis_nn_pool_params params_${index} = {${window(op, ...scales, parameters)}};`,
      dims(`from_${index}`, shapes[0]),
      dims(`to_${index}`, shapes[1]),
      dims(`filter_${index}`, [1, op.kernelHeight, op.kernelWidth, 1]),
    ],
    call: `check(${isMax ? 'arm_max_pool_s8' : 'arm_avgpool_s8'}(&context, &params_${index}, &from_${index}, inputs[0], &filter_${index}, &to_${index}, output));`,
  };
}

function add({ scales, shapes, parameters }) {
  const [first, second, to] = scales;
  const by = addMultipliers(first, second, to);
  const scaled = ({ multiplier, shift }) => `${multiplier}, ${shift}`;
  return {
    bytes: 0,
    needed: '0',
    definitions: [],
    call: `check(arm_elementwise_add_s8(inputs[0], inputs[1], ${-first.zeroPoint}, ${scaled(by.input1)}, ${-second.zeroPoint}, ${scaled(by.input2)}, ${addLeftShift}, output, ${to.zeroPoint}, ${scaled(by.output)}, ${parameters.activationMin}, ${parameters.activationMax}, ${elementsOf(shapes.at(-1))}));`,
  };
}

function softmax({ op, scales, shapes }) {
  const { multiplier, shift, diffMin } = softmaxScaling(op.beta, scales[0].scale);
  const depth = shapes[0].at(-1);
  return {
    bytes: 0,
    needed: '0',
    definitions: [],
    call: `arm_softmax_s8(inputs[0], ${elementsOf(shapes[0]) / depth}, ${depth}, ${multiplier}, ${shift}, ${diffMin}, output);`,
  };
}

const emitters = {
  conv2d: convolution,
  depthwiseConv2d: convolution,
  fullyConnected,
  averagePool2d: pool,
  maxPool2d: pool,
  add,
  softmax,
};

/** Undefined for an op that CMSIS-NN has no kernel for. */
export function cmsisLayer(network, index, constants) {
  const { graph, quantisation, parameters } = network;
  const op = graph.ops[index];
  const emit = emitters[op.kind];
  if (emit === undefined) return undefined;
  const ids = [...op.inputs, op.outputs[0]];
  const shapes = ids.map((id) => graph.tensors[id].shape);
  const isBroadcast = op.kind === 'add' && new Set(shapes.map(String)).size > 1;
  if (isBroadcast) return undefined;
  const scales = ids.map((id) => quantisation[id]);
  return emit({ op, index, shapes, scales, parameters: parameters[index], constants });
}
