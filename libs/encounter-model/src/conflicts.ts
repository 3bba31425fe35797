import { deterministicId } from '@wardstream/kernel';

/** Disagreements between the facts of one visit, and how much they matter. */
const severities = {
  'admission-missing': 'medium',
  'admitted-again': 'low',
  'registered-after-admission': 'low',
  'readmitted-after-discharge': 'medium',
  'moved-after-discharge': 'medium',
  'discharge-before-admission': 'medium',
  'transfer-before-admission': 'medium',
  'discharged-twice': 'low',
  'time-not-credible': 'medium',
  'discharge-place-differs': 'low',
  'transfer-origin-differs': 'low',
  'same-time-movements': 'medium',
  'returned-to-another-bed': 'medium',
  'cancel-place-differs': 'low',
  'cancel-of-unknown': 'low',
  'update-of-unknown': 'medium',
  'class-contradicts-trigger': 'low',
  'update-place-differs': 'low',
  'update-class-differs': 'low',
  'admission-time-differs': 'medium',
  'discharge-time-differs': 'medium',
  'disposition-differs': 'low',
  'patient-differs': 'high',
  'merged-visits-both-admitted': 'medium',
  'deleted-while-in-bed': 'high',
  'moved-to-another-house': 'medium',
  'came-from-another-house': 'medium',
} as const;
export type ConflictKind = keyof typeof severities;

/** One side of a disagreement, in words without personal data. */
export interface ConflictSide {
  readonly source: string;
  readonly says: string;
  readonly at: string | null;
  readonly recordedAt: string | null;
  readonly receivedAt: string | null;
}

export interface EncounterConflict {
  readonly id: string;
  readonly kind: ConflictKind;
  readonly severity: 'low' | 'medium' | 'high';
  readonly sides: readonly ConflictSide[];
}

interface Stated {
  readonly source: string;
  readonly at: string;
  readonly recordedAt: string;
  readonly receivedAt: string;
}

export function side(stated: Stated, says: string): ConflictSide {
  return {
    source: stated.source,
    says,
    at: stated.at,
    recordedAt: stated.recordedAt,
    receivedAt: stated.receivedAt,
  };
}

/** What the facts before say, where no single one of them says it. */
export function history(says: string): ConflictSide {
  return { source: 'history', says, at: null, recordedAt: null, receivedAt: null };
}

/** The same disagreement has the same id, whenever it is found. */
export function conflictIdOf(encounterId: string, kind: ConflictKind, about: string): string {
  return deterministicId('conflict', encounterId, kind, about);
}

/** The open conflicts of one encounter. The same disagreement has the same id, whenever it is found. */
export class Conflicts {
  private readonly found = new Map<ConflictKind, Map<string, EncounterConflict>>();

  constructor(private readonly encounterId: string) {}

  /** `about` tells apart two conflicts of one kind: the id of the fact that disagrees. */
  open(kind: ConflictKind, about: string, ...sides: readonly ConflictSide[]): void {
    const ofKind = this.found.get(kind) ?? new Map<string, EncounterConflict>();
    this.found.set(kind, ofKind);
    if (ofKind.has(about)) return;
    const id = conflictIdOf(this.encounterId, kind, about);
    ofKind.set(about, { id, kind, severity: severities[kind], sides });
  }

  /** Later facts made it moot. */
  drop(kind: ConflictKind): void {
    this.found.delete(kind);
  }

  /** In an order that depends on nothing but the conflicts. */
  list(): EncounterConflict[] {
    const all = [...this.found.values()].flatMap((ofKind) => [...ofKind.values()]);
    return all.sort((a, b) => (a.kind + a.id < b.kind + b.id ? -1 : 1));
  }
}
