import { triggerKinds } from '@wardstream/hl7v2';
import type { VisitFact } from '../domain/visit-fact.js';

/** HL7 DTM in UTC of an instant. */
export function dtm(at: string): string {
  return `${at.replaceAll(/[-:TZ]/g, '').slice(0, 14)}+0000`;
}

const triggers = new Map([...triggerKinds].map(([trigger, kind]) => [kind, trigger]));
let control = 0;

function pl(place: VisitFact['fact']['location']): string {
  return place === null ? '' : [place.unit, place.room, place.bed].map((part) => part ?? '').join('^');
}

/** The message that states a fact, for a visit of its own. */
export function messageOf(
  { source, fact }: VisitFact,
  visit: string,
  more: { controlId?: string; facility?: string } = {},
): string {
  const trigger = triggers.get(fact.kind)!;
  const happened = fact.atFrom === 'EVN-6' || fact.at !== fact.recordedAt;
  const { patient, movement } = fact;
  const pv1 = ['PV1', '1', fact.class ?? '', pl(fact.location), '', '', pl(fact.priorLocation)];
  pv1[10] = fact.specialty ?? '';
  pv1[19] = visit;
  pv1[42] = pl(fact.pendingLocation);
  const pv2: string[] = ['PV2'];
  if (fact.expectedAt !== null) {
    for (const field of [8, 9, 47]) pv2[field] = dtm(fact.expectedAt);
  }
  return [
    `MSH|^~\\&|${source}|${more.facility ?? 'NGH'}|WARDSTREAM|NGH|${dtm(fact.recordedAt)}||ADT^${trigger}|${more.controlId ?? `S${++control}`}|P|2.5.1`,
    `EVN|${trigger}|${dtm(fact.recordedAt)}||||${happened ? dtm(fact.at) : ''}`,
    `PID|1||${patient.id}-${visit}^^^${patient.domain ?? ''}^MR||${patient.family}^${patient.given}||19560704|F`,
    pv1.join('|'),
    ...(pv2.length > 1 ? [pv2.join('|')] : []),
    // The other half of a swap: somebody else, in what was this patient's bed.
    ...(fact.kind === 'swap' ? [`PID|2||OTHER-${visit}`, `PV1|2|I|4A^^1||||||||||||||||${visit}-other`] : []),
    ...(movement === null ? [] : [`ZBE|${movement.id}|${dtm(fact.at)}||${movement.action.toUpperCase()}|N`]),
  ].join('\r');
}
