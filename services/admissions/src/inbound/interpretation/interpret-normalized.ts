import { credible, Credence, isBirthDate, isTime, type MovementFact } from '@wardstream/events';
import type { BedStatusReport } from '@wardstream/hl7v2';
import type { FacilityDirectory } from '@wardstream/encounter-model';
import type { PathFault } from './message-fault.js';
import { aheadMsOf, type Knowledge, type Sender } from '../../directory/names/index.js';
import { unknownBed, unknownIn, type UnknownCode } from './unknown-codes.js';
import { FACILITY_REFUSED, mayBeOf, placed, refusedFor, type PlaceMention, type Verdict } from './verdict.js';

/**
 * What was read of a message that is not HL7 v2, by whoever knows its format. Kept beside the message: what a later version of a
 * resource says depends on the versions before it, so the text alone does not tell it again.
 */
export interface NormalizedMessage {
  /** Who sends: the sending application's name, as MSH-3 would say it. */
  readonly application: string;
  readonly senderFacility: string;
  /** Codes that may name the facility, the likeliest first. */
  readonly facilities: readonly string[];
  /** What a repeat is recognised by, as MSH-10; empty if the sender gave nothing. */
  readonly controlId: string;
  readonly messageType: string;
  readonly trigger: string;
  readonly facts: readonly MovementFact[];
  readonly bedStatuses: readonly BedStatusReport[];
  /** When its sender says that it was sent, as MSH-7 does; null or absent where nobody says. */
  readonly sentAt?: string | null;
  /** Warnings; one of severity E says that nothing of it can be taken, and it is quarantined. */
  readonly faults: readonly PathFault[];
}

const MOST = 200;

/**
 * Interprets what was read of a message by what is known of places: as an HL7 v2 message that says the same. Nothing to act on in it
 * is an answer, too. `timeNames`: what its format calls its times. Never throws.
 */
export function interpretNormalized(
  sent: NormalizedMessage,
  known: Knowledge,
  receivedAt: string,
  timeNames: TimeNames = fhirTimes,
): Verdict {
  const message = withCredibleTimes(sent, known, receivedAt, timeNames);
  const { application, faults } = message;
  const sender = known.sender(application, message.senderFacility);
  const facility = sender?.profile.facility ?? null;
  const names = [...message.facilities, ...(facility === null ? [] : [facility])];
  const directory = names.map((name) => known.facility(name)).find((found) => found !== undefined);
  const facts = sender === undefined ? message.facts : message.facts.map((fact) => sender.translate(fact));
  const bedStatuses = message.bedStatuses.flatMap((report) => {
    const place = sender === undefined ? report.place : sender.place(report.place);
    return place === null ? [] : [{ ...report, place }];
  });
  const verdict: Verdict = {
    message: null,
    answer: 'AA',
    faults,
    disposition: 'processed',
    cause: null,
    application: application.slice(0, MOST),
    senderFacility: message.senderFacility.slice(0, MOST),
    controlId: message.controlId.slice(0, MOST),
    messageType: message.messageType.slice(0, MOST),
    trigger: message.trigger.slice(0, 20),
    facility: directory?.facility.id ?? null,
    facts,
    bedStatuses,
    unknownPlace: null,
    profile: sender?.id ?? null,
    unknown: directory === undefined ? [] : unknownOf(message, sender, directory),
  };
  if (!mayBeOf(verdict, sender, known)) {
    const refusal = { path: '', code: 'facility-refused', severity: 'E', text: FACILITY_REFUSED } as const;
    return refusedFor(verdict, 'facility-refused', refusal);
  }
  if (faults.some((fault) => fault.severity === 'E')) {
    return {
      ...verdict,
      ...{ answer: 'AE', disposition: 'quarantined', cause: 'invalid', facts: [], bedStatuses: [], unknown: [] },
    };
  }
  if (facts.length === 0 && bedStatuses.length === 0) {
    return { ...verdict, disposition: 'not-acted-on', cause: 'nothing-new' };
  }
  switch (sender?.trust(verdict.trigger) ?? 'take') {
    case 'take':
      break;
    case 'ignore':
      return { ...verdict, ...nothingOf, disposition: 'not-acted-on', cause: 'trigger-ignored' };
    case 'refuse':
      return {
        ...{ ...verdict, ...nothingOf, answer: 'AR', disposition: 'refused', cause: 'trigger-refused' },
        faults: [refused],
      };
  }
  const mentions = [
    ...facts.flatMap((f) => [at(f.location), at(f.pendingLocation)]),
    ...bedStatuses.map((b) => at(b.place)),
  ];
  return placed(verdict, directory, mentions, facilityUnknown);
}

