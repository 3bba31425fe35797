export * from './bed-requests.js';
export * from './discharge-plans.js';
