export * from './device.ts';
export * from './qemu/index.ts';
export * from './serial/index.ts';
