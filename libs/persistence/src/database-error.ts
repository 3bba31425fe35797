/** SQLSTATE of an error that PostgreSQL gave, wherever a library put it; undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  for (let e: unknown = error, depth = 0; typeof e === 'object' && e !== null && depth < 5; depth += 1) {
    const { code, driverError, cause } = e as { code?: unknown; driverError?: unknown; cause?: unknown };
    if (typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return code;
    e = driverError ?? cause;
  }
  return undefined;
}

/**
 * Why the database takes no writes at all, whoever makes them: no room, a broken disk, or a server that only gives reads (a
 * replica). Undefined for anything else.
 */
export function writesRefused(error: unknown): string | undefined {
  const state = sqlState(error);
  if (state === '53100') return 'no space left on its disk';
  if (state === '25006') return 'it is read-only';
  return state?.startsWith('58') === true ? 'its disk fails' : undefined;
}

/** Whether the database itself is away, going away or unable, so that the same statement may succeed later unchanged. */
export function isConnectionFailure(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return /^(08|57P|53)/.test(state) || writesRefused(error) !== undefined;
  const text = error instanceof Error ? error.message : '';
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return (
    (typeof code === 'string' && /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/.test(code)) ||
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|Driver not Connected/i.test(
      text,
    )
  );
}

/** Whether a retry of the whole transaction may succeed: serialization failure or deadlock. */
export function isSerializationFailure(error: unknown): boolean {
  return ['40001', '40P01'].includes(sqlState(error) ?? '');
}

/** Whether a text holds what PostgreSQL keeps in no text: U+0000, by itself or escaped in JSON. */
export function isUnstorableText(error: unknown): boolean {
  return ['22021', '22P05'].includes(sqlState(error) ?? '');
}
