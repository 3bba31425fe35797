import { signedInAs } from '../app/session.js';
import { api } from '../commands/api.js';
import { timerMs } from '../time/timer.js';
import { ActQueue, ACTS_KEY } from './act-queue.js';
import type { Me } from '@wardstream/api-contract';

/** The acts that this browser keeps, of whoever did them. */
export const acts = new ActQueue({
  storage: localStorage,
  send: ({ facility, path, body, key, bedId }, at) =>
    api(`/api/v1/facilities/${encodeURIComponent(facility)}/${path}`, {
      method: 'POST',
      body: {
        ...body,
        ...(at === null ? {} : { at }),
        ...(bedId === null ? {} : { bedId }),
        // What makes something has its own name for it; what changes something has the key of the act.
        ...(path === 'bed-requests' ? { externalId: key } : { key }),
      },
    }),
  whoIsSignedIn: async () => {
    const { subject } = await api<Me>('/api/v1/me');
    signedInAs(subject);
    return subject;
  },
  // Only where the page came encrypted, or from this machine, do tabs know of each other's locks; without them a key makes the second send harmless.
  alone: async (work) => {
    const locks = (navigator as Partial<Pick<Navigator, 'locks'>>).locks;
    await (locks === undefined ? work() : locks.request('wardstream.acts', work));
  },
  timerMs,
  wait: (ms) => new Promise((done) => setTimeout(done, ms)),
});

addEventListener('storage', ({ key }) => {
  if (key === null || key === ACTS_KEY) acts.reread();
});

/** A random UUID (version 4), also where the page did not come encrypted. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
