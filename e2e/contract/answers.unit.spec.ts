import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { faultsOf, schemaOf } from './answers.js';

const bed = z.object({
  id: z.string(),
  occupants: z.array(z.object({ visit: z.string() })),
  note: z.string().optional(),
});
const told = { id: '1', occupants: [{ visit: 'V1' }] };

describe('an answer against its schema', () => {
  it.each<[string, unknown, string[]]>([
    ['what it tells of', { ...told, note: 'x' }, []],
    ['without a field that may be left out', told, []],
    ['with a field that it does not know', { ...told, name: 'Ada' }, ['name: not in the contract']],
    [
      'with one in a list',
      { ...told, occupants: [...told.occupants, { visit: 'V2', name: 'Ada' }] },
      ['occupants.1.name: not in the contract'],
    ],
    ['without a field that it has', { occupants: [] }, [expect.stringMatching(/^id: /) as unknown as string]],
    ['with another type', { ...told, id: 1 }, [expect.stringMatching(/^id: /) as unknown as string]],
    ['with nothing', null, [expect.any(String) as unknown as string]],
  ])('%s', (_, answer, faults) => expect(faultsOf(bed, answer)).toEqual(faults));

  it('is found by the name that the description gives it', () => {
    const described = (schema: object) => ({ content: { 'application/json': { schema } } });
    const [me, problem] = ['Me', 'Problem'].map((name) => ({ $ref: `#/components/schemas/${name}` })) as [
      object,
      object,
    ];
    const paths = { '/me': { get: { responses: { 200: described(me), default: described(problem) } } } };
    expect(schemaOf(paths, 'GET', '/me', 200)?.meta()?.id).toBe('Me');
    expect(schemaOf(paths, 'get', '/me', 404)?.meta()?.id).toBe('Problem');
    expect(schemaOf({ '/me': { get: { responses: { 200: described({ $ref: 'Nobody' }) } } } }, 'get', '/me', 200)).toBe(
      undefined,
    );
  });
});
