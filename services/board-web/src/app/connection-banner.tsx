import { useSyncExternalStore } from 'react';
import { Icon } from '../parts/icon.js';
import { ageText } from '../time/duration.js';
import { useLocalTime, usePhase, useStore } from './board-context.js';
import { go } from './navigation.js';

/** Says what stopped, since when, and what helps. Nothing under ten seconds; content is pushed once, when it appears. */
export function ConnectionBanner() {
  const phase = usePhase();
  const store = useStore();
  const heardAt = useSyncExternalStore(store.heardAt.subscribe, store.heardAt.get);
  const now = useSyncExternalStore(store.wallBeat.subscribe, store.wallBeat.get);
  const local = useLocalTime();
  const from = heardAt === null ? null : local.seconds(heardAt);
  switch (phase) {
    case 'starting':
    case 'live':
      return null;
    case 'reconnecting':
      return (
        <div className="banner info" role="status">
          <Icon name="silent" />
          {from === null ? 'Connecting takes longer than usual' : `Reconnecting, numbers from ${from}`}
        </div>
      );
    case 'stale':
      return (
        <div className="banner warn" role="alert">
          <Icon name="silent" />
          {from === null || heardAt === null
            ? 'The board cannot be reached'
            : `Numbers from ${from}, ${ageText(((now ?? heardAt) - heardAt) / 1000)} old`}
          <span className="end">
            <button type="button" onClick={store.retry}>
              Retry
            </button>
          </span>
        </div>
      );
    case 'refused':
      return (
        <div className="banner critical" role="alert">
          <Icon name="critical" />
          The board cannot be read
          <span className="end">
            <button type="button" onClick={store.retry}>
              Retry
            </button>
          </span>
        </div>
      );
    case 'signed-out':
      return (
        <div className="banner info" role="alert">
          <Icon name="person" />
          {from === null ? 'Signed out' : `Signed out at ${from}. The numbers are from then`}
          <span className="end">
            <button
              type="button"
              onClick={() => go(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`)}
            >
              Sign in
            </button>
          </span>
        </div>
      );
  }
}
