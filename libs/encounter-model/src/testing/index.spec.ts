/** A small hospital, facts in short notation, and every case with what comes of it; for tests alone, no build has them. */
export * from './facts.builder.spec.js';
export * from './corrections.cases.spec.js';
export * from './derive-encounter.cases.spec.js';
export * from './neighbours.cases.spec.js';
