/** gcc's choice of core, FPU and ABI. */
export const cortexM4Flags = ['-mcpu=cortex-m4', '-mthumb', '-mfpu=fpv4-sp-d16', '-mfloat-abi=hard'] as const;
/** The Cortex-M7 of the STM32F74x computes in single precision only. */
export const cortexM7SingleFlags = [
  '-mcpu=cortex-m7',
  '-mthumb',
  '-mfpu=fpv5-sp-d16',
  '-mfloat-abi=hard',
] as const;
export const cortexM7Flags = ['-mcpu=cortex-m7', '-mthumb', '-mfpu=fpv5-d16', '-mfloat-abi=hard'] as const;
