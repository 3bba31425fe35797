import { stringify } from 'csv-stringify/sync';
import { shownAct } from './find-acts.js';
import type { ChainedEntry } from '@wardstream/audit-model';

const columns = [
  ...['facility', 'seq', 'at', 'arrivedAt', 'act', 'does', 'outcome', 'code', 'subject', 'roles', 'from', 'service'],
  ...['encounters', 'bed', 'about', 'step', 'shown', 'id', 'hash'],
];

/** A table for a spreadsheet (RFC 4180): what a cell begins with is never taken for a formula. */
export function auditCsv(entries: readonly ChainedEntry[]): string {
  const rows = entries.map((entry) => {
    const shown = shownAct(entry);
    return { ...shown, roles: shown.roles.join(' '), encounters: shown.encounters.join(' ') };
  });
  return stringify(rows, { header: true, columns, escape_formulas: true, record_delimiter: 'windows' });
}
