import { join } from 'node:path';
import { House, type HouseMode, MllpSender } from '@wardstream/product-under-test';
import { startLocalPostgres } from '@wardstream/deploy/local-postgres';
import pg from 'pg';
import { HouseDatabase } from '../measures/house-database.js';
import { type BenchBed, type HospitalSize, writeBenchHospital } from './bench-hospital.js';
import { Load } from './load.js';
import { WatchedBoard } from './watched-board.js';

export interface BenchHouseOptions {
  readonly mode: Exclude<HouseMode, 'stack'>;
  readonly size: HospitalSize;
  /** Where the hospital file is written. */
  readonly folder: string;
  readonly brokers: readonly string[];
  /** Whether the server counts statements, which costs it some per cent. */
  readonly countStatements?: boolean;
}

/** Connections of senders, over all facilities. */
const SENDERS = 14;
/** The board of a facility answers before it has heard of its hospital; a stream is asked for again until then. */
const SERVED_MS = 60_000;

/** A house in one process with its boards watched and its senders connected. */
export class BenchHouse {
  private constructor(
    readonly house: House,
    readonly database: HouseDatabase,
    readonly load: Load,
    readonly beds: readonly BenchBed[],
    private readonly boards: readonly WatchedBoard[],
    private readonly senders: readonly MllpSender[],
  ) {}

  static async start({ mode, size, folder, brokers, countStatements }: BenchHouseOptions): Promise<BenchHouse> {
    const hospital = join(folder, `bench-${size.facilities}.yaml`);
    const beds = writeBenchHospital(hospital, size);
    const house = new House({
      mode,
      hospital,
      ...(mode === 'standalone-kafka' ? { brokers: brokers.join(',') } : {}),
    });
    const postgres = join(house.dataDir, 'postgres');
    if (countStatements) await preload(postgres, 'pg_stat_statements');
    await house.start();
    const boards = await watchBoards([house.origin], beds, () => house.token('bed-manager'));
    const senders = await connectSenders([house.mllpPort], SENDERS);
    const load = new Load(senders, boards, beds);
    return new BenchHouse(house, await HouseDatabase.open(postgres, 'wardstream'), load, beds, boards, senders);
  }

  /** How many senders are connected. */
  get connections(): number {
    return this.senders.length;
  }

  async remove(): Promise<void> {
    for (const board of this.boards) board.close();
    for (const sender of this.senders) sender.close();
    await this.database.close();
    await this.house.remove();
  }
}

/** One stream for each facility, spread over `origins`. */
export async function watchBoards(
  origins: readonly string[],
  beds: readonly BenchBed[],
  token: () => Promise<string>,
): Promise<WatchedBoard[]> {
  const facilities = [...new Set(beds.map((bed) => bed.facility))];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('not every facility has a board after a minute')), SERVED_MS);
  });
  const opening = facilities.map((facility, i) => WatchedBoard.open(origins[i % origins.length]!, facility, token));
  const boards = await Promise.race([Promise.all(opening), late]);
  clearTimeout(timer);
  return boards;
}

/** `count` connections, spread over `ports`. */
export function connectSenders(ports: readonly number[], count: number): Promise<MllpSender[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => MllpSender.connect(ports[i % ports.length]!)));
}

/** Has the server of a data folder load a library whenever it starts. */
async function preload(dataDir: string, library: string): Promise<void> {
  const server = await startLocalPostgres({ dataDir });
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query(`ALTER SYSTEM SET shared_preload_libraries = '${library}'`);
  await client.query(`ALTER SYSTEM SET pg_stat_statements.track_planning = on`);
  await client.end();
  await server.stop();
}
