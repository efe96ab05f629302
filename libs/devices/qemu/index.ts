export * from './create-qemu-device.ts';
