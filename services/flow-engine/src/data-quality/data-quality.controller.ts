import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ghostKey, ghosts, publishedBottleneck, type KnownGhost } from '@wardstream/flow-model';
import type { Clock } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { CLOCK, Roles } from '@wardstream/service-kit';
import {
  clockReport,
  definitions,
  ghostReport,
  isOfQuality,
  senderReports,
  unattributedReport,
} from '../domain/quality-report.js';
import { FacilitySnapshots } from '../facility-cache/facility-snapshots.js';
import { QualityStore } from '../persistence/quality-store.js';
import { FacilityQuality } from './facility-quality.js';
import { QualityBook } from './quality-book.js';

@ApiTags('data quality')
@Controller('api/v1/facilities/:facility/data-quality')
export class DataQualityController {
  constructor(
    private readonly snapshots: FacilitySnapshots,
    private readonly book: QualityBook,
    private readonly quality: FacilityQuality,
    private readonly store: QualityStore,
    private readonly unitOfWork: UnitOfWork,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * How far a facility's data can be trusted now: its senders, ghosts, invalid clocks and open conflicts, with the bottlenecks
   * that were raised of them and what each figure means. No personal data. Problem 'facility-unknown'.
   */
  @Get()
  @Roles('operations-manager', 'administrator', 'auditor', 'bed-manager')
  @ApiOperation({ summary: 'Data quality of a facility' })
  async get(@Param('facility') facility: string) {
    const { state, bottlenecks } = await this.snapshots.ofKnown(facility);
    await this.book.refresh();
    const [since, conflicts] = await this.unitOfWork.read(async (tx) => [
      await this.store.ghosts(tx, facility),
      (await this.store.openConflicts(tx)).filter((c) => c.facility === facility),
    ]);
    const now = this.clock.nowMs();
    const asOf = new Date(now).toISOString();
    const { feeds, senders, unattributed, invalidClocks } = this.book.of(facility);
    const raised = [...bottlenecks.values()].filter(isOfQuality).map(publishedBottleneck);
    const silent = new Set(raised.filter((b) => b.rule === 'feed-silent').map((b) => b.subject.id));
    // One that has not lasted a minute is no ghost yet: two events of one moment are taken in one after the other.
    const lasting = ghosts(state).flatMap((g): KnownGhost[] => {
      const began = since.get(ghostKey(g));
      return began === undefined ? [] : [{ ...g, since: began }];
    });
    return {
      ...{ facility, asOf },
      senders: senderReports(feeds, senders, silent, this.quality.silenceLimit(facility), now),
      unattributed: unattributed.map((s) => unattributedReport(s, now)),
      ghosts: ghostReport([...lasting, ...this.quality.silent(state, now)], now),
      invalidClocks: clockReport(invalidClocks, state, now),
      conflicts: {
        open: conflicts.reduce((sum, c) => sum + c.open, 0),
        byKind: conflicts.map(({ facility: _own, ...kind }) => kind),
      },
      bottlenecks: raised,
      definitions,
    };
  }
}
