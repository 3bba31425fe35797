import { describe, expect, it } from '@jest/globals';
import { bedStates } from '@wardstream/events';
import { systems } from '../r4/systems.js';
import { bedStatusCodeOf, operationalStatusOf } from './operational-status.js';
import { classCoding, classOfFact, isAdmitted, outgoingClass, patientClassOf } from './patient-class.js';

describe('the status of a bed by table 0116', () => {
  it.each([
    ['available', 'U', 'U'],
    ['reserved', 'U', 'U'],
    ['occupied', 'O', 'O'],
    ['dirty', 'H', 'K'],
    ['cleaning', 'H', 'K'],
    ['blocked', 'C', 'C'],
    ['closed', 'C', 'C'],
    ['surge', 'C', 'C'],
  ] as const)('%s is %s, and %s where a terminal clean is due', (state, code, terminal) => {
    expect(operationalStatusOf(state)).toMatchObject({ system: systems.bedStatus, code });
    expect(operationalStatusOf(state, true)).toMatchObject({ code: terminal });
  });

  it('has a code for every state', () => {
    for (const state of bedStates) expect(operationalStatusOf(state).code).toMatch(/^[CHKOU]$/);
  });

  it.each([
    [{ system: systems.bedStatus, code: 'K' }, 'K'],
    [{ code: 'u' }, 'U'],
    [{ system: systems.bedStatus, code: 'R' }, null],
    [{ system: 'urn:x', code: 'K' }, null],
    [{ system: systems.bedStatus }, null],
  ])('%j is read as %s', (coding, code) => {
    expect(bedStatusCodeOf(coding)).toBe(code);
  });
});

describe('the class of a patient', () => {
  it.each([
    ['I', 'IMP', true],
    ['E', 'EMER', false],
    ['amb', 'AMB', false],
    ['P', 'PRENC', false],
    ['OBSENC', 'OBSENC', true],
    ['SS', 'SS', true],
    ['R', 'R', false],
    ['B', 'B', true],
    ['C', 'C', false],
    ['N', 'N', false],
    ['DAYWARD', 'DAYWARD', true],
  ])('%s goes out as %s, comes back, and is admitted: %s', (patientClass, code, admitted) => {
    const coding = classCoding(classOfFact(patientClass).class);
    expect(coding.code).toBe(code);
    expect(patientClassOf(coding)).toBe(patientClass);
    expect(isAdmitted(patientClass)).toBe(admitted);
  });

  it('that nobody knows is a null flavour', () => {
    expect(classCoding(null)).toMatchObject({ system: systems.nullFlavor, code: 'UNK' });
    expect(classCoding(' ')).toMatchObject({ code: 'UNK' });
    expect(patientClassOf(classCoding(null))).toBeNull();
    expect(patientClassOf({ display: 'inpatient' })).toBeNull();
  });

  it.each(['AMB', 'VR', 'HH', 'FLD'])(
    '%s lies in no bed, though its letter is that of who is under observation',
    (code) => {
      expect(classOfFact(patientClassOf({ code }))).toEqual({ class: 'O', inNoBed: true });
      expect(classOfFact(patientClassOf({ system: systems.patientClass, code: 'O' }))).toEqual({ class: 'O' });
    },
  );

  it.each(['IMP', 'ACUTE', 'NONAC', 'OBSENC', 'EMER', 'SS'])('%s may lie in a bed', (code) => {
    expect(classOfFact(patientClassOf({ code })).inNoBed).toBeUndefined();
  });

  it('of an outpatient in a bed goes out as observation, so that who writes back what was read takes nobody out of it', () => {
    expect(outgoingClass('O', [{ holdsBed: false }, { holdsBed: true }])).toBe('OBSENC');
    expect(outgoingClass('O', [{ holdsBed: true }, { holdsBed: false }])).toBe('O');
    expect(outgoingClass('I', [{ holdsBed: true }])).toBe('I');
  });

  it('of another system is not taken for ours', () => {
    expect(patientClassOf({ system: 'urn:x', code: 'AMB' })).toBe('AMB');
    expect(patientClassOf({ code: 'imp' })).toBe('I');
  });
});
