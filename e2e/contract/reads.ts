import { describe, expect, it } from '@jest/globals';
import { boardStream } from '@wardstream/api-contract';
import { Stream } from '@wardstream/product-under-test';
import { eventually } from '@wardstream/testing';
import { z } from 'zod';
import { CMD, type CommandHouse } from '../commands/command-house.js';
import { expectToBe, faultsOf, type Paths, schemaOf } from './answers.js';

/** Answered in a format of its own, which is described elsewhere: FHIR, YAML, JSON Schema, AsyncAPI, server-sent events, CSV. */
const ofAnotherFormat =
  /^\/fhir\/|\/senders\/suggestions$|\/events\/schema\/\{type\}$|\/events\/asyncapi\.json$|\/stream$|\/audit\/export$/;
/** Of a house that is well nothing lies there. */
const mayBeEmpty = /^\/api\/v1\/dead-letters\//;
/** Where the things of a path are listed, if not at the path before them. */
const listedAt: Readonly<Record<string, string>> = { '/api/v1/encounters': `${CMD}/encounters` };
/** Of each list so many are opened. */
const OPENED = 40;

type Listed = Readonly<Record<string, unknown>>;

/** What every route answers that only reads, against the schema that its description names. To be called where there is something to read. */
export function answersAsDescribed(house: CommandHouse): void {
  const paths = async (): Promise<Paths> =>
    (await house.everybody.get<{ paths: Paths }>('/api/v1/openapi.json')).body.paths;

  async function itemsOf(path: string): Promise<readonly Listed[]> {
    const { body } = await house.everybody.get<readonly Listed[] | { readonly items?: readonly Listed[] }>(path);
    return Array.isArray(body) ? (body as readonly Listed[]) : ((body as { items?: readonly Listed[] }).items ?? []);
  }

  /** Paths with a thing that there is in the place of each parameter. */
  async function filledIn(pattern: string): Promise<string[]> {
    const [, before, name, after] = /^(.*?)\/\{(\w+)\}(.*)$/.exec(pattern) ?? [];
    if (before === undefined) return [pattern];
    const list = name === 'facility' ? [{ id: 'CMD' }] : await itemsOf(listedAt[before] ?? before);
    const names = list.slice(0, OPENED).map((item) => String(item['id'] ?? item['name']));
    return (await Promise.all(names.map((n) => filledIn(`${before}/${encodeURIComponent(n)}${after}`)))).flat();
  }

  /** What the commands leave none of. */
  async function somethingToRead(): Promise<void> {
    // Two in one bed; a bed that somebody has left; a place that nobody knows.
    const [disputed, left] = [house.newBed(), house.newBed()];
    await house.admit(disputed);
    await house.send('A01', { visit: house.newVisit(), at: house.place(disputed) });
    await house.send('A03', { visit: await house.admit(left), at: house.place(left) });
    await house.send('A01', { visit: house.newVisit(), at: 'NOWHERE^1^1' });
    await house.until(left, 'dirty');
    // A bed that does not suit its patient.
    const visitNumber = await house.arrived();
    const needs = { levelOfCare: 'icu' };
    const { id: bedRequestId } = await house.done(`${CMD}/bed-requests`, { visitNumber, source: 'Direct', needs });
    const override = { reason: 'No bed of intensive care is free' };
    await house.done(`${CMD}/beds/${house.newBed()}/assign`, { visitNumber, bedRequestId, override });
    await house.oneOf('/api/v1/senders/unknown-codes', ({ code }) => code === 'NOWHERE');
    await house.oneOf('/api/v1/conflicts', ({ subject }) => (subject as { id: string }).id === disputed);
  }

  describe('an answer of the API', () => {
    it('is what its description says, of every route that reads', async () => {
      const described = await paths();
      const reads = Object.keys(described).filter((path) => described[path]!['get'] !== undefined);
      const own = reads.filter((path) => !ofAnotherFormat.test(path));
      expect(own.length).toBeGreaterThan(30);
      await somethingToRead();
      const faults: string[] = [];
      for (const path of own) {
        const schema = schemaOf(described, 'get', path, 200);
        const asked = await filledIn(path);
        if (schema === undefined) faults.push(`${path}: its answer is not described`);
        if (asked.length === 0) faults.push(`${path}: there is nothing to ask for`);
        let listed = 0;
        for (const one of asked) {
          const { status, body } = await house.everybody.get<object>(one);
          listed += 'items' in body ? (body.items as readonly unknown[]).length : 1;
          if (status !== 200) faults.push(`${one}: answered ${status}`);
          else faults.push(...faultsOf(schema ?? z.unknown(), body).map((fault) => `${one}: ${fault}`));
        }
        if (listed === 0 && !mayBeEmpty.test(path)) faults.push(`${path}: there is nothing in it`);
      }
      expect(faults).toEqual([]);
    });

    it('is what it was before, with the time that is asked for', async () => {
      const described = await paths();
      const at = new Date(Date.now() - 60_000).toISOString();
      for (const read of ['beds', 'occupancy', 'encounters']) {
        const schema = schemaOf(described, 'get', `/api/v1/facilities/{facility}/${read}`, 200)!;
        const { status, body } = await house.everybody.get(`${CMD}/${read}?at=${at}`);
        expect([read, status]).toEqual([read, 200]);
        expectToBe(schema, `${read} as of then`, body);
      }
    });

    it('is a problem where it refuses', async () => {
      const described = await paths();
      for (const [path, status] of [
        ['/api/v1/facilities/NOBODY/beds', 404],
        [`${CMD}/beds?at=yesterday`, 400],
        ['/api/v1/alerts/none', 404],
      ] as const) {
        const answer = await house.everybody.get(path);
        expect([path, answer.status]).toEqual([path, status]);
        expectToBe(schemaOf(described, 'get', '/api/v1/alerts', status)!, path, answer.body);
      }
    });

    it('is what the contract says of the live stream, each event by its name', async () => {
      const stream = await Stream.open(house.house, 'CMD', house.everybody.token!);
      try {
        const bed = house.newBed();
        await house.admit(bed);
        const wanted = ['snapshot', 'bed', 'encounter', 'unit', 'clock'];
        await eventually(() => {
          const heard = new Set(stream.events.map(({ event }) => event));
          expect(wanted.filter((event) => !heard.has(event))).toEqual([]);
        });
        for (const { event, data } of stream.events) {
          expectToBe(boardStream[event as keyof typeof boardStream], `stream ${event}`, data);
        }
      } finally {
        stream.close();
      }
    });
  });
}
