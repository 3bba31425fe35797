import { Inject, Injectable } from '@nestjs/common';
import type { FacilityData } from '@wardstream/events';
import { UnitOfWork } from '@wardstream/persistence';
import { CONFIG, type ConfigOf } from '@wardstream/service-kit';
import type { admissionsSettings } from '../admissions.settings.js';
import { FacilityDirectory } from '../domain/directory.js';
import type { Knowledge, SenderProfile } from '../domain/verdict.js';

/** The directories of all facilities, in memory; the database's `facility` table is where they come from. */
@Injectable()
export class Directories implements Knowledge {
  private readonly byId = new Map<string, FacilityDirectory>();
  private byName = new Map<string, FacilityDirectory>();
  private changes = 0;

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

  sender(application: string): SenderProfile | undefined {
    return Object.hasOwn(this.config.senders, application) ? this.config.senders[application] : undefined;
  }

  all(): FacilityDirectory[] {
    return [...this.byId.values()];
  }

  /** Sending applications whose profile names this facility. */
  sendersOf(directory: FacilityDirectory): string[] {
    return Object.entries(this.config.senders)
      .filter(([, profile]) => profile.facility !== undefined && this.facility(profile.facility) === directory)
      .map(([application]) => application);
  }

  /** Takes in what the database knows and this process does not: its own consumer's news, or another replica's. */
  async refresh(): Promise<void> {
    const known = this.all().map(({ facility }) => `${facility.id} ${facility.version}`);
    const rows = await this.unitOfWork.query<{ data: FacilityData }>(
      `SELECT data FROM facility WHERE id || ' ' || version <> ALL($1::text[])`,
      [known],
    );
    for (const { data } of rows) this.take(data);
  }

  private take(facility: FacilityData): void {
    this.byId.set(facility.id, new FacilityDirectory(facility));
    const names = new Map<string, FacilityDirectory>();
    // An id counts before an alias of another facility.
    for (const directory of this.byId.values())
      for (const alias of directory.facility.aliases) names.set(alias, directory);
    for (const directory of this.byId.values()) names.set(directory.facility.id, directory);
    this.byName = names;
    this.changes += 1;
  }
}
