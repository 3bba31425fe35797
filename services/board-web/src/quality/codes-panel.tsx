import { useLocalTime, useMe, useMinute } from '../app/board-context.js';
import { refusalOf } from '../commands/permissions.js';
import { ListingState } from '../messages/listing-state.js';
import { useListing } from '../messages/use-listing.js';
import { Empty } from '../parts/empty.js';
import { Icon } from '../parts/icon.js';
import { counted } from '../parts/words.js';
import { codesBySender, kindWord, type SenderProfiles, type UnknownCode } from './unknown-codes.js';

/** What senders say that is not known here, how it is made known, and whether the profiles as written are in force. */
export function CodesPanel({ facility }: { facility: string }) {
  const me = useMe();
  const refusal = refusalOf('see-senders', me.roles);
  if (refusal !== null) {
    return (
      <Frame count={null}>
        <Empty what={refusal} then="Ask an administrator." />
      </Frame>
    );
  }
  return <Codes facility={facility} />;
}

function Codes({ facility }: { facility: string }) {
  const listing = useListing<{ items: UnknownCode[] }>('/api/v1/senders/unknown-codes');
  const senders = codesBySender(listing.value?.items ?? [], facility);
  const count = listing.value === null ? null : senders.reduce((sum, s) => sum + s.codes.length, 0);
  return (
    <Frame count={count}>
      <Profiles />
      <ListingState what="The list of unknown codes" listing={listing} />
      {listing.value === null && listing.problem === null && (
        <p className="empty" aria-busy="true">
          <span className="bone">Reading the codes of all senders</span>
        </p>
      )}
      {count === 0 && <Empty what="Every code that was sent is known" then="One that is not is listed here." />}
      {count !== null && count > 0 && (
        <>
          <div
            className={listing.problem === null ? 'quality-scroll tall' : 'quality-scroll tall stale'}
            tabIndex={0}
            role="group"
            aria-label="Unknown codes by sender"
          >
            <table className="quality-list codes">
              <thead>
                <tr>
                  <th>Sender</th>
                  <th>Kind</th>
                  <th>Code as sent</th>
                  <th className="n">Sent</th>
                  <th>Seen in</th>
                  <th>First</th>
                  <th>Last</th>
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
            To map them, <code>npm run senders -- suggest --out FILE</code> writes a profile in which they have their
            most likely meaning. Look at every line, check it and put it in the folder: what waits is then taken up by
            itself.
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
          <b>{code.application || 'Unnamed sender'}</b> <span className="dim">{code.sendingFacility}</span>
        </th>
      )}
      <td>{kindWord[code.kind]}</td>
      <td className="as-sent">{code.code === '' ? <span className="dim">empty</span> : code.code}</td>
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
  const listing = useListing<SenderProfiles>('/api/v1/senders');
  const { value } = listing;
  const inForce =
    value === null || value.version === 0
      ? 'none is in force'
      : `version ${value.version}${value.loadedAt === null ? '' : ` of ${local.near(value.loadedAt, nowMs)}`} is still in force`;
  return (
    <>
      <ListingState what="The state of the sender profiles" listing={listing} />
      {value !== null && value.refused !== null && (
        <div className="profiles-refused" role="status">
          <p>
            <Icon name="high" /> <b>Sender profiles refused</b> since {local.near(value.refused.at, nowMs)}:{' '}
            {counted(value.refused.faults.length, 'fault')}; {inForce}.
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
              <li>and {value.refused.faults.length - FAULTS} more: npm run senders -- check FILE</li>
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
    <section className="panel codes-panel" aria-label="Unknown codes">
      <header>
        <h2>Unknown codes</h2>
        <span className="dim">sent, and not known here</span>
        <span className="end count">{count}</span>
      </header>
      {children}
    </section>
  );
}
