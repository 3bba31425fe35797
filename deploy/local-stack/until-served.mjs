import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 50;
const PARTS = ['board', 'occupancy', 'encounters', 'bed-requests'];

/** @type {typeof import('./until-served.d.mts').untilServed} */
export async function untilServed(origin, token, timeoutMs = 60_000) {
  const headers = { authorization: `Bearer ${token}` };
  const deadline = Date.now() + timeoutMs;
  let missing = 'nothing answered';
  while (Date.now() < deadline) {
    missing = await missingPart(origin, headers).catch((error) => String(error.message));
    if (missing === '') return;
    await sleep(EVERY_MS);
  }
  throw new Error(`not every service knows its hospital after ${timeoutMs / 1000} s: ${missing}`);
}

/** @param {string} origin @param {Record<string, string>} headers */
async function missingPart(origin, headers) {
  const answer = await fetch(`${origin}/api/v1/facilities`, { headers });
  if (!answer.ok) return `/api/v1/facilities answers ${answer.status}`;
  const body = await answer.json();
  for (const { id } of Array.isArray(body) ? body : body.items) {
    for (const part of PARTS) {
      const path = `/api/v1/facilities/${encodeURIComponent(id)}/${part}`;
      const { status, body: content } = await fetch(`${origin}${path}`, { headers });
      await content?.cancel();
      if (status !== 200) return `${path} answers ${status}`;
    }
  }
  return '';
}
