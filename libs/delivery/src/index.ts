export * from './delivery.js';
export { DeliveryDispatcher, type DeliveryTarget } from './delivery-dispatcher.js';
export { deliveriesMigration } from './delivery-migration.js';
export { DeliveryQueue } from './delivery-queue.js';
export { httpOutcome } from './http-outcome.js';
