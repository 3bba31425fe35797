import { DomainError } from '@wardstream/kernel';
import {
  levelsOfCare,
  need,
  type BedConfiguration,
  type FacilityData,
  type Need,
  type RoomConfiguration,
  type UnitConfiguration,
} from '@wardstream/events';
import type { Node } from 'yaml';
import type { CleaningTargets } from '@wardstream/bed-model';
import { BedListReader } from './bed-list.js';
import { YamlReader, type FileFault, type MapReader } from '@wardstream/service-kit/yaml-reader';

/** A facility as its file describes it: the published configuration, and what only bed-management needs to know. */
export interface FacilityPlan extends Omit<FacilityData, 'version'> {
  /** By unit id. */
  readonly cleaning: Readonly<Record<string, CleaningTargets>>;
}

/** The published targets of TeleTracking's help (article 9299148): response, clean, turn. */
const defaultCleaning: CleaningTargets = { startWithin: 30, takes: 30, turnWithin: 60 };
const code = /^[A-Za-z0-9][A-Za-z0-9_.]{0,19}$/;
const codeSays = 'up to 20 letters, digits, dots and underscores';
const facilityKeys = ['id', 'name', 'aliases', 'timeZone', 'cleaning', 'units'];
const cleaningKeys = ['startWithin', 'takes', 'turnWithin'];
const unitKeys = [
  ...['code', 'name', 'levelOfCare', 'specialties', 'placesAre', 'inpatient', 'waitTarget', 'cleaning'],
  ...['bedsNumberedIn', 'rooms', 'attributes', 'unstaffed', 'surge', 'ages', 'zone'],
];
const roomKeys = ['room', 'singles', 'name', 'sex', 'mixed', 'negativePressure', 'beds', 'attributes'];
const agesPattern = /^\d{1,3}\.\.\d{1,3}$/;

/** Why a file was refused: every fault of it, each with its line. Nothing of a refused file is used. */
export class HospitalFileError extends DomainError {
  constructor(
    readonly file: string,
    readonly faults: readonly FileFault[],
  ) {
    const list = faults.map((f) => `${file}:${f.line}:${f.column} ${f.message}`).join('\n');
    super('invalid', 'hospital-file-refused', `The hospital file has ${faults.length} fault(s):\n${list}`, { faults });
  }
}

/**
 * Reads a hospital file (docs/hospital-file.md).
 * @param file name used in messages only
 * @throws HospitalFileError with all faults at once, in order of line
 */
export function readHospitalFile(text: string, file = 'hospital file'): FacilityPlan[] {
  const reader = new YamlReader(text);
  const plans = new HospitalFileReader(reader).read();
  if (reader.faults.length > 0) {
    const inOrder = [...reader.faults].sort((a, b) => a.line - b.line || a.column - b.column);
    throw new HospitalFileError(file, inOrder);
  }
  return plans;
}

class HospitalFileReader {
  private readonly bedLists: BedListReader;
  private readonly facilityNames = new Set<string>();

  constructor(private readonly reader: YamlReader) {
    this.bedLists = new BedListReader(reader);
  }

  read(): FacilityPlan[] {
    if (this.reader.faults.length > 0) return [];
    const top = this.reader.map(this.reader.root, 'the file', ['facilities']);
    return (top?.list('facilities', true) ?? []).flatMap((node) => this.facility(node) ?? []);
  }

  private facility(node: Node): FacilityPlan | null {
    const map = this.reader.map(node, 'a facility', facilityKeys);
    if (!map) return null;
    const id = map.text('id', code, codeSays);
    const aliases = map.texts('aliases');
    for (const name of [...(id === null ? [] : [id]), ...aliases]) {
      if (this.facilityNames.has(name)) this.reader.fault(map.at('id'), `'${name}' already names a facility`);
      this.facilityNames.add(name);
    }
    const cleaning = this.cleaning(map, defaultCleaning);
    const units: UnitPlan[] = [];
    for (const unitNode of map.list('units', true)) {
      const unit = this.unit(unitNode, cleaning);
      if (!unit) continue;
      if (units.some((u) => u.unit.id === unit.unit.id))
        this.reader.fault(unitNode, `unit '${unit.unit.id}' is there twice`);
      units.push(unit);
    }
    return {
      id: id ?? '',
      name: map.text('name') ?? '',
      aliases,
      timeZone: this.timeZone(map),
      units: units.map((u) => u.unit),
      rooms: units.flatMap((u) => u.rooms),
      beds: units.flatMap((u) => u.beds),
      cleaning: Object.fromEntries(units.map((u) => [u.unit.id, u.cleaning])),
    };
  }

  private timeZone(map: MapReader): string {
    const zone = map.text('timeZone');
    if (zone === null) return 'UTC';
    try {
      new Intl.DateTimeFormat('en', { timeZone: zone });
    } catch {
      this.reader.fault(map.at('timeZone'), `'${zone}' is no time zone; write it like Europe/London`);
    }
    return zone;
  }

  private cleaning(map: MapReader, fallback: CleaningTargets): CleaningTargets {
    if (!map.has('cleaning')) return fallback;
    const cleaning = this.reader.map(map.at('cleaning'), 'cleaning', cleaningKeys);
    return {
      startWithin: cleaning?.minutes('startWithin', fallback.startWithin) ?? fallback.startWithin,
      takes: cleaning?.minutes('takes', fallback.takes) ?? fallback.takes,
      turnWithin: cleaning?.minutes('turnWithin', fallback.turnWithin) ?? fallback.turnWithin,
    };
  }

