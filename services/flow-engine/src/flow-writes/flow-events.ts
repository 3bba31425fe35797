import {
  bottleneckChanged,
  unitOccupancyChanged,
  type BottleneckData,
  type NewEvent,
  type UnitOccupancyData,
} from '@wardstream/events';
import type { Bottleneck, KeptAggregate } from '@wardstream/flow-model';
import { lifetimeOf, lifetimeOfBottleneck } from '../domain/lifetime.js';
import type { StoredRow } from '../persistence/facility-store.js';

/** What is published and the rows that are kept of it. */

export function occupancyEvent(data: UnitOccupancyData): NewEvent<UnitOccupancyData> {
  return {
    definition: unitOccupancyChanged,
    subject: `${data.facility}/${data.unit}`,
    aggregateVersion: data.version,
    facility: data.facility,
    time: data.asOf,
    recordedAt: data.asOf,
    data,
  };
}

export function occupancyRow(seq: number, data: UnitOccupancyData): StoredRow {
  const { facility, unit: id, version } = data;
  return { facility, kind: 'unit-occupancy', id, version, seq, openedAt: null, closedAt: null, data };
}

export function bottleneckEvent(data: BottleneckData, now: string): NewEvent<BottleneckData> {
  return {
    definition: bottleneckChanged,
    subject: data.id,
    aggregateVersion: data.version,
    facility: data.facility,
    time: data.clearedAt ?? data.raisedAt,
    recordedAt: now,
    data,
  };
}

export function bottleneckRow(seq: number, bottleneck: Bottleneck): StoredRow {
  const { facility, id, version } = bottleneck;
  return { facility, kind: 'bottleneck', id, version, seq, ...lifetimeOfBottleneck(bottleneck), data: bottleneck };
}

export function thingRow(facility: string, seq: number, kept: KeptAggregate, now: string): StoredRow {
  return { facility, ...kept, seq, ...lifetimeOf(kept, now) };
}
