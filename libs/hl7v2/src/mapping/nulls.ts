import type { Deletable } from '@wardstream/events';
import { isNull, type Segment } from '../message/message.js';
import { type PlaceComponents, sentPlaceOf, standardPlaceComponents } from './places.js';

/** What PID takes back of a person by the explicit null (docs/encounter-rules.md no. 23). */
export function personDeletions(pid: Segment | undefined): Deletable[] {
  const fields = [
    [5, 'name'],
    [7, 'birthDate'],
    [8, 'sex'],
  ] as const;
  return fields.flatMap(([field, what]) => (isNull(pid, field) ? [what] : []));
}

/** What a message of a visit takes back. PV1-3 with a unit and a null bed is in the unit and in no bed; all null is in no place. */
export function deletionsOf(
  pid: Segment | undefined,
  pv1: Segment | undefined,
  components: PlaceComponents | undefined,
  expected: { readonly segment: Segment | undefined; readonly field: number } | null,
): Deletable[] {
  const deletes = personDeletions(pid);
  if (isNull(pv1, 2)) deletes.push('class');
  if (isNull(pv1, 10)) deletes.push('specialty');
  if (isNull(pv1, 3)) deletes.push('place');
  else if (isNull(pv1, 3, (components ?? standardPlaceComponents).bed ?? 0) && sentPlaceOf(pv1, 3, components) !== null)
    deletes.push('bed');
  if (isNull(pv1, 42)) deletes.push('pendingPlace');
  if (isNull(pv1, 11) && (isNull(pv1, 43) || pv1!.raw(43) === '')) deletes.push('temporaryPlace');
  if (expected !== null && isNull(expected.segment, expected.field)) deletes.push('expectedAt');
  return deletes;
}
