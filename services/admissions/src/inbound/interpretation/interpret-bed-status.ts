import { type BedStatusReport, fault, type Hl7Fault, type Mapping } from '@wardstream/hl7v2';
import type { FacilityDirectory } from '@wardstream/encounter-model';
import { facilityUnknown, placeMentionedAt } from './place-mention.js';
import type { Sender } from '../../directory/names/index.js';
import { unknownBed, unknownCode } from './unknown-codes.js';
import { placed, type Verdict } from './verdict.js';

/**
 * Interprets an A20 by each of its NPU (docs/encounter-rules.md no. 25): the sound ones count, whatever the others are. One that names a
 * unit or a room only, or says no status, is AE for that one; a code that nobody here knows is kept for mapping.
 */
export function interpretBedStatuses(
  verdict: Verdict,
  mapping: Extract<Mapping, { kind: 'bedStatus' }>,
  sender: Sender | undefined,
  directory: FacilityDirectory | undefined,
): Verdict {
  const errors = [...mapping.errors];
  const bedStatuses: BedStatusReport[] = [];
  const unknown = mapping.unknownCodes.map(({ code }) => unknownCode('bed-status', code, 'NPU-2'));
  for (const report of mapping.reports) {
    const place = sender === undefined ? report.place : sender.place(report.place);
    // A place that the profile says is none of this house.
    if (place === null) continue;
    const bed = { ...report, place };
    if (directory === undefined) bedStatuses.push(bed);
    else {
      unknown.push(...unknownBed(report.place, place, directory));
      const of = bedsOf(bed, sender, directory);
      if (of === null) errors.push(namesNoBed(report.occurrence ?? 1));
      else bedStatuses.push(...of);
    }
  }
  const mentions = bedStatuses.map(({ place, occurrence }) => placeMentionedAt(place, 'NPU', 1, occurrence ?? 1));
  const verdictOfBeds = placed({ ...verdict, bedStatuses, unknown }, directory, mentions, facilityUnknown);
  const faults = [...mapping.unknownCodes.map(({ occurrence }) => codeUnknown(occurrence)), ...verdictOfBeds.faults];
  if (errors.length > 0)
    return {
      ...verdictOfBeds,
      answer: 'AE',
      disposition: 'quarantined',
      cause: 'invalid',
      faults: [...errors, ...faults],
    };
  if (mapping.unknownCodes.length > 0 && directory !== undefined)
    return { ...verdictOfBeds, disposition: 'unplaced', cause: verdictOfBeds.cause ?? 'code-unknown', faults };
  if (bedStatuses.length === 0 && verdictOfBeds.disposition === 'processed')
    return { ...verdictOfBeds, disposition: 'not-acted-on', cause: 'no-rule' };
  return directory === undefined ? verdictOfBeds : { ...verdictOfBeds, faults };
}

/** The bed that a report is of; all beds of its unit or room where the profile says so; null where it names none. */
function bedsOf(
  report: BedStatusReport,
  sender: Sender | undefined,
  directory: FacilityDirectory,
): readonly BedStatusReport[] | null {
  const { place } = report;
  if (place.bed !== null || directory.unknownPart(place) !== null) return [report];
  if (sender?.profile.bedStatusOfWholePlaces !== true) return null;
  return directory.bedsIn(place).map((bed) => ({ ...report, place: bed }));
}

function namesNoBed(occurrence: number): Hl7Fault {
  return fault({ segment: 'NPU', occurrence, field: 1 }, 101, 'NPU-1 names a unit or a room, and no bed');
}

function codeUnknown(occurrence: number): Hl7Fault {
  const text = "NPU-2 is no bed status of table 0116 and none of the sender's profile; the message is kept for mapping";
  return fault({ segment: 'NPU', occurrence, field: 2 }, 103, text, 'W');
}
