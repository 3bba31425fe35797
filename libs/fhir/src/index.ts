export * from './r4/systems.js';
