import { beforeEach, describe, expect, it } from '@jest/globals';
import { Problem } from '../commands/problem.js';
import { ActQueue, ACTS_KEY, type QueuePort, type WardAct } from './act-queue.js';

const lost = () => new Problem(0, 'not-reached', 'not reached');
const moved = () =>
  new Problem(
    409,
    'patient-moved',
    'The patient is in bed B now, and not in A.',
    {},
    {
      yours: { at: 'then', bedId: 'A' },
      now: { bedId: 'B', since: 'later' },
    },
  );

const act = (key: string, of: Partial<WardAct> = {}): WardAct => ({
  key,
  subject: 'ana',
  facility: 'NGH',
  encounterId: `visit of ${key}`,
  bedId: 'A',
  path: `discharge-plans/${key}/confirm`,
  body: {},
  at: `time of ${key}`,
  text: key,
  ...of,
});

describe('acts that wait to be sent', () => {
  let kept: Map<string, string>;
  let sent: [string, string | null][];
  /** What the service does with the next acts; then it takes them. */
  let answers: (Problem | object)[];
  let signedIn: string;
  let now: number;
  let isPatient: boolean;
  const port = (): QueuePort => ({
    storage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) },
    send: async ({ key }, at) => {
      const answer = answers.shift() ?? {};
      if (answer instanceof Problem) throw answer;
      sent.push([key, at]);
      return answer;
    },
    whoIsSignedIn: async () => signedIn,
    alone: (work) => work(),
    timerMs: () => now,
    wait: () => (isPatient ? new Promise(() => undefined) : new Promise((done) => setImmediate(done))),
  });
  const keys = (queue: ActQueue) => queue.acts.get().map(({ key }) => key);
  beforeEach(() => {
    [kept, sent, answers, signedIn, now, isPatient] = [new Map(), [], [], 'ana', 1_000, true];
  });

  it('are sent at once where they can be, without a time of their own', async () => {
    const queue = new ActQueue(port());
    expect(await queue.perform(act('one'))).toEqual({ was: 'sent', body: {} });
    expect(sent).toEqual([['one', null]]);
    expect(keys(queue)).toEqual([]);
    expect(kept.get(ACTS_KEY)).toBe('[]');
  });

  it('keep their order and their times over a reload, and count once each', async () => {
    isPatient = false;
    answers = [lost(), lost(), lost()];
    const before = new ActQueue(port());
    for (const key of ['one', 'two', 'three']) {
      expect(await before.perform(act(key))).toEqual({ was: 'kept' });
      now += 60_000;
    }
    const after = new ActQueue(port());
    expect(keys(after)).toEqual(['one', 'two', 'three']);
    await after.drain('ana');
    expect(sent).toEqual([
      ['one', 'time of one'],
      ['two', 'time of two'],
      ['three', 'time of three'],
    ]);
    await after.drain('ana');
    expect([sent.length, keys(after)]).toEqual([3, []]);
  });

  it('have a time of their own where sending begins later', async () => {
    signedIn = 'nobody';
    isPatient = false;
    const queue = new ActQueue(port());
    await queue.perform(act('one'));
    [signedIn, now] = ['ana', now + 3_000];
    await queue.drain('ana');
    expect(sent).toEqual([['one', 'time of one']]);
  });

  it('are never sent as another person', async () => {
    isPatient = false;
    answers = [lost()];
    const queue = new ActQueue(port());
    await queue.perform(act('one'));
    signedIn = 'bea';
    await queue.drain('ana');
    await queue.drain('bea');
    expect([sent, keys(queue)]).toEqual([[], ['one']]);
    await queue.perform(act('hers', { subject: 'bea' }));
    await queue.drain('bea');
    expect([sent.map(([key]) => key), keys(queue)]).toEqual([['hers'], ['one']]);
    signedIn = 'ana';
    await queue.drain('ana');
    expect(keys(queue)).toEqual([]);
  });

  it('stay with both facts where the service refuses them, and hold back what was done after them for the same visit', async () => {
    const queue = new ActQueue(port());
    answers = [moved()];
    await expect(queue.perform(act('one', { encounterId: 'v' }))).rejects.toMatchObject({ code: 'patient-moved' });
    isPatient = false;
    expect(await queue.perform(act('after', { encounterId: 'v' }))).toEqual({ was: 'kept' });
    expect(await queue.perform(act('other'))).toMatchObject({ was: 'sent' });
    expect(queue.acts.get()[0]?.refusal).toEqual({
      code: 'patient-moved',
      text: 'The patient is in bed B now, and not in A.',
      yours: { at: 'then', bedId: 'A' },
      now: { bedId: 'B', since: 'later' },
    });
    queue.retry('one', 'B');
    expect(queue.acts.get()[0]).toEqual(act('one', { encounterId: 'v', bedId: 'B' }));
    now += 60_000;
    await queue.drain('ana');
    expect(sent.map(([key]) => key)).toEqual(['other', 'one', 'after']);
  });

  it('go on after one that its person lets be', async () => {
    const queue = new ActQueue(port());
    answers = [moved()];
    await expect(queue.perform(act('one', { encounterId: 'v' }))).rejects.toThrow();
    isPatient = false;
    await queue.perform(act('after', { encounterId: 'v' }));
    queue.drop('one');
    await queue.drain('ana');
    expect([sent.map(([key]) => key), keys(queue)]).toEqual([['after'], []]);
  });

  it('wait where the service cannot take them now or nobody is signed in, and are not done where they cannot be kept', async () => {
    isPatient = false;
    const queue = new ActQueue(port());
    for (const status of [0, 401, 408, 429, 503]) {
      answers = [new Problem(status, 'x', 'x')];
      if (keys(queue).length === 0) await queue.perform(act('one'));
      else await queue.drain('ana');
      expect([status, keys(queue), queue.acts.get()[0]?.refusal]).toEqual([status, ['one'], undefined]);
    }
    kept.set(ACTS_KEY, 'no JSON');
    expect(keys(new ActQueue(port()))).toEqual([]);
    const full = new ActQueue({
      ...port(),
      storage: {
        getItem: () => null,
        setItem: () => {
          throw new Error('full');
        },
      },
    });
    await expect(full.perform(act('one'))).rejects.toMatchObject({ code: 'not-kept' });
  });
});
