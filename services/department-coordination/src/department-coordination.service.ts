import {
  bedChanged,
  bedRequestChanged,
  departmentFeedHeard,
  dischargePlanChanged,
  encounterChanged,
  facilityConfigured,
} from '@wardstream/events';
import { defineService } from '@wardstream/service-kit';
import { DepartmentCoordinationModule } from './department-coordination.module.js';
import { requests } from './persistence/migrations/0001-requests.js';
import { merges } from './persistence/migrations/0002-merges.js';
import { roomForUpdates } from './persistence/migrations/0003-room-for-updates.js';
import { actKeys } from './persistence/migrations/0004-act-keys.js';

export const departmentCoordinationService = defineService({
  name: 'department-coordination',
  schema: 'department_coordination',
  summary: 'Bed requests from request to occupied, and discharges from announced to departed, with their clocks.',
  owns: 'bed requests, discharge plans',
  port: 8083,
  routes: ['/api/v1/facilities/{facility}/bed-requests', '/api/v1/facilities/{facility}/discharge-plans'],
  memory: 384,
  module: DepartmentCoordinationModule,
  settings: {},
  migrations: [requests, merges, roomForUpdates, actKeys],
  publishes: [bedRequestChanged, dischargePlanChanged, departmentFeedHeard],
  consumes: [facilityConfigured, encounterChanged, bedChanged],
  gatherMs: 100,
});
