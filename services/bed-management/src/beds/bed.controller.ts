import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  bedList,
  type BedQuery,
  bedQuery,
  bedWithHistory,
  type OneBedQuery,
  oneBedQuery,
} from '@wardstream/api-contract';
import { nameAlerts, withNameAlerts } from '@wardstream/events';
import { DomainError, type Clock } from '@wardstream/kernel';
import { iso, UnitOfWork, type Tx } from '@wardstream/persistence';
import { Allow, Answers, CLOCK } from '@wardstream/service-kit';
import { changesFrom, type Horizon, segmentsOf, shownAs } from '@wardstream/bed-model';
import { readBeds, visitsInUnit, type BedRow } from '../persistence/bed.rows.js';
import { facilityDoubt } from '../persistence/doubt.rows.js';
import { facilityCalled } from '../persistence/facility.rows.js';
import { BedProjector, type KeptBed } from './bed-projector.js';

const hourMs = 3_600_000;

@ApiTags('beds')
@Controller('api/v1/facilities/:facility/beds')
@Allow('board.read')
export class BedController {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly projector: BedProjector,
  ) {}

  /** The beds of a facility in the order of its file. */
  @Get()
  @Answers(bedList)
  list(@Param('facility') name: string, @Query({ schema: bedQuery }) query: BedQuery) {
    return this.unitOfWork.read(async (tx) => {
      const { id: facility } = await facilityCalled(tx, name);
      const rows = await readBeds(tx, facility);
      const wanted = rows.filter((r) => query.unit === undefined || r.definition.unit === query.unit);
      const at = query.at === undefined ? null : Date.parse(query.at);
      const beds = at === null ? await this.current(tx, wanted) : await this.asOf(tx, wanted, at);
      const items = withAlerts(beds).filter((b) => query.state === undefined || b.state === query.state);
      // What cannot be said to concern certain beds is said of the facility.
      const since = at === null ? await facilityDoubt(tx, facility) : null;
      const doubt = since === null ? {} : { notCertainSince: iso(since) };
      return { facility, asOf: iso(at ?? this.clock.nowMs()), ...doubt, items };
    });
  }

  /** One bed, with its recent history. */
  @Get(':bedId')
  @Answers(bedWithHistory)
  one(
    @Param('facility') name: string,
    @Param('bedId') bedId: string,
    @Query({ schema: oneBedQuery }) query: OneBedQuery,
  ) {
    return this.unitOfWork.read(async (tx) => {
      const { id: facility } = await facilityCalled(tx, name);
      const [row] = await readBeds(tx, facility, bedId);
      if (row === undefined) throw new DomainError('not-found', 'bed-not-found', 'The facility has no such bed.');
      const asOf = query.at !== undefined;
      const now = query.at === undefined ? this.clock.nowMs() : Date.parse(query.at);
      const horizon: Horizon = { now, asOf };
      const since = now - query.hours * hourMs;
      const [bed] = await this.projector.preview(tx, [row], horizon, since);
      const segments = segmentsOf(changesFrom(bed!.derived, since).segments);
      const history = { from: segments[0]?.from ?? bed!.view.since, segments };
      const shown = asOf ? bed!.view : shownAs(bed!.view, row.doubtSince);
      const others = asOf ? [] : await visitsInUnit(tx, facility, row.definition.unit, bedId);
      const view = withNameAlerts(shown, nameAlerts([shown, ...others]));
      return { ...view, version: row.version, history };
    });
  }

  /** What was published last; a bed whose time has come a moment ago is derived here rather than shown as it was. */
  private async current(tx: Tx, rows: readonly BedRow[]): Promise<KeptBed[]> {
    const now = this.clock.nowMs();
    const isOld = (row: BedRow) => row.view === null || (row.nextBoundary !== null && row.nextBoundary <= now);
    const fresh = new Map(
      (await this.projector.preview(tx, rows.filter(isOld), { now })).map((b) => [b.row.setup.bedId, b.view]),
    );
    return rows.map((row) => {
      const view = fresh.get(row.setup.bedId) ?? row.view!;
      return { ...shownAs(view, row.doubtSince), asOf: iso(now), version: row.version };
    });
  }

  private async asOf(tx: Tx, rows: readonly BedRow[], at: number): Promise<KeptBed[]> {
    const beds = await this.projector.preview(tx, rows, { now: at, asOf: true });
    return beds.map(({ view, row }) => ({ ...view, version: row.version }));
  }
}

/** Beds with what tells that two patients of a unit may be taken for one another. */
function withAlerts(beds: readonly KeptBed[]): KeptBed[] {
  const units = new Map<string, KeptBed[]>();
  for (const bed of beds) units.set(bed.unit, [...(units.get(bed.unit) ?? []), bed]);
  const alerts = new Map([...units].map(([unit, of]) => [unit, nameAlerts(of)]));
  return beds.map((bed) => withNameAlerts(bed, alerts.get(bed.unit)!));
}
