import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { qualityReport } from '@wardstream/api-contract';
import { ghostKey, ghosts, publishedBottleneck, type DatedGhost } from '@wardstream/flow-model';
import type { Clock } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { Allow, Answers, CLOCK } from '@wardstream/service-kit';
import {
  clockReport,
  definitions,
  ghostReport,
  isOfQuality,
  senderReports,
  unattributedReport,
} from '../domain/quality-report.js';
import { FacilityRegistry } from '../facility-memory/facility-registry.js';
import { PublishedBottlenecks } from '../flow-writes/published-bottlenecks.js';
import { Judging } from '../judging/judging.js';
import { QualityStore } from '../persistence/quality-store.js';
import { FacilityQuality } from './facility-quality.js';

@ApiTags('data quality')
@Controller('api/v1/facilities/:facility/data-quality')
export class DataQualityController {
  constructor(
    private readonly known: FacilityRegistry,
    private readonly told: PublishedBottlenecks,
    private readonly quality: FacilityQuality,
    private readonly judging: Judging,
    private readonly store: QualityStore,
    private readonly unitOfWork: UnitOfWork,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * How far a facility's data can be trusted now: its senders, ghosts, invalid clocks and open conflicts, with the bottlenecks
   * that were raised of them and what each figure means. No personal data. Problem 'facility-unknown'.
   */
  @Get()
  @Answers(qualityReport)
  @Allow('quality.read')
  @ApiOperation({ summary: 'Data quality of a facility' })
  async get(@Param('facility') facility: string) {
    const { live, quality } = this.known.configured(facility);
    const bottlenecks = await this.told.of(facility);
    const since = new Map(
      (await this.unitOfWork.read((tx) => this.store.ghosts(tx, [facility]))).map((g) => [g.id, g.since]),
    );
    const now = this.clock.nowMs();
    const asOf = new Date(now).toISOString();
    const { state } = live;
    const notJudged = this.judging.of(facility);
    const { feeds, senders } = quality;
    const conflicts = quality.openConflicts();
    const raised = bottlenecks.filter(isOfQuality).map(publishedBottleneck);
    const silent = new Set(raised.filter((b) => b.rule === 'feed-silent').map((b) => b.subject.id));
    // One that has not lasted a minute is no ghost yet: two events of one moment are taken in one after the other.
    const lasting = ghosts(state).flatMap((g): DatedGhost[] => {
      const began = since.get(ghostKey(g));
      return began === undefined ? [] : [{ ...g, since: began }];
    });
    return {
      facility,
      asOf,
      ...(notJudged === null ? {} : { notJudged }),
      senders: senderReports(feeds, senders, silent, this.quality.silenceLimit(facility), now),
      unattributed: this.quality.unattributed().map((s) => unattributedReport(s, now)),
      ghosts: ghostReport([...lasting, ...this.quality.silent(state, now)], now),
      invalidClocks: clockReport(quality.invalidClocks(now), state, now),
      conflicts: {
        open: conflicts.reduce((sum, c) => sum + c.open, 0),
        byKind: conflicts,
      },
      bottlenecks: raised,
      definitions,
    };
  }
}
