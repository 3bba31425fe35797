export interface LocalPostgresOptions {
  /** Where data, password and log are kept between runs; a throw-away cluster in a temporary folder unless told. */
  dataDir?: string;
  /** A free port unless told. */
  port?: number;
  /** Server settings by name. A throw-away cluster has fsync off unless told here. */
  settings?: Record<string, string>;
  /** It is started again whenever it ends by itself, and this is told of it. `crash` and `restart` are then not for use. */
  keepRunning?: (line: string) => void;
}

export interface LocalPostgres {
  /** Of the maintenance database, as superuser; holds the password of a kept cluster, so never to be logged. */
  readonly url: string;
  /** The same server and user, another database. */
  urlOf(database: string): string;
  /**
   * The same over the Unix socket of a kept cluster, which takes less of the processor than TCP; over TCP where there is none.
   */
  nearUrlOf(database: string): string;
  readonly port: number;
  readonly version: string;
  readonly dataDir: string;
  readonly logFile: string;
  /** Process id of the server. */
  pid(): number;
  /** Makes the database if it is not there and answers its address. */
  createDatabase(name: string): Promise<string>;
  /** Ends the server at once, as a power cut would end its connections; the data stays, recovery follows at `restart`. */
  crash(): Promise<void>;
  /** Starts again on the same port and data, crashing first if it runs. */
  restart(): Promise<void>;
  /** Stops the server; a throw-away cluster is removed. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL and waits until it accepts connections on 127.0.0.1. A kept cluster asks for its password and is
 * durable; one whose former owner was killed is waited for. The server stops when this process ends, however it ends.
 */
export function startLocalPostgres(options?: LocalPostgresOptions): Promise<LocalPostgres>;

/**
 * Address of a database of the kept cluster in this folder while another process has it running; undefined where nobody has. Holds its
 * password, so never to be logged.
 */
export function runningPostgresUrl(dataDir: string, database: string): string | undefined;
