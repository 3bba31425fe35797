import { expect } from '@jest/globals';
import { eventually } from '@wardstream/testing';
import { bedState, type Command, type Prepared } from './command.js';
import { CMD, type CommandHouse } from './command-house.js';

const BED = `POST ${CMD.replace('CMD', '{facility}')}/beds/{bedId}`;
const reason = { reason: 'Shower leak' };

/** A command on a bed of its own, after what `before` does to it. */
function onBed(
  step: string,
  answers: Pick<Command, 'as' | 'first' | 'again'>,
  of: {
    readonly before?: (house: CommandHouse, bed: string) => Promise<unknown>;
    readonly body?: unknown;
    readonly surge?: boolean;
  } = {},
): Command {
  return {
    ...{ route: `${BED}/${step.startsWith('cleaning/') ? 'cleaning/{step}' : step}`, ...answers },
    as: answers.as ?? step,
    prepare: async (house): Promise<Prepared> => {
      const bed = of.surge === true ? house.newSurgeBed() : house.newBed();
      await of.before?.(house, bed);
      const call = { path: `${CMD}/beds/${bed}/${step}`, body: of.body ?? {} };
      return { call, state: () => bedState(house, bed) };
    },
  };
}

/** Keeping a bed for a visit that is here and in no bed. */
function holding(step: 'reserve' | 'assign', as: string, more: object = {}): Command {
  return {
    ...{ route: `${BED}/${step}`, as, first: '200', again: '200' },
    prepare: async (house): Promise<Prepared> => {
      const bed = house.newBed();
      const visit = await house.arrived();
      const body = { visitNumber: visit, ...more };
      return { call: { path: `${CMD}/beds/${bed}/${step}`, body }, state: () => bedState(house, bed) };
    },
  };
}

const held = async (house: CommandHouse, bed: string): Promise<void> => {
  await house.done(`${CMD}/beds/${bed}/assign`, { visitNumber: await house.arrived() });
};
const dirty = async (house: CommandHouse, bed: string): Promise<void> => {
  const visit = await house.admit(bed);
  await house.send('A03', { visit, at: house.place(bed) });
  await house.until(bed, 'dirty');
};
const took = (...steps: readonly string[]) => {
  return async (house: CommandHouse, bed: string): Promise<void> => {
    for (const step of steps) await house.done(`${CMD}/beds/${bed}/${step}`, reason);
  };
};
const cleaned = (...steps: readonly string[]) => {
  return async (house: CommandHouse, bed: string): Promise<void> => {
    await dirty(house, bed);
    for (const step of steps) await house.done(`${CMD}/beds/${bed}/cleaning/${step}`);
  };
};
const later = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();

/** A conflict of a bed, with the version it is at, and what may be said of it. */
async function conflictOf(house: CommandHouse, kind: string, bed: string) {
  const fits = (c: Record<string, unknown>): boolean =>
    c['kind'] === kind && (c['subject'] as { id: string }).id === bed;
  const conflict = await house.oneOf('/api/v1/conflicts?facility=CMD&limit=1000', fits);
  return { id: conflict.id, version: conflict['version'] as number };
}

/** Two visits in one bed. */
async function disputed(house: CommandHouse): Promise<{ bed: string; conflict: { id: string; version: number } }> {
  const bed = house.newBed();
  await house.admit(bed);
  await house.send('A01', { visit: house.newVisit(), at: house.place(bed) });
  return { bed, conflict: await conflictOf(house, 'bed-disputed', bed) };
}

const conflicts: readonly Command[] = [
  {
    ...{ route: 'POST /api/v1/bed-conflicts/{id}/close', as: 'both in the bed', first: '200', again: '200' },
    prepare: async (house) => {
      const { bed, conflict } = await disputed(house);
      const body = { reason: 'Mother and child', version: conflict.version, bothInBed: true };
      return {
        call: { path: `/api/v1/bed-conflicts/${conflict.id}/close`, body },
        state: () => bedState(house, bed),
      };
    },
  },
  {
    ...{ route: 'POST /api/v1/bed-conflicts/{id}/reopen', first: '200', again: '200' },
    prepare: async (house) => {
      const { bed, conflict } = await disputed(house);
      const path = `/api/v1/bed-conflicts/${conflict.id}`;
      await house.done(`${path}/close`, { reason: 'Both', version: conflict.version, bothInBed: true });
      await eventually(async () => {
        expect(await bedState(house, bed)).toMatchObject({ conflicts: [] });
      });
      const body = { version: conflict.version + 1 };
      return { call: { path: `${path}/reopen`, body }, state: () => bedState(house, bed) };
    },
  },
];

/** Commands on beds and their conflicts. */
export const bedCommands: readonly Command[] = [
  holding('reserve', 'reserve for the usual time'),
  holding('reserve', 'reserve until a time', { until: later(5) }),
  holding('assign', 'assign'),
  onBed('release', { first: '200', again: '409 no-hold' }, { before: held }),
  onBed('block', { first: '200', again: '200' }, { body: { ...reason, note: 'ticket 4711', until: later(3) } }),
  onBed('unblock', { first: '200', again: '409 bed-not-blocked' }, { before: took('block') }),
  onBed('close', { first: '200', again: '200' }, { body: reason }),
  onBed('open', { first: '200', again: '409 bed-not-closed' }, { before: took('close') }),
  onBed('open-surge', { first: '200', again: '409 surge-unchanged' }, { surge: true }),
  onBed('close-surge', { first: '200', again: '409 surge-unchanged' }, { surge: true, before: took('open-surge') }),
  onBed('cleaning/request', { first: '200', again: '409 cleaning-already-requested' }),
  onBed(
    'cleaning/request',
    { as: 'cleaning/request, and what kind', first: '200', again: '200' },
    { body: { kind: 'terminal', priority: 'stat' }, before: dirty },
  ),
  onBed('cleaning/claim', { first: '200', again: '200' }, { before: dirty, body: { claimedBy: 'Crew 2' } }),
  onBed('cleaning/start', { first: '200', again: '409 cleaning-already-started' }, { before: dirty }),
  onBed('cleaning/pause', { first: '200', again: '409 cleaning-paused' }, { before: cleaned('start'), body: reason }),
  onBed('cleaning/resume', { first: '200', again: '409 cleaning-not-paused' }, { before: cleaned('start', 'pause') }),
  onBed('cleaning/complete', { first: '200', again: '409 no-cleaning-job' }, { before: cleaned('start') }),
  onBed('cleaning/cancel', { first: '200', again: '409 no-cleaning-job' }, { before: dirty, body: reason }),
  ...conflicts,
];
