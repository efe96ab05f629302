export * from './layer-map.ts';
export * from './layer-shape.ts';
export * from './layers-of-graph.ts';
export * from './layers-of-plan.ts';
