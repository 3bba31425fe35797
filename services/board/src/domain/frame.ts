import type { ClockSync } from '@wardstream/events';
import { formatEventId, type StreamPlace } from './event-id.js';

/** One event as text/event-stream. `data` must hold no line breaks: JSON as JSON.stringify writes it has none. */
export function frame(event: string, data: string, place?: StreamPlace): string {
  const id = place === undefined ? '' : `id: ${formatEventId(place)}\n`;
  return `event: ${event}\n${id}data: ${data}\n\n`;
}

export const clockFrame = (sync: ClockSync): string => frame('clock', JSON.stringify(sync));
