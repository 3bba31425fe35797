export { type Facilities, type Permission, type Role, roles } from '@wardstream/access';
export { Allow, CurrentUser, type FacilityScope, KeepsToFacilities, Public, type User } from './access/allow.js';
export { checkFacility, checkUnit, checkUnitOfPatient } from './access/checks.js';
export { controllersOf, routesOf } from './access/routes-of.js';
export { Act, NoAct } from './audit/act.js';
export { Acts, type NewAct } from './audit/acts.js';
export { unauditedRoutes } from './audit/unaudited-routes.js';
export { deadLettersController } from './dead-letters.controller.js';
export { type ActNotes, noteAct } from './audit/current-act.js';
export { IDENTITY_PATH, ownIssuerOf } from './access/own-issuer.js';
export { derivedKey, Sealer } from './access/sealed.js';
export { issueToken, TokenVerifier } from './access/tokens.js';
export { portRefused } from './configuration/port-refused.js';
export { processEnvironment, processSettings, type ProcessConfiguration } from './configuration/process-settings.js';
export * from './configuration/settings.js';
export { createService, type RunningService } from './create-service.js';
export { Deliveries, type Served } from './deliveries/deliveries.js';
export { ConnectionSlots, type SlotHolder, type Standing } from './connections/connection-slots.js';
export { createEdge, type Edge, type EdgeMember } from './edge/edge.js';
export { OriginSessions } from './edge/origin-sessions.js';
export { ownRoutes } from './edge/own-routes.js';
export { PAGE_HEADER } from './edge/session-gate.js';
export { createEnvironment, type ServiceEnvironment } from './environment.js';
export { HealthDetails, reportHealth, type HealthCheck, type HealthReport } from './health/health.js';
export { TakesBody } from './http/body-limit.js';
export { Answers, AnswersByItself } from './http/answers.js';
export { isFhirUrl, outcomeOfProblem } from './http/problem-form.js';
export { problem, problemOf, PROBLEM_TYPE, type Problem } from './http/problem.js';
export { ReadsOwnBody } from './http/storable.guard.js';
export { createLogger, describeError, LOGGER, type Logger } from './logging/logger.js';
export { Tally } from './logging/tally.js';
export { type Caller, callerOf } from './network/caller.js';
export { isNetwork, Networks } from './network/networks.js';
export { networkOf } from './access/token-guesses.js';
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
  type ScalingDefinition,
  type ServiceDefinition,
} from './service-definition.js';
export { Metrics } from './telemetry/metrics.js';
export { startTelemetry, type TraceDestination } from './telemetry/telemetry.js';
