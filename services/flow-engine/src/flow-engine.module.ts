import { Module } from '@nestjs/common';
import { BottlenecksController } from './bottlenecks/bottlenecks.controller.js';
import { Ticker } from './bottleneck-ticks/ticker.js';
import { DoubtBeds } from './certainty/doubt-beds.js';
import { DataQualityController } from './data-quality/data-quality.controller.js';
import { FacilityQuality } from './data-quality/facility-quality.js';
import { FreeBedsController } from './free-beds/free-beds.controller.js';
import { GhostWatch } from './data-quality/ghost-watch.js';
import { QualityGauges } from './data-quality/quality-gauges.js';
import { FacilityRegistry } from './facility-memory/facility-registry.js';
import { FlowView } from './flow-writes/flow-view.js';
import { FlowWriter } from './flow-writes/flow-writer.js';
import { PublishedBottlenecks } from './flow-writes/published-bottlenecks.js';
import { Judging } from './judging/judging.js';
import { FacilityOccupancy } from './occupancy/facility-occupancy.js';
import { OccupancyController } from './occupancy/occupancy.controller.js';
import { BedSegments } from './persistence/bed-segments.js';
import { FacilityStore } from './persistence/facility-store.js';
import { QualityStore } from './persistence/quality-store.js';
import { ProcessClocksController } from './process-clocks/process-clocks.controller.js';

@Module({
  controllers: [
    OccupancyController,
    BottlenecksController,
    ProcessClocksController,
    DataQualityController,
    FreeBedsController,
  ],
  providers: [
    FacilityStore,
    BedSegments,
    FacilityRegistry,
    FlowWriter,
    FlowView,
    PublishedBottlenecks,
    DoubtBeds,
    FacilityOccupancy,
    QualityStore,
    GhostWatch,
    FacilityQuality,
    QualityGauges,
    Judging,
    Ticker,
  ],
})
export class FlowEngineModule {}
