import { useEffect, useState } from 'react';
import { history, usePage, useParameter } from '../app/navigation.js';
import { safeReturn } from '../app/route.js';
import { pageHeaders, signInAt, signOut, tellOtherTabs } from '../app/session.js';
import { Icon } from '../ui/icon.js';

const failures: Readonly<Record<string, string>> = {
  'not-configured': 'Nobody can sign in by name here: no issuer of sign-ins is configured.',
  address:
    'Sign in at the address that your hospital uses for Wardstream. None is configured yet (WARDSTREAM_PUBLIC_URL).',
  'issuer-unavailable': 'Whoever checks names and passwords here cannot be reached. Try again in a moment.',
  'not-begun-here': 'This sign-in was begun too long ago, or in another browser.',
  'not-completed': 'The sign-in was not completed.',
  cancelled: 'The sign-in was cancelled.',
  'no-role': 'You are known, but nothing is open to you here yet. Ask whoever manages Wardstream in your hospital.',
  'still-signed-in': 'The server could not be reached: you may still be signed in. Try to sign out again.',
};

/** Sends the browser to where people sign in; after a failure or a sign-out it says so first. */
export function SignIn() {
  const to = useParameter('to');
  const failed = useParameter('failed');
  const done = useParameter('done');
  const isOwnPage = usePage() === 'sign-in';
  const back = isOwnPage ? safeReturn(to) : history.location.pathname + history.location.search;
  useEffect(() => {
    document.title = 'Sign in: Wardstream';
    if (!isOwnPage) return location.replace(signInAt(back));
    if (done !== null) {
      tellOtherTabs();
      window.close();
    }
  }, [isOwnPage, back, done]);
  if (!isOwnPage) return null;

  return (
    <main className="sign-in">
      <div className="panel">
        <h1>
          <svg className="logo" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M2.5 6.5 6.5 18l4-9.5" />
            <path d="M9.8 6.5 13.8 18l4.3-11.5h3.4" />
          </svg>
          Wardstream
        </h1>
        {failed !== null && (
          <div className="refuse" role="alert">
            <Icon name="cross" />
            <span>
              <b>Not signed in</b>
              {failures[failed] ?? failures['not-completed']}
            </span>
          </div>
        )}
        {done !== null ? (
          <p className="sub">You are signed in again. This window can be closed; your page goes on where it was.</p>
        ) : (
          failed === null && <p className="sub">You are signed out.</p>
        )}
        {failed === 'still-signed-in' ? (
          <button type="button" className="btn primary" onClick={() => void signOut()}>
            Sign out
          </button>
        ) : (
          <a className="btn primary" href={signInAt(back)}>
            Sign in
          </a>
        )}
        <TokenForm to={back} />
      </div>
    </main>
  );
}

/** For engineers: a session for whom a bearer token stands. The token itself is kept nowhere in the browser. */
function TokenForm({ to }: { to: string }) {
  const [token, setToken] = useState('');
  const [waiting, setWaiting] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);

  const submit = async (): Promise<void> => {
    const given = token.trim().replace(/^Bearer\s+/i, '');
    if (given === '' || waiting) return;
    setWaiting(true);
    setRefused(null);
    try {
      const headers = { ...pageHeaders(), authorization: `Bearer ${given}` };
      const answer = await fetch('/api/v1/session', { method: 'POST', headers, cache: 'no-store' });
      if (answer.ok) {
        return location.assign(to);
      }
      setRefused(
        answer.status === 401
          ? 'This token is not valid here or has expired.'
          : `The server answered ${answer.status}.`,
      );
    } catch {
      setRefused('The server cannot be reached.');
    }
    setWaiting(false);
  };

  return (
    <details>
      <summary>Sign in with a token</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label className="field">
          Bearer token
          <textarea
            value={token}
            rows={4}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setToken(event.target.value)}
          />
        </label>
        {refused !== null && (
          <div className="refuse" role="alert">
            <Icon name="cross" />
            <span>
              <b>Not signed in</b>
              {refused}
            </span>
          </div>
        )}
        <button type="submit" className={`btn ${waiting ? 'waiting' : ''}`}>
          Use the token
        </button>
      </form>
    </details>
  );
}
