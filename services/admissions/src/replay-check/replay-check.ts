import { Injectable } from '@nestjs/common';
import { type Tx, UnitOfWork } from '@wardstream/persistence';
import { deriveEncounter } from '../domain/derive-encounter.js';
import { type Directory, emptyDirectory } from '../domain/directory.js';
import { factIdOf } from '../domain/identify.js';
import { identitiesNamed, type PlacedFact, settledSurvivors } from '../domain/identities.js';
import { judge } from '../domain/judge.js';
import { asOneVisit, mergedAt, mergedAway } from '../domain/one-visit.js';
import { bedConflictKinds, numberConflictKinds } from '../domain/patient-visits.js';
import { type Difference, encounterDifferences, factDifferences, unstated } from '../domain/replay-differences.js';
import { Sender } from '../domain/sender-profile.js';
import { isUnnumbered, type Knowledge, needsVisit, type Verdict } from '../domain/verdict.js';
import { isPersonal, tellsOfIdentity } from '../domain/visit-fact.js';
import { Directories } from '../facilities/directories.js';
import { factsOf } from '../persistence/encounter.rows.js';
import { identitiesOf } from '../persistence/identity.rows.js';
import { judgeable, type KeptMessage } from '../persistence/message.rows.js';
import {
  encountersAfter,
  factsAfter,
  factsById,
  keptEncounters,
  type LiveEncounter,
  openConflictsAfter,
  processedAfter,
  processedById,
} from '../persistence/replay-check.rows.js';
import { visitsFound } from '../persistence/unnumbered.rows.js';
import { allProfiles } from '../persistence/sender-profile.rows.js';
import { housesOf } from '../processing/houses.js';
import { personsOf } from '../processing/identities.js';
import { factsOfMessage } from '../processing/process-batch.js';
import { missedPatientConflicts, needlessPatientConflicts } from './patient-check.js';

/** What a check found. */
export interface ReplayReport {
  readonly messages: number;
  readonly facts: number;
  readonly encounters: number;
  /** Encounters that wait to be derived in a newer configuration; they are not compared. */
  readonly waiting: number;
  readonly equal: boolean;
  /** The first thousand. */
  readonly differences: readonly Difference[];
}

interface Page extends Partial<Record<'messages' | 'facts' | 'encounters' | 'waiting', number>> {
  readonly differences: readonly Difference[];
  /** Where the next page begins; undefined after the last. */
  readonly last: string | undefined;
}

const PAGE = 500;
const MOST = 1_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Proves that what is kept is what the stored messages say: every message is judged anew and its facts compared with those kept,
 * and every encounter is derived anew from its facts and compared with its row, field by field; so are the conflicts between the
 * visits of one patient. Page by page, each in a snapshot of
 * its own, so that it may run beside intake and needs the same memory for any number of messages. Changes nothing.
 */