  private unit(node: Node, cleaning: CleaningTargets): UnitPlan | null {
    const map = this.reader.map(node, 'a unit', unitKeys);
    if (!map) return null;
    const id = map.text('code', code, codeSays) ?? '';
    const placesAre = map.oneOf('placesAre', ['beds', 'bays', 'slots'], 'beds') ?? 'beds';
    const unit: UnitConfiguration = {
      id,
      name: map.text('name') ?? '',
      levelOfCare: map.oneOf('levelOfCare', levelsOfCare) ?? 'ward',
      specialties: map.texts('specialties'),
      placesAre,
      inpatient: map.flag('inpatient', placesAre === 'beds'),
      waitTargetMinutes: map.minutes('waitTarget'),
      ...(map.has('ages') ? this.ages(map) : {}),
      ...(map.has('zone') ? { zone: map.text('zone') ?? '' } : {}),
    };
    const byRoom = map.oneOf('bedsNumberedIn', ['unit', 'room'], 'unit') === 'room';
    const plan: UnitPlan = { unit, rooms: [], beds: [], cleaning: this.cleaning(map, cleaning) };
    for (const roomNode of map.list('rooms', true)) this.room(roomNode, plan, byRoom);
    this.marks(map, plan);
    return plan;
  }

  /** `16..120`, both included. */
  private ages(map: MapReader): Pick<UnitConfiguration, 'ages'> {
    const [from, to] = (map.text('ages', agesPattern, 'whole years such as 16..120') ?? '0..0').split('..').map(Number);
    if (from! > to!) this.reader.fault(map.at('ages'), `'ages' ends before it begins`);
    return { ages: { from: from!, to: to! } };
  }

  private room(node: Node, plan: UnitPlan, byRoom: boolean): void {
    const unit = plan.unit.id;
    const map = this.reader.map(node, `a room of unit ${unit}`, roomKeys);
    if (!map) return;
    const shared = {
      unit,
      sex: map.oneOf('sex', ['female', 'male', 'any'], 'any') ?? ('any' as const),
      negativePressure: map.flag('negativePressure', false),
      ...(map.flag('mixed', false) ? { mixed: true } : {}),
    };
    const attributes = new Set(map.texts('attributes').flatMap((a) => this.need(a, map.at('attributes')) ?? []));
    if (shared.negativePressure) attributes.add('negative');
    if (map.has('singles') === map.has('room')) {
      this.reader.fault(node, "a room has either 'room' with 'beds', or 'singles' (a list of one-bed rooms)");
      return;
    }
    const rooms = map.has('singles')
      ? this.bedLists.read(map.at('singles'), 'singles').map((label) => ({
          id: label,
          name: `${map.has('name') ? map.text('name') : 'Room'} ${label}`,
          beds: [label],
        }))
      : this.sharedRoom(map);
    for (const room of rooms) {
      if (plan.rooms.some((r) => r.id === room.id)) this.reader.fault(node, `room '${room.id}' is in ${unit} twice`);
      plan.rooms.push({ id: room.id, name: room.name, ...shared });
      for (const label of room.beds) {
        const id = byRoom ? `${unit}-${room.id}-${label}` : `${unit}-${label}`;
        if (plan.beds.some((b) => b.id === id))
          this.reader.fault(
            node,
            `bed '${id}' is there twice; if beds are numbered anew in each room, say bedsNumberedIn: room`,
          );
        const bed = { id, unit, room: room.id, bed: label, staffed: true, surge: false, attributes: [...attributes] };
        plan.beds.push(bed);
      }
    }
  }

  private sharedRoom(map: MapReader): { id: string; name: string; beds: string[] }[] {
    const id = map.text('room', code, codeSays);
    const name = map.has('name') ? map.text('name') : `Room ${id ?? ''}`;
    if (!map.has('beds')) this.reader.fault(map.node, "a room needs 'beds', such as 01..04");
    const beds = map.has('beds') ? this.bedLists.read(map.at('beds'), 'beds') : [];
    return id === null || name === null ? [] : [{ id, name, beds }];
  }

  /** `attributes`, `unstaffed` and `surge` of a unit: each names some of its beds. */
  private marks(map: MapReader, plan: UnitPlan): void {
    const named = (node: Node | null, what: string): BedPlan[] => {
      if (this.bedLists.isAll(node)) return plan.beds;
      return this.bedLists.read(node, what).flatMap((label) => {
        const beds = plan.beds.filter((b) => b.bed === label || b.id === `${plan.unit.id}-${label}`);
        if (beds.length === 0) this.reader.fault(node, `${what}: unit ${plan.unit.id} has no bed '${label}'`);
        return beds;
      });
    };
    if (map.has('unstaffed')) for (const bed of named(map.at('unstaffed'), 'unstaffed')) bed.staffed = false;
    if (map.has('surge')) for (const bed of named(map.at('surge'), 'surge')) bed.surge = true;
    if (!map.has('attributes')) return;
    const attributes = this.reader.map(map.at('attributes'), 'attributes', need.options);
    for (const { key, value } of attributes?.node.items ?? []) {
      const parsed = need.safeParse(String(key));
      if (!parsed.success) continue;
      for (const bed of named(value, parsed.data))
        if (!bed.attributes.includes(parsed.data)) bed.attributes.push(parsed.data);
    }
  }

  private need(value: string, node: Node | null): Need | null {
    const parsed = need.safeParse(value);
    if (!parsed.success) this.reader.fault(node, `'${value}' is no attribute; it may be ${need.options.join(', ')}`);
    return parsed.success ? parsed.data : null;
  }
}

type BedPlan = { -readonly [K in keyof BedConfiguration]: BedConfiguration[K] };
interface UnitPlan {
  readonly unit: UnitConfiguration;
  readonly rooms: RoomConfiguration[];
  readonly beds: BedPlan[];
  readonly cleaning: CleaningTargets;
}
