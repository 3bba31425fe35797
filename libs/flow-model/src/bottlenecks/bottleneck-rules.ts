import type { BottleneckRule, Severity } from '@wardstream/events';

/** A limit and how bad it is to pass it. */
export interface LimitStep {
  readonly severity: Severity;
  /**
   * Minutes; for `unit-occupancy` the share of arrivals that would have to wait (0..1), see `rateAtWait`; for `feed-silent`
   * times the feed's usual silence; percent for shares of messages; a number for what is counted (docs/metrics.md).
   */
  readonly at: number;
}

/** How one kind of measurement is judged. */
export interface RuleSettings {
  /** Ascending in `at` and in severity. Empty: the rule is off. */
  readonly steps: readonly LimitStep[];
  /** A limit once passed is kept again only below `limit - margin` (minutes, percent points or a number) … */
  readonly margin: number;
  /** … for this many minutes without interruption. */
  readonly clearAfterMinutes: number;
}

/** What is judged: the published rules, and the second limit of a bed's turn, which `dirty-not-started` covers once cleaning runs. */
export type RuleKey = BottleneckRule | 'bed-turn';

export const ruleKeys: readonly RuleKey[] = [
  'ed-boarding',
  'request-unassigned',
  'dirty-not-started',
  'bed-turn',
  'confirmed-not-left',
  'unit-occupancy',
  'feed-silent',
  'messages-quarantined',
  'messages-unplaced',
  'sender-clock-ahead',
  'invalid-clock',
  'ghost-bed',
  'ghost-encounter',
  'silent-encounter',
];

/** Settings for one facility, one of its units, or (neither named) everywhere; what is not given stays as it was. */
export interface RuleOverride extends Partial<RuleSettings> {
  readonly rule: RuleKey;
  readonly facility?: string | undefined;
  readonly unit?: string | undefined;
}

/** The defaults: two, four and eight hours of boarding and the rest of the field's published limits. */
export const defaultRules: Readonly<Record<RuleKey, RuleSettings>> = {
  'ed-boarding': {
    steps: [
      { severity: 'warn', at: 120 },
      { severity: 'high', at: 240 },
      { severity: 'critical', at: 480 },
    ],
    margin: 10,
    clearAfterMinutes: 5,
  },
  'request-unassigned': {
    steps: [
      { severity: 'warn', at: 15 },
      { severity: 'high', at: 30 },
    ],
    margin: 3,
    clearAfterMinutes: 5,
  },
  'dirty-not-started': {
    steps: [
      { severity: 'warn', at: 30 },
      { severity: 'high', at: 90 },
    ],
    margin: 5,
    clearAfterMinutes: 5,
  },
  'bed-turn': {
    steps: [
      { severity: 'warn', at: 60 },
      { severity: 'high', at: 90 },
    ],
    margin: 5,
    clearAfterMinutes: 5,
  },
  'confirmed-not-left': {
    steps: [{ severity: 'warn', at: 120 }],
    margin: 10,
    clearAfterMinutes: 5,
  },
  'unit-occupancy': {
    steps: [
      { severity: 'warn', at: 0.5 },
      { severity: 'high', at: 0.8 },
    ],
    margin: 2,
    clearAfterMinutes: 15,
  },
  'feed-silent': {
    steps: [
      { severity: 'warn', at: 2 },
      { severity: 'high', at: 4 },
    ],
    margin: 1,
    clearAfterMinutes: 5,
  },
  'messages-quarantined': {
    steps: [
      { severity: 'warn', at: 5 },
      { severity: 'high', at: 20 },
    ],
    margin: 2,
    clearAfterMinutes: 15,
  },
  'messages-unplaced': {
    steps: [
      { severity: 'warn', at: 5 },
      { severity: 'high', at: 20 },
    ],
    margin: 2,
    clearAfterMinutes: 15,
  },
  'sender-clock-ahead': {
    steps: [{ severity: 'warn', at: 10 }],
    margin: 2,
    clearAfterMinutes: 15,
  },
  'invalid-clock': {
    steps: [
      { severity: 'warn', at: 5 },
      { severity: 'high', at: 25 },
    ],
    margin: 1,
    clearAfterMinutes: 15,
  },
  'ghost-bed': {
    steps: [
      { severity: 'warn', at: 60 },
      { severity: 'high', at: 240 },
    ],
    margin: 5,
    clearAfterMinutes: 5,
  },
  'ghost-encounter': {
    steps: [
      { severity: 'warn', at: 1 },
      { severity: 'high', at: 5 },
    ],
    margin: 0,
    clearAfterMinutes: 15,
  },
  'silent-encounter': {
    steps: [{ severity: 'warn', at: 20_160 }],
    margin: 5,
    clearAfterMinutes: 5,
  },
};

/** The defaults with a hospital's own settings laid over them: general ones first, then the facility's, then the unit's. */
export class RuleRegistry {
  private readonly found = new Map<string, RuleSettings>();

  constructor(private readonly overrides: readonly RuleOverride[] = []) {}

  settings(rule: RuleKey, facility: string, unit: string | null): RuleSettings {
    const key = JSON.stringify([rule, facility, unit]);
    const known = this.found.get(key);
    if (known !== undefined) return known;
    const matching = this.overrides
      .filter((o) => o.rule === rule)
      .filter((o) => o.facility === undefined || o.facility === facility)
      .filter((o) => o.unit === undefined || o.unit === unit)
      .sort((a, b) => specificity(a) - specificity(b));
    let settings = defaultRules[rule];
    for (const { steps, margin, clearAfterMinutes } of matching) {
      settings = {
        steps: steps ?? settings.steps,
        margin: margin ?? settings.margin,
        clearAfterMinutes: clearAfterMinutes ?? settings.clearAfterMinutes,
      };
    }
    this.found.set(key, settings);
    return settings;
  }
}

function specificity(override: RuleOverride): number {
  return (override.facility === undefined ? 0 : 1) + (override.unit === undefined ? 0 : 2);
}
