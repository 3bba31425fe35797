/** The server's answer that it will not do or give something (RFC 9457), or that it cannot be reached. */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    /** 0: not reached. */
    readonly status: number,
    /** Stable code of the refusal. */
    readonly code: string,
    detail: string,
    readonly errors: Readonly<Record<string, unknown>> = {},
    /** What the answer tells beside that, by name: who was first, a version. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
  }
}
