import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder } from '../samples/sample-messages.js';

const file = join(folder, 'sepsis-log', 'sepsis.csv');

export const sepsisLogPresent = existsSync(file);

/** One line of the event log of 1,050 cases (4TU, doi 10.4121/uuid:915d2bfb-7e84-49ad-a286-dc35f063a460). */
export interface LogLine {
  readonly caseId: string;
  readonly activity: string;
  /** Milliseconds; the log names no zone, and is taken as UTC. */
  readonly at: number;
  /** org:group */
  readonly group: string;
}

/** The lines of the log, in its order. */
export function readSepsisLog(): LogLine[] {
  const [head, ...lines] = readFileSync(file, 'utf8').trimEnd().split(/\r?\n/);
  const columns = head!.split(';');
  const [caseId, activity, at, group] = ['Case ID', 'Activity', 'Complete Timestamp', 'org:group'].map((name) =>
    columns.indexOf(name),
  );
  return lines.map((line) => {
    const cells = line.split(';');
    const time = Date.parse(`${cells[at!]!.replaceAll('/', '-').replace(' ', 'T')}Z`);
    return { caseId: cells[caseId!]!, activity: cells[activity!]!, at: time, group: cells[group!]! };
  });
}
