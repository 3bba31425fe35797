import { isWritable } from '@wardstream/hl7v2';
import { type FileFault, type MapReader, YamlReader } from '@wardstream/service-kit/yaml-reader';
import type { Node } from 'yaml';
import type { MllpTls } from '@wardstream/mllp';
import type { Destination } from './destination.js';
import { faultOf, type PlaceRule } from '../../directory/names/index.js';

/** Why a file of destinations was refused: every fault in it. Nothing of it is used. */
export class DestinationFileError extends Error {
  override readonly name = 'DestinationFileError';
  constructor(
    readonly file: string,
    readonly faults: readonly FileFault[],
  ) {
    const list = faults.map((f) => `${file}:${f.line}:${f.column} ${f.message}`).join('\n');
    super(`The destinations have ${faults.length} fault(s):\n${list}`);
  }
}

/** Every key a destination may have, with those below it; what the published schema is held to. */
export const destinationKeys = {
  destination: [
    ...['name', 'host', 'port', 'tls', 'facilities', 'adt', 'bedStatus', 'notFrom', 'names', 'controlId'],
    ...['characterSet', 'places', 'seconds', 'retry'],
  ],
  tls: ['authorities', 'certificate', 'key', 'serverName'],
  names: ['sendingApplication', 'sendingFacility', 'receivingApplication', 'receivingFacility'],
  seconds: ['connect', 'answer', 'idle'],
  retry: ['first', 'most', 'errors', 'rejects'],
} as const;

/**
 * Reads a file of destinations (docs/integration.md). `exists` says whether a file is there.
 * @throws DestinationFileError with all faults at once, by line
 */
export function readDestinations(text: string, file: string, exists: (path: string) => boolean): Destination[] {
  const reader = new YamlReader(text);
  const read = reader.faults.length > 0 ? [] : new DestinationReader(reader, exists).read();
  if (reader.faults.length > 0) {
    const sorted = [...reader.faults].sort((a, b) => a.line - b.line || a.column - b.column);
    throw new DestinationFileError(file, sorted);
  }
  return read;
}

class DestinationReader {
  constructor(
    private readonly reader: YamlReader,
    private readonly exists: (path: string) => boolean,
  ) {}

  read(): Destination[] {
    const top = this.reader.map(this.reader.root, 'the file', ['destinations']);
    const names = new Map<string, number>();
    return (top?.list('destinations') ?? []).flatMap((node) => {
      const destination = this.destination(node);
      if (destination === null) return [];
      const { name } = destination;
      const line = names.get(name);
      if (line !== undefined) this.reader.fault(node, `there is a destination '${name}' already, in line ${line}`);
      names.set(name, this.reader.position(node).line);
      return [destination];
    });
  }

  private destination(node: Node): Destination | null {
    const map = this.reader.map(node, 'a destination', destinationKeys.destination);
    if (map === null) return null;
    const names = this.names(map);
    const adt = this.adt(map);
    const bedStatus = map.flag('bedStatus', false);
    if (adt.length === 0 && !bedStatus && !map.has('adt')) {
      this.reader.fault(map.node, "a destination needs 'adt' or 'bedStatus': nothing is sent to it");
    }
    const receiver = names.receivingApplication;
    return {
      name: map.text('name', /^[a-z][a-z0-9-]{0,62}$/, 'small letters, digits and hyphens') ?? '',
      host: map.text('host') ?? '',
      port: this.number(map, 'port', 1, 65_535, null),
      tls: this.tls(map),
      facilities: map.texts('facilities'),
      adt,
      bedStatus,
      notFrom: map.has('notFrom') ? map.texts('notFrom') : receiver === null ? [] : [receiver],
      names,
      controlId: map.oneOf('controlId', ['kept', 'own'] as const, 'kept') ?? 'kept',
      characterSet: this.characterSet(map),
      places: this.places(map),
      seconds: this.seconds(map),
      retry: this.retry(map),
    };
  }

