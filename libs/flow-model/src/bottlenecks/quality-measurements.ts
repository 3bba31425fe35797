import type { BottleneckData, SenderCountedData } from '@wardstream/events';
import type { RuleRegistry, RuleKey, RuleSettings } from './bottleneck-rules.js';
import { feedsAmong, feedSilence } from '../data-quality/feed-silence.js';
import type { GhostKind, DatedGhost } from '../data-quality/ghosts.js';
import { earliest, HOUR_MS, iso, MINUTE_MS, minutesSince, ms } from '../instants.js';
import type { Measurement } from './measurements.js';
import type { QualityFacts } from '../data-quality/quality-facts.js';
import { shareWindow, type SenderSum } from '../data-quality/sender-shares.js';

/** Whether a bottleneck of this rule and subject is told at present. */
export type IsActive = (rule: BottleneckData['rule'], subject: BottleneckData['subject']) => boolean;

/** Invalid clocks count for this long after they were found. */
export const INVALID_CLOCK_HOURS = 24;
/** Visits without a bed count once they have been so for this long: registration is often ahead of the bed. */
export const BEDLESS_MINUTES = 240;

/** Everything the rules look at in the data of a facility at `now`. */
export function qualityMeasurements(
  facility: string,
  quality: QualityFacts,
  rules: RuleRegistry,
  now: number,
  isActive: IsActive,
): Measurement[] {
  const settingsOf = settingsIn(rules, facility);
  return [
    ...silences(quality, settingsOf, now, isActive),
    ...shares(quality, settingsOf, now),
    ...invalidClocks(facility, quality, settingsOf, now),
    ...ghostBeds(quality, settingsOf, now),
    ...bedlessEncounters(facility, quality, settingsOf, now),
  ];
}

/** What the rules look at in the feeds of a facility at `now`: how long each has been silent. */
export function feedMeasurements(
  facility: string,
  quality: QualityFacts,
  rules: RuleRegistry,
  now: number,
  isActive: IsActive,
): Measurement[] {
  return [...silences(quality, settingsIn(rules, facility), now, isActive)];
}

/** Null where the rule is off. */
type SettingsOf = (rule: RuleKey, unit: string | null) => RuleSettings | null;

function settingsIn(rules: RuleRegistry, facility: string): SettingsOf {
  return (rule, unit) => {
    const settings = rules.settings(rule, facility, unit);
    return settings.steps.length === 0 ? null : settings;
  };
}

/**
 * One for each feed whose usual gap is known. Only silence that was listened to counts, so that a start after a stop of the
 * product alarms nobody; a silence that was told before the stop goes on.
 */
function* silences(
  { feeds, senders, listeningSince }: QualityFacts,
  settingsOf: SettingsOf,
  now: number,
  isActive: IsActive,
): Iterable<Measurement> {
  const settings = settingsOf('feed-silent', null);
  if (settings === null) return;
  const countedOf = feedsAmong(senders);
  for (const feed of feeds) {
    const { minutes, usual } = feedSilence(feed, countedOf(feed), now);
    if (usual === null) continue;
    const subject = { type: 'feed', id: `${feed.owner}/${feed.feed}` } as const;
    const listened = isActive('feed-silent', subject) ? minutes : Math.min(minutes, (now - listeningSince) / MINUTE_MS);
    yield {
      ...{ rule: 'feed-silent', subject, unit: null, where: feed.name, measured: listened, measuredIn: 'minutes' },
      since: feed.lastReceivedAt,
      limits: settings.steps.map(({ severity, at }) => ({ severity, at: tenth(at * usual) })),
      settings,
      usual: tenth(usual),
      passedAt: (limit) => iso(ms(feed.lastReceivedAt) + limit * MINUTE_MS),
    };
  }
}

const shareRules = [
  ['messages-quarantined', 'received', (sum: SenderSum) => sum.quarantined + sum.refused],
  ['messages-unplaced', 'received', (sum: SenderSum) => sum.unplaced],
  ['sender-clock-ahead', 'timed', (sum: SenderSum) => sum.recordedAhead],
] as const;

