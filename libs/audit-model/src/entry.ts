import type { ActData } from '@wardstream/events';

/** One act as it stands in the audit of its facility. */
export interface AuditEntry extends Omit<ActData, 'facility'> {
  /** Whose chain it is in; `-` for what belongs to none. */
  readonly facility: string;
  /** Its place in the chain, from 1. */
  readonly seq: number;
  /** When it arrived here, real time; never before the entry before it. */
  readonly arrivedAt: string;
}

/** An entry with the hash of all that came before it and of itself, in hex. */
export interface ChainedEntry extends AuditEntry {
  readonly hash: string;
}

/** Of how the text is made that is hashed: what is hashed another way some day has another number. */
export const FORM = 1;

/** The text that is hashed: every field, in one order, so that nothing of an entry can be another without its hash being another. */
export function canonicalEntry(e: AuditEntry): string {
  return JSON.stringify([
    FORM,
    e.facility,
    e.seq,
    e.arrivedAt,
    e.id,
    e.act,
    e.outcome,
    e.code,
    e.at,
    e.subject,
    e.roles,
    e.from,
    e.service,
    e.encounters,
    e.bed,
    e.about,
    e.step,
    e.shown,
  ]);
}
