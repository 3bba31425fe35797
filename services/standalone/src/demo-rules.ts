/**
 * Northgate General's own limits (docs/metrics.md): those of a house that runs full and knows it, so that its alerts are the ones
 * somebody acts on. Anybody else's are what `WARDSTREAM_FLOW_RULES` says, else the defaults.
 */
export const demoRules = JSON.stringify([
  { rule: 'unit-occupancy', steps: [at('warn', 0.9), at('high', 0.98)] },
  { rule: 'request-unassigned', steps: [at('warn', 60), at('high', 180)] },
  { rule: 'confirmed-not-left', steps: [at('warn', 180)] },
  { rule: 'dirty-not-started', steps: [at('warn', 60), at('high', 90)] },
  { rule: 'bed-turn', steps: [at('warn', 90), at('high', 150)] },
]);

function at(severity: 'warn' | 'high', limit: number) {
  return { severity, at: limit };
}
