import { useSyncExternalStore } from 'react';
import { Icon } from '../ui/icon.js';
import { ageText } from '../time/duration.js';
import { useBeat, useBoard, useCatchingUp, useLocalTime, usePhase, useStore } from './board-context.js';
import { catchingUpWords } from './catching-up.js';
import { feedAges } from './feed-ages.js';
import { Link } from './link.js';
import { usePage } from './navigation.js';
import { t } from '../texts/texts.js';

/**
 * How old what each feed says is: grey while normal, amber with the usual gap once it is silent for longer than that. At its end
 * whether the board itself is live, and if it is not, since when.
 */
export function FeedsStrip() {
  const feeds = useBoard((s) => s.feeds);
  const ready = useBoard((s) => s.ready);
  const now = useBeat();
  const store = useStore();
  const page = usePage();
  const heardAt = useSyncExternalStore(store.heardAt.subscribe, store.heardAt.get);
  const local = useLocalTime();
  const behind = useCatchingUp();
  const isConnected = usePhase() === 'live';
  const isLive = isConnected && behind === undefined;
  const ages = now === null ? [] : feedAges(feeds.values(), now);
  return (
    <div className="feeds" role="group" aria-label={t('app.dataAge')}>
      <Link to={{ page: 'data-quality' }} aria-current={page === 'data-quality' ? 'page' : undefined}>
        {t('app.dataAge')}
      </Link>
      {ready && ages.length === 0 && <span>{t('app.noFeedWasHeardYet')}</span>}
      {ages.map((feed) => (
        <span key={feed.name} className={feed.silent ? 'is-silent' : ''}>
          {feed.silent ? <Icon name="silent" /> : <s />}
          {feed.name}{' '}
          <b>
            {feed.silent && t('app.silent')}
            {ageText(feed.seconds)}
          </b>
          {feed.silent && feed.usualGapSeconds !== null && (
            <i>
              {t('app.usualGapUnder')} {ageText(Math.ceil(feed.usualGapSeconds))}
            </i>
          )}
        </span>
      ))}
      {heardAt !== null && (
        <span className={isLive ? 'live' : 'live is-silent'}>
          {isConnected && behind !== undefined ? (
            catchingUpWords(behind, local, heardAt)
          ) : (
            <>
              {isLive ? t('app.live') : t('app.notLiveSince')} <b>{local.seconds(heardAt)}</b>
            </>
          )}
        </span>
      )}
    </div>
  );
}
