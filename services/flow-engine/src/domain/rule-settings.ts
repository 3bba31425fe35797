import { severity } from '@wardstream/events';
import { ruleKeys, type RuleKey, type RuleOverride } from '@wardstream/flow-model';
import { z } from 'zod';

const order = { warn: 1, high: 2, critical: 3 } as const;

const steps = z
  .array(z.object({ severity, at: z.number().positive() }))
  .refine(
    (list) =>
      list.every((s, i) => i === 0 || (s.at > list[i - 1]!.at && order[s.severity] > order[list[i - 1]!.severity])),
    'steps must rise in `at` and in severity',
  );

const override = z
  .strictObject({
    rule: z.enum(ruleKeys as [RuleKey, ...RuleKey[]]),
    facility: z.string().optional(),
    unit: z.string().optional(),
    steps: steps.optional(),
    margin: z.number().min(0).optional(),
    clearAfterMinutes: z.number().min(0).optional(),
  })
  .refine(
    (o) => o.rule !== 'unit-occupancy' || (o.steps ?? []).every((s) => s.at < 1),
    'unit-occupancy: `at` is the share of arrivals that would wait, below 1',
  );

/**
 * A hospital's own limits, as a JSON list: `[{"rule":"ed-boarding","facility":"NGH","steps":[{"severity":"warn","at":90}]}]`.
 * Minutes, except `unit-occupancy`: there `at` is the share of arrivals that would have to wait (0..1).
 */
export const ruleOverrides: z.ZodType<RuleOverride[]> = z
  .string()
  .default('[]')
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'is not JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.array(override));
