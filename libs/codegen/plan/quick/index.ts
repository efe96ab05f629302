export * from './quick-planner.ts';
