import {
  admissionsFeedHeard,
  alertChanged,
  bedChanged,
  bedConflictChanged,
  bedManagementFeedHeard,
  bedRequestChanged,
  certaintyChanged,
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
import { certainty } from './persistence/migrations/0002-certainty.migration.js';
import { roomForUpdates } from './persistence/migrations/0003-room-for-updates.migration.js';

export const boardService = defineService({
  name: 'board',
  schema: 'board',
  summary: 'What people see: snapshot and live stream of each facility, conflicts, and the web application.',
  module: BoardModule,
  settings: boardSettings,
  migrations: [board, certainty, roomForUpdates],
  publishes: [],
  consumes: [
    facilityConfigured,
    bedChanged,
    certaintyChanged,
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
