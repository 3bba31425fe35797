import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalStack, startLocalStack } from '@wardstream/deploy/local-stack';
import { MllpSender } from '@wardstream/product-under-test';
import { issueToken } from '@wardstream/service-kit';
import { HouseDatabase } from '../measures/house-database.js';
import { type HospitalSize, writeBenchHospital } from './bench-hospital.js';
import { connectSenders, watchBoards } from './bench-house.js';
import { Load } from './load.js';
import type { WatchedBoard } from './watched-board.js';

/** The services that a second replica is to help. */
export const REPLICATED = ['admissions', 'bed-management', 'board'] as const;
const SENDERS = 28;

/** Every service as its own process on Kafka; the replicas of admissions and board share senders and streams evenly. */
export class BenchStack {
  private constructor(
    readonly stack: LocalStack,
    readonly database: HouseDatabase,
    readonly load: Load,
    /** Name of each process of a replicated service by its process id. */
    readonly replicas: ReadonlyMap<number, string>,
    private readonly boards: readonly WatchedBoard[],
    private readonly senders: readonly MllpSender[],
    private readonly dataDir: string,
  ) {}

  /** `replicas` of each of admissions, bed-management and board. */
  static async start(replicas: number, size: HospitalSize, folder: string): Promise<BenchStack> {
    const hospital = join(folder, `bench-stack-${size.facilities}.yaml`);
    const beds = writeBenchHospital(hospital, size);
    const dataDir = mkdtempSync(join(folder, 'stack-'));
    const stack = await startLocalStack({
      dataDir,
      ports: 'free',
      replicas: Object.fromEntries(REPLICATED.map((name) => [name, replicas])),
      variables: { NODE_ENV: 'production', WARDSTREAM_LOG_LEVEL: 'warn', WARDSTREAM_HOSPITAL_FILE: hospital },
    });
    const trust = { secret: stack.authSecret, issuer: 'wardstream', audience: 'wardstream' };
    const token = () => issueToken(trust, { subject: 'bench', name: 'Benchmark', roles: ['bed-manager'] }, 3600);
    const boards = await watchBoards(
      stack.replicasOf('board').map((r) => r.url),
      beds,
      token,
    );
    const senders = await connectSenders(
      stack.replicasOf('admissions').map((r) => r.mllpPort),
      SENDERS,
    );
    const named = REPLICATED.flatMap((name) =>
      stack.replicasOf(name).map((r, i): [number, string] => [r.pid(), `${name} ${i + 1}`]),
    );
    const database = await HouseDatabase.open(join(dataDir, 'stack', 'postgres'), 'admissions');
    return new BenchStack(stack, database, new Load(senders, boards, beds), new Map(named), boards, senders, dataDir);
  }

  /** Processes of the replicated services, those of the first replica first. */
  pidsOf(replica: number): number[] {
    return REPLICATED.map((name) => this.stack.replicasOf(name)[replica]!.pid());
  }

  async remove(): Promise<void> {
    for (const board of this.boards) board.close();
    for (const sender of this.senders) sender.close();
    await this.database.close();
    await this.stack.stop();
    rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
