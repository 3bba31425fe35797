import { t } from '../texts/texts.js';

/** One line saying what is empty, one saying what comes next or when it last was not. */
export function Empty({ what, then }: { what: string; then: string }) {
  return (
    <p className="empty">
      <b>{what}</b>
      {then}
    </p>
  );
}

/** A part that cannot be read: what failed, a code, Retry. The rest of the page lives on. */
export function Failed({ what, code, retry }: { what: string; code: string; retry: () => void }) {
  return (
    <p className="empty" role="status">
      <b>{what}</b>
      {t('ui.code')} {code}.{' '}
      <button type="button" className="btn small" onClick={retry}>
        {t('ui.retry')}
      </button>
    </p>
  );
}
