import type { StaffMember } from './people.js';

const CALL_WITHIN_MS = 30_000;

export interface StaffApiOptions {
  /** Origin of the HTTP API, without a trailing slash. */
  readonly httpBase: string;
  /** Bearer token of a member of staff. */
  readonly tokenOf: (member: StaffMember) => string;
  readonly signal: AbortSignal;
}

/** The HTTP API as somebody of the staff calls it, once: what is refused or not answered is left for the next round. */
export class StaffApi {
  constructor(private readonly options: StaffApiOptions) {}

  /** The answer's body; null where there was none, or a refusal. */
  get(member: StaffMember, path: string): Promise<unknown> {
    return this.call(member, path, {});
  }

  /** True where the product did it. */
  async post(member: StaffMember, path: string, body?: string, type = 'application/json'): Promise<boolean> {
    const answer = await this.call(member, path, {
      method: 'POST',
      ...(body === undefined ? {} : { body, headers: { 'content-type': type } }),
    });
    return answer !== null;
  }

  private async call(member: StaffMember, path: string, init: RequestInit): Promise<unknown> {
    const { httpBase, tokenOf, signal } = this.options;
    try {
      const response = await fetch(`${httpBase}/api/v1/${path}`, {
        ...init,
        headers: { ...init.headers, authorization: `Bearer ${tokenOf(member)}` },
        signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_WITHIN_MS)]),
      });
      const text = await response.text();
      return response.ok ? (JSON.parse(text === '' ? '{}' : text) as unknown) : null;
    } catch {
      return null;
    }
  }
}