/** Where a format says the times of a statement. */
export interface TimeNames {
  readonly at: string;
  readonly recordedAt: string;
  readonly expectedAt: string;
  readonly birthDate: string;
}

const fhirTimes: TimeNames = {
  at: 'Encounter.period',
  recordedAt: 'meta.lastUpdated',
  expectedAt: 'Encounter.period',
  birthDate: 'Patient.birthDate',
};

/** Rule 19: times that cannot be do not count, and are told. */
function withCredibleTimes(
  sent: NormalizedMessage,
  known: Knowledge,
  receivedAt: string,
  names: TimeNames,
): NormalizedMessage {
  const aheadMs = aheadMsOf(known.sender(sent.application, sent.senderFacility));
  const sentAt = sent.sentAt ?? null;
  const credence = new Credence(
    { receivedAt, aheadMs },
    sentAt === null ? null : { iso: sentAt, endMs: Date.parse(sentAt) },
  );
  const wrong = new Set<keyof TimeNames>();
  const facts = sent.facts.map((stated): MovementFact => {
    const fact = credible(stated, credence, names);
    const { patient, expectedAt } = fact;
    const expected = expectedAt === null || isTime(expectedAt, receivedAt);
    const born = patient.birthDate === null || isBirthDate(patient.birthDate, receivedAt);
    if (!expected) wrong.add('expectedAt');
    if (!born) wrong.add('birthDate');
    for (const { of } of fact.doubtedTimes ?? []) wrong.add(of);
    if (expected && born) return fact;
    return {
      ...fact,
      expectedAt: expected ? expectedAt : null,
      patient: born ? patient : { ...patient, birthDate: null },
    };
  });
  const bedStatuses = sent.bedStatuses.map((report) => {
    const credibly = credible(report, credence, names);
    for (const { of } of credibly.doubtedTimes ?? []) wrong.add(of);
    return credibly;
  });
  if (wrong.size === 0) return sent;
  const warnings = [...wrong].map((of): PathFault => ({
    path: names[of],
    code: 'time-not-credible',
    severity: 'W',
    text: 'The time cannot be: it lies ahead, or is of no year that can be meant; it does not count',
  }));
  return { ...sent, facts, bedStatuses, faults: [...sent.faults, ...warnings] };
}

const nothingOf = { facts: [], bedStatuses: [], unknown: [] } as const;

function unknownOf(
  statement: NormalizedMessage,
  sender: Sender | undefined,
  directory: FacilityDirectory,
): UnknownCode[] {
  return [
    ...statement.facts.flatMap((fact) => unknownIn(fact, sender?.translate(fact) ?? fact, directory)),
    ...statement.bedStatuses.flatMap(({ place }) =>
      unknownBed(place, sender === undefined ? place : sender.place(place), directory),
    ),
  ];
}

const refused: PathFault = {
  path: '',
  code: 'trigger-refused',
  severity: 'E',
  text: "The sender's profile refuses what this tells of",
};

const facilityUnknown: PathFault = {
  path: '',
  code: 'facility-unknown',
  severity: 'W',
  text: 'No facility that is configured here is named; the message is kept until it is',
};

function at(location: MovementFact['location']): PlaceMention {
  return {
    location,
    unknown: (part) => ({
      path: 'location',
      code: 'place-unknown',
      severity: 'W',
      text: `The place is of a ${part} that the facility does not know; the message is kept for mapping`,
    }),
  };
}
