import { seededRandom } from '@wardstream/kernel';
import { adt } from '@wardstream/product-under-test';

export interface SentMessage {
  readonly controlId: string;
  readonly visit: string;
  readonly text: string;
}

/**
 * A busy, untidy history over `beds` ('4A^A^01'): admissions, transfers, discharges, each kind of cancel, and some messages sent
 * twice. Deterministic in the seed. Messages of one visit are in order; visits interleave.
 */
export function untidyHistory(seed: number, count: number, beds: readonly string[], endsAt: Date): SentMessage[] {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const messages: SentMessage[] = [];
  const open: { visit: string; at: string; before: string | null; out: boolean; moved: boolean }[] = [];
  let visits = 0;
  const start = endsAt.getTime() - count * 60_000;
  while (messages.length < count) {
    const when = new Date(start + messages.length * 60_000);
    const controlId = `H${seed}-${messages.length}`;
    const say = (trigger: string, of: (typeof open)[number], from?: string) => {
      const text = adt({
        trigger,
        visit: of.visit,
        at: of.at,
        when,
        controlId,
        ...(from === undefined ? {} : { from }),
      });
      messages.push({ controlId, visit: of.visit, text });
    };
    const draw = random();
    if (open.length < 40 || draw < 0.25) {
      const admitted = { visit: `C${seed}V${++visits}`, at: pick(beds), before: null, out: false, moved: false };
      open.push(admitted);
      say('A01', admitted);
      continue;
    }
    const visit = pick(open);
    if (visit.out) {
      if (draw < 0.5) {
        visit.out = false;
        say('A13', visit);
      } else open.splice(open.indexOf(visit), 1);
    } else if (draw < 0.55) {
      visit.before = visit.at;
      visit.at = pick(beds.filter((b) => b !== visit.before));
      visit.moved = true;
      say('A02', visit, visit.before);
    } else if (draw < 0.62 && visit.moved && visit.before !== null) {
      visit.at = visit.before;
      visit.moved = false;
      say('A12', visit);
    } else if (draw < 0.66 && !visit.moved) {
      say('A11', visit);
      open.splice(open.indexOf(visit), 1);
    } else if (draw < 0.72 && messages.length > 0) {
      messages.push(messages[messages.length - 1]!);
    } else {
      visit.out = true;
      say('A03', visit);
    }
  }
  return messages;
}
