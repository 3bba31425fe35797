import type { QuarantineList } from '@wardstream/api-contract';
import { useMe, useLocalTime, useMinute, useStore } from '../app/board-context.js';
import { setParameters, useParameter } from '../app/navigation.js';
import { refusalOf } from '@wardstream/access';
import { Empty } from '../ui/empty.js';
import { counted } from '../ui/labels.js';
import { BulkReplay } from './bulk-replay.js';
import { FilterChoice, FilterText } from '../app/filter-row.js';
import { ListingState } from './listing-state.js';
import { MessagePanel } from './message-panel.js';
import { causeWord, faultWords, quarantineCauses } from './message-types.js';
import { LISTS, useFetched } from '../app/use-fetched.js';
import { t } from '../texts/parts/messages.js';

const hours: readonly (readonly [string, string])[] = [
  ['1', t('messages.theLastHour')],
  ['24', t('messages.theLastHours')],
  ['168', t('messages.theLastDays')],
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
  const listing = useFetched<QuarantineList>(`/api/v1/quarantine?${new URLSearchParams(filter)}`, LISTS);
  const refused = refusalOf('message.mend', me.roles);
  const items = listing.value?.items ?? [];
  const nowMs = (minute ?? 0) * 60_000;
  const filtered = Object.keys(filter).length > 0;
  return (
    <>
      <div className="message-filters">
        <FilterChoice
          name="cause"
          label={t('messages.cause')}
          all={t('messages.everyCause')}
          choices={quarantineCauses.map((c) => [c, causeWord(c)] as const)}
        />
        <FilterText name="sender" label={t('messages.sender')} />
        <FilterText name="trigger" label={t('messages.trigger')} />
        <FilterChoice name="since" label={t('messages.received')} all={t('messages.atAnyTime')} choices={hours} />
        <FilterText name="search" label={t('messages.numberSenderOrTriggerHas')} />
      </div>
      <BulkReplay filter={filter} total={listing.value?.total ?? null} refused={refused} onChanged={listing.reload} />
      <ListingState what={t('messages.theQuarantine')} listing={listing} />
      {listing.value !== null && items.length === 0 && (
        <Empty
          what={filtered ? t('messages.noMessageInQuarantineMatches') : t('messages.noMessageIsInQuarantine')}
          then={filtered ? t('messages.anotherFilterMayShowMore') : t('messages.whatASenderSendsWrongAppears')}
        />
      )}
      <div className={`messages-split ${opened === null ? '' : 'open'}`}>
        {items.length > 0 && (
          <div className="messages-scroll">
            <table className="messages">
              <thead>
                <tr>
                  <th>{t('messages.received')}</th>
                  <th>{t('messages.sender')}</th>
                  <th>{t('messages.message')}</th>
                  <th>{t('messages.cause')}</th>
                  <th>{t('messages.whatIsWrong')}</th>
                  <th>{t('messages.open')}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((m) => (
                  <tr key={m.id} aria-selected={m.id === opened}>
                    <td>{local.near(m.receivedAt, nowMs)}</td>
                    <td>
                      <b>{m.sendingApplication === '' ? t('messages.notTold') : m.sendingApplication}</b>
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
                        {t('messages.open')}
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {listing.value?.next !== null && listing.value?.total !== undefined && (
              <p className="sub more">
                {t('messages.theLatest')} {counted(items.length, 'message')} {t('messages.of')} {listing.value.total}
                {t('messages.aFilterShowsTheOthers')}
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
