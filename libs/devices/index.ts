export * from './device.ts';
export * from './openocd/index.ts';
export * from './qemu/index.ts';
export * from './recovery/index.ts';
export * from './renode/index.ts';
export * from './serial/index.ts';
