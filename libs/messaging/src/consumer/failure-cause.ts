import { isConnectionFailure, type UnitOfWork } from '@wardstream/persistence';

/** Why an event was put aside, as it is kept and shown to administrators. */
export interface Cause {
  readonly code: string;
  readonly name: string;
  readonly message: string;
}

const longest = 2_000;

export function causeOf(code: string, error: unknown): Cause {
  const name = error instanceof Error ? error.name : 'Error';
  const message = error instanceof Error ? error.message : String(error);
  return { code, name: storable(name), message: storable(message) };
}

/** PostgreSQL's text takes no NUL. */
function storable(text: string): string {
  return text.replaceAll('\0', '\u{fffd}').slice(0, longest);
}

/** The service's database is away: nothing is wrong with the events, and the log keeps them until it is back. */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway';
}

/**
 * Whether `error` came from the service's own database being away. An error of a query or of the transaction itself says
 * so by its kind; any other broken connection (a handler may talk to other servers) is settled by asking the database.
 */
export async function isDatabaseAway(error: unknown, unitOfWork: UnitOfWork, whileHandling: boolean): Promise<boolean> {
  if (!isConnectionFailure(error)) return false;
  if (!whileHandling || (error as Error).name === 'QueryFailedError') return true;
  try {
    await unitOfWork.query('SELECT 1');
    return false;
  } catch {
    return true;
  }
}
