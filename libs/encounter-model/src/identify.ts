import { deterministicId } from '@wardstream/kernel';

/** The encounter of a visit (docs/encounter-rules.md no. 2): facility, identifier domain and number; who speaks of it is no part. */
export function encounterIdOf(facility: string, visit: { number: string; domain: string | null }): string {
  return deterministicId('encounter', facility, visit.domain ?? '', visit.number);
}

/** A patient of a facility by an identifier, whether any visit is known or not. */
export function patientIdOf(facility: string, patient: { number: string; domain: string | null }): string {
  return deterministicId('patient', facility, patient.domain ?? '', patient.number);
}

/** The `index`th fact of a message. */
export function factIdOf(messageId: string, index: number): string {
  return index === 0 ? messageId : deterministicId('fact', messageId, String(index));
}

/** Between the parts of a key. */
export const SEPARATOR = '\u0000';

/** An identifier with its domain, as one text. */
export function identifierKey(identifier: { readonly number: string; readonly domain: string | null }): string {
  return `${identifier.domain ?? ''}${SEPARATOR}${identifier.number}`;
}
