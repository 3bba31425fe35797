import { Inject, Injectable } from '@nestjs/common';
import type { FacilityData } from '@wardstream/events';
import { type Clock, nowIso } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import type { FacilityDirectory } from '@wardstream/encounter-model';
import { Directories } from '../../directory/index.js';
import type { PlaceRule, Sender, SenderProfile } from '../../directory/names/index.js';
import { likelyBedStatus, likelyClass, normal, suggestRules } from './suggestions.js';
import { stillUnknown } from '../interpretation/unknown-codes.js';
import {
  sendersWithoutFacility,
  type UnknownCodeRow,
  unknownCodes,
  type WithoutFacility,
} from '../persistence/unknown-code.rows.js';
import { type Additions, profileYaml, type SuggestedLine } from './profile-yaml.js';

/** A code that nobody here knows. */
export interface ListedCode {
  readonly application: string;
  readonly sendingFacility: string;
  readonly facility: string | null;
  readonly kind: 'facility' | 'unit' | 'bed' | 'bed-status' | 'class' | 'trigger';
  readonly code: string;
  /** The field it was last seen in. */
  readonly seenIn: string;
  readonly count: number;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
}

interface OfSender {
  readonly application: string;
  readonly sendingFacility: string;
  readonly sender: Sender | undefined;
  readonly directory: FacilityDirectory | undefined;
  readonly rows: UnknownCodeRow[];
  readonly waiting: WithoutFacility | null;
}

/** What senders say that nobody here knows, and what it most likely means. */
@Injectable()
export class UnknownCodes {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directories: Directories,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Codes that are still not known, by sender; of an unknown unit the unit alone, with how often any place of it was sent. */
  async list(): Promise<ListedCode[]> {
    return (await this.bySender()).flatMap((of) => {
      const codes = new Map<string, ListedCode>();
      for (const row of of.rows) {
        const kind = stillUnknown({ ...row, place: row.place ?? undefined }, of.sender, of.directory)!;
        const code = kind === 'unit' ? (row.place?.unit ?? row.code) : row.code;
        const known = codes.get(`${kind} ${code}`);
        codes.set(`${kind} ${code}`, known === undefined ? listedOf(row, kind, code) : together(known, row));
      }
      return [...(of.waiting === null ? [] : [facilityOf(of.waiting)]), ...codes.values()];
    });
  }

  /**
   * A file of profiles that makes known what is not, ready to be edited: what a sender's profile says already, and beside it the
   * most likely meaning of its unknown codes. Guesses are comments. A sender that has a profile is to have this one instead.
   */
  async suggest(application?: string): Promise<string> {
    const senders = (await this.bySender()).filter((s) => application === undefined || s.application === application);
    const head = [
      `# Suggested at ${nowIso(this.clock)} from what was sent and is not known here. What is a comment is a guess: look at every line.`,
      '# A sender that has a profile already: put this one in its place.',
    ];
    if (senders.length === 0) return `${head[0]!}\n# Nothing is unknown.\n`;
    return `${head.join('\n')}\nsenders:\n${senders.map((of) => this.entry(of)).join('')}`;
  }

  private async bySender(): Promise<OfSender[]> {
    const { rows, waiting } = await this.unitOfWork.read(async (tx) => ({
      rows: await unknownCodes(tx),
      waiting: await sendersWithoutFacility(tx),
    }));
    const senders = new Map<string, OfSender>();
    const of = ({ application, sendingFacility }: { application: string; sendingFacility: string }): OfSender => {
      const key = `${application}\u0000${sendingFacility}`;
      const sender = this.directories.sender(application, sendingFacility);
      const directory = this.directories.facilityOf(application, sendingFacility);
      const known = senders.get(key) ?? { application, sendingFacility, sender, directory, rows: [], waiting: null };
      senders.set(key, known);
      return known;
    };
    for (const one of waiting) {
      if (this.directories.facilityOf(one.application, one.sendingFacility) !== undefined) continue;
      senders.set(`${one.application}\u0000${one.sendingFacility}`, { ...of(one), waiting: one });
    }
    for (const row of rows) {
      const sender = this.directories.sender(row.application, row.sendingFacility);
      const directory = this.directories.facility(row.facility);
      if (stillUnknown({ ...row, place: row.place ?? undefined }, sender, directory) === null) continue;
      const known = of(row);
      known.rows.push(row);
      if (known.directory === undefined && directory !== undefined)
        senders.set(`${row.application}\u0000${row.sendingFacility}`, { ...known, directory });
    }
    return [...senders.values()];
  }

