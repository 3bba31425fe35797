import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FixedClock } from '@wardstream/kernel';
import { eventually } from '@wardstream/testing';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { northgate } from '../fixtures/northgate.js';
import { SmallProduct } from '../fixtures/small-product.js';
import type { DepartmentAct } from '../simulation/acts.js';
import { HOUR } from '../simulation/local-time.js';
import { simulate } from '../simulation/simulate.js';
import { startDemoFeed, type DemoFeed } from './demo-feed.js';

const facility = northgate();
const NOW = Date.parse('2026-01-13T14:00:00Z');
const BACKFILL_HOURS = 8;
const FROM = NOW - BACKFILL_HOURS * HOUR;
const SEED = 77;

/** The acts that are due by `until`. */
function due(until: number): DepartmentAct[] {
  const out: DepartmentAct[] = [];
  for (const act of simulate({ hospital: facility, seed: SEED, from: FROM })) {
    if (act.sendAt > until) return out;
    out.push(act);
  }
  return out;
}
const idsOf = (acts: readonly DepartmentAct[]) =>
  acts.flatMap((a) => (a.type === 'command' ? [] : [a.controlId])).sort();
const commandsOf = (acts: readonly DepartmentAct[]) => acts.filter((a) => a.type === 'command').length;

let folder: string;
const open: { stop: () => Promise<void> }[] = [];
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'demo-feed-'))));
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
  await rm(folder, { recursive: true });
});

async function productThat(...how: Parameters<typeof SmallProduct.start>): Promise<SmallProduct> {
  const product = await SmallProduct.start(...how);
  open.push(product);
  return product;
}

const logged: string[] = [];
const write = (details: object, message: string) => void logged.push(`${message} ${JSON.stringify(details)}`);

async function feedTo(product: SmallProduct, clock: FixedClock): Promise<DemoFeed> {
  const feed = await startDemoFeed({
    facility,
    clock,
    mllp: { host: '127.0.0.1', port: product.mllp.port },
    httpBase: product.httpBase,
    token: 'department',
    cursorFile: join(folder, 'demo-feed.json'),
    seed: SEED,
    backfillDays: BACKFILL_HOURS / 24,
    logger: { info: write, warn: write, debug: write },
  });
  open.push(feed);
  return feed;
}

