export * from './clocks.js';
export * from './data-quality.js';
export * from './free-beds.js';
export * from './occupancy.js';
