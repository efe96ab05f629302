export * from './create-toolchain.ts';
export { symbolAt } from './image-sizes.ts';
export * from './image.ts';
