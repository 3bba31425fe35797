import { Module } from '@nestjs/common';
import { BottlenecksController } from './bottlenecks/bottlenecks.controller.js';
import { TickFacility } from './bottleneck-ticks/tick-facility.js';
import { Ticker } from './bottleneck-ticks/ticker.js';
import { DoubtBeds } from './certainty/doubt-beds.js';
import { DataQualityController } from './data-quality/data-quality.controller.js';
import { FacilityQuality } from './data-quality/facility-quality.js';
import { GhostWatch } from './data-quality/ghost-watch.js';
import { QualityBook } from './data-quality/quality-book.js';
import { QualityFactsConsumer } from './data-quality/quality-facts.consumer.js';
import { QualityGauges } from './data-quality/quality-gauges.js';
import { FacilitySnapshots } from './facility-cache/facility-snapshots.js';
import { AbsorbFacts } from './facility-facts/absorb-facts.js';
import { FacilityFactsConsumer } from './facility-facts/facility-facts.consumer.js';
import { FacilityOccupancy } from './occupancy/facility-occupancy.js';
import { OccupancyController } from './occupancy/occupancy.controller.js';
import { BedSegments } from './persistence/bed-segments.js';
import { FacilityStore } from './persistence/facility-store.js';
import { QualityStore } from './persistence/quality-store.js';
import { TickLease } from './persistence/tick-lease.js';
import { ProcessClocksController } from './process-clocks/process-clocks.controller.js';

@Module({
  controllers: [
    FacilityFactsConsumer,
    OccupancyController,
    BottlenecksController,
    ProcessClocksController,
    QualityFactsConsumer,
    DataQualityController,
  ],
  providers: [
    FacilityStore,
    BedSegments,
    TickLease,
    FacilitySnapshots,
    AbsorbFacts,
    DoubtBeds,
    FacilityOccupancy,
    QualityStore,
    QualityBook,
    GhostWatch,
    FacilityQuality,
    QualityGauges,
    TickFacility,
    Ticker,
  ],
})
export class FlowEngineModule {}
