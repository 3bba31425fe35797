import { SEPARATOR } from '@wardstream/encounter-model';
import type { Verdict } from '../interpretation/verdict.js';

type Telling = Pick<Verdict, 'facility' | 'facts'>;

/** Of which patients messages are on their way to be processed: what is known of them is not all that was taken. */
export class PatientsUnderWay {
  private readonly messages = new Map<string, number>();

  add(verdict: Telling): void {
    for (const key of patientsOf(verdict)) this.messages.set(key, (this.messages.get(key) ?? 0) + 1);
  }

  remove(verdict: Telling): void {
    for (const key of patientsOf(verdict)) {
      const left = (this.messages.get(key) ?? 1) - 1;
      if (left > 0) this.messages.set(key, left);
      else this.messages.delete(key);
    }
  }

  /** Whether something of a patient of this message is under way. */
  includes(verdict: Telling): boolean {
    if (this.messages.size === 0) return false;
    for (const key of patientsOf(verdict)) if (this.messages.has(key)) return true;
    return false;
  }
}

function* patientsOf({ facility, facts }: Telling): Iterable<string> {
  for (const { patient } of facts) {
    if (patient.id !== null) yield `${facility ?? ''}${SEPARATOR}${patient.domain ?? ''}${SEPARATOR}${patient.id}`;
  }
}
