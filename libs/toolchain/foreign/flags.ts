import type { Target } from '#targets';

/** Upstream's own (its Makefiles and CubeIDE projects), without the hundreds of warnings that its code has. */
const upstream = ['-Ofast', '-std=c11', '-ffunction-sections', '-fdata-sections', '-w'] as const;

/** Generated code and kernels alike: integer requantisation calls CMSIS-NN's helpers without including them. */
export function foreignFlags(target: Target): string[] {
  return [...target.machineFlags, ...upstream, '-include', 'arm_nnsupportfunctions.h'];
}
