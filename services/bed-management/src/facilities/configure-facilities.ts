import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { bedConfiguration, facilityConfigured, type FacilityData } from '@wardstream/events';
import { deterministicId, digest, type Clock } from '@wardstream/kernel';
import { bedSettings } from '@wardstream/flow-model';
import { Outbox } from '@wardstream/messaging';
import { iso, UnitOfWork, type Tx } from '@wardstream/persistence';
import { CLOCK, CONFIG, LOGGER, type ConfigOf, type Logger } from '@wardstream/service-kit';
import { readFile } from 'node:fs/promises';
import { BedProjector, type Touched } from '../beds/bed-projector.js';
import type { BedDefinition } from '@wardstream/bed-model';
import { lockFacilities } from '../persistence/facility-lock.js';
import {
  readDefinitions,
  readFacility,
  retireBeds,
  updateFacility,
  upsertDefinitions,
  type FacilityRow,
  type FormerPlaces,
} from '../persistence/facility.rows.js';
import { insertFacts, type NewFact } from '../persistence/fact.rows.js';
import type { bedManagementSettings } from '../settings.js';
import { readHospitalFile, type FacilityPlan } from './hospital-file.js';

/**
 * Brings the stored facilities in line with the hospital file at start, before anything is consumed. A facility that did not
 * change is left alone; a change is a new version, published with every bed it touches. Replicas that start together wait for
 * each other, and the second finds nothing to do.
 */
@Injectable()
export class ConfigureFacilities implements OnApplicationBootstrap {
  constructor(
    @Inject(CONFIG) private readonly config: ConfigOf<typeof bedManagementSettings>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly unitOfWork: UnitOfWork,
    private readonly projector: BedProjector,
    private readonly outbox: Outbox,
  ) {}

  /** Throws HospitalFileError for a file with faults: the service does not start with half a hospital. */
  async onApplicationBootstrap(): Promise<void> {
    const { hospitalFile } = this.config;
    if (hospitalFile === undefined) return;
    await this.configure(readHospitalFile(await readFile(hospitalFile, 'utf8'), hospitalFile));
  }

  /** Compares, stores and publishes; gives the ids of the facilities that changed. */
  async configure(plans: readonly FacilityPlan[]): Promise<string[]> {
    const changed: string[] = [];
    for (const plan of plans) if (await this.unitOfWork.run((tx) => this.configureOne(tx, plan))) changed.push(plan.id);
    if (changed.length > 0) this.logger.info({ facilities: changed }, 'facilities configured anew');
    return changed;
  }

  private async configureOne(tx: Tx, plan: FacilityPlan): Promise<boolean> {
    const now = this.clock.nowMs();
    await lockFacilities(tx, [plan.id]);
    const stored = await readFacility(tx, plan, now);
    // What is kept of beds that were dropped has grown since the first form.
    const planDigest = digest(`2 ${JSON.stringify(plan)}`);
    if (stored.digest === planDigest) return false;
    const version = stored.version + 1;

    const before = new Map((await readDefinitions(tx, plan.id)).map((d) => [d.bedId, d]));
    const definitions = definitionsOf(plan);
    const cause = {
      ...{ kind: 'configured', by: 'configuration', at: iso(now), recordedAt: iso(now), receivedAt: iso(now) },
    };
    const facts: NewFact[] = [];
    const touched: Touched[] = [];
    for (const definition of definitions) {
      const { facility, id: bedId, staffed, surge } = definition;
      const was = before.get(bedId);
      before.delete(bedId);
      const same = was?.definition.staffed === staffed && was.definition.surge === surge && !was.retired;
      touched.push({ facility, bedId, from: same ? Infinity : now, cause });
      if (same) continue;
      facts.push(configuredFact(definition, version, now, true));
    }
    await upsertDefinitions(tx, definitions);
    const former = [...before.values()];
    const gone = former.filter((d) => !d.retired).map((d) => d.bedId);
    if (gone.length > 0) await retireBeds(tx, plan.id, gone, now);
    for (const { definition, bedId } of former.filter((d) => !d.saysSo)) {
      facts.push(configuredFact(definition, version, now, false));
      touched.push({ facility: plan.id, bedId, from: now, cause });
    }
    const places = formerPlaces(stored, plan);
    await insertFacts(tx, facts);
    await updateFacility(tx, plan, { version, digest: planDigest, now, former: places });

    const { cleaning: _cleaning, ...published } = plan;
    const beds = former.map(({ definition }) => bedConfiguration.parse(definition));
    const dropped = beds.length + places.units.length > 0 ? { former: { ...places, beds } } : {};
    const data: FacilityData = { ...published, version, ...dropped };
    const times = { time: iso(now), recordedAt: iso(now) };
    const event = { definition: facilityConfigured, subject: plan.id, facility: plan.id, aggregateVersion: version };
    await this.outbox.publish(tx, [{ ...event, ...times, data }]);
    await this.projector.rederive(tx, touched);
    return true;
  }
}

function configuredFact(definition: BedDefinition, version: number, now: number, listed: boolean): NewFact {
  const { facility, id: bedId, staffed, surge } = definition;
  const id = deterministicId('configured', facility, bedId, String(version));
  const times = { at: now, recordedAt: now, receivedAt: now, by: 'configuration' };
  const fact = { id, ...times, kind: 'configured', staffed, surge, version, ...(listed ? {} : { listed }) } as const;
  return { facility, bedId, subject: null, fact };
}

/** Units and rooms that were configured before and are not in `plan`. */
function formerPlaces({ plan: last, former }: FacilityRow, { units, rooms }: FacilityPlan): FormerPlaces {
  const isNow = new Set(units.map((u) => u.id));
  const rooming = new Set(rooms.map((r) => `${r.unit}/${r.id}`));
  const latest = <T>(all: readonly T[], key: (place: T) => string) => [
    ...new Map(all.map((p) => [key(p), p])).values(),
  ];
  return {
    units: latest([...former.units, ...(last.units ?? [])], (u) => u.id).filter((u) => !isNow.has(u.id)),
    rooms: latest([...former.rooms, ...(last.rooms ?? [])], (r) => `${r.unit}/${r.id}`).filter(
      (r) => !rooming.has(`${r.unit}/${r.id}`),
    ),
  };
}

function definitionsOf(plan: FacilityPlan): (BedDefinition & { position: number })[] {
  const settings = bedSettings(plan);
  return plan.beds.map((bed, position) => {
    const { id: _id, unit: _unit, attributes: _attributes, ...setting } = settings.get(bed.id)!;
    return { ...bed, facility: plan.id, targets: plan.cleaning[bed.unit]!, setting, position };
  });
}
