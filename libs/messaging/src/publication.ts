/** Where an event stands in what its publisher committed at once. */
export interface PublicationPlace {
  /** UUID version 7: sorts by when it was made. */
  readonly publication: string;
  /** From 0, in the order of the publication, whatever the topic. */
  readonly place: number;
}

/** The id of an event: unique as its publication is, and says where it stands in it. */
export function idInPublication({ publication, place }: PublicationPlace): string {
  return `${publication}-${place}`;
}

const pattern = /^([\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12})-(0|[1-9]\d{0,8})$/;

/** What `idInPublication` made an id of; null for an id that its publisher gave itself, or an older version of it made. */
export function placeInPublication(eventId: string): PublicationPlace | null {
  const found = pattern.exec(eventId);
  return found === null ? null : { publication: found[1]!, place: Number(found[2]) };
}
