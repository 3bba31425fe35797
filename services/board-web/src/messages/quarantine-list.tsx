import { useMe, useLocalTime, useMinute, useStore } from '../app/board-context.js';
import { setParameters, useParameter } from '../app/navigation.js';
import { refusalOf } from '../commands/permissions.js';
import { Empty } from '../parts/empty.js';
import { counted } from '../parts/words.js';
import { BulkReplay } from './bulk-replay.js';
import { FilterChoice, FilterText } from './filter-row.js';
import { ListingState } from './listing-state.js';
import { MessagePanel } from './message-panel.js';
import { causeWord, faultWords, quarantineCauses, type MessagePage } from './message-types.js';
import { useListing } from './use-listing.js';

const hours: readonly (readonly [string, string])[] = [
  ['1', 'the last hour'],
  ['24', 'the last 24 hours'],
  ['168', 'the last 7 days'],
];

/** Messages in quarantine, the latest first, with what is wrong in words. */
export function QuarantineList() {
  const me = useMe();
  const store = useStore();
  const local = useLocalTime();
  const minute = useMinute();
  const since = useParameter('since');
  const opened = useParameter('message');
  const own = { cause: useParameter('cause'), sender: useParameter('sender'), trigger: useParameter('trigger') };
  const search = useParameter('search');
  // To the hour, so that the list is not another one every moment.
  const hour = Math.floor((store.nowMs() ?? 0) / 3_600_000);
  const from = since === null || hour === 0 ? null : new Date((hour - Number(since)) * 3_600_000).toISOString();
  const filter = Object.fromEntries(
    Object.entries({ ...own, search, from }).flatMap(([k, v]) => (v === null ? [] : [[k, v] as const])),
  );
  const listing = useListing<MessagePage>(`/api/v1/quarantine?${new URLSearchParams(filter)}`);
  const refused = refusalOf('mend-messages', me.roles);
  const items = listing.value?.items ?? [];
  const nowMs = (minute ?? 0) * 60_000;
  const filtered = Object.keys(filter).length > 0;
  return (
    <>
      <div className="message-filters">
        <FilterChoice
          name="cause"
          label="Cause"
          all="Every cause"
          choices={quarantineCauses.map((c) => [c, causeWord(c)] as const)}
        />
        <FilterText name="sender" label="Sender" />
        <FilterText name="trigger" label="Trigger" />
        <FilterChoice name="since" label="Received" all="at any time" choices={hours} />
        <FilterText name="search" label="Number, sender or trigger has" />
      </div>
      <BulkReplay filter={filter} total={listing.value?.total ?? null} refused={refused} onChanged={listing.reload} />
      <ListingState what="The quarantine" listing={listing} />
      {listing.value !== null && items.length === 0 && (
        <Empty
          what={filtered ? 'No message in quarantine matches' : 'No message is in quarantine'}
          then={filtered ? 'Another filter may show more.' : 'What a sender sends wrong appears here within seconds.'}
        />
      )}
      <div className={`messages-split ${opened === null ? '' : 'open'}`}>
        {items.length > 0 && (
          <div className="messages-scroll">
            <table className="messages">
              <thead>
                <tr>
                  <th>Received</th>
                  <th>Sender</th>
                  <th>Message</th>
                  <th>Cause</th>
                  <th>What is wrong</th>
                  <th>Open</th>
                </tr>
              </thead>
              <tbody>
                {items.map((m) => (
                  <tr key={m.id} aria-selected={m.id === opened}>
                    <td>{local.near(m.receivedAt, nowMs)}</td>
                    <td>
                      <b>{m.sendingApplication === '' ? 'not told' : m.sendingApplication}</b>
                      <small>{m.sendingFacility}</small>
                    </td>
                    <td>
                      {m.trigger === '' ? m.format : m.trigger}
                      <small>{m.controlId}</small>
                    </td>
                    <td>{causeWord(m.cause)}</td>
                    <td className="wrong">{faultWords(m.errors)}</td>
                    <td>
                      <button
                        type="button"
                        className="btn small"
                        aria-disabled={refused !== null}
                        title={refused ?? undefined}
                        onClick={() => refused === null && setParameters({ message: m.id })}
                      >
                        Open
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {listing.value?.next !== null && listing.value?.total !== undefined && (
              <p className="sub more">
                The latest {counted(items.length, 'message')} of {listing.value.total}; a filter shows the others.
              </p>
            )}
          </div>
        )}
        {opened !== null && refused === null && (
          <MessagePanel
            key={opened}
            id={opened}
            onChanged={listing.reload}
            onClose={() => setParameters({ message: null })}
          />
        )}
      </div>
    </>
  );
}
