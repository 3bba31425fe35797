import type { CheckedPage } from '@wardstream/service-kit';
import type { Difference } from './replay-differences.js';

/** How much was compared. */
export interface Counts {
  readonly messages: number;
  readonly facts: number;
  readonly encounters: number;
  /** Encounters that wait to be derived in a newer configuration; they are not compared. */
  readonly waiting: number;
}

export type Page = CheckedPage<Counts, Difference>;

/** What is read in one statement at most, or one row of more bytes as they are stored. */
export const ROWS_A_PAGE = 500;
export const BYTES_A_PAGE = 2_000_000;

/** Before the first id. */
export const firstId = '00000000-0000-0000-0000-000000000000';
