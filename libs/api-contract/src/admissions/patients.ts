import { encounterStatus, instant, patientBrief, place } from '@wardstream/events';
import { z } from 'zod';
import type { Answer } from '../answer.js';

/** By what a patient was looked for. */
export const searchedBy = z.enum(['visit-number', 'mrn', 'bed', 'name']);
export type SearchedBy = Answer<typeof searchedBy>;

/**
 * Looks for a patient. What is asked may be a name, so it comes in the body and never in an address: addresses are kept by proxies,
 * browsers and traces.
 */
export const patientSearch = z.object({
  /** A visit number, an MRN, a bed or a name: whole, or how it begins; of a name three letters at least. Case and accents do not count. */
  q: z.string().trim().min(2).max(100),
  /** Answered at most. */
  limit: z.int().min(1).max(20).default(20),
});
export type PatientSearch = z.output<typeof patientSearch>;

/** A visit that was found: who, where now and where before. */
export const foundPatient = z
  .object({
    encounterId: z.string(),
    visitNumber: z.string(),
    status: encounterStatus,
    class: z.string().nullable(),
    /** Names for those who may see them, the MRN (`id`) for those who may see numbers; the rest for all. */
    patient: patientBrief.extend({
      family: z.string().nullable().optional(),
      given: z.string().nullable().optional(),
      birthDate: z.string().nullable().optional(),
      id: z.string().nullable().optional(),
      idDomain: z.string().nullable().optional(),
    }),
    /** Where the patient is; null where they are not in the house. */
    location: place.nullable(),
    /** Since when they are there; null where they are not in the house. */
    since: instant.nullable(),
    /** Where they were in this visit, the latest first; of the place they are in `to` is null. */
    places: z.array(z.object({ place, from: instant, to: instant.nullable() })),
    dischargedAt: instant.nullable(),
    foundBy: searchedBy,
    /** All of it is what was asked, and not only its beginning. */
    exact: z.boolean(),
  })
  .meta({ id: 'FoundPatient' });
export type FoundPatient = Answer<typeof foundPatient>;

/** Those in the house first, then the visits that are over, the latest first. */
export const foundPatients = z
  .object({
    facility: z.string(),
    /** By what the caller may look; a name is not looked for where the role sees none, nor where fewer than three letters are given. */
    searchedBy: z.array(searchedBy),
    items: z.array(foundPatient),
    /** There are more than were answered: ask for more of the name or number. */
    more: z.boolean(),
  })
  .meta({ id: 'FoundPatients' });
export type FoundPatients = Answer<typeof foundPatients>;
