import { admissionsService } from '@wardstream/admissions';
import { alertingService } from '@wardstream/alerting';
import { auditService } from '@wardstream/audit';
import { bedManagementService } from '@wardstream/bed-management';
import { boardService } from '@wardstream/board';
import { departmentCoordinationService } from '@wardstream/department-coordination';
import { flowEngineService } from '@wardstream/flow-engine';
import { identityService } from '@wardstream/identity';
import type { ServiceDefinition } from '@wardstream/service-kit';

/**
 * The one list of services; each describes itself (`npm run topology` writes what follows from that). In the order of their start: who owns
 * the facility's configuration first, the origin last.
 */
export const services: readonly ServiceDefinition[] = [
  bedManagementService,
  admissionsService,
  departmentCoordinationService,
  flowEngineService,
  alertingService,
  auditService,
  identityService,
  boardService,
];
