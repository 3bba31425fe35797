import { Inject, Injectable } from '@nestjs/common';
import { bedChanged } from '@wardstream/events';
import { nowIso, type Clock } from '@wardstream/kernel';
import type { LetterCopy } from '@wardstream/messaging';
import { CLOCK } from '@wardstream/service-kit';
import { FacilityRegistry } from '../facility-memory/facility-registry.js';

/**
 * Marks beds whose latest change could not be applied here, so that none of them counts as free, until it is applied or given up.
 * Every process marks them in its own memory; a later word of the bed takes the mark off by itself.
 */
@Injectable()
export class DoubtBeds {
  /** Facilities that may have a marked bed. */
  private marked: ReadonlySet<string> | null = null;

  constructor(
    private readonly known: FacilityRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Brings every mark in line with what waits as dead letters. Gives the facilities in which one changed. */
  apply(letters: readonly LetterCopy[]): string[] {
    const wanted = new Map<string, Set<string>>();
    for (const { topic, facility, subject, version } of letters) {
      if (topic !== bedChanged.topic || facility === null || subject === null) continue;
      if (this.known.of(facility).live.versionOf('bed', subject) >= (version ?? Infinity)) continue;
      wanted.set(facility, (wanted.get(facility) ?? new Set()).add(subject));
    }
    const now = nowIso(this.clock);
    const before = this.marked ?? new Set([...this.known.all()].map(({ id }) => id));
    this.marked = new Set(wanted.keys());
    return [...new Set([...before, ...wanted.keys()])].filter((facility) => {
      const beds = wanted.get(facility) ?? new Set<string>();
      return this.known.of(facility).live.markUnapplied(beds, now).length > 0;
    });
  }
}
