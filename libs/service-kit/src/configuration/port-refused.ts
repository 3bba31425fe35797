/** Ports this product listens on where nothing else is said. */
const mllp = { variable: 'WARDSTREAM_MLLP_PORT', unlessSaid: 2575 } as const;
const http = 'WARDSTREAM_HTTP_PORT';

/** What to do where `error` says that a port cannot be listened on, in one line; undefined for any other error. */
export function portRefused(error: unknown, values: Readonly<Record<string, string | undefined>>): string | undefined {
  const { code, port, syscall } = (error ?? {}) as { code?: unknown; port?: unknown; syscall?: unknown };
  if (syscall !== 'listen' || typeof port !== 'number') return undefined;
  const variable = port === Number(values[mllp.variable] || mllp.unlessSaid) ? mllp.variable : http;
  const choose = `set ${variable} to a free one`;
  if (code === 'EADDRINUSE') return `port ${port} is taken by another program: stop it, or ${choose}`;
  if (code === 'EACCES') return `port ${port} is not open to this user: ${choose} above 1023`;
  return undefined;
}
