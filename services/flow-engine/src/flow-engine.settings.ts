import { setting } from '@wardstream/service-kit';
import { z } from 'zod';
import { ruleOverrides } from './domain/rule-settings.js';

export const flowEngineSettings = {
  rules: setting(
    'WARDSTREAM_FLOW_RULES',
    ruleOverrides,
    "A hospital's own limits, a JSON list of overrides (docs/metrics.md).",
  ),
  tickMs: setting(
    'WARDSTREAM_FLOW_TICK_MS',
    z.coerce.number().int().min(0).default(1000),
    'Real milliseconds between two polls at clocks and rules; 0 for none.',
  ),
  retentionDays: setting(
    'WARDSTREAM_FLOW_RETENTION_DAYS',
    z.coerce.number().int().min(2).default(400),
    'Days for which questions about an earlier time can be answered.',
  ),
} as const;
