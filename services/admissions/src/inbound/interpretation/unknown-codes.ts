import type { MovementFact, SentPlace } from '@wardstream/events';
import type { FacilityDirectory } from '@wardstream/encounter-model';
import { isKnownClass, type Sender } from '../../directory/names/index.js';

export const codeKinds = ['place', 'bed-status', 'class', 'trigger'] as const;
export type CodeKind = (typeof codeKinds)[number];

/** A code of a sender that means nothing here yet. */
export interface UnknownCode {
  readonly kind: CodeKind;
  /** As sent; a place as `UNIT^ROOM^BED`. */
  readonly code: string;
  /** Where it stood: 'PV1-3'. */
  readonly where: string;
  /** A place, by its parts. */
  readonly place?: SentPlace;
}

/** Characters that are kept of one code. */
const MOST = 100;

export function unknownCode(kind: Exclude<CodeKind, 'place'>, code: string, where: string): UnknownCode {
  return { kind, code: shown(code), where };
}

function unknownPlace(place: SentPlace, where: string): UnknownCode {
  const code = [place.unit, place.room, place.bed].map((part) => part ?? '').join('^');
  return { kind: 'place', code: shown(code), where, place };
}

/** Control characters have no place in a list, and none in a database. */
function shown(code: string): string {
  return code.replaceAll(/\p{Cc}/gu, ' ').slice(0, MOST);
}

const placeFields = [
  ['location', 'PV1-3'],
  ['priorLocation', 'PV1-6'],
  ['pendingLocation', 'PV1-42'],
  ['temporaryLocation', 'PV1-11'],
] as const;

/** What nobody here knows of a fact: its places and its class. `stated` is the fact as sent, `translated` by its sender's profile. */
export function unknownIn(stated: MovementFact, translated: MovementFact, directory: FacilityDirectory): UnknownCode[] {
  const unknown: UnknownCode[] = [];
  for (const [field, where] of placeFields) {
    const [sent, place] = [stated[field], translated[field]];
    if (sent !== null && place !== null && directory.unknownPart(place) !== null)
      unknown.push(unknownPlace(sent, where));
  }
  if (stated.class !== null && !isKnownClass(translated.class))
    unknown.push(unknownCode('class', stated.class, 'PV1-2'));
  return unknown;
}

/** A bed that a status was told of, where it is not known. */
export function unknownBed(sent: SentPlace, place: SentPlace | null, directory: FacilityDirectory): UnknownCode[] {
  return place === null || directory.unknownPart(place) === null ? [] : [unknownPlace(sent, 'NPU-1')];
}

/** What of a code is still not known by what is configured now; null if nothing is. */
export function stillUnknown(
  { kind, code, place }: Pick<UnknownCode, 'kind' | 'code' | 'place'>,
  sender: Sender | undefined,
  directory: FacilityDirectory | undefined,
): 'unit' | 'bed' | 'bed-status' | 'class' | 'trigger' | null {
  switch (kind) {
    case 'place': {
      if (place === undefined || directory === undefined) return 'unit';
      const mapped = sender === undefined ? place : sender.place(place);
      return mapped === null ? null : directory.unknownPart(mapped);
    }
    case 'bed-status':
      return sender !== undefined && Object.hasOwn(sender.profile.bedStatus, code) ? null : 'bed-status';
    case 'class':
      return sender !== undefined && Object.hasOwn(sender.profile.classes, code) ? null : 'class';
    case 'trigger':
      return sender !== undefined && sender.trust(code) !== 'take' ? null : 'trigger';
  }
}
