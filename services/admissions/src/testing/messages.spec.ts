import { triggerKinds } from '@wardstream/hl7v2';
import type { VisitFact } from '@wardstream/encounter-model';

/** HL7 DTM in UTC of an instant. */
export function dtm(at: string): string {
  return `${at.replaceAll(/[-:TZ]/g, '').slice(0, 14)}+0000`;
}

const triggers = new Map([...triggerKinds].map(([trigger, kind]) => [kind, trigger]));
for (const [kind, trigger] of [
  ['correct', 'Z99'],
  ['person', 'A31'],
  ['delete-person', 'A29'],
  ['merge-patient', 'A40'],
  ['merge-visit', 'A42'],
  ['move-visit', 'A45'],
] as const) {
  triggers.set(kind, trigger);
}
let control = 0;

/** PV1-3 of a fact, with the nulls that it takes back by. */
function assigned({ location, deletes = [] }: VisitFact['fact']): string {
  if (deletes.includes('place')) return '""';
  return deletes.includes('bed') ? `${location?.unit ?? ''}^${location?.room ?? '""'}^""` : pl(location);
}

function pl(place: VisitFact['fact']['location']): string {
  return place === null ? '' : [place.unit, place.room, place.bed].map((part) => part ?? '').join('^');
}

/** The message that states a fact, for a visit of its own; other visits than V1 have a number of their own beside it. */
export function messageOf(
  { source, fact }: VisitFact,
  visit: string,
  more: { controlId?: string; facility?: string } = {},
): string {
  const trigger = triggers.get(fact.kind)!;
  const happened = fact.atFrom === 'EVN-6' || fact.at !== fact.recordedAt;
  const { patient, movement } = fact;
  const pv1 = ['PV1', '1', fact.class ?? '', assigned(fact), '', '', pl(fact.priorLocation)];
  pv1[10] = fact.specialty ?? '';
  const visitNumber = (number: string): string => (number === 'V1' ? visit : `${visit}-${number}`);
  if (fact.visit !== null) pv1[19] = visitNumber(fact.visit.number);
  const retires = fact.retires?.number;
  const mrg = ['MRG'];
  if (fact.kind === 'merge-visit' || fact.kind.startsWith('to-')) mrg[5] = visitNumber(retires ?? '');
  else if (retires !== undefined) mrg[1] = `${retires}-${visit}`;
  pv1[42] = pl(fact.pendingLocation);
  const pv2: string[] = ['PV2'];
  if (fact.expectedAt !== null) {
    for (const field of [8, 9, 47]) pv2[field] = dtm(fact.expectedAt);
  }
  return [
    `MSH|^~\\&|${source}|${more.facility ?? 'NGH'}|WARDSTREAM|NGH|${dtm(fact.sentAt ?? fact.recordedAt)}||ADT^${trigger}|${more.controlId ?? `S${++control}`}|P|2.5.1`,
    `EVN|${trigger}|${dtm(fact.recordedAt)}||||${happened ? dtm(fact.at) : ''}`,
    `PID|1||${patient.id}-${visit}^^^${patient.domain ?? ''}^MR||${patient.family}^${patient.given}||19560704|F`,
    ...(mrg.length > 1 ? [mrg.join('|')] : []),
    ...(fact.visit === null ? [] : [pv1.join('|')]),
    ...(pv2.length > 1 ? [pv2.join('|')] : []),
    // The other half of a swap: somebody else, in what was this patient's bed.
    ...(fact.kind === 'swap' ? [`PID|2||OTHER-${visit}`, `PV1|2|I|4A^^1||||||||||||||||${visit}-other`] : []),
    ...(movement === null ? [] : [`ZBE|${movement.id}|${dtm(fact.at)}||${movement.action.toUpperCase()}|N`]),
  ].join('\r');
}
