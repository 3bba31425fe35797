import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@wardstream/kernel';
import { z } from 'zod';
import { faultsByR4 } from '@wardstream/testing/r4-schema';
import { error, issueTypes, warning } from './issue.js';
import { operationOutcome, outcomeOfRefusal } from './operation-outcome.js';
import { readResource } from './structure.js';

describe('an OperationOutcome', () => {
  it('has an issue for each, in order, and is R4', () => {
    const outcome = operationOutcome([
      error('required', 'Encounter.status', 'The element is missing'),
      warning('business-rule', 'Encounter.location[0]', 'Look'),
      { severity: 'information', code: 'informational', diagnostics: 'Nothing of note' },
    ]);
    expect(outcome.issue).toEqual([
      { severity: 'error', code: 'required', diagnostics: 'The element is missing', expression: ['Encounter.status'] },
      { severity: 'warning', code: 'business-rule', diagnostics: 'Look', expression: ['Encounter.location[0]'] },
      { severity: 'information', code: 'informational', diagnostics: 'Nothing of note' },
    ]);
    expect(faultsByR4(outcome)).toEqual([]);
  });

  it('of nothing says that all is well: an outcome has an issue at least', () => {
    expect(operationOutcome([]).issue).toMatchObject([{ severity: 'information', code: 'informational' }]);
  });

  it.each(issueTypes)('%s is a code of R4', (code) => {
    expect(faultsByR4(operationOutcome([error(code, 'Encounter', 'x')]))).toEqual([]);
  });

  it.each([
    ['invalid', 'invalid'],
    ['not-found', 'not-found'],
    ['conflict', 'conflict'],
    ['forbidden', 'forbidden'],
    ['unauthenticated', 'login'],
    ['too-large', 'too-costly'],
    ['unavailable', 'transient'],
  ] as const)('of a refusal, %s is %s, and keeps the stable code', (refusal, code) => {
    const outcome = outcomeOfRefusal(new DomainError(refusal, 'bed-taken', 'The bed is taken'));
    expect(outcome.issue).toEqual([
      {
        severity: 'error',
        code,
        details: { coding: [{ system: 'urn:wardstream:fhir:refusal', code: 'bed-taken' }] },
        diagnostics: 'The bed is taken',
      },
    ]);
    expect(faultsByR4(outcome)).toEqual([]);
  });
});

describe('what is wrong with the form of a resource', () => {
  const schema = z.object({
    a: z.array(z.object({ b: z.enum(['x', 'y']), c: z.string().regex(/^c/) })),
    d: z.number(),
  });
  const faults = (input: unknown): string[] => {
    const read = readResource(schema, input, 'Thing');
    return read.ok ? [] : read.error.map((i) => `${i.code} ${i.expression ?? ''}: ${i.diagnostics}`);
  };

  it.each([
    [{ d: 1 }, ['required Thing.a: The element is missing']],
    [{ a: {}, d: 1 }, ['structure Thing.a: The element must be an array']],
    [{ a: [], d: 'one' }, ['structure Thing.d: The element must be a number']],
    [{ a: [{ b: 'secret', c: 'c' }], d: 1 }, ['code-invalid Thing.a[0].b: The code is none of: x, y']],
    [{ a: [{ b: 7, c: 'c' }], d: 1 }, ['structure Thing.a[0].b: The element must be a code']],
    [{ a: [{ b: 'x', c: 'secret' }], d: 1 }, ['value Thing.a[0].c: The value has not the form that FHIR asks for']],
    [{ a: [{ b: 'x', c: 'c' }, { b: 'x' }], d: 1 }, ['required Thing.a[1].c: The element is missing']],
    [7, ['structure Thing: The element must be an object']],
  ])('%j', (input, expected) => {
    expect(faults(input)).toEqual(expected);
  });

  it('is told of fifty places at most', () => {
    const a = Array.from({ length: 500 }, () => ({ b: 'z', c: 'c' }));
    expect(faults({ a, d: 1 })).toHaveLength(50);
  });
});
