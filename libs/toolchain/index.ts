export * from './create-toolchain.ts';
export { symbolAt } from './image-sizes.ts';
export * from './image.ts';
export * from './foreign/index.ts';
export * from './sandbox/index.ts';
export * from './unpack/index.ts';
