export interface LocalKafkaOptions {
  /** One broker (the default) or three; three replicate everything and survive the loss of one. */
  brokers?: 1 | 3;
  /** Port of the first broker, the others follow; free ports unless told. */
  port?: number;
  /** Where data and logs are kept between runs; a temporary folder that goes with the cluster unless told. */
  dataDir?: string;
  /** Heap of each broker in MB; 512 unless told. */
  heapMb?: number;
  /** How long the cluster may take until it is ready, in milliseconds; 90,000 unless told. */
  readyTimeoutMs?: number;
  /** A broker is started again whenever it ends by itself, and this is told of it. `kill` and `restart` are then not for use. */
  keepRunning?: (line: string) => void;
  /** Called before the jars are fetched, which happens once. */
  onFetch?: () => void;
}

export interface LocalKafka {
  /** `host:port` of every broker. */
  readonly brokers: string[];
  readonly dataDir: string;
  readonly logFiles: string[];
  /** Process ids of the brokers, in the order of `brokers`. */
  pids(): number[];
  /** Kills one broker as by kill -9; its data and address stay. */
  kill(index: number): Promise<void>;
  /** Starts a broker again on its data (killing it first if it runs) and waits until the brokers that run are ready. */
  restart(index: number): Promise<void>;
  /** Stops all brokers; data in a temporary folder is removed. */
  stop(): Promise<void>;
}

/**
 * Starts a Kafka cluster that is ready for work: topics can be created, producer ids are handed out, and the coordinator
 * of every group has loaded. Throws one line when Java or Maven is missing. The brokers stop when this process ends,
 * however it ends.
 */
export function startLocalKafka(options?: LocalKafkaOptions): Promise<LocalKafka>;
