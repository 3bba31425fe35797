import { Bone } from '../ui/bone.js';
import type { SenderProfiles, UnknownCode, UnknownCodeList } from '@wardstream/api-contract';
import { useLocalTime, useMe, useMinute } from '../app/board-context.js';
import { refusalOf } from '@wardstream/access';
import { ListingState } from '../messages/listing-state.js';
import { LISTS, useFetched } from '../app/use-fetched.js';
import { Empty } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { counted } from '../ui/labels.js';
import { codesBySender, kindWord } from './unknown-codes.js';
import { t } from '../texts/parts/quality.js';

/** What senders say that is not known here, how it is made known, and whether the profiles as written are in force. */
export function CodesPanel({ facility }: { facility: string }) {
  const me = useMe();
  const refusal = refusalOf('sender.read', me.roles);
  if (refusal !== null) {
    return (
      <Frame count={null}>
        <Empty what={refusal} then={t('quality.askAnAdministrator')} />
      </Frame>
    );
  }
  return <Codes facility={facility} />;
}

function Codes({ facility }: { facility: string }) {
  const listing = useFetched<UnknownCodeList>('/api/v1/senders/unknown-codes', LISTS);
  const senders = codesBySender(listing.value?.items ?? [], facility);
  const count = listing.value === null ? null : senders.reduce((sum, s) => sum + s.codes.length, 0);
  return (
    <Frame count={count}>
      <Profiles />
      <ListingState what={t('quality.theListOfUnknownCodes')} listing={listing} />
      {listing.value === null && listing.problem === null && (
        <p className="empty" aria-busy="true">
          <Bone letters={32} />
        </p>
      )}
      {count === 0 && <Empty what={t('quality.everyCodeThatWasSentIs')} then={t('quality.oneThatIsNotIsListed')} />}
      {count !== null && count > 0 && (
        <>
          <div
            className={listing.problem === null ? 'quality-scroll tall' : 'quality-scroll tall stale'}
            tabIndex={0}
            role="group"
            aria-label={t('quality.unknownCodesBySender')}
          >
            <table className="quality-list codes">
              <thead>
                <tr>
                  <th>{t('quality.sender')}</th>
                  <th>{t('quality.kind')}</th>
                  <th>{t('quality.codeAsSent')}</th>
                  <th className="n">{t('quality.sent')}</th>
                  <th>{t('quality.seenIn')}</th>
                  <th>{t('quality.first')}</th>
                  <th>{t('quality.last')}</th>
                </tr>
              </thead>
              {senders.map((sender) => (
                <tbody key={`${sender.application}/${sender.sendingFacility}`}>
                  {sender.codes.map((code, i) => (
                    <CodeRow key={`${code.kind}/${code.code}`} code={code} rows={i === 0 ? sender.codes.length : 0} />
                  ))}
                </tbody>
              ))}
            </table>
          </div>
          <p className="sub foot">
            {t('quality.toMapThem')} <code>npm run senders -- suggest --out FILE</code>{' '}
            {t('quality.writesAProfileInWhichThey')}
          </p>
        </>
      )}
    </Frame>
  );
}

function CodeRow({ code, rows }: { code: UnknownCode; rows: number }) {
  const local = useLocalTime();
  const nowMs = (useMinute() ?? 0) * 60_000;
  return (
    <tr>
      {rows > 0 && (
        <th scope="rowgroup" rowSpan={rows}>
          <b>{code.application || t('quality.unnamedSender')}</b> <span className="dim">{code.sendingFacility}</span>
        </th>
      )}
      <td>{kindWord[code.kind]}</td>
      <td className="as-sent">{code.code === '' ? <span className="dim">{t('quality.empty')}</span> : code.code}</td>
      <td className="n">{code.count}</td>
      <td className="dim">{code.seenIn}</td>
      <td>{local.near(code.firstSeenAt, nowMs)}</td>
      <td>{local.near(code.lastSeenAt, nowMs)}</td>
    </tr>
  );
}

/** Whether what the files say is in force; if not, why, since when, and what is instead. */
function Profiles() {
  const local = useLocalTime();
  const nowMs = (useMinute() ?? 0) * 60_000;
  const listing = useFetched<SenderProfiles>('/api/v1/senders', LISTS);
  const { value } = listing;
  const inForce =
    value === null || value.version === 0
      ? t('quality.noneIsInForce')
      : t('quality.versionIsStillInForce', {
          version: value.version,
          value: value.loadedAt === null ? '' : t('quality.of', { at: local.near(value.loadedAt, nowMs) }),
        });
  return (
    <>
      <ListingState what={t('quality.theStateOfTheSenderProfiles')} listing={listing} />
      {value !== null && value.refused !== null && (
        <div className="profiles-refused" role="status">
          <p>
            <Icon name="high" /> <b>{t('quality.senderProfilesRefused')}</b> {t('quality.since')}{' '}
            {local.near(value.refused.at, nowMs)}: {counted(value.refused.faults.length, 'fault')}; {inForce}.
          </p>
          <ul>
            {value.refused.faults.slice(0, FAULTS).map((fault) => (
              <li key={`${fault.file}:${fault.line}:${fault.column}:${fault.message}`}>
                <b>
                  {fault.file}:{fault.line}:{fault.column}
                </b>{' '}
                {fault.message}
              </li>
            ))}
            {value.refused.faults.length > FAULTS && (
              <li>
                {t('quality.andMoreFaults', { n: value.refused.faults.length - FAULTS })}{' '}
                <code>npm run senders -- check FILE</code>
              </li>
            )}
          </ul>
        </div>
      )}
    </>
  );
}

const FAULTS = 5;

function Frame({ count, children }: { count: number | null; children: React.ReactNode }) {
  return (
    <section className="panel codes-panel" aria-label={t('quality.unknownCodes')}>
      <header>
        <h2>{t('quality.unknownCodes')}</h2>
        <span className="dim">{t('quality.sentAndNotKnownHere')}</span>
        <span className="end count">{count}</span>
      </header>
      {children}
    </section>
  );
}
