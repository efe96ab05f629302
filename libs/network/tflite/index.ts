export * from './read-tflite.ts';
