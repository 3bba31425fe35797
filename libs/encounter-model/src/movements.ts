import type { Deletable, MovementFact, Place } from '@wardstream/events';
import { canonicalText } from '@wardstream/kernel';
import type { Directory } from './directory.js';
import { identifierKey } from './identify.js';
import { placeKey } from './places.js';
import { cancelledBy, isCancelKind, isMovementKind, type VisitFact } from './visit-fact.js';
import type { Movement, Cancel, Update, VisitHistory, Correction } from './visit-history.js';

/** The visit of a fact, as one text. */
export function visitKey({ visit }: MovementFact): string {
  return visit === null ? '' : identifierKey(visit);
}

/**
 * Facts in an order that depends on nothing but themselves: recorded, sent, received, then what they say; each once. What one message says
 * of two visits has one order, under whatever MSH-10 it comes.
 */
export function inRecordedOrder(facts: readonly VisitFact[]): VisitFact[] {
  const once = new Map(facts.map((fact) => [fact.id, fact]));
  return [...once.values()].sort(compareFacts);
}

/** As recorded, sent and received; then by what they say. */
export function compareFacts(a: VisitFact, b: VisitFact): number {
  return (
    compare(a.fact.recordedAt, b.fact.recordedAt) ||
    compare(sentAtOf(a.fact), sentAtOf(b.fact)) ||
    compare(a.receivedAt, b.receivedAt) ||
    compare(canonicalText(a.fact), canonicalText(b.fact)) ||
    compare(a.id, b.id)
  );
}

/**
 * Gathers facts to movements (docs/encounter-rules.md no. 1): one movement for one ZBE-1; without ZBE-1 one for one kind, event time and
 * place, and a movement that another sender stated with a ZBE-1 is that one. `facts` in recorded order; `houses`: others that PV1-6.4 names.
 */
export function gather(
  facts: readonly VisitFact[],
  directory: Directory,
  houses: ReadonlyMap<string, string> = new Map(),
): VisitHistory {
  const resolve = (sent: MovementFact['location']): Place | null => (sent === null ? null : directory.resolve(sent));
  const bySenderId = numbered(facts).flatMap((group) => apart(group, resolve));
  const byContent = new Map<string, VisitFact[]>();
  const contentOf = ({ fact }: VisitFact): string => `${fact.kind} ${fact.at} ${placeKey(resolve(fact.location))}`;
  const cancels = new Map<string, Cancel>();
  const updates: Update[] = [];

  for (const stated of facts) {
    const { fact } = stated;
    if (fact.kind === 'update') updates.push(updateOf(stated, resolve));
    else if (undoes(fact)) {
      const cancel = cancelOf(stated, resolve);
      const key = `${cancel.kind} ${cancel.at} ${cancel.visit} ${cancel.senderId ?? placeKey(cancel.place)}`;
      const first = cancel.kind === 'delete' ? undefined : cancels.get(key);
      cancels.set(key, first === undefined ? cancel : { ...first, lastRecordedAt: cancel.recordedAt });
    } else if (fact.movement === null && isMovementKind(fact.kind)) put(byContent, contentOf(stated), stated);
  }
  for (const group of bySenderId) {
    for (const content of new Set(group.map(contentOf))) {
      const same = byContent.get(content);
      if (same === undefined) continue;
      group.push(...same);
      byContent.delete(content);
    }
  }
  const movements: Movement[] = [];
  const waiting: Correction[] = [];
  for (const group of [...bySenderId, ...byContent.values()]) {
    const isKnown = group.some(({ fact }) => fact.movement?.action !== 'update');
    const movement = isKnown ? movementOf(group, resolve, houses) : null;
    if (movement !== null) movements.push(movement);
    else waiting.push(correctionOf(group.at(-1)!, resolve));
  }
  return { movements, cancels: [...cancels.values()], updates, waiting };
}

/**
 * Statements with a ZBE-1 by their movement. Of merged visits each has movement ids of its own; an update names the movement of
 * its visit, else that of another.
 */
