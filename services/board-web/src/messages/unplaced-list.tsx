import type { ReactNode } from 'react';
import { useLocalTime, useMinute } from '../app/board-context.js';
import { Link } from '../app/link.js';
import { useParameter } from '../app/navigation.js';
import { Empty } from '../parts/empty.js';
import { FilterChoice, FilterText } from './filter-row.js';
import { ListingState } from './listing-state.js';
import { causeWord, type Message, type MessagePage } from './message-types.js';
import { useListing } from './use-listing.js';

const causes = ['facility-unknown', 'place-unknown', 'code-unknown'] as const;

/** Sound messages that wait for a facility or a place to be known. They are taken up by themselves when it is. */
export function UnplacedList() {
  const local = useLocalTime();
  const minute = useMinute();
  const nowMs = (minute ?? 0) * 60_000;
  const own = { cause: useParameter('cause'), sender: useParameter('sender'), search: useParameter('search') };
  const query = new URLSearchParams({ disposition: 'unplaced' });
  for (const [name, value] of Object.entries(own)) if (value !== null) query.set(name, value);
  const listing = useListing<MessagePage>(`/api/v1/messages?${query}`);
  const items = listing.value?.items ?? [];
  return (
    <>
      <p className="sub lead">
        Nothing has to be replayed here: as soon as the hospital file or the sender’s profile names the place or code,
        these messages are taken up by themselves, in the order they came in. Until then an encounter counts for its
        unit where that is known.
      </p>
      <div className="message-filters">
        <FilterChoice
          name="cause"
          label="Cause"
          all="Every cause"
          choices={causes.map((c) => [c, causeWord(c)] as const)}
        />
        <FilterText name="sender" label="Sender" />
        <FilterText name="search" label="Number, sender or trigger has" />
      </div>
      <ListingState what="The list" listing={listing} />
      {listing.value !== null && items.length === 0 && (
        <Empty what="Every message found its place" then="One that names an unknown place or code appears here." />
      )}
      {items.length > 0 && (
        <div className="messages-scroll">
          <table className="messages">
            <thead>
              <tr>
                <th>Received</th>
                <th>Sender</th>
                <th>Message</th>
                <th>Cause</th>
                <th>As it was sent</th>
              </tr>
            </thead>
            <tbody>
              {items.map((m) => (
                <tr key={m.id}>
                  <td>{local.near(m.receivedAt, nowMs)}</td>
                  <td>
                    <b>{m.sendingApplication}</b>
                    <small>{m.sendingFacility}</small>
                  </td>
                  <td>
                    {m.trigger}
                    <small>{m.controlId}</small>
                  </td>
                  <td>{causeWord(m.cause)}</td>
                  <td>{waitsFor(m)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function waitsFor({ unknownPlace, sendingFacility, cause }: Message): ReactNode {
  if (cause === 'code-unknown') return <Link to={{ page: 'data-quality' }}>a code, listed in data quality</Link>;
  if (unknownPlace === null) return `facility ${sendingFacility}`;
  const { unit, room, bed } = unknownPlace;
  return [unit, room, bed].filter((p) => p !== null && p !== undefined && p !== '').join(' / ');
}
