export * from './create-qemu-device.ts';
export * from './class-plugin.ts';
