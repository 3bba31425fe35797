import { useEffect, useState } from 'react';
import { go, useParameter } from '../app/navigation.js';
import { safeReturn } from '../app/route.js';
import { session, signIn, type Me } from '../app/session.js';
import { Icon } from '../parts/icon.js';

/** For now a person signs in with a bearer token. It stays in this tab and is sent to the own origin only. */
export function SignIn() {
  const to = useParameter('to');
  const [token, setToken] = useState('');
  const [waiting, setWaiting] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  useEffect(() => {
    document.title = 'Sign in: Wardstream';
  }, []);

  const submit = async (): Promise<void> => {
    const given = token.trim().replace(/^Bearer\s+/i, '');
    if (given === '' || waiting) return;
    setWaiting(true);
    setRefused(null);
    try {
      const answer = await fetch('/api/v1/me', { headers: { authorization: `Bearer ${given}` }, cache: 'no-store' });
      if (answer.ok) {
        await (answer.json() as Promise<Me>);
        signIn(given);
        if (location.pathname === '/sign-in') go(safeReturn(to), true);
        return;
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
    <main className="sign-in">
      <form
        className="panel"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <h1>
          <svg className="logo" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M2.5 6.5 6.5 18l4-9.5" />
            <path d="M9.8 6.5 13.8 18l4.3-11.5h3.4" />
          </svg>
          Wardstream
        </h1>
        {session.get().signedOut && (
          <p className="sub">You were signed out. After signing in you are back where you were.</p>
        )}
        <label className="field">
          Bearer token
          <textarea
            value={token}
            rows={4}
            autoFocus
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setToken(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.shiftKey) return;
              event.preventDefault();
              void submit();
            }}
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
        <button type="submit" className={`btn primary ${waiting ? 'waiting' : ''}`}>
          Sign in
        </button>
        <p className="sub">
          On a local installation <code>npm run token -- --role bed-manager</code> prints one.
        </p>
      </form>
    </main>
  );
}
