import { bottleneckChanged, unitOccupancyChanged } from '@wardstream/events';
import { followedViewMigration } from '@wardstream/facility-state';
import { defineService } from '@wardstream/service-kit';
import { FlowEngineModule } from './flow-engine.module.js';
import { flowEngineSettings } from './flow-engine.settings.js';
import { facilityState } from './persistence/migrations/0001-facility-state.migration.js';
import { certainty } from './persistence/migrations/0003-certainty.migration.js';
import { dataQuality } from './persistence/migrations/0002-data-quality.migration.js';
import { writtenBehind } from './persistence/migrations/0004-written-behind.migration.js';

export const flowEngineService = defineService({
  name: 'flow-engine',
  schema: 'flow_engine',
  summary: 'Keeps the state of every facility, counts it, runs its clocks and tells its bottlenecks.',
  owns: 'facility state, bed history by event time, bottlenecks, data quality',
  port: 8084,
  routes: [
    '/api/v1/facilities/{facility}/occupancy',
    '/api/v1/facilities/{facility}/bottlenecks',
    '/api/v1/facilities/{facility}/clocks',
    '/api/v1/facilities/{facility}/data-quality',
    '/api/v1/facilities/{facility}/free-beds',
  ],
  memory: 768,
  module: FlowEngineModule,
  settings: flowEngineSettings,
  migrations: [facilityState, dataQuality, certainty, writtenBehind, followedViewMigration],
  publishes: [unitOccupancyChanged, bottleneckChanged],
  // What it is made of is read by its view, outside any group (flow-writes/flow-view.ts).
  consumes: [],
});
