export { scoreLabel, scoreText } from './labels.ts';
export * from './render-report.ts';
export * from './report-data.ts';
