export * from './encode-genotype.ts';
export * from './http-oracle.ts';
export * from './macs-oracle.ts';
export * from './onnx-oracle.ts';
export * from './oracle.ts';
export * from './program-oracle.ts';
export * from './table-oracle.ts';
