/** How an edge should tell a refusal: the HTTP status follows from it, and nothing else does. */
export type Refusal =
  'invalid' | 'not-found' | 'conflict' | 'forbidden' | 'unauthenticated' | 'too-large' | 'unavailable';

/**
 * A command or a query that is refused for a reason the caller can act on.
 * `code` is stable and part of the interface (problem+json `code`); `message` holds no personal data.
 */
export class DomainError extends Error {
  constructor(
    readonly refusal: Refusal,
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = 'DomainError';
  }
}
