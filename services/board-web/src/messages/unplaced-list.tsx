import type { Message, MessageList } from '@wardstream/api-contract';
import type { ReactNode } from 'react';
import { useLocalTime, useMinute } from '../app/board-context.js';
import { Link } from '../app/link.js';
import { useParameter } from '../app/navigation.js';
import { Empty } from '../ui/empty.js';
import { FilterChoice, FilterText } from '../app/filter-row.js';
import { ListingState } from './listing-state.js';
import { causeWord } from './message-types.js';
import { LISTS, useFetched } from '../app/use-fetched.js';
import { t } from '../texts/parts/messages.js';

const causes = ['facility-unknown', 'place-unknown', 'code-unknown'] as const;

/** Sound messages that wait for a facility or a place to be known. They are taken up by themselves when it is. */
export function UnplacedList() {
  const local = useLocalTime();
  const minute = useMinute();
  const nowMs = (minute ?? 0) * 60_000;
  const own = { cause: useParameter('cause'), sender: useParameter('sender'), search: useParameter('search') };
  const query = new URLSearchParams({ disposition: 'unplaced' });
  for (const [name, value] of Object.entries(own)) if (value !== null) query.set(name, value);
  const listing = useFetched<MessageList>(`/api/v1/messages?${query}`, LISTS);
  const items = listing.value?.items ?? [];
  return (
    <>
      <p className="sub lead">{t('messages.nothingHasToBeReplayedHere')}</p>
      <div className="message-filters">
        <FilterChoice
          name="cause"
          label={t('messages.cause')}
          all={t('messages.everyCause')}
          choices={causes.map((c) => [c, causeWord(c)] as const)}
        />
        <FilterText name="sender" label={t('messages.sender')} />
        <FilterText name="search" label={t('messages.numberSenderOrTriggerHas')} />
      </div>
      <ListingState what={t('messages.theList')} listing={listing} />
      {listing.value !== null && items.length === 0 && (
        <Empty what={t('messages.everyMessageFoundItsPlace')} then={t('messages.oneThatNamesAnUnknownPlace')} />
      )}
      {items.length > 0 && (
        <div className="messages-scroll">
          <table className="messages">
            <thead>
              <tr>
                <th>{t('messages.received')}</th>
                <th>{t('messages.sender')}</th>
                <th>{t('messages.message')}</th>
                <th>{t('messages.cause')}</th>
                <th>{t('messages.asItWasSent')}</th>
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
  if (cause === 'code-unknown')
    return <Link to={{ page: 'data-quality' }}>{t('messages.aCodeListedInDataQuality')}</Link>;
  if (unknownPlace === null) return t('messages.facility2', { sendingFacility });
  const { unit, room, bed } = unknownPlace;
  return [unit, room, bed].filter((p) => p !== null && p !== undefined && p !== '').join(' / ');
}
