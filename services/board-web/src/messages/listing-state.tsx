import { useLocalTime } from '../app/board-context.js';
import { Failed } from '../parts/empty.js';
import type { Listing } from './use-listing.js';

/** Says of a list that cannot be read why, and what is shown instead: nothing, or what was read before with its time. */
export function ListingState({ what, listing }: { what: string; listing: Listing<unknown> }) {
  const local = useLocalTime();
  const { value, at, problem, reload } = listing;
  if (problem === null) return null;
  if (value === null) return <Failed what={`${what} cannot be read`} code={problem.code} retry={reload} />;
  return (
    <p className="banner" role="status">
      {what} cannot be read now; shown as of {at === null ? 'before' : local.clock(at)}. Code {problem.code}.
      <span className="end">
        <button type="button" onClick={reload}>
          Retry
        </button>
      </span>
    </p>
  );
}
