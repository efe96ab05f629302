import { jsonTarget } from '../json-target.mjs';

function block(inChannels, outChannels, stride, kernel) {
  const name = 'MBInvertedConvLayer';
  return {
    name: 'MobileInvertedResidualBlock',
    mobile_inverted_conv: {
      name,
      in_channels: inChannels,
      out_channels: outChannels,
      kernel_size: kernel,
      stride,
      expand_ratio: 3,
      mid_channels: null,
      act_func: 'relu6',
      use_se: false,
    },
    shortcut: stride === 1 && inChannels === outChannels ? { name: 'IdentityLayer' } : null,
  };
}

/** In the form of the MCUNet repository. */
const own = {
  name: 'ProxylessNASNets',
  resolution: 32,
  first_conv: {
    name: 'ConvLayer',
    kernel_size: 3,
    stride: 2,
    in_channels: 3,
    out_channels: 8,
    act_func: 'relu6',
  },
  blocks: [block(8, 8, 1, 3), block(8, 16, 2, 5), block(16, 16, 1, 7)],
  feature_mix_layer: null,
  classifier: { name: 'LinearLayer', in_features: 16, out_features: 4, bias: true },
};

export function createTarget(files) {
  return jsonTarget([own, ...files.map((file) => JSON.parse(file.toString()))]);
}