  private adt(map: MapReader): Destination['adt'] {
    if (!map.has('adt')) return [];
    const named = map.texts('adt', /^(all|none|[A-Z][A-Z0-9]{2})$/, "a trigger such as A01, 'all' or 'none'");
    if (named.length === 1 && named[0] === 'all') return 'all';
    if (named.length === 1 && named[0] === 'none') return [];
    if (named.some((t) => t === 'all' || t === 'none'))
      this.reader.fault(map.at('adt'), "a destination: 'adt' names triggers, or is 'all' or 'none'");
    return named;
  }

  private names(map: MapReader): Destination['names'] {
    const of = map.map('names', 'names', destinationKeys.names);
    const name = (key: string): string | null => (of?.has(key) === true ? of.text(key) : null);
    return {
      sendingApplication: name('sendingApplication'),
      sendingFacility: name('sendingFacility'),
      receivingApplication: name('receivingApplication'),
      receivingFacility: name('receivingFacility'),
    };
  }

  private tls(map: MapReader): MllpTls | null {
    const of = map.map('tls', 'tls', destinationKeys.tls);
    if (of === null) return null;
    const file = (key: string): string | null => {
      const path = of.has(key) ? of.text(key) : null;
      if (path !== null && !this.exists(path))
        this.reader.fault(of.at(key), `tls: '${key}' names no file that is there`);
      return path;
    };
    const tls = { authorities: file('authorities'), certificate: file('certificate'), key: file('key') };
    if ((tls.certificate === null) !== (tls.key === null))
      this.reader.fault(of.node, "tls: 'certificate' and 'key' go together");
    return { ...tls, serverName: of.has('serverName') ? of.text('serverName') : null };
  }

  private characterSet(map: MapReader): string | null {
    if (!map.has('characterSet')) return null;
    const name = map.text('characterSet');
    if (name !== null && !isWritable(name))
      this.reader.fault(
        map.at('characterSet'),
        `'${name}' is no character set that MLLP can carry; write it like UNICODE UTF-8 or 8859/1`,
      );
    return name;
  }

  private places(map: MapReader): PlaceRule[] {
    return map.entries('places').map(({ key: from, value: to, keyNode }) => {
      const fault = faultOf({ from, to });
      if (fault !== null) this.reader.fault(keyNode, `places: ${fault}`);
      else if (to === '') this.reader.fault(keyNode, `places: '${from}' needs what it is called there`);
      return { from, to };
    });
  }

  private seconds(map: MapReader): Destination['seconds'] {
    const of = map.map('seconds', 'seconds', destinationKeys.seconds);
    return {
      connect: this.number(of, 'connect', 1, 120, 10),
      answer: this.number(of, 'answer', 1, 600, 30),
      idle: this.number(of, 'idle', 0, 86_400, 60),
    };
  }

  private retry(map: MapReader): Destination['retry'] {
    const of = map.map('retry', 'retry', destinationKeys.retry);
    const retry = {
      first: this.number(of, 'first', 1, 3600, 1),
      most: this.number(of, 'most', 1, 86_400, 60),
      errors: this.number(of, 'errors', 1, 1000, 3),
      rejects: this.number(of, 'rejects', 1, 1000, 3),
    };
    if (retry.most < retry.first) this.reader.fault(of?.at('most'), "retry: 'most' is shorter than 'first'");
    return retry;
  }

  private number(map: MapReader | null, key: string, least: number, most: number, otherwise: number | null): number {
    if (map === null || (otherwise !== null && !map.has(key))) return otherwise ?? least;
    const text = map.text(key, /^\d{1,9}$/, `a whole number from ${least} to ${most}`);
    const value = Number(text ?? least);
    if (text !== null && (value < least || value > most))
      this.reader.fault(map.at(key), `'${key}' is ${text}; it may be ${least} to ${most}`);
    return value;
  }
}
