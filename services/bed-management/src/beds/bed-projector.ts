import { Inject, Injectable } from '@nestjs/common';
import { bedChanged, bedConflictChanged, cleaningJobChanged, type Cause } from '@wardstream/events';
import { digest, type Clock } from '@wardstream/kernel';
import { Outbox, type AnyNewEvent } from '@wardstream/messaging';
import { iso, type Tx } from '@wardstream/persistence';
import { CLOCK, Turns } from '@wardstream/service-kit';
import {
  bedView,
  type BedView,
  changesFrom,
  deriveBed,
  type DerivedBed,
  encountersIn,
  historyOf,
  holdOver,
  holdsByVisit,
  type Horizon,
  peopleIn,
  type PersonInBed,
  settingOf,
  shownAs,
} from '@wardstream/bed-model';
import { replaceCheckpoints, replaceClaims, saveHoldEnds } from '../persistence/bed-claim.rows.js';
import { saveConflicts } from '../persistence/bed-conflict.rows.js';
import { readInputs, type BedInputs } from '../persistence/bed-inputs.rows.js';
import type { BedOutcome } from '../persistence/bed-outcome.js';
import {
  bedKey,
  lastCheckpoints,
  lockBeds,
  updateBeds,
  updateBoundaries,
  type BedRow,
  type Window,
} from '../persistence/bed.rows.js';
import { saveJobs } from '../persistence/cleaning-job.rows.js';
import { readPersons } from '../persistence/person.rows.js';
import { RoomFitMonitor } from './room-fit.monitor.js';

/** Beds are derived from so many stays, facts and holds in one turn of the loop, or one bed from all of its own. */
const INPUTS_A_TURN = 300;

/** A bed about which something changed, and what changed it. */
export interface Touched extends Window {
  readonly cause: Cause;
}

/** A bed as it is stored. */
export type KeptBed = BedView & { readonly version: number };

/** A bed as it was derived for an answer or a decision; nothing is stored. */
export interface BedNow {
  readonly row: BedRow;
  readonly derived: DerivedBed;
  readonly view: BedView;
  readonly people: readonly PersonInBed[];
}

type DerivedNow = BedNow & { readonly inputs: BedInputs };

/**
 * Derives beds anew and keeps what came out: the one way in which a bed changes. Everything happens in the caller's
 * transaction, under a lock on each bed, in a number of statements that does not depend on how many beds there are; one
 * `bed-changed` per bed tells its final state and the part of its history that changed.
 */
