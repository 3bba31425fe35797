export { FixedClock } from '@wardstream/kernel';
export { freePort, freePorts } from '@wardstream/deploy/local-process';
export * from './chromium.js';
export { dockerAnswers } from './docker.js';
export { ServerMissing } from './environment.js';
export * from './eventually.js';
export * from './kafka.js';
export * from './postgres.js';
export * from './redis.js';
