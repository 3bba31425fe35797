import { type BedStatusCode, bedStatusCodes, encodingNamed, isTimeZone, visitFields } from '@wardstream/hl7v2';
import { type MapReader, YamlReader } from '@wardstream/service-kit/yaml-reader';
import type { Node } from 'yaml';
import {
  faultOf,
  keysOf,
  patientClasses,
  type PlaceRule,
  processingIds,
  type SenderProfile,
} from '../../directory/names/index.js';
import { connectionKeys, readConnection } from './sender-connection.js';
import {
  SenderFilesError,
  type SenderFile,
  type SenderFault,
  type Position,
  type ReadProfile,
} from './sender-files.js';

const profileKeys = [
  ...['match', 'name', 'facility', 'timeZone', 'characterSet', 'triggers', 'identifiers', 'places', 'bedStatus'],
  ...['bedStatusOfWholePlaces', 'classes', 'times', 'updates', 'acknowledgement', 'processingIds'],
  ...['facilities', 'connection'],
];

/** Every key a profile may have, with those below it; what the published schema is held to. */
export const senderKeys = {
  sender: profileKeys,
  match: ['applications', 'sendingFacilities'],
  characterSet: ['is', 'always'],
  triggers: ['take', 'ignore', 'refuse'],
  identifiers: ['patient', 'visit', 'authorities', 'withoutAuthority'],
  patient: ['types', 'authorities'],
  classes: ['inNoBed'],
  places: ['components', 'map', 'routes'],
  components: ['unit', 'room', 'bed', 'facility'],
  times: ['aheadMinutes', 'admission'],
  updates: ['move', 'changeClass', 'times'],
  connection: connectionKeys,
} as const;

/** A clock that is a day ahead is none. */
const MOST_AHEAD_MINUTES = 1440;

const trigger = /^[A-Z][A-Z0-9]{2}$/;

const triggerSays = 'a trigger such as A08';

/**
 * Reads sender profiles (docs/integration.md).
 * @throws SenderFilesError with all faults of all files at once, by file and line
 */
export function readSenderFiles(files: readonly SenderFile[]): ReadProfile[] {
  const faults: SenderFault[] = [];
  const read: ReadProfile[] = [];
  const matched = new Map<string, Position>();
  for (const { name, text } of files) {
    const reader = new YamlReader(text);
    const found = reader.faults.length > 0 ? [] : new ProfileReader(reader, name).read();
    for (const { profile, at } of found) {
      for (const key of keysOf(profile.match)) {
        const [application, facility] = key.split('\u0000') as [string, string];
        const other = matched.get(key);
        matched.set(key, at);
        if (other === undefined) continue;
        const who = `'${application}'${facility === '' ? '' : ` of '${facility}'`}`;
        faults.push({ ...at, message: `${who} has a profile already (${other.file}:${other.line})` });
      }
    }
    read.push(...found);
    faults.push(...reader.faults.map((fault) => ({ file: name, ...fault })));
  }
  if (faults.length > 0) throw new SenderFilesError([...faults].sort(byPosition));
  return read;
}

function byPosition(a: SenderFault, b: SenderFault): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column;
}

class ProfileReader {
  constructor(
    private readonly reader: YamlReader,
    private readonly file: string,
  ) {}

  read(): ReadProfile[] {
    const top = this.reader.map(this.reader.root, 'the file', ['senders']);
    return (top?.list('senders', true) ?? []).flatMap((node) => this.sender(node) ?? []);
  }

  private sender(node: Node): ReadProfile | null {
    const map = this.reader.map(node, 'a sender', senderKeys.sender);
    if (map === null) return null;
    const rules = new Map<string, Position>();
    const profile: SenderProfile = {
      match: this.match(map),
      name: map.has('name') ? map.text('name') : null,
      facility: map.has('facility') ? map.text('facility') : null,
      timeZone: this.timeZone(map),
      characterSet: this.characterSet(map),
      triggers: this.triggers(map),
      identifiers: this.identifiers(map),
      places: this.places(map, rules),
      bedStatus: this.bedStatus(map),
      ...(map.flag('bedStatusOfWholePlaces', false) ? { bedStatusOfWholePlaces: true } : {}),
      ...this.classes(map),
      ...this.times(map),
      updates: this.updates(map),
      ...this.acknowledgement(map),
      ...this.processingIds(map),
      ...this.facilities(map),
      ...readConnection(this.reader, map),
    };
    return { profile, at: this.position(map.at('match') ?? node), rules };
  }

  private position(node: Node): Position {
    return { file: this.file, ...this.reader.position(node) };
  }

