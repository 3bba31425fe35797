import type { LocalTime } from '../time/local-time.js';
import { t } from '../texts/texts.js';

/** 'As of 14:20, catching up': what stands where 'Live' would while the board reads what lies behind it. */
export function catchingUpWords(asOf: string | null, local: LocalTime, nowMs: number): string {
  return asOf === null ? t('app.catchingUp') : t('app.asOfCatchingUp', { at: local.near(asOf, nowMs) });
}
