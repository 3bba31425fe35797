import { t } from '../texts/parts/users.js';

/** A password or a key as it is handed over: it is kept nowhere, also not by the page once this is closed. */
export function ToldOnce({ title, secret, onNoted }: { title: string; secret: string; onNoted: () => void }) {
  return (
    <section className="user-once" aria-label={title}>
      <h3>{title}</h3>
      <output className="user-secret">{secret}</output>
      <p>{t('users.once')}</p>
      <button type="button" className="btn" onClick={onNoted}>
        {t('users.noted')}
      </button>
    </section>
  );
}
