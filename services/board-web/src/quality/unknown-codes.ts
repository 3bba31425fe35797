/** What `GET /api/v1/senders` answers, as far as the page shows it. */
export interface SenderProfiles {
  /** 0 without any. */
  readonly version: number;
  readonly loadedAt: string | null;
  /** Why what the files say now is not in force. */
  readonly refused: {
    readonly at: string;
    readonly faults: readonly {
      readonly file: string;
      readonly line: number;
      readonly column: number;
      readonly message: string;
    }[];
  } | null;
}

export type CodeKind = 'facility' | 'unit' | 'bed' | 'bed-status' | 'class' | 'trigger';

/** One of `GET /api/v1/senders/unknown-codes`. */
export interface UnknownCode {
  readonly application: string;
  readonly sendingFacility: string;
  /** Null where it is not known for which facility it was sent. */
  readonly facility: string | null;
  readonly kind: CodeKind;
  readonly code: string;
  readonly seenIn: string;
  readonly count: number;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
}

export const kindWord: Readonly<Record<CodeKind, string>> = {
  facility: 'Facility',
  unit: 'Unit',
  bed: 'Bed',
  'bed-status': 'Bed status',
  class: 'Patient class',
  trigger: 'Trigger',
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
