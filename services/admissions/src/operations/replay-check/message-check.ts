import type { Tx } from '@wardstream/persistence';
import { Turns } from '@wardstream/service-kit';
import {
  isUnnumbered,
  factIdOf,
  identitiesNamed,
  isPersonal,
  type PlacedFact,
  statesIdentity,
} from '@wardstream/encounter-model';
import {
  allProfiles,
  factsOfMessage,
  interpret,
  interpretable,
  type KeptMessage,
  needsVisit,
  type Verdict,
} from '../../inbound/index.js';
import { type Difference, factDifferences, unstated } from './replay-differences.js';
import type { Directories } from '../../directory/index.js';
import { type Knowledge, Sender } from '../../directory/names/index.js';
import { factsById, survivorsOf, visitsFound } from '../../encounters/index.js';
import {
  factsAfter,
  type FactTally,
  keptEncounters,
  keptIdentities,
  processedAfter,
  processedById,
  tallyOfFacts,
} from '../persistence/replay-check.rows.js';
import { BYTES_A_PAGE, firstId, type Page, ROWS_A_PAGE } from './check-page.js';

/** So much is interpreted in one turn of the loop: a message counts as one, and as one more for every thousand bytes. */
const JUDGED_A_TURN = 60;

/** Interprets the stored messages anew, and compares what they state with the facts that are kept. */
export class MessageCheck {
  /** `senders`: every profile that messages were ever read by. */
  private constructor(
    private readonly directories: Directories,
    private readonly senders: ReadonlyMap<string, Sender>,
  ) {}

  static async of(tx: Tx, directories: Directories): Promise<MessageCheck> {
    const profiles = await allProfiles(tx);
    return new MessageCheck(directories, new Map(profiles.map(({ id, profile }) => [id, new Sender(id, profile)])));
  }

  /** Messages against their facts; the encounters and identifiers they speak of must be kept. */
  async messages(tx: Tx, after: string | null, tally: string): Promise<Page> {
    const messages = await processedAfter(tx, after ?? '0', { limit: ROWS_A_PAGE, bytes: BYTES_A_PAGE });
    const stated = await this.statedBy(tx, messages);
    const kept = await factsById(
      tx,
      stated.map((f) => f.id),
    );
    const differences = factDifferences(kept, stated);
    differences.push(...(await identitiesAbsent(tx, stated)), ...(await encountersAbsent(tx, stated)));
    return {
      looked: messages.length,
      counts: { messages: messages.length, facts: stated.length },
      differences,
      last: messages.at(-1)?.position,
      tally: added(
        tally,
        await tallyOfFacts(
          tx,
          kept.map((f) => f.id),
        ),
      ),
    };
  }

  /** Facts that no message states. `tally`: of all that messages state; where that is of all that are kept there are none. */
  async facts(tx: Tx, after: string | null, tally: string): Promise<Page> {
    if (after === null && added('', await tallyOfFacts(tx, null)) === tally)
      return { looked: 0, counts: {}, differences: [], last: undefined };
    const page = await factsAfter(tx, after ?? firstId, ROWS_A_PAGE);
    const messages = await processedById(tx, [...new Set(page.map((f) => f.messageId))]);
    const stated = await this.statedBy(tx, messages);
    return { looked: page.length, counts: {}, differences: unstated(page, stated), last: page.at(-1)?.id };
  }

  /** What messages state; what names no visit states it of the one that it was found to belong to. */
  private async statedBy(tx: Tx, messages: readonly KeptMessage[]): Promise<PlacedFact[]> {
    const turns = new Turns(JUDGED_A_TURN);
    const interpreted: (KeptMessage & { readonly verdict: Verdict })[] = [];
    for (const message of messages) {
      interpreted.push({ ...message, verdict: this.interpreted(message) });
      await turns.after(1 + message.raw.length / 1_000);
    }
    const unnumbered = interpreted.filter(({ verdict }) => needsVisit(verdict)).map(({ id }) => id);
    const visits = unnumbered.length === 0 ? new Map<string, never>() : await visitsFound(tx, unnumbered);
    return interpreted.flatMap(({ receivedAt, verdict, ...message }) => {
      if (verdict.facility === null) return [];
      const facts = verdict.facts.map((fact, i) =>
        isUnnumbered(fact) ? { ...fact, visit: visits.get(factIdOf(message.id, i)) ?? null } : fact,
      );
      const received = { receivedAt: receivedAt.toISOString(), reinterpreted: true };
      return factsOfMessage({ ...message, ...received, verdict: { ...verdict, facts } });
    });
  }

  /** By the profile it was read by: what a profile says now is no matter for what was read before. */
  private interpreted(message: KeptMessage): Verdict {
    const { raw, profile } = message;
    const sender = profile === null ? undefined : this.senders.get(profile);
    const known: Knowledge = {
      facility: (name) => this.directories.facility(name),
      sender: () => sender,
      defaultTimeZone: this.directories.defaultTimeZone,
    };
    return interpret(interpretable(message), known, raw.length);
  }
}

/** A tally and that of others. */
function added(tally: string, { count, sum }: FactTally): string {
  const [countBefore = '0', sumBefore = '0'] = tally === '' ? [] : tally.split(' ');
  return `${Number(countBefore) + count} ${BigInt(sumBefore) + BigInt(sum)}`;
}

/** Identifiers that messages tell something of and that are not kept. What they go by is another part of the check. */
async function identitiesAbsent(tx: Tx, stated: readonly PlacedFact[]): Promise<Difference[]> {
  const named = stated.filter((f) => statesIdentity(f.fact)).flatMap((f) => identitiesNamed(f).map(({ id }) => id));
  const kept = await keptIdentities(tx, [...new Set(named)]);
  return [...new Set(named)].flatMap((id) => (kept.has(id) ? [] : [{ encounterId: id, field: 'identity.survivor' }]));
}

/** Encounters that messages speak of and that are not kept, neither themselves nor what they were merged into. */
async function encountersAbsent(tx: Tx, stated: readonly PlacedFact[]): Promise<Difference[]> {
  const spoken = [...new Set(stated.filter((f) => !isPersonal(f.fact)).map((f) => f.encounterId))];
  const survivors = await survivorsOf(tx, spoken);
  const wanted = spoken.map((id) => [id, survivors.get(id) ?? id] as const);
  const there = await keptEncounters(
    tx,
    wanted.map(([, survivor]) => survivor),
  );
  return wanted.flatMap(([encounterId, survivor]) =>
    there.has(survivor) ? [] : [{ encounterId, field: 'encounter.missing' }],
  );
}
