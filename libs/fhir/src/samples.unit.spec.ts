import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { movementFact } from '@wardstream/events';
import { bundleToFacts } from './incoming/bundle-to-facts.js';
import { encounterToFacts } from './incoming/encounter-to-facts.js';
import { locationToBedStatus } from './incoming/location-to-bed-status.js';
import { operationOutcome } from './outcome/operation-outcome.js';
import { lines } from './testing/sent.spec.js';
import { faultsByR4 } from '@wardstream/testing/r4-schema';

/** HL7's own examples and Da Vinci's, which lie beside the repository where they are available; never part of it. */
const folder = fileURLToPath(new URL('../../../../shared/data/fhir', import.meta.url));
const present = existsSync(folder);
const describeSamples = present ? describe : describe.skip;

const options = { receivedAt: '2026-03-01T20:00:00.000Z', timeZone: 'UTC', recorded: 'receipt' } as const;

/** What each example means: facts, or 'not acted on'. Those that say no time count from when they were received. */
const expected: Readonly<Record<string, readonly string[] | 'not acted on'>> = {
  'Encounter-emerg.json': [
    'register 2017-01-31T21:15:00.000Z E Emergency Waiting Room',
    'transfer 2017-01-31T22:45:00.000Z E Emergency <-Emergency Waiting Room',
    'to-inpatient 2017-01-31T23:27:00.000Z I Ward 1, Room 42, Bed 1 <-Emergency',
    'leave 2017-02-01T02:15:00.000Z I Ward 1, Room 42, Bed 1',
    'return 2017-02-01T02:45:00.000Z I Ward 1, Room 42, Bed 1',
  ],
  'Encounter-example.json': ['admit 20:00? I nowhere'],
  'Encounter-f001.json': ['register 20:00? O nowhere', 'discharge 20:00? O nowhere'],
  'Encounter-f002.json': ['register 20:00? O nowhere', 'discharge 20:00? O nowhere'],
  'Encounter-f003.json': ['register 20:00? O nowhere', 'discharge 20:00? O nowhere'],
  'Encounter-f201.json': ['register 20:00? O nowhere', 'discharge 20:00? O nowhere'],
  'Encounter-f202.json': ['register 20:00? O nowhere', 'discharge 20:00? O nowhere'],
  'Encounter-f203.json': ['admit 2013-03-11T00:00:00.000Z I nowhere', 'discharge 2013-03-20T23:59:59.000Z I nowhere'],
  'Encounter-home.json': [
    'register 2015-01-17T06:00:00.000Z O nowhere',
    'discharge 2015-01-17T06:30:00.000Z O nowhere',
  ],
  'Encounter-xcda.json': ['register 20:00? O nowhere', 'discharge 20:00? O nowhere'],
  'Location-1.json': 'not acted on',
  'Location-2.json': 'not acted on',
  'Location-amb.json': 'not acted on',
  'Location-hl7.json': 'not acted on',
  'Location-ph.json': 'not acted on',
  'Location-ukp.json': 'not acted on',
  'admit-notification-message-bundle-01.json': ['register 2018-10-22T04:22:15.000Z E nowhere'],
  'transfer-notification-message-bundle-01.json': ['admit 2018-10-22T04:22:15.000Z I nowhere'],
};

/** Why an example that is accepted should be looked at. */
const lookedAt: Readonly<Record<string, readonly string[]>> = {
  'admit-notification-message-bundle-01.json': ['invariant Bundle.entry[1].resource.period.end'],
  'transfer-notification-message-bundle-01.json': [
    'invariant Bundle.entry[1].resource.period.end',
    'required Bundle.entry[1].resource.location',
  ],
};

describeSamples(
  `the examples of HL7 and Da Vinci${present ? '' : ' (shared/data/fhir is not beside the repository)'}`,
  () => {
    const names = present ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];

    it('are all spoken of here', () => {
      expect(names.sort()).toEqual(Object.keys(expected).sort());
    });

    it.each(Object.entries(expected))('%s', (name, means) => {
      const input = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { resourceType: string };
      if (input.resourceType === 'Location') {
        expect(means).toBe('not acted on');
        expect(locationToBedStatus(input, options).kind).toBe('ignored');
        return;
      }
      const mapping =
        input.resourceType === 'Bundle' ? bundleToFacts(input, options) : encounterToFacts(input, undefined, options);
      if (mapping.kind === 'errors') throw new Error(JSON.stringify(mapping.issues));
      expect(lines(mapping.facts)).toEqual(means);
      for (const fact of mapping.facts) expect(movementFact.parse(fact)).toEqual(fact);
      const warnings = mapping.warnings.map((w) => `${w.code} ${w.expression ?? ''}`);
      const unsaid = lines(mapping.facts).filter((l) => l.includes('?')).length;
      expect(warnings).toEqual(
        lookedAt[name] ?? ['required Encounter.period.start', 'required Encounter.period.end'].slice(0, unsaid),
      );
      expect(faultsByR4(operationOutcome(mapping.warnings))).toEqual([]);
    });
  },
);
