import { createHmac, timingSafeEqual } from 'node:crypto';

/** Header that carries the signature: `t=<seconds since the epoch>,v1=<hex>`. */
export const SIGNATURE_HEADER = 'wardstream-signature';

/** A receiver should refuse what was signed longer ago than this, so that a delivery cannot be replayed. */
export const REPLAY_WINDOW_SECONDS = 300;

/** HMAC-SHA256 over `<timestamp>.<body>` with the destination's secret, in hex. */
function digestOf(secret: string, timestamp: number, body: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
}

/** The signature header for a body sent at `timestamp`, in real seconds since the epoch. */
export function signWebhook(secret: string, timestamp: number, body: string): string {
  return `t=${timestamp},v1=${digestOf(secret, timestamp, body)}`;
}

/**
 * What a receiver does: whether `header` signs exactly this body with this secret, not longer ago (or further ahead) than
 * the replay window. Compares in constant time.
 */
export function isSignedBy(secret: string, header: string, body: string, nowSeconds: number): boolean {
  const parts = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header);
  if (parts === null) return false;
  const timestamp = Number(parts[1]);
  if (Math.abs(nowSeconds - timestamp) > REPLAY_WINDOW_SECONDS) return false;
  return timingSafeEqual(Buffer.from(parts[2]!, 'hex'), Buffer.from(digestOf(secret, timestamp, body), 'hex'));
}