@Injectable()
export class BedProjector {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly outbox: Outbox,
    private readonly rooms: RoomFitMonitor,
  ) {}

  /** Derives, stores and publishes. Gives each bed as it is now, by `bedKey`; beds that are not configured are left out. */
  async rederive(tx: Tx, touched: readonly Touched[]): Promise<Map<string, KeptBed>> {
    if (touched.length === 0) return new Map();
    const now = this.clock.nowMs();
    const byKey = merged(touched);
    const rows = await lockBeds(tx, [...byKey.values()]);
    const windows = rows.map((row) => {
      const { facility, bedId } = row.setup;
      const { from } = byKey.get(bedKey(row.setup))!;
      return { facility, bedId, from: Math.min(from, row.nextBoundary ?? Infinity) };
    });
    const beds = await this.withRooms(tx, await this.derive(tx, rows, windows, { now }), { byKey, windows, now });

    const outcomes = beds.map(({ row, derived, inputs }, i): BedOutcome => ({
      ...{ facility: row.setup.facility, bedId: row.setup.bedId, unit: row.definition.unit },
      ...{ changes: changesFrom(derived, windows[i]!.from), checkpoints: derived.checkpoints },
      isLate: windows[i]!.from <= row.settledAt,
      ...holdEnds(derived, inputs),
    }));
    await replaceClaims(tx, outcomes);
    await replaceCheckpoints(tx, outcomes);
    await saveHoldEnds(tx, outcomes);
    const jobs = await saveJobs(tx, outcomes, now);
    const conflicts = await saveConflicts(tx, outcomes, now);

    const recordedAt = iso(now);
    const events: AnyNewEvent[] = [];
    const updates: Parameters<typeof updateBeds>[1][number][] = [];
    const unchanged: Parameters<typeof updateBoundaries>[1][number][] = [];
    for (const [i, { row, view, derived, people }] of beds.entries()) {
      const { facility, bedId } = row.setup;
      const { from } = windows[i]!;
      const shown = shownAs(view, row.doubtSince);
      const published = JSON.stringify({ ...shown, asOf: null });
      const viewDigest = digest(people.length === 0 ? published : published + JSON.stringify(people));
      // What is to happen by itself has not happened before its time has come.
      const isTouched = byKey.get(bedKey(row.setup))!.from !== Infinity || from <= now;
      if (viewDigest === row.viewDigest && !isTouched) {
        unchanged.push({ facility, bedId, nextBoundary: derived.nextBoundary });
        continue;
      }
      const { nextBoundary, fold } = derived;
      const settledAt = fold.at;
      updates.push({ facility, bedId, version: row.version, view, viewDigest, people, nextBoundary, settledAt });
      const { cause } = byKey.get(bedKey(row.setup))!;
      const version = row.version + 1;
      events.push({
        ...{ definition: bedChanged, subject: bedId, aggregateVersion: version, facility, time: cause.at, recordedAt },
        data: { ...shown, version, history: historyOf(outcomes[i]!.changes, view.since), cause },
      });
    }
    if (updates.length > 0) await updateBeds(tx, updates);
    if (unchanged.length > 0) await updateBoundaries(tx, unchanged);
    for (const job of jobs) {
      const { id, version, facility } = job;
      const base = { definition: cleaningJobChanged, subject: id, aggregateVersion: version, facility };
      events.push({ ...base, time: recordedAt, recordedAt, data: job });
    }
    for (const conflict of conflicts) {
      const { id, version, facility } = conflict;
      const base = { definition: bedConflictChanged, subject: id, aggregateVersion: version, facility };
      events.push({ ...base, time: conflict.closedAt ?? conflict.openedAt, recordedAt, data: conflict });
    }
    await this.outbox.publish(tx, events);
    const versions = new Map(updates.map((u) => [bedKey(u), u.version + 1]));
    return new Map(
      beds.map(({ row, view }) => {
        const key = bedKey(row.setup);
        return [key, { ...shownAs(view, row.doubtSince), version: versions.get(key) ?? row.version }];
      }),
    );
  }

  /**
   * Marks the beds where somebody must not be by the rules of fit. Beds that were not touched, and whose marks are not what they
   * were since others came and went in their room, join those that were: `byKey` and `windows` grow by them.
   */
  private async withRooms(
    tx: Tx,
    beds: readonly DerivedNow[],
    touched: { readonly byKey: Map<string, Touched>; readonly windows: Window[]; readonly now: number },
  ): Promise<DerivedNow[]> {
    const { mismatches, others } = await this.rooms.examine(tx, beds);
    if (others.length === 0) return beds.map((bed) => marked(bed, mismatches.get(bedKey(bed.row.setup))));
    for (const { because, ...bed } of others) {
      const cause = { ...touched.byKey.get(bedKey(because))!.cause, kind: 'room-changed' };
      touched.byKey.set(bedKey(bed), { ...bed, from: Infinity, cause });
    }
    const rows = await lockBeds(tx, others);
    const windows = rows.map(({ setup: { facility, bedId }, nextBoundary }) => {
      return { facility, bedId, from: nextBoundary ?? Infinity };
    });
    touched.windows.push(...windows);
    // What joins may have come to its own time meanwhile, and so be another for its room.
    return this.withRooms(tx, [...beds, ...(await this.derive(tx, rows, windows, { now: touched.now }))], touched);
  }

  /**
   * Derives beds without storing anything: as of an event time, or as they are now by the clock. With `since` (milliseconds)
   * their segments from then on are complete.
   */
  async preview(tx: Tx, rows: readonly BedRow[], horizon: Horizon, since = Infinity): Promise<BedNow[]> {
    // From just after, so that a checkpoint at that very time may serve.
    const from = Math.min(since, horizon.asOf === true ? horizon.now + 1 : Infinity);
    const windows = rows.map((row) => {
      const { facility, bedId } = row.setup;
      return { facility, bedId, from: Math.min(from, row.nextBoundary ?? Infinity) };
    });
    return rows.length === 0 ? [] : this.derive(tx, rows, windows, horizon);
  }

  /** Derives beds from all that is known of them, without what was kept of an earlier time. Shown as of when they were stored. */
  async fromTheBeginning(tx: Tx, rows: readonly BedRow[]): Promise<BedNow[]> {
    const windows = rows.map(({ setup: { facility, bedId } }) => ({ facility, bedId, from: -Infinity }));
    const storedAt = ({ view }: BedRow) => Date.parse(view!.asOf);
    if (rows.length === 0) return [];
    const beds = await this.derive(tx, rows, windows, { now: this.clock.nowMs() }, storedAt);
    const { mismatches } = await this.rooms.examine(tx, beds);
    return beds.map((bed) => marked(bed, mismatches.get(bedKey(bed.row.setup))));
  }

  private async derive(
    tx: Tx,
    rows: readonly BedRow[],
    windows: readonly Window[],
    horizon: Horizon,
    shownAt: (row: BedRow) => number = () => horizon.now,
  ): Promise<DerivedNow[]> {
    const checkpoints = await lastCheckpoints(tx, windows);
    const after = windows.map((w) => ({ ...w, from: checkpoints.get(bedKey(w))?.at ?? -Infinity }));
    const inputs = await readInputs(tx, after, horizon.asOf === true ? horizon.now : Infinity);
    const turns = new Turns(INPUTS_A_TURN);
    const derived: Omit<DerivedNow, 'view' | 'people'>[] = [];
    for (const row of rows) {
      const known = inputs.get(bedKey(row.setup))!;
      const checkpoint = checkpoints.get(bedKey(row.setup)) ?? null;
      derived.push({ row, inputs: known, derived: deriveBed({ setup: row.setup, checkpoint, ...known }, horizon) });
      await turns.after(1 + known.stays.length + known.facts.length + known.holds.length);
    }
    const shown = derived.flatMap(({ derived: { fold } }) => [
      ...encountersIn(fold),
      ...holdsByVisit(fold).map((h) => h.encounterId),
      ...fold.onLeave.map((o) => o.encounterId),
      ...fold.setAside.map((s) => s.occupant.encounterId),
    ]);
    const visits = new Map(derived.flatMap((d) => d.inputs.holds.map((h) => [h.encounterId, h.visitNumber] as const)));
    const person = await readPersons(tx, [...new Set(shown)], visits);
    return derived.map((d) => {
      const { row } = d;
      const { fold } = d.derived;
      const setting = settingOf(row.definition);
      const people = setting === null ? [] : peopleIn(setting, fold, (id) => person(id).fit);
      const view = bedView(row.definition, fold, person, shownAt(row));
      // Of an earlier time it is not known what others in the room were.
      return marked({ ...d, view, people }, horizon.asOf === true ? undefined : row.view?.mismatches);
    });
  }
}

function marked(bed: DerivedNow, mismatches: BedView['mismatches'] = []): DerivedNow {
  const { mismatches: _before, ...view } = bed.view;
  return { ...bed, view: mismatches.length === 0 ? view : { ...view, mismatches } };
}

/** When each hold that was read ended; one that was over before it began, at once. */
function holdEnds({ endedHolds }: DerivedBed, { holds }: BedInputs): Pick<BedOutcome, 'endedHolds' | 'openHolds'> {
  const never = holds.filter((h) => holdOver(h) <= h.since);
  const ended = new Map([...never.map((h) => [h.id, h.since] as const), ...endedHolds]);
  return { endedHolds: ended, openHolds: holds.flatMap((h) => (ended.has(h.id) ? [] : [h.id])) };
}

/** One entry per bed: the earliest window, and the last cause. */
function merged(touched: readonly Touched[]): Map<string, Touched> {
  const byKey = new Map<string, Touched>();
  for (const t of touched) {
    const before = byKey.get(bedKey(t));
    byKey.set(bedKey(t), before === undefined ? t : { ...t, from: Math.min(t.from, before.from) });
  }
  return byKey;
}
