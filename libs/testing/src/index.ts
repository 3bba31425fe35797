export { FixedClock } from '@wardstream/kernel';
export { freePort, freePorts } from '../../../deploy/local-process/guarded-process.mjs';
export * from './chromium.js';
export { dockerAnswers } from './docker.js';
export { ServerMissing } from './environment.js';
export * from './eventually.js';
export * from './kafka.js';
export * from './postgres.js';
export * from './redis.js';
