import { boardTopics } from '../domain/entry-of.js';
import { frame } from '../domain/frame.js';
import { formatPlace, type StreamPlace } from '../domain/stream-place.js';
import type { ShownEntry } from '../view/shown-entry.js';

/**
 * Changes as they are sent, each with the place at which somebody stands who has got it and those before it: a line that breaks between two
 * of them is taken up again after the first. `from` is where the reader stood, `to` where it stands with the last.
 */
export function deltaFrames(changed: readonly ShownEntry[], from: StreamPlace, to: StreamPlace): string {
  const places = changed.map(({ at }) => ({ topic: at === null ? -1 : boardTopics.indexOf(at.topic), at }));
  // What comes later in the list must not be covered, whatever its place.
  const limits: number[][] = [];
  const limit = [...to.next];
  for (let i = places.length - 1; i >= 0; i -= 1) {
    limits[i] = [...limit];
    const { topic, at } = places[i]!;
    if (topic >= 0) limit[topic] = Math.min(limit[topic]!, at!.offset);
  }
  const next = [...from.next];
  return changed
    .map((entry, i) => {
      const { topic, at } = places[i]!;
      if (topic >= 0) next[topic] = Math.max(next[topic]!, at!.offset + 1);
      const isLast = i === changed.length - 1;
      const place = isLast ? to : { ...to, next: next.map((n, t) => Math.min(n, limits[i]![t]!)) };
      return frame(entry.kind, entry.body, formatPlace(place));
    })
    .join('');
}

/** In the order of the log, topic after topic, so that places between them can be told. */
export function inLogOrder(entries: readonly ShownEntry[]): ShownEntry[] {
  return [...entries].sort((a, b) => {
    const [one, other] = [a.at?.topic ?? '', b.at?.topic ?? ''];
    if (one !== other) return one < other ? -1 : 1;
    return (a.at?.offset ?? 0) - (b.at?.offset ?? 0);
  });
}