  private match(map: MapReader): SenderProfile['match'] {
    if (!map.has('match')) this.reader.fault(map.node, "a sender needs 'match', such as { applications: ADT1 }");
    const match = map.map('match', 'match', senderKeys.match);
    const applications = match?.texts('applications') ?? [];
    if (match !== null && applications.length === 0) {
      this.reader.fault(match.at('applications') ?? match.node, "match: 'applications' must name who sends");
    }
    return { applications, sendingFacilities: match?.texts('sendingFacilities') ?? [] };
  }

  private timeZone(map: MapReader): string | null {
    if (!map.has('timeZone')) return null;
    const zone = map.text('timeZone');
    if (zone !== null && !isTimeZone(zone))
      this.reader.fault(map.at('timeZone'), `'${zone}' is no time zone; write it like Europe/London`);
    return zone;
  }

  private characterSet(map: MapReader): SenderProfile['characterSet'] {
    const set = map.map('characterSet', 'characterSet', senderKeys.characterSet);
    if (set === null) return null;
    const name = set.text('is') ?? '';
    const encoding = encodingNamed(name);
    if (encoding === null && name !== '')
      this.reader.fault(set.at('is'), `'${name}' is no character set; write it like UTF-8, 8859/1 or windows-1252`);
    return { encoding: encoding ?? '', always: set.flag('always', false) };
  }

  private acknowledgement(map: MapReader): Pick<SenderProfile, 'acknowledgement'> {
    if (!map.has('acknowledgement')) return {};
    const mode = map.text('acknowledgement', /^(original|enhanced)$/, 'original or enhanced');
    return mode === 'enhanced' ? { acknowledgement: mode } : {};
  }

  private processingIds(map: MapReader): Pick<SenderProfile, 'processingIds'> {
    if (!map.has('processingIds')) return {};
    const named = map.texts('processingIds', /^[DPT]$/, 'D, P or T');
    if (named.length === 0)
      this.reader.fault(map.at('processingIds'), "'processingIds' names none; leave it out to take all");
    return { processingIds: processingIds.filter((id) => named.includes(id)) };
  }

  private facilities(map: MapReader): Pick<SenderProfile, 'facilities'> {
    if (!map.has('facilities')) return {};
    const facilities = map.texts('facilities');
    if (facilities.length === 0)
      this.reader.fault(map.at('facilities'), "'facilities' names none; leave it out to let it speak of all");
    const own = map.has('facility') ? map.text('facility') : null;
    if (own !== null && !facilities.includes(own))
      this.reader.fault(map.at('facility'), `'facility' is '${own}', which is none of 'facilities'`);
    return { facilities };
  }

  private triggers(map: MapReader): SenderProfile['triggers'] {
    const triggers = map.map('triggers', 'triggers', senderKeys.triggers);
    const named = (key: string): string[] => triggers?.texts(key, trigger, triggerSays) ?? [];
    const [ignore, refuse] = [named('ignore'), named('refuse')];
    const take = triggers?.has('take') === true ? named('take') : null;
    if (take?.length === 0)
      this.reader.fault(triggers!.at('take'), "triggers: 'take' names none; leave it out to take all");
    const said = new Map<string, string>();
    for (const [key, list] of Object.entries({ take: take ?? [], ignore, refuse })) {
      for (const code of list) {
        const other = said.get(code);
        if (other !== undefined)
          this.reader.fault(triggers!.at(key), `triggers: ${code} is in '${other}' and in '${key}'`);
        said.set(code, key);
      }
    }
    return { take, ignore, refuse };
  }

  private identifiers(map: MapReader): SenderProfile['identifiers'] {
    const of = map.map('identifiers', 'identifiers', senderKeys.identifiers);
    const patient = of?.map('patient', 'identifiers: patient', senderKeys.patient) ?? null;
    const authorities = of?.entries('authorities') ?? [];
    const names = Object.fromEntries(authorities.map(({ key, value }) => [key, value]));
    for (const { key, value, node, keyNode } of authorities) {
      if (value !== key && Object.hasOwn(names, value) && names[value] !== value)
        this.reader.fault(
          node ?? keyNode,
          `authorities: '${value}' is itself called '${names[value]!}'; say that here`,
        );
    }
    const visit = of?.has('visit') === true ? of.texts('visit') : null;
    for (const field of visit ?? []) {
      if (!(visitFields as readonly string[]).includes(field))
        this.reader.fault(of!.at('visit'), `identifiers: visit is '${field}'; it may be ${visitFields.join(', ')}`);
    }
    return {
      patient: patient === null ? null : { types: patient.texts('types'), authorities: patient.texts('authorities') },
      visit: visit as SenderProfile['identifiers']['visit'],
      authorities: names,
      withoutAuthority: of?.has('withoutAuthority') === true ? (of.text('withoutAuthority') ?? '') : '',
    };
  }

