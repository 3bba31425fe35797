import type { BottleneckData, Severity } from '@wardstream/events';
import { deterministicId } from '@wardstream/kernel';
import type { RuleRegistry } from './bottleneck-rules.js';
import type { FacilityView } from '../state/facility-state.js';
import { iso, minutesSince } from '../instants.js';
import { measurements, type Limit, type Measurement } from './measurements.js';
import { nothingHeard, type QualityFacts } from '../data-quality/quality-facts.js';
import { feedMeasurements, qualityMeasurements, type IsActive } from './quality-measurements.js';

/** A bottleneck as it is kept: what is published, and what the hysteresis has to remember. */
export interface Bottleneck extends BottleneckData {
  /** Since when the measure has been below `limit - margin` without interruption; null while it is not. */
  readonly belowSince: string | null;
  /** When it last was published. */
  readonly publishedAt: string;
}

/** A bottleneck after a change. What only the hysteresis remembers anew is kept but not published. */
export interface BottleneckChange {
  readonly bottleneck: Bottleneck;
  readonly published: boolean;
}

/** What is looked at: everything, or what is true of feeds whatever is known of the facility. */
export type Scope = 'all' | 'feeds';

const rank: Readonly<Record<Severity, number>> = { warn: 1, high: 2, critical: 3 };

/** How much a rate or a number must move (percent points, or one), and how long it must be since the last word, to be told anew at one level. */
const RATE_STEP = 1;
const RATE_PAUSE_MINUTES = 1;
/** A wait runs on by itself: its length is told anew this often, so that who reads events has no old one. */
const WAIT_PAUSE_MINUTES = 15;

export function bottleneckId(facility: string, rule: string, subject: BottleneckData['subject']): string {
  return deterministicId('bottleneck', facility, rule, subject.type, subject.id);
}

/**
 * What has changed among a facility's bottlenecks at `now`. Pure: the same view, previous bottlenecks, rules and time give
 * the same changes, and a second call with its own result as `previous` gives none.
 *
 * A limit is passed at `measured >= limit`: raised, or its severity rises, at once. It is kept again only after the measure
 * has stayed below `limit - margin` for `clearAfterMinutes`: then the severity falls to the highest level still held, or it
 * is cleared. What is measured no more (the patient came to bed, the bed is clean) is cleared at once: that is a fact, not
 * a wavering number.
 *
 * `quality` is what is known of the data itself; without it those rules measure nothing.
 *
 * `scope` 'feeds' looks at silent feeds alone and leaves all others as they were told: what is known of the facility itself is not of
 * the present, so that it says neither that something is over nor that it has begun.
 *
 * `previous` holds at least the active ones; of a cleared one only its version is used, so that the next raise goes on from it.
 */
export function evaluateBottlenecks(
  previous: ReadonlyMap<string, Bottleneck>,
  view: FacilityView,
  rules: RuleRegistry,
  now: number,
  quality: QualityFacts = nothingHeard,
  scope: Scope = 'all',
): BottleneckChange[] {
  const changes: BottleneckChange[] = [];
  const measured = new Set<string>();
  const isActive: IsActive = (rule, subject) => previous.get(bottleneckId(view.id, rule, subject))?.state === 'active';
  const all =
    scope === 'feeds'
      ? feedMeasurements(view.id, quality, rules, now, isActive)
      : [...measurements(view, rules, now), ...qualityMeasurements(view.id, quality, rules, now, isActive)];
  for (const measurement of all) {
    const id = bottleneckId(view.id, measurement.rule, measurement.subject);
    measured.add(id);
    const before = previous.get(id);
    const change =
      before?.state === 'active'
        ? follow(before, measurement, now)
        : raise(id, view.id, before?.version ?? 0, measurement, now);
    if (change !== null) changes.push(change);
  }
  for (const before of previous.values()) {
    if (scope === 'feeds' && before.rule !== 'feed-silent') continue;
    if (before.state === 'active' && !measured.has(before.id)) changes.push(clear(before, before.measured, now));
  }
  return changes;
}

/** A measure as it is published: whole minutes or tenths of a percent would round a limit away, so tenths, rounded down. */
function shown(measured: number): number {
  return Math.floor(measured * 10 + 1e-6) / 10;
}

/** The highest limit that is passed; with `margin`, the highest that is still held. */
function highest(limits: readonly Limit[], measured: number, margin = 0): Limit | null {
  return limits.reduce<Limit | null>((found, limit) => (measured >= limit.at - margin ? limit : found), null);
}

