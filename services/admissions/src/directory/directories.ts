import { Inject, Injectable } from '@nestjs/common';
import type { FacilityData } from '@wardstream/events';
import { UnitOfWork } from '@wardstream/persistence';
import { CONFIG, type ConfigOf } from '@wardstream/service-kit';
import type { admissionsSettings } from '../admissions.settings.js';
import { FacilityDirectory } from '@wardstream/encounter-model';
import { noSenders, type Sender, type SenderRegistry } from './names/sender-profile.js';
import type { Knowledge } from './names/knowledge.js';

/** The directories of all facilities and the sender profiles in force, in memory; the database's `facility` table and the profiles' files are where they come from. */
@Injectable()
export class Directories implements Knowledge {
  private readonly byId = new Map<string, FacilityDirectory>();
  private byName = new Map<string, FacilityDirectory>();
  private registry: SenderRegistry = noSenders;
  private changes = 0;
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly unitOfWork: UnitOfWork,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof admissionsSettings>,
  ) {}

  get defaultTimeZone(): string {
    return this.config.defaultTimeZone;
  }

  /** Grows whenever a configuration became known here. */
  get generation(): number {
    return this.changes;
  }

  facility(name: string): FacilityDirectory | undefined {
    return this.byName.get(name);
  }

  sender(application: string, sendingFacility: string): Sender | undefined {
    return this.registry.find(application, sendingFacility);
  }

  get senders(): SenderRegistry {
    return this.registry;
  }

  /** From now on messages are read by these profiles. */
  useSenders(registry: SenderRegistry): void {
    this.registry = registry;
    this.changes += 1;
  }

  /** The facility of what comes from this sender, by its MSH-4 or by its profile. */
  facilityOf(application: string, sendingFacility: string): FacilityDirectory | undefined {
    return (
      this.facility(sendingFacility) ?? this.facility(this.sender(application, sendingFacility)?.profile.facility ?? '')
    );
  }

  all(): FacilityDirectory[] {
    return [...this.byId.values()];
  }

  /** Takes in what the database knows and this process does not: its own consumer's news, or another replica's. */
  async refresh(): Promise<void> {
    const known = this.all().map(({ facility }) => `${facility.id} ${facility.version}`);
    const rows = await this.unitOfWork.query<{ data: FacilityData }>(
      `SELECT data FROM facility WHERE id || ' ' || version <> ALL($1::text[])`,
      [known],
    );
    if (rows.length > 0) this.take(rows.map(({ data }) => data));
  }

  /** Calls `listener` whenever a facility was configured while this process runs, once the configuration is in use here. */
  whenConfigured(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** A facility was configured: takes that in, then says so. */
  async configured(): Promise<void> {
    await this.refresh();
    for (const listener of this.listeners) listener();
  }

  private take(facilities: readonly FacilityData[]): void {
    for (const facility of facilities) this.byId.set(facility.id, new FacilityDirectory(facility));
    const names = new Map<string, FacilityDirectory>();
    // An id counts before an alias of another facility.
    for (const directory of this.byId.values())
      for (const alias of directory.facility.aliases) names.set(alias, directory);
    for (const directory of this.byId.values()) names.set(directory.facility.id, directory);
    this.byName = names;
    this.changes += 1;
  }
}
