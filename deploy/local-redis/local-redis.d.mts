export interface LocalRedis {
  readonly url: string;
  /** Process id of the server. */
  pid(): number;
  /** Ends the server at once; what it held is gone. */
  kill(): Promise<void>;
  /** Starts it again, empty, on the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Whether redis-server is on the path. */
export function redisInstalled(): boolean;

/**
 * Starts a Redis that keeps nothing and waits until it answers. Throws one line when redis-server is missing. It stops
 * when this process ends, however it ends.
 */
export function startLocalRedis(options?: {
  port?: number;
  /** It is started again, empty, whenever it ends by itself, and this is told of it. `kill` and `restart` are then not for use. */
  keepRunning?: (line: string) => void;
}): Promise<LocalRedis>;

/** Whether something that speaks Redis answers there; a refusal for want of a password is an answer. */
export function redisAnswers(url: string): Promise<boolean>;