/** Shares of a sender's messages, in percent, of the hours that `shareWindow` gives. */
function* shares({ senders }: QualityFacts, settingsOf: SettingsOf, now: number): Iterable<Measurement> {
  for (const [rule, base, pick] of shareRules) {
    const settings = settingsOf(rule, null);
    if (settings === null) continue;
    for (const sender of senders) {
      const sum = shareWindow(sender, now, base);
      if (sum === null) continue;
      yield {
        ...{ rule, subject: { type: 'sender', id: senderId(sender) }, unit: null, where: sender.name },
        ...{ measured: tenth((100 * pick(sum)) / sum[base]), measuredIn: 'percent', since: sum.from },
        ...{ limits: settings.steps, settings, passedAt: () => iso(now) },
      };
    }
  }
}

function senderId({ facility, sender }: SenderCountedData): string {
  return `${facility}/${sender}`;
}

/** How many clocks were found invalid lately and still are; one measure for the house, its details are on the page. */
function* invalidClocks(
  facility: string,
  quality: QualityFacts,
  settingsOf: SettingsOf,
  now: number,
): Iterable<Measurement> {
  const settings = settingsOf('invalid-clock', null);
  if (settings === null) return;
  const recent = quality.invalidClocks.filter((c) => ms(c.foundAt) > now - INVALID_CLOCK_HOURS * HOUR_MS);
  yield {
    ...{ rule: 'invalid-clock', subject: { type: 'facility', id: facility }, unit: null, where: 'Clocks' },
    ...{ measured: recent.length, measuredIn: 'count', since: earliest(...recent.map((c) => c.foundAt)) ?? iso(now) },
    ...{ limits: settings.steps, settings, passedAt: () => iso(now) },
  };
}

const ruleOf = {
  'bed-without-encounter': 'ghost-bed',
  'hold-without-encounter': 'ghost-bed',
  'encounter-silent': 'silent-encounter',
} as const satisfies Partial<Record<GhostKind, RuleKey>>;

/** One for each bed: the ghost that has been there longest, if it has several. */
function* ghostBeds({ ghosts }: QualityFacts, settingsOf: SettingsOf, now: number): Iterable<Measurement> {
  const oldest = new Map<string, DatedGhost>();
  for (const ghost of ghosts) {
    if (ghost.kind === 'encounter-without-bed') continue;
    const key = `${ruleOf[ghost.kind]}/${ghost.id}`;
    const known = oldest.get(key);
    if (known === undefined || ghost.since < known.since) oldest.set(key, ghost);
  }
  for (const ghost of oldest.values()) {
    const rule = ruleOf[ghost.kind as keyof typeof ruleOf];
    const settings = settingsOf(rule, ghost.unit);
    if (settings === null) continue;
    yield {
      ...{ rule, subject: { type: 'bed', id: ghost.id }, unit: ghost.unit, where: ghost.where, since: ghost.since },
      ...{ measured: Math.max(0, minutesSince(ghost.since, now)), measuredIn: 'minutes' },
      ...{ limits: settings.steps, settings },
      passedAt: (limit) => iso(ms(ghost.since) + limit * MINUTE_MS),
    };
  }
}

/** How many visits of a unit have been without a bed for long; one measure for a unit, and one where none is known. */
function* bedlessEncounters(
  facility: string,
  { ghosts }: QualityFacts,
  settingsOf: SettingsOf,
  now: number,
): Iterable<Measurement> {
  const byUnit = new Map<string | null, DatedGhost[]>();
  for (const ghost of ghosts) {
    if (ghost.kind !== 'encounter-without-bed' || minutesSince(ghost.since, now) < BEDLESS_MINUTES) continue;
    const list = byUnit.get(ghost.unit) ?? [];
    list.push(ghost);
    byUnit.set(ghost.unit, list);
  }
  for (const [unit, list] of byUnit) {
    const settings = settingsOf('ghost-encounter', unit);
    if (settings === null) continue;
    const subject = unit === null ? { type: 'facility' as const, id: facility } : { type: 'unit' as const, id: unit };
    yield {
      ...{ rule: 'ghost-encounter', subject, unit, where: list[0]!.where, measured: list.length },
      ...{ measuredIn: 'count', since: earliest(...list.map((g) => g.since))! },
      ...{ limits: settings.steps, settings, passedAt: () => iso(now) },
    };
  }
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
