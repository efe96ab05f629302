export * from './create-qemu-device.ts';
export * from './class-plugin.ts';
export type { QemuPlugin } from './qemu-arguments.ts';
