export * from './console-log.ts';
export * from './memory-serial.ts';
export { explainOpenFailure, openNodeSerial, type OpenFailure } from './node-serial.ts';
export * from './ports/index.ts';
export * from './serial-console.ts';
export * from './serial-transport.ts';
