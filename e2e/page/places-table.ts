/** Every state of a tile: the messages (trigger and visit) and commands that make it, and how the board heads it. `fhir`: table 0116. */
export const tiles: readonly {
  readonly bed: string;
  readonly by: string;
  readonly state: string;
  readonly word: string | RegExp;
  readonly fhir: string;
}[] = [
  { bed: '4A-01', by: '', state: 'available', word: 'Available', fhir: 'U' },
  { bed: '4A-02', by: 'A01 T2', state: 'occupied', word: 'Occupied', fhir: 'O' },
  { bed: '4A-03', by: 'A01 T3, A03 T3', state: 'dirty', word: 'Dirty', fhir: 'H' },
  { bed: '4A-04', by: 'A01 T4, A03 T4, cleaning/start', state: 'cleaning', word: 'Cleaning', fhir: 'H' },
  {
    bed: '4A-09',
    by: 'A01 T9, A03 T9, cleaning/start, cleaning/complete',
    state: 'available',
    word: 'Available',
    fhir: 'U',
  },
  { bed: '4A-10', by: 'A14 T10', state: 'reserved', word: 'Reserved', fhir: 'U' },
  { bed: '4A-11', by: 'block', state: 'blocked', word: 'Blocked', fhir: 'C' },
  { bed: '4A-12', by: 'close', state: 'closed', word: 'Closed', fhir: 'C' },
  { bed: '4A-19', by: '', state: 'closed', word: 'Closed', fhir: 'C' },
  { bed: '4A-20', by: '', state: 'surge', word: 'Surge', fhir: 'C' },
  { bed: '4A-17', by: 'A01 T17, A01 T17b', state: 'occupied', word: 'Conflict', fhir: 'O' },
  { bed: '4A-22', by: 'close, A01 T22', state: 'occupied', word: 'Conflict', fhir: 'O' },
  { bed: '4A-28', by: 'block, A01 T28', state: 'occupied', word: 'Conflict', fhir: 'O' },
  { bed: '4A-18', by: 'A01 T18, A21 T18', state: 'occupied', word: 'On leave', fhir: 'O' },
  { bed: '4A-27', by: 'A01 T27, A21 T27, A01 T27g', state: 'occupied', word: 'Kept for T.M., on leave', fhir: 'O' },
  { bed: '4A-13', by: 'A02 -', state: 'blocked', word: /^Not certain since \d\d:\d\d$/, fhir: 'C' },
  { bed: '4A-14', by: 'A01 T14, A03 T14, A20 K', state: 'dirty', word: 'Dirty', fhir: 'K' },
  { bed: '4A-23', by: 'A01 T23, A01 T23n', state: 'occupied', word: 'Occupied', fhir: 'O' },
  { bed: '4A-24', by: 'A01 T24 ahead', state: 'occupied', word: 'Admission lies ahead', fhir: 'O' },
  { bed: '4A-25', by: 'A01 T25, A09 T25', state: 'occupied', word: 'Occupied', fhir: 'O' },
];

/** Every place a patient can be in: as sent, where the list of the house has them, and what the search says. */
export const places: readonly {
  readonly visit: string;
  readonly by: readonly (readonly [string, string])[];
  readonly list: string | null;
  readonly note: string;
  readonly status: string;
  readonly class?: string;
}[] = [
  { visit: 'T17', by: [], list: null, note: '4A-17', status: 'in-progress' },
  { visit: 'T17b', by: [], list: null, note: '4A-17', status: 'in-progress' },
  { visit: 'T23', by: [], list: null, note: '4A-23', status: 'in-progress' },
  { visit: 'T23n', by: [], list: null, note: '4A-23', status: 'in-progress' },
  { visit: 'T24', by: [], list: null, note: '4A-24', status: 'in-progress' },
  { visit: 'T22', by: [], list: null, note: '4A-22', status: 'in-progress' },
  { visit: 'T28', by: [], list: null, note: '4A-28', status: 'in-progress' },
  { visit: 'T27', by: [], list: 'On leave', note: '4A-27', status: 'on-leave' },
  { visit: 'T27g', by: [], list: 'In a bed kept for another', note: '4A-27', status: 'in-progress' },
  { visit: 'T2', by: [], list: null, note: '4A-02', status: 'in-progress' },
  { visit: 'T18', by: [], list: 'On leave', note: '4A-18', status: 'on-leave' },
  { visit: 'T25', by: [], list: 'Away from the bed', note: '4A-25', status: 'in-progress' },
  { visit: 'T10', by: [], list: 'Planned, not here yet', note: 'Planned, not here yet', status: 'planned' },
  {
    visit: 'P1',
    by: [['A01', 'XRAYWARD^^1']],
    list: 'In no known unit',
    note: 'In no known unit, XRAYWARD^^1',
    status: 'in-progress',
  },
  {
    visit: 'P2',
    by: [['A01', '4A^B^77']],
    list: 'In no known bed',
    note: 'In no known bed, 4A',
    status: 'in-progress',
  },
  { visit: 'P3', by: [['A01', '4A']], list: 'In no known bed', note: 'In no known bed, 4A', status: 'in-progress' },
  {
    visit: 'P4',
    by: [['A01', '']],
    list: 'In no place that was told',
    note: 'In no place that was told',
    status: 'in-progress',
  },
  {
    visit: 'P5',
    by: [
      ['A01', 'XRAYWARD^^2'],
      ['A02', '4A^^26'],
    ],
    list: null,
    note: '4A-26',
    status: 'in-progress',
  },
  { visit: 'P6', by: [['A04', 'ED^MAJA^06']], list: null, note: 'ED-06', status: 'in-progress', class: 'E' },
];
