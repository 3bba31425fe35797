import { Injectable } from '@nestjs/common';
import type { FitOverride } from '@wardstream/events';
import { isHard, type Misfit } from '@wardstream/flow-model';
import { DomainError } from '@wardstream/kernel';
import { iso, type Tx } from '@wardstream/persistence';
import { BedProjector } from '../beds/bed-projector.js';
import type { OpenedBed } from '../commands/bed-commands.js';
import { asPublished, fitInRoom, peopleInRoom, settingOf } from '@wardstream/bed-model';
import { bedsInRoom, type BedRow } from '../persistence/bed.rows.js';
import { readNeeds, type PersonToPlace } from '../persistence/person.rows.js';

/** What came out: a warning does not stand in the way; an override is kept with the hold. */
export interface FitDecision {
  readonly warnings: readonly Misfit[];
  readonly override: FitOverride | null;
}

/**
 * Checks that a bed suits the patient it is to be kept for. It runs under the lock of the facility, and whoever has another bed of
 * the room kept counts as being in it: of two commands at once on two beds of one room the second knows of the first.
 */
@Injectable()
export class CheckFit {
  constructor(private readonly projector: BedProjector) {}

  /**
   * A department system that tells what was done (`asFact`) is never refused: the bed is marked instead.
   * @throws DomainError 'bed-unsuitable' with every reason, where no person says why it is right all the same
   */
  async check(
    tx: Tx,
    opened: OpenedBed,
    patient: PersonToPlace,
    given: { readonly reason: string | undefined; readonly before: readonly FitOverride[] },
  ): Promise<FitDecision> {
    const misfits = await this.misfits(tx, opened, patient);
    const hard = misfits.filter(isHard);
    const warnings = misfits.filter((m) => !isHard(m));
    const { reason, before } = given;
    const passedOver = [...hard.map(asPublished), ...doubtOf(opened)];
    if (reason !== undefined && passedOver.length > 0)
      return { warnings, override: { reason, by: opened.by, at: iso(opened.at), misfits: passedOver } };
    if (hard.length === 0) return { warnings, override: null };
    // An assignment of a bed that is reserved for the same patient needs no second word about the same.
    const earlier = before.find((o) =>
      hard.every((m) => o.misfits.some((k) => k.code === m.code && k.needed === m.needed)),
    );
    if (earlier !== undefined || opened.asFact) return { warnings, override: earlier ?? null };
    const words = hard.map((m) => m.words).join(' ');
    throw new DomainError('conflict', 'bed-unsuitable', `Bed ${opened.bedId} does not suit the patient. ${words}`, {
      reasons: hard,
      warnings,
    });
  }

  private async misfits(tx: Tx, opened: OpenedBed, patient: PersonToPlace): Promise<Misfit[]> {
    const { row } = opened.bed;
    const setting = settingOf(row.definition);
    if (setting === null) return [];
    const { facility, unit, room } = row.definition;
    const needs = await readNeeds(tx, patient);
    const rows = setting.shared ? await bedsInRoom(tx, { facility, unit, room }) : [];
    const others = rows.filter((r) => r.setup.bedId !== opened.bedId && mayHaveSomebody(r, opened.now));
    const beds = await this.projector.preview(tx, others, { now: opened.now });
    const peopled = beds.flatMap(({ row: { definition }, people }) => {
      const ofBed = settingOf(definition);
      return ofBed === null ? [] : [{ bedId: definition.id, setting: ofBed, people }];
    });
    return fitInRoom({ encounterId: patient.encounterId, needs }, setting, peopleInRoom(peopled));
  }
}

/** That the bed is not certain is passed over by the same word of a person. */
function doubtOf({ bedId, bed: { row } }: OpenedBed): FitOverride['misfits'] {
  if (row.doubtSince === null) return [];
  const given = `not certain since ${iso(row.doubtSince)}`;
  return [{ code: 'bed-not-certain', needed: 'certainty', given, words: `Bed ${bedId} is ${given}.` }];
}

function mayHaveSomebody({ view, nextBoundary }: BedRow, now: number): boolean {
  if (view === null) return false;
  return view.occupants.length > 0 || view.reservedFor !== null || (nextBoundary ?? Infinity) <= now;
}
