import { describe, expect, it } from '@jest/globals';
import { serviceFor } from './service-for.js';

describe('the one origin', () => {
  it.each([
    ['/api/v1/adt', 'admissions'],
    ['/api/v1/encounters/0190', 'admissions'],
    ['/api/v1/facilities/NGH/encounters', 'admissions'],
    ['/api/v1/quarantine/1/replay', 'admissions'],
    ['/api/v1/replay-check', 'admissions'],
    ['/api/v1/replay-check/beds', 'bed-management'],
    ['/api/v1/events', 'admissions'],
    ['/fhir/R4/Encounter/1', 'admissions'],
    ['/api/v1/facilities', 'bed-management'],
    ['/api/v1/facilities/NGH', 'bed-management'],
    ['/api/v1/facilities/NGH/beds/4A-14/reserve', 'bed-management'],
    ['/api/v1/facilities/NGH/cleaning-jobs', 'bed-management'],
    ['/api/v1/facilities/NGH/bed-requests/1/cancel', 'department-coordination'],
    ['/api/v1/facilities/NGH/discharge-plans', 'department-coordination'],
    ['/api/v1/facilities/NGH/occupancy', 'flow-engine'],
    ['/api/v1/facilities/NGH/data-quality', 'flow-engine'],
    ['/api/v1/alerts', 'alerting'],
    ['/api/v1/webhook-deliveries', 'alerting'],
    ['/api/v1/facilities/NGH/stream', 'board'],
    ['/api/v1/conflicts', 'board'],
    ['/api/v1/encounter-conflicts/1/close', 'admissions'],
    ['/api/v1/bed-conflicts/1/close', 'bed-management'],
    ['/api/v1/dead-letters/flow-engine', 'flow-engine'],
    ['/units/4A', 'board'],
    ['/', 'board'],
    ['/api/v1/facilitiesX', 'board'],
  ])('sends %s to %s', (path, service) => {
    expect(serviceFor(path)).toBe(service);
  });
});