function numbered(facts: readonly VisitFact[]): VisitFact[][] {
  const groups = new Map<string, VisitFact[]>();
  const statements = facts.filter(({ fact }) => fact.movement !== null && fact.kind !== 'update' && !undoes(fact));
  const keyOf = (id: string, visit: string): string => `${id}\u0000${visit}`;
  const inserted = new Map<string, Set<string>>();
  for (const { fact } of statements) {
    const { id, action } = fact.movement!;
    if (action === 'insert') inserted.set(id, (inserted.get(id) ?? new Set()).add(visitKey(fact)));
  }
  for (const stated of statements) {
    const { id } = stated.fact.movement!;
    const own = visitKey(stated.fact);
    const visits = inserted.get(id);
    const visit = visits === undefined || visits.has(own) ? own : [...visits].sort(compare)[0]!;
    put(groups, keyOf(id, visit), stated);
  }
  return [...groups.values()];
}

/**
 * Statements of one number by their movement. A sender that gives a number again (to the next movement, or to all of a visit) inserts
 * under it another kind, or another place at another time: that is another movement. An update is of the last before it of its kind.
 */
function apart(group: VisitFact[], resolve: Resolve): VisitFact[][] {
  const placeOf = ({ fact }: VisitFact): string => placeKey(resolve(fact.location));
  const movements: VisitFact[][] = [];
  const others: VisitFact[] = [];
  // By the time and by the place of its first statement: of two that fit, the one that was recorded first.
  const known = new Map<string, number>();
  for (const stated of group) {
    const { kind, at, movement } = stated.fact;
    if (movement!.action !== 'insert') {
      others.push(stated);
      continue;
    }
    const keys = [`${kind} at ${at}`, `${kind} in ${placeOf(stated)}`];
    const same = keys.flatMap((key) => known.get(key) ?? []).sort((a, b) => a - b)[0];
    if (same !== undefined) movements[same]!.push(stated);
    else {
      for (const key of keys) if (!known.has(key)) known.set(key, movements.length);
      movements.push([stated]);
    }
  }
  if (movements.length <= 1) return [group];
  for (const stated of others) {
    const { kind, recordedAt } = stated.fact;
    const ofKind = movements.filter(([first]) => first!.fact.kind === kind);
    const named = ofKind.length > 0 ? ofKind : movements;
    (named.findLast(([first]) => first!.fact.recordedAt <= recordedAt) ?? named[0]!).push(stated);
  }
  return movements;
}

/** Whether a fact says that something did not happen. */
function undoes({ kind, movement }: MovementFact): boolean {
  return isCancelKind(kind) || kind === 'delete' || kind === 'delete-person' || movement?.action === 'cancel';
}

function sentAtOf({ sentAt, recordedAt }: MovementFact): string {
  return sentAt ?? recordedAt;
}

type Resolve = (sent: MovementFact['location']) => Place | null;