  private places(map: MapReader, rules: Map<string, Position>): SenderProfile['places'] {
    const places = map.map('places', 'places', senderKeys.places);
    const list: PlaceRule[] = [];
    for (const { key: from, value: to, keyNode } of places?.entries('map') ?? []) {
      const fault = faultOf({ from, to });
      if (fault !== null) this.reader.fault(keyNode, `places: ${fault}`);
      rules.set(from, this.position(keyNode));
      list.push({ from, to });
    }
    const routes = places?.has('routes') === true && places.flag('routes', false);
    return { components: this.components(places), map: list, ...(routes ? { routes } : {}) };
  }

  private components(places: MapReader | null): SenderProfile['places']['components'] {
    const of = places?.map('components', 'components', senderKeys.components) ?? null;
    if (of === null) return null;
    const usual = { unit: 1, room: 2, bed: 3, facility: 4 };
    const component = (key: keyof typeof usual): number | null => {
      if (!of.has(key)) return usual[key];
      const text = of.text(key, /^([1-9]|none)$/, 'the number of a component, 1 to 9, or none');
      return text === null || text === 'none' ? null : Number(text);
    };
    const components = {
      unit: component('unit'),
      room: component('room'),
      bed: component('bed'),
      facility: component('facility'),
    };
    const said = new Map<number, string>();
    for (const [part, number] of Object.entries(components)) {
      if (number === null) continue;
      const other = said.get(number);
      if (other !== undefined)
        this.reader.fault(of.node, `components: ${other} and ${part} are both read from ${number}; say which is none`);
      said.set(number, part);
    }
    return components;
  }

  private bedStatus(map: MapReader): SenderProfile['bedStatus'] {
    return this.codes(map, 'bedStatus', bedStatusCodes) as Record<string, BedStatusCode>;
  }

  private classes(map: MapReader): Pick<SenderProfile, 'classes' | 'inNoBed'> {
    const classes = this.codes(map, 'classes', patientClasses, senderKeys.classes);
    const of = map.named('classes');
    if (of?.has('inNoBed') !== true) return { classes };
    const inNoBed = of.texts('inNoBed').map((code) => code.toUpperCase());
    for (const code of inNoBed) {
      const known = Object.hasOwn(classes, code) ? classes[code] : undefined;
      if (known !== undefined && known !== code)
        this.reader.fault(of.at('inNoBed'), `classes: inNoBed names '${code}', which is '${known}' here; say that`);
    }
    return { classes, inNoBed: [...new Set(inNoBed)].sort() };
  }

  private codes(
    map: MapReader,
    key: string,
    allowed: readonly string[],
    except: readonly string[] = [],
  ): Record<string, string> {
    const codes: Record<string, string> = {};
    for (const { key: local, keyNode, value, node } of map.entries(key, except)) {
      const code = local.toUpperCase();
      if (code === '') this.reader.fault(keyNode, `${key}: an empty code cannot be mapped`);
      if (Object.hasOwn(codes, code)) this.reader.fault(keyNode, `${key}: '${code}' is there twice`);
      if (!allowed.includes(value))
        this.reader.fault(node ?? keyNode, `${key}: '${local}' is '${value}'; it may be ${allowed.join(', ')}`);
      codes[code] = value;
    }
    return codes;
  }

  private times(map: MapReader): Pick<SenderProfile, 'times'> {
    const times = map.map('times', 'times', senderKeys.times);
    if (times === null) return {};
    const ahead = this.ahead(times);
    const says = times.has('admission') && times.text('admission', /^PV1-44$/, 'PV1-44') !== null;
    if (ahead === null && !says) return {};
    return {
      times: { ...(ahead === null ? {} : { aheadMinutes: ahead }), ...(says ? { admission: 'PV1-44' as const } : {}) },
    };
  }

  private ahead(times: MapReader): number | null {
    if (!times.has('aheadMinutes')) return null;
    const text = times.text('aheadMinutes', /^(0|[1-9][0-9]{0,3})$/, 'a whole number of minutes, up to a day (1440)');
    const minutes = Number(text ?? 0);
    if (minutes > MOST_AHEAD_MINUTES)
      this.reader.fault(
        times.at('aheadMinutes'),
        `times: 'aheadMinutes' is ${minutes}; it may be ${MOST_AHEAD_MINUTES} at most`,
      );
    return minutes;
  }

  private updates(map: MapReader): SenderProfile['updates'] {
    const updates = map.map('updates', 'updates', senderKeys.updates);
    return {
      place: updates?.flag('move', false) ?? false,
      class: updates?.flag('changeClass', false) ?? false,
      ...(updates?.has('times') === true ? { times: updates.flag('times', false) } : {}),
    };
  }
}
