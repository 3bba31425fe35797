import type { ClockSync } from '@wardstream/api-contract';

/** One event as text/event-stream. `data` must hold no line breaks: JSON as JSON.stringify writes it has none. */
export function frame(event: string, data: string, id?: string): string {
  const line = id === undefined ? '' : `id: ${id}\n`;
  return `event: ${event}\n${line}data: ${data}\n\n`;
}

export const clockFrame = (sync: ClockSync): string => frame('clock', JSON.stringify(sync));