function raise(id: string, facility: string, version: number, m: Measurement, now: number): BottleneckChange | null {
  const limit = highest(m.limits, m.measured);
  if (limit === null) return null;
  const { rule, subject } = m;
  const bottleneck: Bottleneck = {
    ...levelAt({ id, facility, rule, subject, state: 'active', clearedAt: null, version }, m, limit, now),
    belowSince: null,
    publishedAt: iso(now),
    version: version + 1,
  };
  return { bottleneck, published: true };
}

type Fixed = Pick<BottleneckData, 'id' | 'facility' | 'rule' | 'subject' | 'state' | 'clearedAt' | 'version'>;

function levelAt(fixed: Fixed, m: Measurement, limit: Limit, now: number): BottleneckData {
  const passedAt = m.passedAt(limit.at);
  return {
    ...fixed,
    unit: m.unit,
    where: m.where,
    severity: limit.severity,
    since: m.since,
    raisedAt: Date.parse(passedAt) > now ? iso(now) : passedAt,
    measured: shown(m.measured),
    limit: limit.at,
    measuredIn: m.measuredIn,
    ...(m.aspect === undefined ? {} : { aspect: m.aspect }),
    ...(m.usual === undefined ? {} : { usual: m.usual }),
  };
}

function follow(before: Bottleneck, m: Measurement, now: number): BottleneckChange | null {
  const passed = highest(m.limits, m.measured);
  if (m.aspect !== before.aspect) {
    // Another step of the work has begun: what was waited for has happened, and the new step has limits of its own.
    return passed === null ? clear(before, shown(m.measured), now) : published(before, m, passed, now);
  }
  if (passed !== null && rank[passed.severity] > rank[before.severity]) return published(before, m, passed, now);

  const own = m.limits.find((l) => l.severity === before.severity);
  if (own !== undefined && m.measured >= own.at - m.settings.margin) return held(before, m, own, now);

  // Below the margin. A level that the rules no longer have counts as below it.
  const belowSince = before.belowSince ?? iso(now);
  if (minutesSince(belowSince, now) < m.settings.clearAfterMinutes) {
    return before.belowSince === null ? { bottleneck: { ...before, belowSince }, published: false } : null;
  }
  const lower = highest(
    m.limits.filter((l) => rank[l.severity] < rank[before.severity]),
    m.measured,
    m.settings.margin,
  );
  return lower === null ? clear(before, shown(m.measured), now) : published(before, m, lower, now);
}

/** The level holds: told anew if a rate has moved, the place has changed, a late fact moved its beginning, or a wait has gone on for long. */
function held(before: Bottleneck, m: Measurement, limit: Limit, now: number): BottleneckChange | null {
  const moved =
    m.measuredIn !== 'minutes'
      ? Math.abs(m.measured - before.measured) >= RATE_STEP &&
        minutesSince(before.publishedAt, now) >= RATE_PAUSE_MINUTES
      : m.since !== before.since || minutesSince(before.publishedAt, now) >= WAIT_PAUSE_MINUTES;
  if (moved || m.where !== before.where) {
    const change = published(before, m, limit, now);
    // A rate passed its limit when it was raised, whatever the unit's latest change is.
    return m.measuredIn === 'minutes'
      ? change
      : { ...change, bottleneck: { ...change.bottleneck, since: before.since, raisedAt: before.raisedAt } };
  }
  return before.belowSince === null ? null : { bottleneck: { ...before, belowSince: null }, published: false };
}

function published(before: Bottleneck, m: Measurement, limit: Limit, now: number): BottleneckChange {
  const { aspect: _aspect, usual: _usual, ...fixed } = before;
  return {
    bottleneck: {
      ...levelAt(fixed, m, limit, now),
      belowSince: null,
      publishedAt: iso(now),
      version: before.version + 1,
    },
    published: true,
  };
}

function clear(before: Bottleneck, measured: number, now: number): BottleneckChange {
  const clearedAt = iso(Math.max(now, Date.parse(before.raisedAt)));
  return {
    bottleneck: {
      ...before,
      measured,
      state: 'cleared',
      clearedAt,
      belowSince: null,
      publishedAt: iso(now),
      version: before.version + 1,
    },
    published: true,
  };
}

/** What is published of a bottleneck. */
export function publishedBottleneck(bottleneck: Bottleneck): BottleneckData {
  const { belowSince: _belowSince, publishedAt, ...data } = bottleneck;
  return { ...data, measuredAt: publishedAt };
}
