import {
  admissionsFeedHeard,
  alertChanged,
  bedChanged,
  bedConflictChanged,
  bedManagementFeedHeard,
  bedRequestChanged,
  departmentFeedHeard,
  dischargePlanChanged,
  encounterChanged,
  encounterConflictChanged,
  facilityConfigured,
  unitOccupancyChanged,
} from '@wardstream/events';
import { defineService } from '@wardstream/service-kit';
import { BoardModule } from './board.module.js';
import { boardSettings } from './board.settings.js';
import { board } from './persistence/migrations/0001-board.migration.js';

export const boardService = defineService({
  name: 'board',
  schema: 'board',
  summary: 'What people see: snapshot and live stream of each facility, conflicts, and the web application.',
  module: BoardModule,
  settings: boardSettings,
  migrations: [board],
  publishes: [],
  consumes: [
    facilityConfigured,
    bedChanged,
    unitOccupancyChanged,
    alertChanged,
    encounterConflictChanged,
    bedConflictChanged,
    admissionsFeedHeard,
    bedManagementFeedHeard,
    departmentFeedHeard,
    bedRequestChanged,
    dischargePlanChanged,
    encounterChanged,
  ],
});
