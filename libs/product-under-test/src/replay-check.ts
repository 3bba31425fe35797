import type { Client } from './client.js';

/** What a check of all that is kept found, in as many calls as it took. */
export interface Checked {
  readonly equal: boolean | null;
  readonly waiting: number;
  readonly messages?: number;
  readonly facts?: number;
  readonly encounters?: number;
  readonly beds?: number;
  readonly differences: readonly unknown[];
  readonly next: string | null;
}

/** Asks for a check until everything is compared. @throws Error where one of the calls is refused */
export async function replayCheck(administrator: Client, kind: 'encounters' | 'beds'): Promise<Checked> {
  const path = kind === 'beds' ? '/api/v1/replay-check/beds' : '/api/v1/replay-check';
  const differences: unknown[] = [];
  for (let after = ''; ;) {
    const { status, body } = await administrator.post<Checked>(path + after);
    if (status !== 200) throw new Error(`${path} was refused: ${status} ${JSON.stringify(body)}`);
    differences.push(...body.differences);
    if (body.next === null) return { ...body, differences };
    after = `?after=${body.next}`;
  }
}
