/** ADT messages for journeys, written by hand and small on purpose: the product's own builder is not used to test it. */

export interface AdtOptions {
  readonly trigger: string;
  readonly visit: string;
  /** Unit, room and bed of PV1-3, e.g. '4A^A^01'. */
  readonly at?: string;
  /** PV1-6 */
  readonly from?: string;
  readonly class?: string;
  /** When it happened. */
  readonly when: Date;
  readonly controlId?: string;
  readonly name?: string;
  readonly mrn?: string;
  readonly facility?: string;
  readonly sender?: string;
  readonly extra?: readonly string[];
}

let counter = 0;

/** HL7 DTM in UTC with seconds and milliseconds. */
export function dtm(when: Date): string {
  return `${when
    .toISOString()
    .replaceAll(/[-:TZ]/g, '')
    .slice(0, 18)}+0000`;
}

/** One ADT message, segments ended by CR. */
export function adt(of: AdtOptions): string {
  const control = of.controlId ?? `E2E${process.pid}-${++counter}`;
  const [family, given] = (of.name ?? 'Marsh^Tilda').split('^');
  const segments = [
    `MSH|^~\\&|${of.sender ?? 'E2E-ADT'}|${of.facility ?? 'NGH'}|WARDSTREAM|NGH|${dtm(of.when)}||ADT^${of.trigger}|${control}|P|2.5.1`,
    `EVN|${of.trigger}|${dtm(of.when)}||||${dtm(of.when)}`,
    `PID|1||${of.mrn ?? `M${of.visit}`}^^^NGH^MR||${family}^${given}||19580402|F`,
    `PV1|1|${of.class ?? 'I'}|${of.at ?? ''}|||${of.from ?? ''}||||MED|||||||||${of.visit}^^^NGH^VN`,
    ...(of.extra ?? []),
  ];
  return `${segments.join('\r')}\r`;
}
