import type { SentPlace } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import type { MessageFault } from '../interpretation/message-fault.js';
import type { MessageFormat } from '../interpretation/message-format.js';
import type { Disposition, MessageCause } from '../interpretation/verdict.js';

/** A message in a list: what it is and what became of it, without what it says. */
export interface ListedMessage {
  readonly id: string;
  readonly position: string;
  readonly receivedAt: Date;
  readonly transport: string;
  readonly format: MessageFormat;
  readonly sendingApplication: string;
  readonly sendingFacility: string;
  readonly controlId: string;
  readonly controlIdReused: boolean;
  readonly messageType: string;
  readonly trigger: string;
  readonly facility: string | null;
  readonly disposition: Disposition;
  readonly cause: MessageCause | null;
  readonly answer: string;
  readonly faults: readonly MessageFault[];
  readonly unknownPlace: SentPlace | null;
  readonly length: number;
  readonly waiting: boolean;
  readonly replayOf: string | null;
}

const listed = `m.id, m.position, m.received_at AS "receivedAt", m.transport, m.format, m.sender_application AS "sendingApplication",
  m.sender_facility AS "sendingFacility", m.control_id AS "controlId", m.control_id_reused AS "controlIdReused",
  m.message_type AS "messageType", m.trigger, m.facility, m.disposition, m.cause, m.answer, m.faults,
  m.unknown_place AS "unknownPlace", m.length, p.message_id IS NOT NULL AS waiting, m.replay_of AS "replayOf"`;

export interface MessageFilter {
  readonly dispositions?: readonly Disposition[] | undefined;
  readonly cause?: MessageCause | undefined;
  readonly exceptCause?: MessageCause | undefined;
  readonly facility?: string | undefined;
  /** Sending application, exactly. */
  readonly sender?: string | undefined;
  readonly trigger?: string | undefined;
  /** Received at or after, ISO. */
  readonly from?: string | undefined;
  /** Received before, ISO. */
  readonly to?: string | undefined;
  /** Part of the sender's name, control id or trigger. */
  readonly search?: string | undefined;
}

export interface MessageQuery extends MessageFilter {
  /** Only messages that came before this position. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** The condition on `message m`; adds what it needs to `parameters`. */
export function whereOf(filter: MessageFilter, parameters: unknown[]): string {
  const with_ = (value: unknown): string => `$${parameters.push(value)}`;
  const where = ['true'];
  const { dispositions, cause, exceptCause, facility, sender, trigger, from, to, search } = filter;
  if (dispositions !== undefined) where.push(`m.disposition = ANY(${with_(dispositions)}::text[])`);
  if (cause !== undefined) where.push(`m.cause = ${with_(cause)}`);
  if (exceptCause !== undefined) where.push(`m.cause IS DISTINCT FROM ${with_(exceptCause)}`);
  if (facility !== undefined) where.push(`(m.facility = ${with_(facility)} OR m.sender_facility = ${with_(facility)})`);
  if (sender !== undefined) where.push(`m.sender_application = ${with_(sender)}`);
  if (trigger !== undefined) where.push(`m.trigger = ${with_(trigger)}`);
  if (from !== undefined) where.push(`m.received_at >= ${with_(from)}::timestamptz`);
  if (to !== undefined) where.push(`m.received_at < ${with_(to)}::timestamptz`);
  if (search !== undefined) {
    const part = with_(`%${search.replace(/[\\%_]/g, '\\$&')}%`);
    const columns = ['sender_application', 'sender_facility', 'control_id', 'trigger'];
    where.push(`(${columns.map((c) => `m.${c} ILIKE ${part}`).join(' OR ')})`);
  }
  return where.join(' AND ');
}

/** Messages, the latest first. */
export async function listMessages(tx: Tx, query: MessageQuery): Promise<ListedMessage[]> {
  const parameters: unknown[] = [];
  const where = whereOf(query, parameters);
  const before = query.before === undefined ? '' : ` AND m.position < $${parameters.push(query.before)}`;
  return await tx.query<ListedMessage>(
    `SELECT ${listed} FROM message m LEFT JOIN pending_message p ON p.message_id = m.id
      WHERE ${where}${before} ORDER BY m.position DESC LIMIT $${parameters.push(query.limit)}`,
    parameters,
  );
}

/** How many there are. */
export async function countMessages(tx: Tx, filter: MessageFilter): Promise<number> {
  const parameters: unknown[] = [];
  const where = whereOf(filter, parameters);
  const [row] = await tx.query<{ n: number }>(`SELECT count(*)::int AS n FROM message m WHERE ${where}`, parameters);
  return row!.n;
}

export async function readMessage(tx: Tx, id: string): Promise<(ListedMessage & { readonly raw: Buffer }) | undefined> {
  const [row] = await tx.query<ListedMessage & { raw: Buffer }>(
    `SELECT ${listed}, m.raw FROM message m LEFT JOIN pending_message p ON p.message_id = m.id WHERE m.id = $1`,
    [id],
  );
  return row;
}

/** The bytes of messages as they came, with the format they are in. */
export async function messageTexts(
  tx: Tx,
  ids: readonly string[],
): Promise<Map<string, { readonly format: MessageFormat; readonly raw: Buffer }>> {
  const rows = await tx.query<{ id: string; format: MessageFormat; raw: Buffer }>(
    'SELECT id, format, raw FROM message WHERE id = ANY($1::uuid[])',
    [ids],
  );
  return new Map(rows.map(({ id, ...text }) => [id, text]));
}
