import type { Call, CommandHouse } from './command-house.js';

/** A command as it is set up for one run: the request, and what it changes as it can be read back. */
export interface Prepared {
  readonly call: Omit<Call, 'method'>;
  readonly state: () => Promise<unknown>;
}

/** One row of the table: a command of the product's interface, and what is answered to it. */
export interface Command {
  /** Method and path as the OpenAPI names them. */
  readonly route: string;
  /** Where one route is several commands, or one command is sent in several ways. */
  readonly as?: string;
  /** What the first is answered, and each that comes after it. */
  readonly first: string;
  readonly again: string;
  readonly prepare: (house: CommandHouse) => Promise<Prepared>;
}

/** What is kept of a bed, as far as a command may change it. */
export async function bedState(house: CommandHouse, bed: string): Promise<unknown> {
  const { body } = await house.everybody.get<{
    state: string;
    version: number;
    occupants: readonly unknown[];
    reservedFor: { kind: string; until: string | null } | null;
    blocked: { reason: string; until: string | null } | null;
    closed: { reason: string; until: string | null } | null;
    conflicts: readonly { kind: string }[];
  }>(`/api/v1/facilities/CMD/beds/${bed}`);
  const history = await house.items(`/api/v1/facilities/CMD/beds/${bed}/history?limit=200`);
  const jobs = await house.items(`/api/v1/facilities/CMD/cleaning-jobs?limit=1000`);
  return {
    ...{ state: body.state, version: body.version, occupants: body.occupants.length },
    reservedFor: body.reservedFor?.kind ?? null,
    blocked: body.blocked?.reason ?? null,
    closed: body.closed?.reason ?? null,
    conflicts: body.conflicts.map((c) => c.kind).sort(),
    history: history.map((h) => h['kind']),
    jobs: jobs.filter((j) => j['bedId'] === bed).map((j) => [j['status'], j['priority'], j['claimedBy']]),
  };
}

/** What is kept of a visit. */
export async function visitState(house: CommandHouse, visit: string): Promise<unknown> {
  const { status, version, conflicts, movements, location } = (await house.encounter(visit)) as {
    status: string;
    version: number;
    conflicts: readonly { kind: string }[];
    movements: readonly { kind: string; cancelled: boolean }[];
    location: { unit: string } | null;
  };
  return {
    ...{ status, version, unit: location?.unit ?? null },
    conflicts: conflicts.map((c) => c.kind).sort(),
    movements: movements.map((m) => [m.kind, m.cancelled]),
  };
}
