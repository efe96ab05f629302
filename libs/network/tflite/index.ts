export * from './read-tflite.ts';
export * from './write/write-tflite.ts';
