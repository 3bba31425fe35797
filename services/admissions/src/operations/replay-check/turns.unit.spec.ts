import { describe, expect, it } from '@jest/globals';
import type { Tx } from '@wardstream/persistence';
import { directory, fact } from '@wardstream/encounter-model/testing';
import type { Directories } from '../../directory/directories.js';
import { messageOf } from '../../testing/messages.spec.js';
import { MessageCheck } from './message-check.js';
import type { Page } from './check-page.js';
import { visitPage } from './visit-check.js';

const ROWS = 500;

/** A database that answers by what a statement is about, at once; of everything else it has nothing. */
function answering(rows: readonly (readonly [about: string, rows: readonly unknown[]])[]): Tx {
  const query = (sql: string) => Promise.resolve(rows.find(([about]) => sql.includes(about))?.[1] ?? []);
  return { query } as unknown as Tx;
}

/** How many turns of the event loop others had meanwhile. */
async function turnsOf(page: Promise<Page>): Promise<{ turns: number; page: Page }> {
  let isDone = false;
  const done = page.finally(() => (isDone = true));
  let turns = 0;
  for (; !isDone; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  return { turns, page: await done };
}

describe('a page of the replay check', () => {
  it('interprets some messages in one turn of the loop: others have theirs between', async () => {
    const raw = Buffer.from(messageOf(fact('admit', { at: '08:00', in: '4A-1' }), 'TURNS'));
    const messages = Array.from({ length: ROWS }, (_, i) => ({
      id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      position: String(i),
      format: 'hl7v2',
      raw,
      receivedAt: new Date('2026-03-01T12:00:00Z'),
      statement: null,
      length: raw.length,
      profile: null,
    }));
    const tx = answering([
      ['octet_length', messages],
      ['uuid_hash_extended', [{ count: 0, sum: '0' }]],
    ]);
    const directories = { facility: () => directory, defaultTimeZone: 'UTC' } as unknown as Directories;
    const check = await MessageCheck.of(tx, directories);
    const { turns, page } = await turnsOf(check.messages(tx, null, ''));
    expect(page.counts).toEqual({ messages: ROWS, facts: ROWS });
    expect(turns).toBeGreaterThanOrEqual(ROWS / 60 - 1);
  });

  it('derives from some facts in one turn of the loop', async () => {
    const ids = Array.from({ length: ROWS }, (_, i) => `e${i}`);
    const encounters = ids.map((encounterId) => ({
      encounterId,
      facility: 'NGH',
      number: encounterId,
      domain: null,
      conflictIds: [],
      mergedInto: null,
      patient: { number: null, domain: null },
      status: '',
      unit: null,
      view: {},
      terms: { places: [] },
    }));
    const facts = ids.flatMap((encounterId) =>
      [fact('admit', { at: '08:00', in: '4A-1' }), fact('transfer', { at: '09:00', in: '4A-2' })].map((f) => ({
        ...f,
        encounterId,
      })),
    );
    const tx = answering([
      ['pg_column_size', encounters],
      ['FROM fact WHERE encounter_id', facts],
    ]);
    const { turns, page } = await turnsOf(visitPage(tx, null, 'nobody', () => directory));
    expect(page.counts).toEqual({ encounters: ROWS, waiting: 0 });
    expect(page.differences.length).toBeGreaterThan(ROWS);
    expect(turns).toBeGreaterThanOrEqual((3 * ROWS) / 100 - 1);
  });
});
