/** Values that break what takes them for granted. None holds a byte that frames MLLP. */
const times = [
  ...[
    '0000',
    '00000101',
    '0001',
    '18991231',
    '1900',
    '19000101',
    '99991231',
    '99991231235959',
    '20370119',
    '203801190314',
  ],
  ...[
    '261104090000',
    '20261301',
    '20260230',
    '20260329013000',
    '20261025013000',
    '20261025013000+9999',
    '2026112',
    '-2026',
  ],
  ...['20261130000000.99999', '20261130000000-1200', '20261130240000', '20271130', 'yesterday'],
];
const texts = [
  ...[
    '',
    '""',
    '^',
    '^^^^^^^^',
    '~',
    '~~~',
    '&',
    'A~B',
    '\\X00\\',
    '\\XFF\\',
    '\\XC328\\',
    '\\H\\',
    '\\.br\\',
    '\\E\\\\E\\',
    '\\',
  ],
  ...[
    '\u0000',
    '\u00ff',
    '\ud83d\ude00',
    '\u202e',
    "'; DROP",
    'null',
    'NaN',
    '1e308',
    '-1',
    'x'.repeat(3_000),
    '\t',
    '%00',
  ],
];
const charsets = [
  'UNICODE UTF-8',
  '8859/1',
  'ASCII',
  'ISO IR87',
  'ISO IR14~ISO IR87',
  'GB 18030-2000',
  'NOPE',
  'KS X 1001',
];
const triggers = [
  'A01',
  'A02',
  'A03',
  'A08',
  'A11',
  'A12',
  'A13',
  'A14',
  'A17',
  'A20',
  'A40',
  'A45',
  'Z99',
  'A99',
  'R01',
  '',
];

/** Changes a message in one to three places, as broken senders, cables and people do. Deterministic in `random`, which gives 0 up to 1. */
export function mutateMessage(text: string, random: () => number): Buffer {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  let segments = text.split('\r').filter((s) => s !== '');
  const fieldOf = (change: (value: string) => string): void => {
    const s = Math.floor(random() * segments.length);
    const fields = segments[s]!.split('|');
    // MSH-1 and MSH-2 are changed on purpose only.
    const first = fields[0] === 'MSH' ? 2 : 1;
    const f = first + Math.floor(random() * Math.max(1, fields.length - first));
    fields[f] = change(fields[f] ?? '');
    segments[s] = fields.join('|');
  };
  const head = (field: number, value: string): void => {
    const fields = segments[0]!.split('|');
    while (fields.length < field) fields.push('');
    fields[field - 1] = value;
    segments[0] = fields.join('|');
  };
  const changes: readonly (() => void)[] = [
    () => fieldOf(() => pick(times)),
    () => fieldOf(() => pick(times)),
    () => fieldOf(() => pick(texts)),
    () => fieldOf(() => pick(texts)),
    () => fieldOf((value) => `${value}~${value}`),
    () => fieldOf((value) => value.slice(0, Math.floor(random() * value.length))),
    () => fieldOf((value) => value.replaceAll('^', pick(['&', '^^', '']))),
    () => fieldOf((value) => [...value].reverse().join('')),
    () => head(9, `ADT^${pick(triggers)}`),
    () => head(10, pick(['', 'SAME', 'x'.repeat(300)])),
    () => head(11, pick(['T', 'D', 'P^A', ''])),
    () => head(12, pick(['2.1', '2.8', '3.0', ''])),
    () => head(18, pick(charsets)),
    () => segments.splice(Math.floor(random() * segments.length), 1),
    () => segments.push(pick(segments)),
    () => void (segments = [segments[0]!, ...segments.slice(1).sort(() => random() - 0.5)]),
    () =>
      segments.push(
        pick(['ZBE|1|20261130||UPDATE|N|A02', 'MRG|""', 'NPU|^^|O', 'PV1', 'PID', 'ZZZ|' + '|'.repeat(500)]),
      ),
    () => void (segments = segments.map((s) => s.slice(0, 1 + Math.floor(random() * s.length * 2)))),
  ];
  const count = 1 + Math.floor(random() * 3);
  for (let i = 0; i < count && segments.length > 0; i += 1) pick(changes)();
  const bytes = Buffer.from(`${segments.join(random() < 0.05 ? '\n' : '\r')}\r`, 'utf8');
  if (random() < 0.1) bytes[Math.floor(random() * bytes.length)] = 0x20 + Math.floor(random() * 0xdf);
  return bytes.includes(0x0b) || bytes.includes(0x1c) ? Buffer.from(text, 'utf8') : bytes;
}
