import { useSyncExternalStore } from 'react';
import { Icon } from '../ui/icon.js';
import { ageText } from '../time/duration.js';
import { useLocalTime, usePhase, useStore } from './board-context.js';
import { signInAt } from './session.js';
import { t } from '../texts/texts.js';

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
          {from === null ? t('app.connectingTakesLongerThanUsual') : t('app.reconnectingNumbersFrom', { from })}
        </div>
      );
    case 'stale':
      return (
        <div className="banner warn" role="alert">
          <Icon name="silent" />
          {from === null || heardAt === null
            ? t('app.theBoardCannotBeReached')
            : t('app.numbersFromOld', { from, value: ageText(((now ?? heardAt) - heardAt) / 1000) })}
          <span className="end">
            <button type="button" onClick={store.retry}>
              {t('app.retry')}
            </button>
          </span>
        </div>
      );
    case 'refused':
      return (
        <div className="banner critical" role="alert">
          <Icon name="critical" />
          {t('app.theBoardCannotBeRead')}
          <span className="end">
            <button type="button" onClick={store.retry}>
              {t('app.retry')}
            </button>
          </span>
        </div>
      );
    case 'signed-out':
      return (
        <div className="banner info" role="alert">
          <Icon name="person" />
          {from === null ? t('app.signedOut') : t('app.signedOutAtTheNumbersAre', { from })}
          <span className="end">
            <button type="button" onClick={() => window.open(signInAt('/sign-in?done'), '_blank', 'noopener')}>
              {t('app.signIn')}
            </button>
          </span>
        </div>
      );
  }
}
