import type { Target } from '#targets';

/** How the network's code and the kernels are compiled. */
const optimisation = ['-O2', '-ffunction-sections', '-fdata-sections', '-fno-common'] as const;
const language = ['-std=c11', '-Wall', '-Wextra', '-Werror'] as const;

/** Of the kernels, the harness and the board. */
export function firmwareFlags(target: Target): string[] {
  return [...target.machineFlags, ...optimisation, ...language];
}

/** Of generated code; its warnings are its generator's business, and must not fail a foreign network. */
export function candidateFlags(target: Target): string[] {
  return [...target.machineFlags, ...optimisation, '-std=gnu11'];
}

/** Of the link, but for files and folders. */
export function linkFlags(target: Target, buildHash: string): string[] {
  const words = [0, 1, 2, 3].map((i) => `--defsym=tf_build_hash_${i}=0x${buildHash.slice(8 * i, 8 * i + 8)}`);
  return [
    ...target.machineFlags,
    '-nostartfiles',
    ['-Wl,--gc-sections', '--build-id=none', '--no-warn-rwx-segments', '--print-memory-usage', ...words].join(
      ',',
    ),
  ];
}
