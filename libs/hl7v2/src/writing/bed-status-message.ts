import type { SentPlace } from '@wardstream/events';
import type { BedStatusCode } from '../mapping/to-facts.js';
import { placeText } from './adt-message.js';
import { dtm, escaped, segment, type WrittenHead, written } from './segments.js';

export interface BedStatusStatement {
  readonly place: SentPlace;
  /** Table 0116. */
  readonly code: BedStatusCode;
  /** Since when, ISO 8601. */
  readonly at: string;
  /** When it became known, ISO 8601. */
  readonly recordedAt: string;
}

/** An A20 (bed status update) as `toFacts` reads it. */
export function bedStatusMessage({ place, code, at, recordedAt }: BedStatusStatement, head: WrittenHead): Buffer {
  return written(head, 'A20', 'ADT_A20', [
    segment('EVN', { 1: 'A20', 2: dtm(recordedAt), 6: dtm(at) }),
    segment('NPU', { 1: placeText(place), 2: escaped(code) }),
  ]);
}
