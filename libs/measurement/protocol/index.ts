export * from './crc16.ts';
export * from './protocol-line.ts';
export * from './read-fields.ts';
