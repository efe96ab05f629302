export * from './create-renode-device.ts';
export * from './renode-pool.ts';
