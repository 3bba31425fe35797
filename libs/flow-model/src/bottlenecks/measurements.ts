import type { BottleneckData, BottleneckRule, Severity } from '@wardstream/events';
import { rateAtWait } from '../occupancy/erlang.js';
import { indexOf, originUnitOf, targetUnitOf } from '../state/facility-index.js';
import type { CountedBed, FacilityView } from '../state/facility-state.js';
import { boardingRequests } from '../occupancy/house-totals.js';
import { MINUTE_MS, iso, minutesSince, ms } from '../instants.js';
import { planInWords, turnSince } from '../clocks/process-clocks.js';
import type { RuleRegistry, RuleKey, RuleSettings } from './bottleneck-rules.js';
import { countedState } from '../occupancy/unit-occupancy.js';
import { originInWords, waitSince } from '../state/waits.js';
import { inDenominator } from '../state/bed-history.js';

/** A limit in the unit of the measurement. */
export interface Limit {
  readonly severity: Severity;
  readonly at: number;
}

/** One thing a rule looks at, and how it stands now. */
export interface Measurement {
  readonly rule: BottleneckRule;
  readonly subject: BottleneckData['subject'];
  readonly unit: string | null;
  readonly where: string;
  readonly measured: number;
  readonly measuredIn: BottleneckData['measuredIn'];
  /** When the measured thing began. */
  readonly since: string;
  readonly limits: readonly Limit[];
  readonly settings: RuleSettings;
  /** Tells two limits of one rule apart for people: whether a dirty bed waits for its cleaning or for its end. */
  readonly aspect?: 'response' | 'turn';
  /** What the measure usually stays under, where that is the subject's own. */
  readonly usual?: number;
  /** When `limit` was passed: exact for a clock; for a rate the unit's latest change, which made it what it is. */
  passedAt(limit: number): string;
}

/** Everything the rules look at in a facility at `now`. A thing whose clock has not begun or would be negative is left out. */
export function measurements(view: FacilityView, rules: RuleRegistry, now: number): Measurement[] {
  return [
    ...boarding(view, rules, now),
    ...unassigned(view, rules, now),
    ...dirtyBeds(view, rules, now),
    ...notLeft(view, rules, now),
    ...occupancies(view, rules, now),
  ];
}

type Timed = Pick<Measurement, 'rule' | 'subject' | 'unit' | 'where' | 'since' | 'aspect'>;

function timed(view: FacilityView, rules: RuleRegistry, now: number, key: RuleKey, of: Timed): Measurement[] {
  const settings = rules.settings(key, view.id, of.unit);
  const measured = minutesSince(of.since, now);
  if (settings.steps.length === 0 || measured < 0) return [];
  const passedAt = (limit: number) => iso(ms(of.since) + limit * MINUTE_MS);
  return [{ ...of, measured, measuredIn: 'minutes', limits: settings.steps, settings, passedAt }];
}

function* boarding(view: FacilityView, rules: RuleRegistry, now: number): Iterable<Measurement> {
  const seen = new Set<string>();
  for (const request of boardingRequests(view)) {
    const since = waitSince(request);
    if (since === null || seen.has(request.encounterId)) continue;
    seen.add(request.encounterId);
    yield* timed(view, rules, now, 'ed-boarding', {
      rule: 'ed-boarding',
      subject: { type: 'encounter', id: request.encounterId },
      unit: originUnitOf(view, request),
      where: originInWords(view, request),
      since,
    });
  }
}

function* unassigned(view: FacilityView, rules: RuleRegistry, now: number): Iterable<Measurement> {
  for (const request of indexOf(view).openRequests) {
    if (request.status !== 'requested' || request.assignedBedId !== null) continue;
    const since = request.source === 'Elective' ? waitSince(request) : request.requestedAt;
    if (since === null) continue;
    yield* timed(view, rules, now, 'request-unassigned', {
      rule: 'request-unassigned',
      subject: { type: 'bed-request', id: request.id },
      unit: targetUnitOf(view, request),
      where: originInWords(view, request),
      since,
    });
  }
}

function* dirtyBeds(view: FacilityView, rules: RuleRegistry, now: number): Iterable<Measurement> {
  for (const beds of indexOf(view).bedsOf.values()) {
    for (const bed of beds) {
      if (bed.state !== 'dirty' && bed.state !== 'cleaning') continue;
      const started = bed.state === 'cleaning';
      yield* timed(view, rules, now, started ? 'bed-turn' : 'dirty-not-started', {
        rule: 'dirty-not-started',
        subject: { type: 'bed', id: bed.id },
        unit: bed.unit,
        where: bed.id,
        since: turnSince(bed),
        aspect: started ? 'turn' : 'response',
      });
    }
  }
}

function* notLeft(view: FacilityView, rules: RuleRegistry, now: number): Iterable<Measurement> {
  for (const plan of view.plans.values()) {
    if (plan.status !== 'confirmed' || plan.confirmedAt === null) continue;
    const bed = indexOf(view).bedOf.get(plan.encounterId);
    yield* timed(view, rules, now, 'confirmed-not-left', {
      rule: 'confirmed-not-left',
      subject: { type: 'encounter', id: plan.encounterId },
      unit: bed?.unit ?? plan.unit,
      where: planInWords(bed, plan),
      since: plan.confirmedAt,
    });
  }
}

function* occupancies(view: FacilityView, rules: RuleRegistry, now: number): Iterable<Measurement> {
  const index = indexOf(view);
  for (const unit of index.units.values()) {
    const beds = index.bedsOf.get(unit.id) ?? [];
    const counted = beds.filter((b) => inDenominator(countedState(b)));
    const settings = rules.settings('unit-occupancy', view.id, unit.id);
    if (counted.length === 0 || settings.steps.length === 0) continue;
    const occupied = counted.filter((b) => countedState(b) === 'occupied').length;
    const since = latestChange(beds, now);
    yield {
      rule: 'unit-occupancy',
      subject: { type: 'unit', id: unit.id },
      unit: unit.id,
      where: `${unit.id} ${unit.name}`,
      measured: tenth((100 * occupied) / counted.length),
      measuredIn: 'percent',
      since,
      limits: settings.steps.map(({ severity, at }) => ({
        severity,
        at: tenth(100 * (rateAtWait(counted.length, at) ?? 1)),
      })),
      settings,
      passedAt: () => since,
    };
  }
}

/** When a bed of the unit last changed its state, at the latest `now`. */
function latestChange(beds: readonly CountedBed[], now: number): string {
  const latest = beds.reduce((at, bed) => (bed.since > at ? bed.since : at), '');
  return latest === '' || ms(latest) > now ? iso(now) : latest;
}

function tenth(percent: number): number {
  return Math.round(percent * 10) / 10;
}
