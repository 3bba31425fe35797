import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import * as contract from './index.js';

const schemas = Object.entries<unknown>(contract).flatMap(([name, schema]): [string, z.ZodType][] =>
  schema instanceof z.ZodType ? [[name, schema]] : [],
);
const named = schemas.flatMap(([name, schema]) => {
  const id = schema.meta()?.id;
  return id === undefined ? [] : [{ name, id, schema }];
});

describe('the contract', () => {
  it('gives every answer a name of its own, under which the API description has it', () => {
    expect(named.length).toBeGreaterThan(50);
    expect(new Set(named.map(({ id }) => id)).size).toBe(named.length);
  });

  it.each(schemas)(
    '%s: can be told as JSON schema, a request as it is sent and an answer as it is read',
    (_, schema) => {
      const io = schema.meta()?.id === undefined ? 'input' : 'output';
      expect(z.toJSONSchema(schema, { target: 'openapi-3.0', io })).toMatchObject({});
    },
  );

  it('lets an answer say what readers do not know yet', () => {
    const { data } = contract.me.safeParse({ subject: 'u', name: null, roles: ['auditor'], facilities: [], more: 1 });
    expect(data).toEqual({ subject: 'u', name: null, roles: ['auditor'], facilities: [] });
  });

  it.each([
    ['1899-12-31T23:00:00Z', false],
    ['2026-02-30T00:00:00Z', false],
    ['2026-01-13', false],
    ['2026-01-13T08:00:00', false],
    ['2026-01-13T08:00:00+01:00', true],
    ['2199-12-31T23:59:59.999Z', true],
    ['2200-01-01T00:00:00Z', false],
  ])('%s as a time in a request: %s', (text, expected) =>
    expect(contract.requestTime.safeParse(text).success).toBe(expected),
  );
});
