export const modelFormat = 'tinyfarm-latency-model/1';