/** The values of the latest statement; what it leaves open, of the one before it. What one of them takes back is gone until said again. */
function movementOf(
  group: readonly VisitFact[],
  resolve: Resolve,
  houses: ReadonlyMap<string, string>,
): Movement | null {
  const statements = [...group].sort(compareFacts);
  const first = statements[0]!;
  const latest = statements.at(-1)!;
  const kind = statements.map((s) => s.fact.kind).findLast(isMovementKind);
  if (kind === undefined) return null;
  const deletes = new Set<Deletable>();
  const last = <T>(pick: (fact: MovementFact) => T | null, deletion?: Deletable): T | null => {
    for (let i = statements.length - 1; i >= 0; i -= 1) {
      const { fact } = statements[i]!;
      const value = pick(fact);
      if (value !== null) return value;
      if (deletion === undefined || fact.deletes?.includes(deletion) !== true) continue;
      deletes.add(deletion);
      return null;
    }
    return null;
  };
  const inUnit = statements.findLast(({ fact }) => (fact.location?.bed ?? null) !== null || concernsBed(fact));
  if (inUnit !== undefined && inUnit.fact.deletes?.includes('bed') === true) deletes.add('bed');
  const left = last((f) => f.priorLocation);
  const house = houses.get(left?.facility ?? '');
  const classed = last((f) => (f.class === null ? null : f), 'class');
  return {
    id: first.id,
    kind,
    visit: visitKey(first.fact),
    at: latest.fact.at,
    timedBy: latest.id,
    statedBy: statements.map((s) => s.id),
    doubtedTimes: latest.fact.doubtedTimes,
    recordedAt: first.fact.recordedAt,
    sentAt: sentAtOf(first.fact),
    receivedAt: statements.reduce((least, s) => (s.receivedAt < least ? s.receivedAt : least), first.receivedAt),
    source: first.source,
    stated: statements.flatMap(({ source, fact }) =>
      fact.movement?.action === 'update' ? [] : [{ source, recordedAt: fact.recordedAt }],
    ),
    class: classed?.class ?? null,
    inNoBed: classed?.inNoBed ?? false,
    specialty: last((f) => f.specialty, 'specialty'),
    place: resolve(last((f) => f.location, 'place')),
    prior: house === undefined ? resolve(left) : null,
    cameFrom: house === undefined ? null : { house, place: left! },
    pendingPlace: resolve(last((f) => f.pendingLocation, 'pendingPlace')),
    temporary: resolve(last((f) => f.temporaryLocation, 'temporaryPlace')),
    expectedAt: last((f) => f.expectedAt, 'expectedAt'),
    expectedDischargeAt: statements.findLast(({ fact }) => fact.expectedDischargeAt !== undefined)?.fact
      .expectedDischargeAt,
    senderId: last((f) => f.movement?.id ?? null),
    deletes,
  };
}

function concernsBed({ deletes = [] }: MovementFact): boolean {
  return deletes.includes('bed') || deletes.includes('place');
}

function cancelOf({ id, source, receivedAt, fact }: VisitFact, resolve: Resolve): Cancel {
  const deletes = fact.kind === 'delete' || fact.kind === 'delete-person';
  const kind = deletes ? 'delete' : isCancelKind(fact.kind) ? fact.kind : 'cancel-movement';
  return {
    id,
    kind,
    visit: visitKey(fact),
    names: kind === 'cancel-movement' || kind === 'delete' ? null : cancelledBy[kind],
    at: fact.at,
    atNames: fact.atFrom === 'EVN-6' || fact.atFrom === 'ZBE-2' || fact.atFrom === 'given',
    recordedAt: fact.recordedAt,
    lastRecordedAt: fact.recordedAt,
    sentAt: sentAtOf(fact),
    receivedAt,
    source,
    place: resolve(fact.location),
    class: fact.class,
    inNoBed: fact.inNoBed ?? false,
    deletes: new Set(fact.deletes),
    senderId: fact.movement?.id ?? null,
    numbersItself: fact.movement?.action === 'insert',
  };
}

function correctionOf({ id, source, receivedAt, fact }: VisitFact, resolve: Resolve): Correction {
  const { kind, at, recordedAt } = fact;
  return { id, kind, at, recordedAt, receivedAt, source, place: resolve(fact.location) };
}

function updateOf({ id, source, receivedAt, fact }: VisitFact, resolve: Resolve): Update {
  return {
    id,
    kind: 'update',
    visit: visitKey(fact),
    changes: fact.changes ?? [],
    at: fact.at,
    recordedAt: fact.recordedAt,
    sentAt: sentAtOf(fact),
    receivedAt,
    source,
    class: fact.class,
    inNoBed: fact.inNoBed ?? false,
    specialty: fact.specialty,
    place: resolve(fact.location),
    expectedDischargeAt: fact.expectedDischargeAt,
    deletes: new Set(fact.deletes),
  };
}

function put<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Order of two texts by code unit: instants as we write them sort by time. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
