import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { bedRequestChanged, type BedRequestData, type Cause, type EventEnvelope } from '@wardstream/events';
import { needsOf } from '@wardstream/flow-model';
import type { EventContext } from '@wardstream/messaging';
import { BedProjector, type Touched } from '../beds/bed-projector.js';
import {
  bedsHeldFor,
  readRequests,
  saveRequests,
  type AskedRow,
  type RequestRow,
} from '../persistence/bed-request.rows.js';
import { lockFacilities } from '../persistence/facility-lock.js';
import { bedsConcerned } from '../persistence/encounter.rows.js';

/**
 * Learns what patients need of a bed, and when a request is met or cancelled: then a hold made for it ends. Only the latest
 * version of a request counts.
 */
@Controller()
export class BedRequestChangedConsumer {
  constructor(private readonly projector: BedProjector) {}

  @EventPattern<string>(bedRequestChanged.pattern, { batch: true })
  async on(@Payload() events: readonly EventEnvelope<BedRequestData>[], @Ctx() { tx }: EventContext): Promise<void> {
    const latest = new Map<string, EventEnvelope<BedRequestData>>();
    for (const event of events) {
      const known = latest.get(event.data.id);
      if (known === undefined || known.data.version < event.data.version) latest.set(event.data.id, event);
    }
    await lockFacilities(
      tx,
      events.map((e) => e.facility),
    );
    const stored = await readRequests(tx, [...latest.keys()]);
    const newer = [...latest.values()].filter(({ data }) => data.version > (stored.get(data.id)?.version ?? 0));
    if (newer.length === 0) return;
    const rows = newer.map(({ data }) => toRow(data));
    await saveRequests(tx, rows);

    const causes = new Map(newer.map((event) => [event.data.id, causeOf(event)]));
    const ends = new Map(
      rows.flatMap((row) => {
        const was = stored.get(row.id)?.endedAt ?? null;
        return was === row.endedAt ? [] : [[row.id, Math.min(was ?? Infinity, row.endedAt ?? Infinity)] as const];
      }),
    );
    const touched: Touched[] = (await bedsHeldFor(tx, [...ends.keys()])).map(({ requestId, from, ...bed }) => {
      return { ...bed, from: Math.max(from, ends.get(requestId)!), cause: causes.get(requestId)! };
    });
    const shown = rows.filter((row) => isShownDifferently(stored.get(row.id), row));
    const causeOfEncounter = new Map(shown.map((row) => [row.encounterId, causes.get(row.id)!]));
    const concerned = await bedsConcerned(
      tx,
      shown.map((row) => ({ id: row.encounterId, from: Infinity })),
    );
    for (const { encounterId, held: _held, ...bed } of concerned)
      touched.push({ ...bed, from: Infinity, cause: causeOfEncounter.get(encounterId)! });
    await this.projector.rederive(tx, touched);
  }
}

function toRow(data: BedRequestData): RequestRow {
  const { id, facility, encounterId, visitNumber, version, status, patient } = data;
  const ended = data.cancelledAt ?? data.occupiedAt;
  return {
    ...{ id, facility, encounterId, visitNumber, version, status, patient, needs: needsOf(data.needs) },
    asked: askedOf(data),
    ...{ requestedAt: Date.parse(data.requestedAt), endedAt: ended === null ? null : Date.parse(ended) },
  };
}

function isShownDifferently(before: RequestRow | undefined, after: RequestRow): boolean {
  const seen = ({ encounterId, status, needs, asked }: RequestRow) => {
    const { levelOfCare, specialty, sex, toUnit, metIn } = asked ?? {};
    return JSON.stringify([encounterId, stands(status), metIn, [...needs].sort(), levelOfCare, specialty, sex, toUnit]);
  };
  return before === undefined || seen(before) !== seen(after);
}

function stands(status: string): string {
  return status === 'cancelled' || status === 'occupied' ? status : 'open';
}

function askedOf({ needs: { levelOfCare, specialty, sex }, toUnit, status, assignedBedId }: BedRequestData): AskedRow {
  return { levelOfCare, specialty, sex, toUnit, metIn: status === 'occupied' ? assignedBedId : null };
}

function causeOf({ data, time, recordedAt, id }: EventEnvelope<BedRequestData>): Cause {
  const kind = `bed-request-${data.status}`;
  return { kind, by: 'department-coordination', at: time, recordedAt, receivedAt: recordedAt, ref: id };
}
