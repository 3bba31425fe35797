import { followedViewMigration } from '@wardstream/facility-state';
import { defineService } from '@wardstream/service-kit';
import { BoardModule } from './board.module.js';
import { boardSettings } from './board.settings.js';
import { board } from './persistence/migrations/0001-board.migration.js';
import { certainty } from './persistence/migrations/0002-certainty.migration.js';
import { roomForUpdates } from './persistence/migrations/0003-room-for-updates.migration.js';
import { Sessions } from './sessions/sessions.js';
import { sessions } from './persistence/migrations/0005-sessions.migration.js';
import { entries } from './persistence/migrations/0004-entries.migration.js';

export const boardService = defineService({
  name: 'board',
  schema: 'board',
  summary: 'What people see: snapshot and live stream of each facility, conflicts, and the web application.',
  owns: 'what is shown, in memory and rows; the web app',
  port: 8080,
  routes: [
    '/',
    '/api/v1/me',
    '/api/v1/session',
    '/api/v1/conflicts',
    '/api/v1/facilities/{facility}/board',
    '/api/v1/facilities/{facility}/conflicts',
    '/api/v1/facilities/{facility}/stream',
  ],
  variables: ['REDIS_URL', 'WARDSTREAM_UPSTREAMS'],
  memory: 768,
  module: BoardModule,
  settings: boardSettings,
  sessions: Sessions,
  migrations: [board, certainty, roomForUpdates, followedViewMigration, entries, sessions],
  publishes: [],
  // It has no handlers: it follows the log (BoardView).
  consumes: [],
});
