import type { Readiness } from '@wardstream/api-contract';
import { t } from '../texts/texts.js';

/** The parts a name of a check ends with, in the words of those who read a board. */
const parts: Readonly<Record<string, string>> = { database: t('app.theDatabase'), log: t('app.theLogOfEvents') };

/** What does not work, each once, in words; empty while all does. An unknown check is told by its own name. */
export function notReadyWords({ checks }: Readiness): readonly string[] {
  const failing = Object.entries(checks).filter(([, outcome]) => outcome !== 'ok');
  return [...new Set(failing.map(([name, outcome]) => `${nameOf(name)}: ${outcome}`))];
}

function nameOf(check: string): string {
  const part = check.slice(check.lastIndexOf('.') + 1);
  return parts[part] ?? (check.startsWith('service.') ? part : check);
}
