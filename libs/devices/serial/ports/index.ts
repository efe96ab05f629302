export * from './find-port.ts';
export * from './list-ports.ts';
export * from './locate-port.ts';
export * from './open-around-run.ts';
export * from './port-identity.ts';
export * from './wait-for-port.ts';
