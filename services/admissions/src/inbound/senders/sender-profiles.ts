import { type BeforeApplicationShutdown, Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type Clock, digest, DomainError, nowIso } from '@wardstream/kernel';
import { pause } from '@wardstream/messaging';
import { UnitOfWork } from '@wardstream/persistence';
import { CLOCK, CONFIG, type ConfigOf, type HealthCheck, LOGGER, type Logger, Metrics } from '@wardstream/service-kit';
import type { admissionsSettings } from '../../admissions.settings.js';
import { Directories } from '../../directory/index.js';
import { Sender, SenderRegistry } from '../../directory/names/index.js';
import { keepProfiles, lastProfiles, type ProfilesVersion } from '../persistence/sender-profile.rows.js';
import { Processor } from '../processing/processor.js';
import { readSenderFiles } from './profile-file.js';
import { type ReadProfile, type SenderFault, type SenderFile, SenderFilesError } from './sender-files.js';
import { readSource, SourceUnreadable } from './source.js';

/** Why what the files say now is not in force. */
export interface Refused {
  readonly at: string;
  readonly faults: readonly SenderFault[];
}

/** A profile with the sender that is made of it. */
export interface LoadedProfile extends ReadProfile {
  readonly sender: Sender;
}

/** What is in force, and what is not. */
export interface InForce {
  readonly version: Pick<ProfilesVersion, 'version' | 'digest' | 'loadedAt'> | null;
  readonly profiles: readonly LoadedProfile[];
  readonly refused: Refused | null;
}

/**
 * The sender profiles in force. Read at start, whenever the files' content changes, and when told to. Files with a fault are refused
 * whole: what was in force before stays so, and the faults are told by `GET /api/v1/senders`, `/health/ready` and the metrics.
 */
