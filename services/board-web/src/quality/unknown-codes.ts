import type { UnknownCode } from '@wardstream/api-contract';
import { t } from '../texts/parts/quality.js';

export const kindWord: Readonly<Record<UnknownCode['kind'], string>> = {
  facility: t('quality.facility'),
  unit: t('quality.unit'),
  bed: t('quality.bed'),
  'bed-status': t('quality.bedStatus'),
  class: t('quality.patientClass'),
  trigger: t('quality.trigger'),
};

export interface SenderCodes {
  readonly application: string;
  readonly sendingFacility: string;
  readonly codes: readonly UnknownCode[];
}

/** Codes by sender: those of `facility` and those for which no facility is known; in each the most frequent first. */
export function codesBySender(codes: readonly UnknownCode[], facility: string): SenderCodes[] {
  const senders = new Map<string, UnknownCode[]>();
  for (const code of codes) {
    if (code.facility !== null && code.facility !== facility) continue;
    const key = JSON.stringify([code.application, code.sendingFacility]);
    senders.set(key, [...(senders.get(key) ?? []), code]);
  }
  return [...senders.values()]
    .flatMap((own): SenderCodes[] => {
      const [first] = own;
      if (first === undefined) return [];
      own.sort((a, b) => b.count - a.count || a.kind.localeCompare(b.kind) || a.code.localeCompare(b.code));
      return [{ application: first.application, sendingFacility: first.sendingFacility, codes: own }];
    })
    .sort(
      (a, b) =>
        a.application.localeCompare(b.application, 'en') || a.sendingFacility.localeCompare(b.sendingFacility, 'en'),
    );
}
