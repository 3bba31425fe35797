import type { LogLine } from './sepsis-log.js';

/** How many patients are in each unit. */
export type Census = ReadonlyMap<string, number>;

/**
 * Counts patients by unit straight from the log, by going through it once and carrying each case along; nothing of messages,
 * visits or the product is known here. `times` in milliseconds. Who returns to the emergency room is there anew.
 */
export function directCensus(log: readonly LogLine[], times: readonly number[]): Census[] {
  const lines = [...log].sort((a, b) => a.at - b.at);
  const where = new Map<string, string>();
  const asked = times.map((at, i) => ({ at, i })).sort((a, b) => a.at - b.at);
  const answers: Census[] = [];
  let next = 0;
  for (const { at, i } of asked) {
    for (; next < lines.length && lines[next]!.at <= at; next += 1) {
      const { caseId, activity, group } = lines[next]!;
      if (activity === 'ER Registration' || activity.startsWith('Admission ')) where.set(caseId, group);
      else if (activity.startsWith('Release ')) where.delete(caseId);
      else if (activity === 'Return ER') where.set(`${caseId} again`, 'RETURN');
    }
    const count = new Map<string, number>();
    for (const unit of where.values()) count.set(unit, (count.get(unit) ?? 0) + 1);
    answers[i] = count;
  }
  return answers;
}
