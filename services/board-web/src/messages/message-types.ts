import { sentence } from '../parts/words.js';

/** What is wrong with a message: a field and words, never what stands in it. */
export interface Fault {
  readonly location: string;
  readonly field?: string;
  readonly code: string | number;
  readonly severity: string;
  readonly text: string;
}

export interface Message {
  readonly id: string;
  readonly receivedAt: string;
  readonly transport: string;
  readonly format: string;
  readonly sendingApplication: string;
  readonly sendingFacility: string;
  readonly controlId: string;
  readonly messageType: string;
  readonly trigger: string;
  readonly facility: string | null;
  readonly disposition: string;
  readonly cause: string | null;
  readonly errors: readonly Fault[];
  readonly unknownPlace: {
    readonly unit?: string | null;
    readonly room?: string | null;
    readonly bed?: string | null;
  } | null;
  readonly waiting: boolean;
}

export interface MessagePage {
  readonly items: readonly Message[];
  readonly next: string | null;
  readonly total?: number;
}

export interface OpenedMessage extends Message {
  /** The whole message is there, not only its head. */
  readonly whole: boolean;
  readonly text: string;
}

export interface Replay {
  readonly id: string;
  readonly state: 'running' | 'done' | 'cancelled';
  readonly filter: Readonly<Record<string, string>>;
  readonly requestedAt: string;
  readonly finishedAt: string | null;
  readonly total: number;
  readonly done: number;
  readonly takenUp: number;
  readonly stillWrong: number;
  readonly passedOver: number;
}

export interface ReplayResult {
  readonly messageId: string;
  readonly outcome: string;
  readonly controlId: string;
  readonly trigger: string;
  readonly sendingApplication: string;
  readonly disposition: string;
  readonly waiting: boolean;
  readonly errors: readonly Fault[];
}

const causeWords: Readonly<Record<string, string>> = {
  'not-hl7': 'Not a message',
  'too-large': 'Too large',
  invalid: 'A field is wrong',
  'visit-missing': 'No visit named',
  'visit-awaited': 'Waits for its visit',
  'processing-id-refused': 'Test message refused',
  'sender-not-allowed': 'Not from its sender',
  'facility-refused': 'Not its facility',
  'processing-failed': 'Could not be processed',
  'facility-unknown': 'Facility not known',
  'place-unknown': 'Place not known',
};

export const quarantineCauses = ['invalid', 'visit-missing', 'not-hl7', 'too-large', 'processing-failed'] as const;

export function causeWord(cause: string | null): string {
  return cause === null ? 'Not told' : (causeWords[cause] ?? sentence(cause));
}

/** 'EVN-2: has no such month', and how many more there are. */
export function faultWords(errors: readonly Fault[]): string {
  const [first] = errors;
  if (first === undefined) return 'Nothing more was told';
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const field = first.field ?? first.location;
  return `${field === '' || first.text.startsWith(field) ? '' : `${field}: `}${first.text}${more}`;
}

/** What a replayed message is now: one that was taken up is processed a little later. */
export function outcomeWord({ outcome, disposition, waiting }: ReplayResult): string {
  if (outcome === 'still-wrong') return 'Still wrong';
  if (outcome === 'passed-over') return 'Had left the quarantine';
  if (waiting) return 'Taken up, waits to be processed';
  return disposition === 'quarantined' ? 'Taken up, could not be processed' : sentence(disposition);
}

/** The filter in words: 'cause: A field is wrong, sender: ADT1'; null where all match. */
export function filterWords(filter: Readonly<Record<string, string | null | undefined>>): string | null {
  const parts = Object.entries(filter).flatMap(([name, value]) =>
    value === undefined || value === null || value === ''
      ? []
      : [`${name === 'from' ? 'received since' : name} ${name === 'cause' ? `“${causeWord(value)}”` : value}`],
  );
  return parts.length === 0 ? null : parts.join(', ');
}
