import type { MessageFault, ReplayResult } from '@wardstream/api-contract';
import { sentence } from '../ui/labels.js';
import { t } from '../texts/parts/messages.js';

const causeWords: Readonly<Record<string, string>> = {
  'not-hl7': t('messages.notAMessage'),
  'too-large': t('messages.tooLarge'),
  invalid: t('messages.aFieldIsWrong'),
  'visit-missing': t('messages.noVisitNamed'),
  'visit-awaited': t('messages.waitsForItsVisit'),
  'processing-id-refused': t('messages.testMessageRefused'),
  'sender-not-allowed': t('messages.notFromItsSender'),
  'facility-refused': t('messages.notItsFacility'),
  'processing-failed': t('messages.couldNotBeProcessed'),
  'facility-unknown': t('messages.facilityNotKnown'),
  'place-unknown': t('messages.placeNotKnown'),
};

export const quarantineCauses = ['invalid', 'visit-missing', 'not-hl7', 'too-large', 'processing-failed'] as const;

export function causeWord(cause: string | null): string {
  return cause === null ? t('messages.notTold2') : (causeWords[cause] ?? sentence(cause));
}

/** 'EVN-2: has no such month', and how many more there are. */
export function faultWords(errors: readonly MessageFault[]): string {
  const [first] = errors;
  if (first === undefined) return t('messages.nothingMoreWasTold');
  const more = errors.length > 1 ? t('messages.andMore', { value: errors.length - 1 }) : '';
  const { field } = first;
  return `${field === '' || first.text.startsWith(field) ? '' : `${field}: `}${first.text}${more}`;
}

/** What a replayed message is now: one that was taken up is processed a little later. */
export function outcomeWord({ outcome, disposition, waiting }: ReplayResult): string {
  if (outcome === 'still-wrong') return t('messages.stillWrong2');
  if (outcome === 'passed-over') return t('messages.hadLeftTheQuarantine2');
  if (waiting) return t('messages.takenUpWaitsToBeProcessed');
  return disposition === 'quarantined' ? t('messages.takenUpCouldNotBeProcessed') : sentence(disposition);
}

/** The filter in words: 'cause: A field is wrong, sender: ADT1'; null where all match. */
export function filterWords(filter: Readonly<Record<string, string | null | undefined>>): string | null {
  const parts = Object.entries(filter).flatMap(([name, value]) =>
    value === undefined || value === null || value === ''
      ? []
      : [
          `${name === 'from' ? t('messages.receivedSince') : name} ${name === 'cause' ? `“${causeWord(value)}”` : value}`,
        ],
  );
  return parts.length === 0 ? null : parts.join(', ');
}
