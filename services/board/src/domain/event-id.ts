/**
 * A place in a facility's stream as `Last-Event-ID` writes it. The epoch is made with the stream: an id from another one
 * (a restored or emptied database) is recognised and never taken for a place in this.
 */
export interface StreamPlace {
  readonly epoch: string;
  readonly seq: number;
}

export const formatEventId = (place: StreamPlace): string => `${place.epoch}-${place.seq}`;

/** The place an id names, or null if it is none of ours. */
export function parseEventId(id: string | undefined): StreamPlace | null {
  const match = /^([0-9a-f]{8})-(\d{1,15})$/.exec(id ?? '');
  return match === null ? null : { epoch: match[1]!, seq: Number(match[2]) };
}
