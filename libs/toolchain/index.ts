export * from './create-toolchain.ts';
export * from './image.ts';
