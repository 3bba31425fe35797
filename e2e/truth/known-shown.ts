import type { BedData, UnitOccupancyData } from '@wardstream/events';
import type { Client } from '@wardstream/product-under-test';
import type { KnownDay } from './known-day.js';
import { truthOf } from './known-house.js';
import { facilityOf, type RandomHospital } from './random-hospital.js';

/** A day for a house that is configured once, and in which nothing waits for ever. */
export function withoutConfigurations(day: KnownDay): KnownDay {
  return {
    ...day,
    happenings: day.happenings.filter((h) => h.what !== 'configure'),
    statements: day.statements.filter((s) => s.isOfNobody !== true),
  };
}

/** The day, and that the configuration had these units from then on. */
export function configured(hospital: RandomHospital, day: KnownDay, units: readonly string[]): KnownDay {
  const listed = facilityOf(hospital).beds.flatMap((b) => (units.includes(b.unit) ? [b.id] : []));
  const at = Math.max(...day.happenings.map((h) => h.at), 0) + 1;
  return { ...day, happenings: [...day.happenings, { what: 'configure', beds: listed, at }] };
}

/** What the API says of a hospital, in the words of `truthOf`. */
export async function shownOfKnown(client: Client, id: string): Promise<unknown> {
  const path = `/api/v1/facilities/${id}`;
  const { items } = (await client.get<{ items: { id: string }[] }>(`${path}/encounters?limit=500`)).body;
  const visits: Record<string, unknown> = {};
  for (const item of items) {
    const { status, location, admittedAt, dischargedAt, conflicts } = (
      await client.get<Encounter>(`/api/v1/encounters/${item.id}`)
    ).body;
    const where = { unit: location?.unit ?? null, bed: location?.bedId ?? null };
    visits[item.id] = { status, ...where, admittedAt, dischargedAt, conflicts: conflicts.map((c) => c.kind).sort() };
  }
  const beds = (await client.get<{ items: BedData[] }>(`${path}/beds`)).body.items;
  const { units } = (await client.get<{ units: UnitOccupancyData[] }>(`${path}/occupancy`)).body;
  return {
    visits,
    beds: Object.fromEntries(
      beds.map(({ id: bed, state, occupants, onLeave, conflicts }) => [
        bed,
        {
          state,
          occupants: occupants.map((o) => `${o.encounterId} since ${o.since}`),
          onLeave: (onLeave ?? []).map((o) => o.encounterId),
          conflicts: conflicts.map((c) => c.kind).sort(),
        },
      ]),
    ),
    units: Object.fromEntries(
      units.map(({ unit, occupied, dirty, available, disputed, onLeave = 0, notListed = 0, withoutBed = 0 }) => [
        unit,
        { occupied, dirty, available, disputed, onLeave, notListed, withoutBed },
      ]),
    ),
  };
}

interface Encounter {
  readonly status: string;
  readonly location: { readonly unit: string | null; readonly bedId: string | null } | null;
  readonly admittedAt: string | null;
  readonly dischargedAt: string | null;
  readonly conflicts: readonly { readonly kind: string }[];
}

/** What is so. A bed that the configuration dropped is shown as long as somebody is in it. */
export function trueOf(hospital: RandomHospital, day: KnownDay): unknown {
  const { visits, beds, units } = truthOf(hospital, day, []);
  const shown = Object.entries(beds).filter(([, { state }]) => state !== 'closed');
  return { visits, beds: Object.fromEntries(shown), units };
}