@Injectable()
export class ReplayCheck {
  /** Every profile that messages were ever read by. */
  private senders: ReadonlyMap<string, Sender> = new Map();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directories: Directories,
  ) {}

  async run(): Promise<ReplayReport> {
    await this.directories.refresh();
    const profiles = await this.unitOfWork.read(allProfiles);
    this.senders = new Map(profiles.map(({ id, profile }) => [id, new Sender(id, profile)]));
    const differences: Difference[] = [];
    const count = { messages: 0, facts: 0, encounters: 0, waiting: 0 };
    const through = async (first: string, page: (tx: Tx, after: string) => Promise<Page>): Promise<void> => {
      for (let after: string | undefined = first; after !== undefined;) {
        const from: string = after;
        const { last, differences: found, ...counted } = await this.unitOfWork.read((tx) => page(tx, from));
        for (const key of Object.keys(counted) as (keyof typeof count)[]) count[key] += counted[key] ?? 0;
        differences.push(...found.slice(0, MOST + 1 - differences.length));
        after = last;
      }
    };
    await through('0', (tx, after) => this.messages(tx, after));
    await through(FIRST_ID, (tx, after) => this.facts(tx, after));
    await through(FIRST_ID, (tx, after) => this.encounters(tx, after));
    await through(FIRST_ID, (tx, after) => this.conflicts(tx, after));
    return { ...count, equal: differences.length === 0, differences: differences.slice(0, MOST) };
  }

  /** Messages against their facts, and what those say of identities and encounters against what is kept of them. */
  private async messages(tx: Tx, after: string): Promise<Page> {
    const messages = await processedAfter(tx, after, PAGE);
    const stated = await this.statedBy(tx, messages);
    const kept = await factsById(
      tx,
      stated.map((f) => f.id),
    );
    const differences = factDifferences(kept, stated);
    differences.push(...(await this.identities(tx, stated)), ...(await this.absent(tx, stated)));
    return { messages: messages.length, facts: stated.length, differences, last: messages.at(-1)?.position };
  }

  /** Facts that no message states. */
  private async facts(tx: Tx, after: string): Promise<Page> {
    const page = await factsAfter(tx, after, PAGE);
    const messages = await processedById(tx, [...new Set(page.map((f) => f.messageId))]);
    const stated = await this.statedBy(tx, messages);
    return { differences: unstated(page, stated), last: page.at(-1)?.id };
  }

  /** What messages state; what names no visit states it of the one that it was found to belong to. */
  private async statedBy(tx: Tx, messages: readonly KeptMessage[]): Promise<PlacedFact[]> {
    const judged = messages.map((message) => ({ ...message, verdict: this.judged(message) }));
    const unnumbered = judged.filter(({ verdict }) => needsVisit(verdict)).map(({ id }) => id);
    const visits = unnumbered.length === 0 ? new Map<string, never>() : await visitsFound(tx, unnumbered);
    return judged.flatMap(({ receivedAt, verdict, ...message }) => {
      if (verdict.facility === null) return [];
      const facts = verdict.facts.map((fact, i) =>
        isUnnumbered(fact) ? { ...fact, visit: visits.get(factIdOf(message.id, i)) ?? null } : fact,
      );
      const received = { receivedAt: receivedAt.toISOString(), judgedAnew: true };
      return factsOfMessage({ ...message, ...received, verdict: { ...verdict, facts } });
    });
  }

  /** By the profile it was read by: what a profile says now is no matter for what was read before. */
  private judged(message: KeptMessage): Verdict {
    const { raw, profile } = message;
    const sender = profile === null ? undefined : this.senders.get(profile);
    const known: Knowledge = {
      facility: (name) => this.directories.facility(name),
      sender: () => sender,
      defaultTimeZone: this.directories.defaultTimeZone,
    };
    return judge(judgeable(message), known, raw.length);
  }

  /** What identifiers go by, as all merges among them say. */
  private async identities(tx: Tx, stated: readonly PlacedFact[]): Promise<Difference[]> {
    const named = new Map(
      stated.filter((f) => tellsOfIdentity(f.fact)).flatMap((f) => identitiesNamed(f).map((row) => [row.id, row])),
    );
    if (named.size === 0) return [];
    const rows = await identitiesOf(tx, [...named.keys()]);
    const facts = await factsOf(
      tx,
      rows.map((r) => r.id),
    );
    const survivors = settledSurvivors(rows, (id) => facts.get(id)!);
    const known = new Map(rows.map((row) => [row.id, row]));
    return [...named.keys()].flatMap((id) =>
      known.get(id)?.survivor === (survivors.get(id) ?? id) ? [] : [{ encounterId: id, field: 'identity.survivor' }],
    );
  }

  /** Encounters that messages speak of and that are not kept, neither themselves nor what they were merged into. */
  private async absent(tx: Tx, stated: readonly PlacedFact[]): Promise<Difference[]> {
    const spoken = [...new Set(stated.filter((f) => !isPersonal(f.fact)).map((f) => f.encounterId))];
    const identities = new Map((await identitiesOf(tx, spoken)).map((row) => [row.id, row.survivor]));
    const wanted = spoken.map((id) => [id, identities.get(id) ?? id] as const);
    const there = await keptEncounters(
      tx,
      wanted.map(([, survivor]) => survivor),
    );
    return wanted.flatMap(([encounterId, survivor]) =>
      there.has(survivor) ? [] : [{ encounterId, field: 'encounter.missing' }],
    );
  }

  /** Encounters against what their facts make of them. */
  private async encounters(tx: Tx, after: string): Promise<Page> {
    const page = await encountersAfter(tx, after, PAGE);
    const live = page.filter((e) => !e.outdated);
    const byId = new Map(live.map((e) => [e.encounterId, e]));
    const identities = await identitiesOf(tx, [...byId.keys()]);
    const visits = asOneVisit<LiveEncounter>(live, identities);
    const stored = await factsOf(
      tx,
      visits.flatMap((v) => v.members),
    );
    const told = visits.map((v) => ({ ...v, facts: v.members.flatMap((id) => stored.get(id)!) }));
    const persons = await personsOf(tx, told);
    const houses = await housesOf(tx, told, this.directoryOf);
    const differences = told.flatMap(({ encounterId, facility, facts, members, retired }): Difference[] => {
      const house = houses({ facility, members });
      const known = persons.about(facility, facts);
      const derived = deriveEncounter(encounterId, facts, this.directoryOf(facility), known, house);
      return members.flatMap((id) => {
        const kept = byId.get(id);
        if (kept === undefined) return [];
        const other = retired.find((visit) => visit.encounterId === id);
        return other === undefined
          ? encounterDifferences(kept, derived, null)
          : encounterDifferences(kept, mergedAway(derived, mergedAt(other, facts)), encounterId);
      });
    });
    differences.push(...(await missedPatientConflicts(tx, live, this.directoryOf)));
    return {
      ...{ encounters: live.length, waiting: page.length - live.length },
      ...{ differences, last: page.at(-1)?.encounterId },
    };
  }

  /** Conflicts between the visits of one patient that are open and ought not to be. */
  private async conflicts(tx: Tx, after: string): Promise<Page> {
    const page = await openConflictsAfter(tx, [...bedConflictKinds, ...numberConflictKinds], after, PAGE);
    return { differences: await needlessPatientConflicts(tx, page, this.directoryOf), last: page.at(-1)?.id };
  }

  private readonly directoryOf = (facility: string): Directory => this.directories.facility(facility) ?? emptyDirectory;
}
