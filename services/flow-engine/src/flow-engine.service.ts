import { bottleneckChanged, unitOccupancyChanged } from '@wardstream/events';
import { facilityEvents } from '@wardstream/flow-model';
import { defineService } from '@wardstream/service-kit';
import { qualityEvents } from './data-quality/quality-facts.consumer.js';
import { FlowEngineModule } from './flow-engine.module.js';
import { flowEngineSettings } from './flow-engine.settings.js';
import { facilityState } from './persistence/migrations/0001-facility-state.migration.js';
import { certainty } from './persistence/migrations/0003-certainty.migration.js';
import { dataQuality } from './persistence/migrations/0002-data-quality.migration.js';

export const flowEngineService = defineService({
  name: 'flow-engine',
  schema: 'flow_engine',
  summary: 'Keeps the state of every facility, counts it, runs its clocks and tells its bottlenecks.',
  module: FlowEngineModule,
  settings: flowEngineSettings,
  migrations: [facilityState, dataQuality, certainty],
  publishes: [unitOccupancyChanged, bottleneckChanged],
  consumes: [...facilityEvents, ...qualityEvents],
});