describe('the demo feed', () => {
  it('plays the past in full, each act once, an act about a visit only after its message', async () => {
    const product = await productThat();
    const feed = await feedTo(product, new FixedClock(NOW));
    await feed.caughtUp;
    const expected = due(NOW);
    const messages = product.heard.filter((h) => h.kind === 'message');
    const commands = product.heard.filter((h) => h.kind === 'command');
    expect(messages.map((h) => h.id).sort()).toEqual(idsOf(expected));
    expect(commands).toHaveLength(commandsOf(expected));
    expect(product.unauthorised).toEqual([]);
    expect(feed.progress()).toMatchObject({ done: expected.length, refused: {}, caughtUp: true });
    product.heard.forEach((heard, i) => {
      if (heard.kind === 'command' && heard.visit !== null) {
        expect(product.heard.slice(0, i).some((h) => h.kind === 'message' && h.visit === heard.visit)).toBe(true);
      }
    });
    // Commands came in while the visit had not spread yet, and waited.
    expect(product.statuses.get(404) ?? 0).toBeGreaterThan(0);
  });

  it('keeps what concerns one bed in its order', async () => {
    const product = await productThat();
    await (
      await feedTo(product, new FixedClock(NOW))
    ).caughtUp;
    const acts = due(NOW);
    const times = (id: string) => acts.filter((a) => a.keys.includes(`bed:${id}`)).length;
    const bed = facility.beds.map((b) => b.id).reduce((most, id) => (times(id) > times(most) ? id : most));
    const expected = acts
      .filter((a) => a.keys.includes(`bed:${bed}`))
      .map((a) => (a.type === 'command' ? a.command.do : a.controlId));
    const heard = product.heard.filter((h) => h.bed === bed || expected.includes(h.id));
    expect(heard.map((h) => (h.kind === 'message' ? h.id : h.id.replace(/^beds\/[^/]+\/(\S+).*/s, '$1')))).toEqual(
      expected,
    );
    expect(expected.length).toBeGreaterThan(3);
  });

  it('goes on after a restart with what was left, and catches up with the clock', async () => {
    let stopAt = 250;
    let reached: () => void = () => undefined;
    const enough = new Promise<void>((resolve) => (reached = resolve));
    const product = await productThat(() => {
      if (--stopAt === 0) reached();
      return 'acknowledge';
    });
    const first = await feedTo(product, new FixedClock(NOW));
    await enough;
    await first.stop();
    const { done } = first.progress();
    const total = due(NOW).length;
    expect(done).toBeLessThan(total);
    expect(JSON.parse(await readFile(join(folder, 'demo-feed.json'), 'utf8'))).toMatchObject({
      seed: SEED,
      from: FROM,
      done,
    });

    const later = NOW + 2 * HOUR;
    const second = await feedTo(product, new FixedClock(later));
    await second.caughtUp;
    const expected = due(later);
    const messages = product.heard.filter((h) => h.kind === 'message').map((h) => h.id);
    expect([...new Set(messages)].sort()).toEqual(idsOf(expected));
    expect(messages.length - new Set(messages).size).toBeLessThanOrEqual(3 * 32);
    expect(second.progress().done).toBe(expected.length);
    expect(second.progress().messages).toBeLessThan(idsOf(expected).length);
  });

  it('lets nothing be lost by a receiver that drops connections and fails', async () => {
    let n = 0;
    const product = await productThat(
      () => (++n % 97 === 0 ? (n % 2 === 0 ? 'drop-before' : 'drop-after') : 'acknowledge'),
      (_, times) => (times === 0 && ++n % 41 === 0 ? 503 : null),
    );
    const feed = await feedTo(product, new FixedClock(NOW));
    await feed.caughtUp;
    const messages = product.heard.filter((h) => h.kind === 'message').map((h) => h.id);
    expect([...new Set(messages)].sort()).toEqual(idsOf(due(NOW)));
    expect(product.mllp.connections).toBeGreaterThan(3);
    expect(product.statuses.get(503) ?? 0).toBeGreaterThan(3);
    expect(feed.progress()).toMatchObject({ done: due(NOW).length, refused: {} });
  });

  it('counts what is refused and goes on; tells nothing of a patient', async () => {
    logged.length = 0;
    const product = await productThat(undefined, (call) =>
      call.endsWith('/block') || call.endsWith('/claim') ? 422 : null,
    );
    const feed = await feedTo(product, new FixedClock(NOW));
    await feed.caughtUp;
    const expected = due(NOW);
    const claims = expected.filter((a) => a.type === 'command' && a.command.do === 'cleaning/claim').length;
    expect(feed.progress().done).toBe(expected.length);
    expect(feed.progress().refused).toMatchObject({ 'bed cleaning/claim told-422': claims });
    await feed.stop();
    const text = logged.join('\n');
    expect(text).toContain('was refused');
    for (const act of expected.filter((a) => a.type === 'message')) {
      expect(text).not.toContain(act.visit.number);
      expect(text).not.toContain(act.visit.person.mrn);
    }
  });

  it('follows the clock once it has caught up', async () => {
    const product = await productThat();
    const clock = new FixedClock(NOW);
    const feed = await feedTo(product, clock);
    await feed.caughtUp;
    const soon = NOW + HOUR;
    clock.set(soon);
    const expected = idsOf(due(soon));
    await eventually(() => {
      expect(product.heard.flatMap((h) => (h.kind === 'message' ? [h.id] : [])).sort()).toEqual(expected);
    });
    await feed.stop();
    await feed.stop();
  });
});
