import type { ConflictData } from '@wardstream/events';
import { canonicalText, differingKeys } from '@wardstream/kernel';
import { BY_FACTS, type SearchTerms, searchTermsOf } from '../../encounters/index.js';
import type { DerivedEncounter, Disagreement } from '@wardstream/encounter-model';

/** One field in which what is kept is not what the stored messages say. Names no value: values may be personal. */
export interface Difference {
  readonly encounterId: string;
  readonly field: string;
}

/** What is kept of one encounter. */
export interface Kept {
  readonly encounterId: string;
  readonly facility: string;
  readonly status: string;
  readonly unit: string | null;
  readonly mergedInto: string | null;
  readonly conflictIds: readonly string[];
  readonly view: Omit<DerivedEncounter, 'conflicts'>;
  readonly terms: SearchTerms;
}

/** The fields in which an encounter that is kept differs from one derived anew. */
export function encounterDifferences(kept: Kept, derived: DerivedEncounter, mergedInto: string | null): Difference[] {
  const { conflicts, ...view } = derived;
  const fields = differingKeys(kept.view, view);
  if (kept.status !== derived.status) fields.push('row.status');
  if (kept.unit !== (derived.location?.unit ?? null)) fields.push('row.unit');
  if (kept.mergedInto !== mergedInto) fields.push('row.mergedInto');
  if (canonicalText([...kept.conflictIds].sort()) !== canonicalText(conflicts.map((c) => c.id).sort()))
    fields.push('row.conflictIds');
  const terms = { ...kept.terms, places: [...kept.terms.places].sort() };
  fields.push(...differingKeys(terms, searchTermsOf(kept.facility, derived)).map((name) => `row.${name}`));
  return fields.map((field) => ({ encounterId: kept.encounterId, field }));
}

/** Conflicts between the visits of one patient that are found, and are not kept, or otherwise. Who closed one with a reason saw it as it is. */
export function patientConflictDifferences(
  kept: ReadonlyMap<string, ConflictData>,
  found: readonly Disagreement[],
): Difference[] {
  return found.flatMap(({ id, subject, facts }) => {
    const is = kept.get(id);
    const fieldOf = (field: string): Difference[] => [{ encounterId: subject.id, field: `conflict.${field}` }];
    if (is === undefined || is.closedBy === BY_FACTS) return fieldOf('missing');
    return canonicalText(is.facts) === canonicalText(facts) ? [] : fieldOf('facts');
  });
}

/** Conflicts that are kept open and that are found no more. */
export function unfoundedConflicts(open: readonly ConflictData[], found: readonly Disagreement[]): Difference[] {
  const known = new Set(found.map(({ id }) => id));
  return open.flatMap(({ id, subject }) =>
    known.has(id) ? [] : [{ encounterId: subject.id, field: 'conflict.unfounded' }],
  );
}

/** A fact as it is kept and as a message states it. */
export interface Stated {
  readonly id: string;
  readonly encounterId: string;
  readonly messageId: string;
  readonly source: string;
  readonly receivedAt: string;
  readonly fact: object;
}

/** Facts that messages state and that are not kept, or that are kept otherwise. */
export function factDifferences(kept: readonly Stated[], stated: readonly Stated[]): Difference[] {
  const byId = new Map(kept.map((f) => [f.id, f]));
  return stated.flatMap((should) => {
    const { encounterId } = should;
    const is = byId.get(should.id);
    if (is === undefined) return [{ encounterId, field: 'fact.missing' }];
    return canonicalText(plain(is)) === canonicalText(plain(should)) ? [] : [{ encounterId, field: 'fact.content' }];
  });
}

/** Facts that are kept and that no message states. */
export function unstated(kept: readonly Stated[], stated: readonly Stated[]): Difference[] {
  const known = new Set(stated.map((f) => f.id));
  return kept.flatMap(({ id, encounterId }) => (known.has(id) ? [] : [{ encounterId, field: 'fact.unstated' }]));
}

function plain({ id, encounterId, messageId, source, receivedAt, fact }: Stated): Stated {
  return { id, encounterId, messageId, source, receivedAt, fact };
}
