/** `GET /health/ready`: each check by its name, 'ok' or why it fails. */
export interface Readiness {
  readonly status: string;
  readonly checks: Readonly<Record<string, string>>;
}

/** The parts a name of a check ends with, in the words of those who read a board. */
const parts: Readonly<Record<string, string>> = { database: 'the database', log: 'the log of events' };

/** What does not work, each once, in words; empty while all does. An unknown check is told by its own name. */
export function notReadyWords({ checks }: Readiness): readonly string[] {
  const failing = Object.entries(checks).filter(([, outcome]) => outcome !== 'ok');
  return [...new Set(failing.map(([name, outcome]) => `${nameOf(name)}: ${outcome}`))];
}

function nameOf(check: string): string {
  const part = check.slice(check.lastIndexOf('.') + 1);
  return parts[part] ?? (check.startsWith('service.') ? part : check);
}
