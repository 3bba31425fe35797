export { roles, ANY_ROLE, CurrentUser, Public, Roles, type Role, type User } from './access/roles.js';
export { issueToken, TokenVerifier } from './access/tokens.js';
export { portRefused } from './configuration/port-refused.js';
export { processEnvironment, processSettings, type ProcessConfiguration } from './configuration/process-settings.js';
export * from './configuration/settings.js';
export { createService, type RunningService } from './create-service.js';
export { Deliveries, type Served } from './deliveries/deliveries.js';
export { ConnectionSlots, type SlotHolder, type Standing } from './connections/connection-slots.js';
export { createEdge, type Edge, type EdgeMember } from './edge/edge.js';
export { httpServices, serviceFor, type HttpService } from './edge/edge-routes.js';
export { ownRoutes } from './edge/own-routes.js';
export { createEnvironment, type ServiceEnvironment } from './environment.js';
export { HealthDetails, reportHealth, type HealthCheck, type HealthReport } from './health/health.js';
export { TakesBody } from './http/body-limit.js';
export { requestTime, requestVersion } from './http/fields.js';
export { isFhirUrl, outcomeOfProblem } from './http/problem-form.js';
export { problem, problemOf, PROBLEM_TYPE, type Problem } from './http/problem.js';
export { ReadsOwnBody } from './http/storable.guard.js';
export { createLogger, describeError, LOGGER, type Logger } from './logging/logger.js';
export { Tally } from './logging/tally.js';
export { isNetwork, Networks } from './network/networks.js';
export { nextOf, placeAfter } from './http/next-place.js';
export { checkCall, checkOn, type CheckCall, type CheckedPage, type CheckReport } from './paged-check/paged-check.js';
export { Turns } from './paged-check/turns.js';
export { openEventLog, runService } from './run-service.js';
export {
  CLOCK,
  CONFIG,
  defineService,
  PROCESS_CONFIG,
  type ConfigOf,
  type ServiceDefinition,
} from './service-definition.js';
export { Metrics } from './telemetry/metrics.js';
export { startTelemetry, type TraceDestination } from './telemetry/telemetry.js';
