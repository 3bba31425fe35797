import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type DateCriterion, datePrefixes, periodFulfils } from './date.js';
import { encounterParameters, type EncounterSearch, parseEncounterSearch } from './encounter-search.js';
import { type LocationSearch, parseLocationSearch } from './location-search.js';
import type { Handling } from './parameters.js';
import { tokenFulfils } from './token.js';

const zone = { timeZone: 'Europe/London' };

function encounters(query: string, handling: Handling = 'strict'): EncounterSearch {
  const result = parseEncounterSearch(new URLSearchParams(query), { ...zone, handling });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function locations(query: string): LocationSearch {
  const result = parseLocationSearch(new URLSearchParams(query));
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function faults(query: string, of: 'Encounter' | 'Location' = 'Encounter'): string[] {
  const sent = new URLSearchParams(query);
  const result = of === 'Encounter' ? parseEncounterSearch(sent, zone) : parseLocationSearch(sent);
  return result.ok ? [] : result.error.map((i) => `${i.code} ${i.expression ?? ''}: ${i.diagnostics}`);
}

const nothing: EncounterSearch = {
  ids: null,
  identifier: [],
  status: [],
  class: [],
  date: [],
  location: [],
  patient: [],
  count: null,
  warnings: [],
};

describe('a search for encounters', () => {
  it.each<[string, Partial<EncounterSearch>]>([
    ['', {}],
    ['status=', {}],
    ['_format=json&_pretty=true', {}],
    ['_id=a,b', { ids: ['a', 'b'] }],
    ['_id=a,b&_id=b,c', { ids: ['b'] }],
    ['status=planned,in-progress', { status: [['planned', 'in-progress']] }],
    ['status=http://hl7.org/fhir/encounter-status|finished', { status: [['finished']] }],
    ['identifier=V1', { identifier: [[{ system: undefined, code: 'V1' }]] }],
    ['identifier=urn:v|V1', { identifier: [[{ system: 'urn:v', code: 'V1' }]] }],
    ['identifier=|V1', { identifier: [[{ system: null, code: 'V1' }]] }],
    ['identifier=urn:v|', { identifier: [[{ system: 'urn:v', code: null }]] }],
    ['identifier=a\\,b\\|c\\\\d', { identifier: [[{ system: undefined, code: 'a,b|c\\d' }]] }],
    [
      'class=IMP,EMER',
      {
        class: [
          [
            { system: undefined, code: 'IMP' },
            { system: undefined, code: 'EMER' },
          ],
        ],
      },
    ],
    ['location=Location/NGH.bed.4A-1,b', { location: [['NGH.bed.4A-1', 'b']] }],
    ['location:Location=b', { location: [['b']] }],
    ['patient=p1&subject=https://x.example/fhir/Patient/p2', { patient: [['p1'], ['p2']] }],
    ['_count=20', { count: 20 }],
    ['_count=0', { count: 0 }],
    ['_count=99999', { count: 1000 }],
    [
      'date=2026-07-01',
      { date: [[{ prefix: 'eq', from: '2026-06-30T23:00:00.000Z', to: '2026-07-01T23:00:00.000Z' }]] },
    ],
    [
      'date=ge2026-07-01T10:00:00Z&date=lt2026-07-02T10:00Z',
      {
        date: [
          [{ prefix: 'ge', from: '2026-07-01T10:00:00.000Z', to: '2026-07-01T10:00:01.000Z' }],
          [{ prefix: 'lt', from: '2026-07-02T10:00:00.000Z', to: '2026-07-02T10:01:00.000Z' }],
        ],
      },
    ],
  ])('%s', (query, search) => {
    expect(encounters(query)).toEqual({ ...nothing, ...search });
  });

  it.each(datePrefixes)('takes the prefix %s', (prefix) => {
    expect(encounters(`date=${prefix}2026`).date).toMatchObject([[{ prefix }]]);
  });

  it.each([
    [
      'status=gone',
      [
        'code-invalid status: The value must be one of planned, arrived, triaged, in-progress, onleave, finished, cancelled, entered-in-error, unknown',
      ],
    ],
    [
      'status=urn:x|finished',
      [
        'code-invalid status: The value must be one of planned, arrived, triaged, in-progress, onleave, finished, cancelled, entered-in-error, unknown',
      ],
    ],
    ['status:not=finished', ['not-supported status: The search parameter takes no modifier here']],
    ['identifier=|', ['value identifier: The value must be code, system|code, |code or system|']],
    ['identifier=a|b|c', ['value identifier: The value must be code, system|code, |code or system|']],
    [
      'date=today',
      [
        'value date: The value must be a date, YYYY, YYYY-MM, YYYY-MM-DD or with a time, after one of eq, ne, gt, lt, ge, le, sa, eb or none',
      ],
    ],
    [
      'date=ge2026-02-30',
      [
        'value date: The value must be a date, YYYY, YYYY-MM, YYYY-MM-DD or with a time, after one of eq, ne, gt, lt, ge, le, sa, eb or none',
      ],
    ],
    ['date=ap2026', ['not-supported date: The prefix ap is not supported; use ge and le']],
    ['location=Patient/1', ['value location: The value must be an id or a reference Location/id']],
    ['location:missing=true', ['not-supported location: The search parameter takes no modifier here but :Location']],
    ['_count=many', ['value _count: The page size must be a whole number']],
    ['_id:exact=a', ['not-supported _id: The search parameter takes no modifier here']],
    [`_id=${'a,'.repeat(600)}`, ['too-costly _id: At most 500 values are taken for one parameter']],
  ])('%s is refused', (query, expected) => {
    expect(faults(query)).toEqual(expected);
  });

  it('tells what is supported where a parameter is not', () => {
    const [text] = faults('practitioner=1');
    expect(text).toMatch(/^not-supported practitioner: .*identifier, status, class, date, location/);
    expect(faults('location.name=x')[0]).toMatch(/^not-supported location\.name: Chained/);
    expect(faults(`${encodeURIComponent('<script>')}=x`)[0]).toMatch(/^not-supported parameter:/);
  });

  it('passes over what it does not know, where it is asked to be lenient, and says so', () => {
    const search = encounters('practitioner=1&status=finished', 'lenient');
    expect(search.status).toEqual([['finished']]);
    expect(search.warnings).toMatchObject([{ severity: 'warning', code: 'not-supported', expression: 'practitioner' }]);
  });

  it('is never lenient with a value', () => {
    expect(parseEncounterSearch([['status', 'gone']], { ...zone, handling: 'lenient' }).ok).toBe(false);
  });

  it('tells all faults at once', () => {
    expect(faults('status=gone&date=never&_count=x')).toHaveLength(3);
  });

  it('gives a search or a fault for any query; never throws', () => {
    const key = fc.oneof(fc.constantFrom(...encounterParameters.map((p) => p.name)), fc.string());
    const value = fc.oneof(fc.string(), fc.stringMatching(/^(ge|le|eq)?[0-9T:|,\\-]{0,20}$/));
    fc.assert(
      fc.property(fc.array(fc.tuple(key, value)), (query) => {
        for (const handling of ['strict', 'lenient'] as const) {
          const result = parseEncounterSearch(query, { ...zone, handling });
          if (!result.ok) expect(result.error.length).toBeGreaterThan(0);
          parseLocationSearch(query, { handling });
        }
      }),
    );
  });
});

describe('a search for Locations', () => {
  it.each<[string, Partial<LocationSearch>]>([
    ['operational-status=U,H', { operationalStatus: [['U', 'H']] }],
    ['operational-status=http://terminology.hl7.org/CodeSystem/v2-0116|O', { operationalStatus: [['O']] }],
    ['status=active&physical-type=bd', { status: [['active']], physicalType: [['bd']] }],
    ['partof=Location/NGH.ward.4A', { partOf: [['NGH.ward.4A']] }],
    ['identifier=4A-1', { identifier: [[{ system: undefined, code: '4A-1' }]] }],
  ])('%s', (query, search) => {
    expect(locations(query)).toMatchObject(search);
  });

  it.each([
    ['operational-status=R', 'code-invalid operational-status: The value must be one of C, H, I, K, O, U'],
    ['physical-type=lvl', 'code-invalid physical-type: The value must be one of bd, ro, wa, si'],
    ['status=open', 'code-invalid status: The value must be one of active, suspended, inactive'],
    ['partof=Encounter/1', 'value partof: The value must be an id or a reference Location/id'],
  ])('%s is refused', (query, expected) => {
    expect(faults(query, 'Location')).toEqual([expected]);
  });
});

describe('whether a period fulfils a date', () => {
  const day = (prefix: DateCriterion['prefix']): DateCriterion => ({
    prefix,
    from: '2026-03-02T00:00:00.000Z',
    to: '2026-03-03T00:00:00.000Z',
  });
  const periods = {
    before: ['2026-03-01T08:00:00.000Z', '2026-03-01T10:00:00.000Z'],
    into: ['2026-03-01T08:00:00.000Z', '2026-03-02T10:00:00.000Z'],
    within: ['2026-03-02T08:00:00.000Z', '2026-03-02T10:00:00.000Z'],
    over: ['2026-03-01T08:00:00.000Z', '2026-03-04T10:00:00.000Z'],
    outOf: ['2026-03-02T08:00:00.000Z', '2026-03-03T10:00:00.000Z'],
    after: ['2026-03-04T08:00:00.000Z', '2026-03-04T10:00:00.000Z'],
    edge: ['2026-03-02T00:00:00.000Z', '2026-03-03T00:00:00.000Z'],
    open: ['2026-03-02T08:00:00.000Z', null],
    endless: [null, null],
  } as const;

  it.each([
    ['eq', ['within']],
    ['ne', ['before', 'into', 'over', 'outOf', 'after', 'edge', 'open', 'endless']],
    ['gt', ['over', 'outOf', 'after', 'edge', 'open', 'endless']],
    ['lt', ['before', 'into', 'over', 'endless']],
    ['ge', ['into', 'within', 'over', 'outOf', 'after', 'edge', 'open', 'endless']],
    ['le', ['before', 'into', 'within', 'over', 'outOf', 'edge', 'open', 'endless']],
    ['sa', ['after']],
    ['eb', ['before']],
  ] as const)('%s: %j', (prefix, expected) => {
    const found = Object.entries(periods).filter(([, [start, end]]) => periodFulfils({ start, end }, day(prefix)));
    expect(found.map(([name]) => name)).toEqual(expected);
  });
});

describe('whether a token fulfils', () => {
  it.each([
    [{ system: undefined, code: 'V1' }, true, true],
    [{ system: 'urn:v', code: 'V1' }, true, false],
    [{ system: null, code: 'V1' }, false, true],
    [{ system: 'urn:v', code: null }, true, false],
    [{ system: undefined, code: 'V2' }, false, false],
  ])('%j', (criterion, withSystem, without) => {
    expect(tokenFulfils({ system: 'urn:v', code: 'V1' }, criterion)).toBe(withSystem);
    expect(tokenFulfils({ code: 'V1' }, criterion)).toBe(without);
  });
});
