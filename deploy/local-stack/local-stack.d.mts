export interface LocalStackOptions {
  /** Folder of data, logs and the secret that signs local tokens; kept between runs. */
  dataDir: string;
  /** The ports topology.mjs declares, or free ones (tests). */
  ports?: 'declared' | 'free';
  /** Kafka brokers: 1 unless told. */
  brokers?: 1 | 3;
  /** Processes of a service by its name: 1 unless told. All but the first of each listen on free ports, and the origin passes on to the first. */
  replicas?: Readonly<Record<string, number>>;
  /** Variables for every service, over those of the topology. */
  variables?: Record<string, string>;
  /** The program of a service, or of `topics`, the job that makes the topics; what was built unless told (tests). */
  programOf?: (name: string) => string;
  /** Told what is going on, a line at a time. */
  say?: (line: string) => void;
}

/** One process of a service. */
export interface LocalReplica {
  readonly url: string;
  /** Where it takes HL7 over MLLP, if it takes any. */
  readonly mllpPort: number;
  pid(): number;
}

export interface LocalStack {
  /** Address of the one origin in front of all services. */
  readonly origin: string;
  readonly mllpPort: number;
  /** Signs and checks the stack's tokens. */
  readonly authSecret: string;
  readonly brokers: string[];
  urlOf(service: string): string;
  databaseUrl(database: string): string;
  logFile(service: string): string;
  pid(service: string): number;
  /** All processes of a service, the first of which the methods that take a service's name are about. */
  replicasOf(service: string): readonly LocalReplica[];
  /** Kills one service as by kill -9; it stays down until `restart`. */
  kill(service: string): Promise<void>;
  /** Starts a killed service again and waits until it is healthy. */
  restart(service: string): Promise<void>;
  /** Process ids of the servers that the services use, each started again when it ends by itself. */
  serverPids(): { readonly postgres: number; readonly kafka: readonly number[]; readonly redis: number };
  /** Drains and stops the services, then the servers. */
  stop(): Promise<void>;
}

/**
 * Starts every service as a process of its own behind one origin and waits until all are healthy. A service or a server that ends by
 * itself is started again. What was started before a failure is stopped; nothing outlives this process.
 */
export function startLocalStack(options: LocalStackOptions): Promise<LocalStack>;
