export * from './simulation/acts.js';
export * from './simulation/simulate.js';