  private entry({ application, sendingFacility, sender, directory, rows, waiting }: OfSender): string {
    const profile = sender?.profile ?? emptyProfile(application, sendingFacility);
    const places = rows.flatMap((row) =>
      row.kind === 'place' && row.place !== null ? [{ ...row, place: row.place }] : [],
    );
    const rules = directory === undefined ? [] : suggestRules(places, directory);
    const of = (kind: UnknownCodeRow['kind']): UnknownCodeRow[] => rows.filter((row) => row.kind === kind);
    const additions: Additions = {
      ...(waiting === null ? {} : { facility: this.facilityLine(waiting) }),
      places: rules.map(({ from, to, sure, count }) => ({ key: from, value: to, guess: !sure, why: times(count) })),
      bedStatus: of('bed-status').map((row) => guessed(row, likelyBedStatus(row.code))),
      classes: of('class').map((row) => guessed(row, likelyClass(row.code))),
      triggers: of('trigger').map((row) => row.code),
    };
    return profileYaml(withoutShadows(profile, rules), additions);
  }

  private facilityLine({ sendingFacility, count }: WithoutFacility): SuggestedLine {
    const all = this.directories.all().map((d) => d.facility);
    const same = all.filter((f) => namesOf(f).map(normal).includes(normal(sendingFacility)));
    const [found] = same.length === 1 ? same : all;
    return { key: 'facility', value: found?.id ?? '?', guess: same.length !== 1, why: `${times(count)}, and waits` };
  }
}

function namesOf({ id, name, aliases }: FacilityData): string[] {
  return [id, name, ...aliases];
}

/** A rule for a whole unit comes before any pattern for that unit: where a pattern is suggested, it takes the rule's place. */
function withoutShadows(profile: SenderProfile, rules: readonly PlaceRule[]): SenderProfile {
  const units = new Set(rules.map(({ from }) => from.split('^')[0]!));
  const map = profile.places.map.filter(({ from }) => from.includes('^') || !units.has(from));
  return { ...profile, places: { ...profile.places, map } };
}

function guessed({ code, count }: UnknownCodeRow, value: string | null): SuggestedLine {
  return { key: code, value: value ?? '?', guess: true, why: times(count) };
}

function times(count: number): string {
  return `sent ${count} ${count === 1 ? 'time' : 'times'}`;
}

function listedOf(row: UnknownCodeRow, kind: ListedCode['kind'], code: string): ListedCode {
  const { application, sendingFacility, facility, seenIn, count, firstSeenAt, lastSeenAt } = row;
  return {
    application,
    sendingFacility,
    facility: facility || null,
    kind,
    code,
    seenIn,
    count,
    firstSeenAt,
    lastSeenAt,
  };
}

function together(a: ListedCode, b: UnknownCodeRow): ListedCode {
  const [first, last] = [a.firstSeenAt < b.firstSeenAt ? a : b, a.lastSeenAt > b.lastSeenAt ? a : b];
  return {
    ...a,
    count: a.count + b.count,
    firstSeenAt: first.firstSeenAt,
    lastSeenAt: last.lastSeenAt,
    seenIn: last.seenIn,
  };
}

function facilityOf({ application, sendingFacility, count, firstSeenAt, lastSeenAt }: WithoutFacility): ListedCode {
  const of = { kind: 'facility' as const, code: sendingFacility, seenIn: 'MSH-4', facility: null };
  return { application, sendingFacility, ...of, count, firstSeenAt, lastSeenAt };
}

function emptyProfile(application: string, sendingFacility: string): SenderProfile {
  return {
    match: { applications: [application], sendingFacilities: sendingFacility === '' ? [] : [sendingFacility] },
    ...{ name: null, facility: null, timeZone: null, characterSet: null },
    triggers: { take: null, ignore: [], refuse: [] },
    identifiers: { patient: null, visit: null, authorities: {}, withoutAuthority: '' },
    places: { components: null, map: [] },
    ...{ bedStatus: {}, classes: {}, updates: { place: false, class: false } },
  };
}
