import { defineMigration } from '@wardstream/persistence';

/** A started job that a crew had to leave. Kept as long as the job. */
export const pausedCleaning = defineMigration({
  name: '0010-paused-cleaning',
  up: () => ['ALTER TABLE cleaning_job ADD COLUMN paused_at timestamptz, ADD COLUMN pause_reason text'],
});