@Injectable()
export class SenderProfiles implements OnModuleInit, BeforeApplicationShutdown, HealthCheck {
  readonly name = 'admissions.senders';
  readonly advisory = true;
  private version: InForce['version'] = null;
  private profiles: readonly LoadedProfile[] = [];
  private refused: Refused | null = null;
  /** Digest of what was last looked at, good or bad. */
  private seen = '';
  private polling: Promise<void> = Promise.resolve();
  private loading: Promise<unknown> = Promise.resolve();
  private readonly stopping = new AbortController();
  private readonly versionInForce;
  private readonly faults;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directories: Directories,
    private readonly processor: Processor,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof admissionsSettings>,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.versionInForce = metrics.gauge(
      'wardstream_sender_profiles_version',
      'Version of the sender profiles in force; 0 without any.',
      [],
    );
    this.faults = metrics.gauge(
      'wardstream_sender_profile_faults',
      'Faults that keep the sender profiles as they are written now from being in force.',
      [],
    );
  }

  /**
   * Reads the profiles before anything is listened to. Where they have faults, those that were in force last are; where there never
   * were any, the service does not start.
   */
  async onModuleInit(): Promise<void> {
    const path = this.config.sendersFile;
    if (path === undefined) return;
    const last = await this.unitOfWork.run(lastProfiles);
    if (last !== undefined) this.use(last, readAgain(last.files).map(loaded), null);
    await this.load().catch((error: unknown) => {
      if (last === undefined || !(error instanceof SenderFilesError)) throw error;
    });
    if (this.config.sendersPollSeconds > 0) this.polling = this.poll(path);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.polling;
    await this.loading.catch(() => undefined);
  }

  /** Fails where what the files say now is not in force. */
  check(): Promise<void> {
    const [first] = this.refused?.faults ?? [];
    if (this.refused === null || first === undefined) return Promise.resolve();
    const more = this.refused.faults.length > 1 ? ` and ${this.refused.faults.length - 1} more` : '';
    const where = `${first.file}:${first.line}:${first.column}`;
    return Promise.reject(new Error(`the profiles as written are not in force: ${where} ${first.message}${more}`));
  }

  inForce(): InForce {
    return { version: this.version, profiles: this.profiles, refused: this.refused };
  }

  /**
   * Puts into force what the files say now. A repeat changes nothing. What could not be placed or read before is looked at anew.
   * @throws SenderFilesError with every fault; DomainError 'no-senders-file' where none is configured
   */
  async reload(): Promise<InForce> {
    if (this.config.sendersFile === undefined) {
      throw new DomainError('conflict', 'no-senders-file', 'WARDSTREAM_SENDERS_FILE names no file to load.');
    }
    await this.load();
    return this.inForce();
  }

  /** One load after another. */
  private load(): Promise<void> {
    const next = this.loading.catch(() => undefined).then(() => this.loadNow());
    this.loading = next;
    return next;
  }

  private async loadNow(): Promise<void> {
    const path = this.config.sendersFile!;
    try {
      this.seen = await contentOf(path);
      const files = await filesOf(path);
      const read = readSenderFiles(files);
      this.checkCertificates(read);
      const profiles = read.map(loaded);
      const senders = profiles.map((p) => p.sender);
      const now = nowIso(this.clock);
      const kept = await this.unitOfWork.run((tx) =>
        keepProfiles(tx, { digest: digestOf(files), files, senders, now }),
      );
      this.refused = null;
      this.faults.set(0);
      if (this.version?.version === kept.version) return;
      const before = this.version === null ? null : this.directories.senders;
      this.use(kept, profiles, before);
      this.logger.info({ version: kept.version, senders: senders.length }, 'sender profiles in force');
    } catch (error) {
      if (error instanceof SenderFilesError) this.refuse(error);
      throw error;
    }
  }

  /** A profile that wants a certificate, of a port that asks for none, would refuse all that its sender says. */
  private checkCertificates(read: readonly ReadProfile[]): void {
    const { mllpTlsClientAuthorities, mllpTlsCertificate } = this.config;
    if (mllpTlsClientAuthorities !== undefined && mllpTlsCertificate !== undefined) return;
    const wanting = read.filter(({ profile }) => profile.connection?.certificates !== undefined);
    if (wanting.length === 0) return;
    const message = "connection: 'certificates' needs WARDSTREAM_MLLP_TLS_CLIENT_CA_FILE; without it senders show none";
    throw new SenderFilesError(wanting.map(({ at }) => ({ ...at, message })));
  }

  /** `before`: what was in force until now, if messages were read by it. */
  private use(kept: ProfilesVersion, profiles: readonly LoadedProfile[], before: SenderRegistry | null): void {
    const registry = new SenderRegistry(profiles.map((p) => p.sender));
    this.version = kept;
    this.profiles = profiles;
    this.versionInForce.set(kept.version);
    this.directories.useSenders(registry);
    if (before === null) return;
    this.processor.reinterpretQuarantined((application, facility) => {
      return before.find(application, facility)?.id !== registry.find(application, facility)?.id;
    });
    this.processor.retryUnmapped();
  }

  private refuse({ faults }: SenderFilesError): void {
    const at = nowIso(this.clock);
    this.refused = { at, faults };
    this.faults.set(faults.length);
    const [first] = faults;
    this.logger.error({ faults: faults.length, first }, 'sender profiles refused; those in force stay so');
  }

  /** Looks at the content, not at file times or events: a mounted ConfigMap has neither that could be trusted. */
  private async poll(path: string): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await pause(this.config.sendersPollSeconds * 1000, this.stopping.signal);
      if (this.stopping.signal.aborted) return;
      try {
        const seen = await contentOf(path);
        if (seen === this.seen) continue;
        // Somebody may be writing: what counts is what still stands a moment later.
        await pause(SETTLE_MS, this.stopping.signal);
        if ((await contentOf(path)) === seen) await this.load();
      } catch (error) {
        if (!(error instanceof SenderFilesError))
          this.logger.warn({ err: error }, 'sender profiles are looked at again');
      }
    }
  }
}

const SETTLE_MS = 300;

/** The files, or what is wrong with where they should be as a fault that is told like any other. */
async function filesOf(path: string): Promise<SenderFile[]> {
  try {
    return await readSource(path);
  } catch (error) {
    if (!(error instanceof SourceUnreadable)) throw error;
    throw new SenderFilesError([{ file: path, line: 1, column: 1, message: error.message }]);
  }
}

async function contentOf(path: string): Promise<string> {
  return filesOf(path).then(digestOf, (error: unknown) => (error as Error).message);
}

function digestOf(files: readonly SenderFile[]): string {
  return digest(JSON.stringify(files));
}

/** Profiles that were in force once; a stricter reader of today must not keep the service from starting. */
function readAgain(files: readonly SenderFile[]): ReadProfile[] {
  try {
    return readSenderFiles(files);
  } catch (error) {
    if (error instanceof SenderFilesError) return [];
    throw error;
  }
}

function loaded(read: ReadProfile): LoadedProfile {
  const { profile } = read;
  return { ...read, sender: new Sender(digest(JSON.stringify(profile)).slice(0, 16), profile) };
}
