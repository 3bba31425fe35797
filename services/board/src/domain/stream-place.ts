import { digest } from '@wardstream/kernel';

/**
 * A place in a facility's stream as `Last-Event-ID` writes it: how far each topic of its partition number was shown. It means the same at
 * every replica, since it comes from the log.
 */
export interface StreamPlace {
  /** Which log and which topics: a place of others is recognised and never taken for one of these. Eight hexadecimal digits. */
  readonly stream: string;
  readonly partition: number;
  /** The next offset of each topic, in the order of the topics' names. */
  readonly next: readonly number[];
  /** What waited as dead letters then: where that has changed since, what is shown may have changed at old places of the log. */
  readonly letters: string;
}

const pattern = /^([0-9a-f]{8})\.([0-9a-z]{1,4})\.((?:[0-9a-z]{1,10}-)*[0-9a-z]{1,10})\.([0-9a-f]{8})$/;

export function formatPlace({ stream, partition, next, letters }: StreamPlace): string {
  return `${stream}.${partition.toString(36)}.${next.map((n) => n.toString(36)).join('-')}.${letters}`;
}

/** The place an id names, or null if it is none of ours: those of earlier versions were numbers of a stream that is kept no more. */
export function parsePlace(id: string | undefined): StreamPlace | null {
  const match = pattern.exec(id ?? '');
  if (match === null) return null;
  const next = match[3]!.split('-').map((n) => Number.parseInt(n, 36));
  return { stream: match[1]!, partition: Number.parseInt(match[2]!, 36), next, letters: match[4]! };
}

/** What names a stream of these topics of this log. */
export function streamNamed(log: string, topics: readonly string[]): string {
  return digest([log, ...topics].join('\n')).slice(0, 8);
}

/** What names a set of dead letters. */
export function lettersNamed(places: readonly string[]): string {
  return places.length === 0 ? '00000000' : digest([...places].sort().join('\n')).slice(0, 8);
}
