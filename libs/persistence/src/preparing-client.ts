import pg from 'pg';

/** A text must have come this often before it is prepared: what is built anew each time never is. */
const OFTEN = 3;
/** Texts counted or prepared at most; a service has about a hundred. */
const MOST = 1_000;

const uses = new Map<string, number>();
const numbers = new Map<string, number>();

/** What begins a transaction and says how it reads: nothing in it that a server could refuse. */
const opening =
  /^(START TRANSACTION|SET TRANSACTION ISOLATION LEVEL (READ COMMITTED|REPEATABLE READ|SERIALIZABLE)|SET TRANSACTION READ ONLY)$/;
const closing = /^(COMMIT|ROLLBACK)$/;

/**
 * A connection that prepares the statements with parameters which come again and again, so that the server parses and plans each
 * once instead of every time: at ordinary load that is two thirds of its work. Works like any other client.
 *
 * The beginning of a transaction is sent with its first statement, without waiting for an answer in between (`pipeline` must be on); a
 * transaction without one is not begun at all. A round trip costs as much as a small statement.
 *
 * A commit that the server answered by rolling back rejects: that is what becomes of a transaction of which a statement failed, and whoever
 * swallowed that error would take what they wrote for kept. So does one whose transaction was not begun. It costs no statement of its own.
 *
 * A statement whose result has other columns since the schema was changed is refused by the server; from then on this connection
 * prepares everything anew, so that the next try succeeds.
 */
export class PreparingClient extends pg.Client {
  private generation = 0;
  /** How the transaction begins that has no statement yet. */
  private beginning: string[] = [];
  private begun: Promise<unknown> = Promise.resolve();

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    outliveErrors(this);
    const plain = super.query.bind(this) as (...args: unknown[]) => unknown;
    const query = (...args: unknown[]): unknown => {
      const [text, values, callback] = args;
      const isPlainText = typeof text === 'string' && values === undefined && callback === undefined;
      if (isPlainText && opening.test(text)) {
        this.beginning.push(text);
        return Promise.resolve(nothingOf(text));
      }
      if (this.beginning.length > 0) {
        const begin = this.beginning.splice(0).join('; ');
        if (isPlainText && closing.test(text)) return Promise.resolve(nothingOf(text));
        this.begun = plain(begin) as Promise<unknown>;
        this.begun.catch(() => undefined);
      }
      if (isPlainText && text === 'COMMIT') return this.committed(plain(...args) as Promise<pg.QueryResult>);
      const number = typeof text === 'string' && Array.isArray(values) ? numberOf(text) : undefined;
      if (number === undefined) return plain(...args);
      const asked = plain({ name: `s${this.generation}_${number}`, text, values }, callback);
      if (asked instanceof Promise) asked.catch((error: unknown) => this.forgetPlansAfter(error));
      return asked;
    };
    this.query = query as typeof this.query;
  }

  private async committed(commit: Promise<pg.QueryResult>): Promise<pg.QueryResult> {
    const [result] = await Promise.all([commit, this.begun]);
    if (result.command === 'COMMIT') return result;
    throw new TransactionGivenUp('a statement of this transaction failed, and it was rolled back instead of committed');
  }

  private forgetPlansAfter(error: unknown): void {
    // "cached plan must not change result type"
    if ((error as { code?: unknown }).code === '0A000') this.generation += 1;
  }
}

/**
 * A connection may break between the moment it is made and the moment somebody listens to it: a server that goes down sends that it takes
 * statements and that it ends in one packet. Whoever has the connection learns it by their next statement, the pool by its own
 * listener; without this one it would end the process.
 */
export function outliveErrors(client: pg.ClientBase): void {
  client.on('error', () => undefined);
}

/** A statement of the transaction had failed, so that nothing of it is kept. */
export class TransactionGivenUp extends Error {
  override readonly name = 'TransactionGivenUp';
}

function nothingOf(command: string): Pick<pg.QueryResult, 'command' | 'rowCount' | 'rows' | 'fields' | 'oid'> {
  return { command, rowCount: null, rows: [], fields: [], oid: 0 };
}

/** The number by which a text is known in this process; undefined as long as it is not worth it. */
function numberOf(text: string): number | undefined {
  const number = numbers.get(text);
  if (number !== undefined) return number;
  if (uses.size >= MOST) uses.clear();
  const count = (uses.get(text) ?? 0) + 1;
  if (count < OFTEN || numbers.size >= MOST) {
    uses.set(text, count);
    return undefined;
  }
  uses.delete(text);
  numbers.set(text, numbers.size);
  return numbers.size - 1;
}
