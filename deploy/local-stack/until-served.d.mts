/**
 * Waits until every service behind `origin` knows every configured facility: what one publishes has reached the others.
 * `token` must have the role bed-manager. Throws what is still missing after `timeoutMs` (60,000 unless told).
 */
export function untilServed(origin: string, token: string, timeoutMs?: number): Promise<void>;
