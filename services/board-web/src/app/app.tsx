import { Bone } from '../ui/bone.js';
import { Outlet } from '@tanstack/react-router';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { OutcomeNote } from '../actions/outcome-note.js';
import { useActions } from '../actions/registry.js';
import { api, type Problem } from '../commands/api.js';
import { Failed } from '../ui/empty.js';
import { GlyphSheet } from '../ui/icon.js';
import { SignIn } from '../sign-in/sign-in.js';
import { BoardStore } from '../stream/board-store.js';
import { Announcer } from './announcer.js';
import { applyAppearance } from './appearance.js';
import { boardActions } from './board-actions.js';
import { BoardProvider, useMe } from './board-context.js';
import { CatchingUpBanner } from './catching-up-banner.js';
import { BedsBehindBanner } from './beds-behind-banner.js';
import { NotCertainBanner } from './not-certain-banner.js';
import { NotReadyBanner } from './not-ready-banner.js';
import { ConnectionBanner } from './connection-banner.js';
import { FeedsStrip } from './feeds-strip.js';
import { keptOnDevice } from './kept-on-device.js';
import { KeysSheet } from './keys-sheet.js';
import { history, useAddress, usePage, useParameter } from './navigation.js';
import { session, sessionEnded, signedInAs } from './session.js';
import type { Me } from '@wardstream/api-contract';
import { listenForKeys } from './shortcuts.js';
import { TopBar } from './topbar.js';
import { t } from '../texts/texts.js';

const Tour = lazy(() => import('../tour/tour.js').then(({ Tour }) => ({ default: Tour })));

/** Around every page: who is not signed in signs in, everybody else sees the board. */
export function App() {
  const { number, signedOut } = useSyncExternalStore(session.subscribe, session.get);
  const page = usePage();
  const address = useAddress();
  // A wall is dark in the eyes of whoever sits before it at night.
  const dark = page === 'wall' ? 'dark' : null;
  useEffect(() => applyAppearance(document.documentElement, history.location.search, dark), [address, dark]);
  return (
    <>
      <GlyphSheet />
      {page === 'sign-in' || (number === null && !signedOut) ? <SignIn /> : <SignedIn number={number} />}
    </>
  );
}

/** Keeps the last board, and what was typed, on the screen when the session is over; whoever signs in again goes on from there. */
function SignedIn({ number }: { number: number | null }) {
  const me = useMeOf(number);
  const chosen = useParameter('facility');
  const facility = me.value?.facilities.find((f) => f.id === chosen)?.id ?? me.value?.facilities[0]?.id ?? null;
  const [store, setStore] = useState<BoardStore | null>(null);
  useEffect(() => {
    if (number === null || facility === null) return;
    const opened = new BoardStore(facility);
    opened.start();
    // After a new sign-in what is shown, and what was typed into it, stays until there is something to put in its place.
    setStore((shown) => (shown?.facility === facility ? shown : opened));
    const show = (): void => {
      if (opened.board.get().ready && opened.minute.get() !== null) setStore(opened);
    };
    const readiness = [opened.board.subscribe(show), opened.minute.subscribe(show)];
    const unsubscribe = opened.phase.subscribe(() => {
      if (opened.phase.get() === 'signed-out' && session.get().number === number) sessionEnded();
    });
    return () => {
      [unsubscribe, ...readiness].forEach((end) => end());
      opened.stop();
    };
  }, [number, facility]);

  // Of a session that was over before anything was shown there is no board to keep on the screen.
  if (number === null && me.value === null) return <SignIn />;
  if (me.problem !== null && me.value === null) {
    return <Failed what={t('app.theBoardCannotBeRead')} code={me.problem.code} retry={me.retry} />;
  }
  if (me.value !== null && facility === null) {
    return (
      <p className="empty">
        <b>{t('app.noFacilityIsConfiguredYet')}</b>
        {t('app.itAppearsHereOnceItsConfiguration')}
      </p>
    );
  }
  if (me.value === null || store === null) return null;
  return (
    <BoardProvider value={{ store, me: me.value }}>
      <Board />
    </BoardProvider>
  );
}

const ASK_AGAIN_MS = 3_000;

/**
 * Who is signed in; asked again every few seconds until a facility is there. A ward's page that was read without network is that of who was
 * signed in last: what they do is kept, and sent once the service says who is there.
 */
function useMeOf(number: number | null): { value: Me | null; problem: Problem | null; retry: () => void } {
  const isWard = usePage() === 'ward';
  const [kept] = useState(() => keptOnDevice<{ me: Me; deviceMs: number }>()?.me ?? null);
  const notReached = useRef(false);
  const me = useQuery({
    queryKey: ['me', number],
    queryFn: async ({ signal }) => {
      const asked = await api<Me>('/api/v1/me', { signal });
      signedInAs(asked.subject);
      return asked;
    },
    enabled: number !== null,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data, error } }) =>
      error !== null || (data !== undefined && data.facilities.length === 0) ? ASK_AGAIN_MS : false,
  });
  if (me.error?.status === 0) notReached.current = true;
  const stands = isWard && number !== null && notReached.current ? kept : null;
  return { value: me.data ?? stands, problem: me.error, retry: () => void me.refetch() };
}

function Board() {
  const [keys, setKeys] = useState(false);
  const { roles, session: own } = useMe();
  const page = usePage();
  const changePassword = own?.changePassword ?? null;
  const actions = useMemo(() => boardActions(() => setKeys(true), changePassword), [changePassword]);
  useActions(actions);
  useEffect(() => listenForKeys(roles), [roles]);
  // A wall is looked at from afar by whoever comes by: nothing but the page, and dark unless told otherwise.
  if (page === 'wall') return <Outlet />;
  return (
    <>
      <header>
        <TopBar />
        <FeedsStrip />
        <ConnectionBanner />
        <NotReadyBanner />
        <CatchingUpBanner />
        <BedsBehindBanner />
        <NotCertainBanner />
      </header>
      <Suspense>
        <Tour />
      </Suspense>
      <Outlet />
      <KeysSheet open={keys} onClose={() => setKeys(false)} />
      <OutcomeNote />
      <Announcer />
    </>
  );
}

/** While the code of a page is on its way. */
export function PagePending() {
  return (
    <main>
      <p className="empty" aria-busy="true">
        <Bone letters={24} />
      </p>
    </main>
  );
}

export function NoSuchPage() {
  return (
    <main>
      <p className="empty">
        <b>{t('app.thereIsNoSuchPage')}</b>
        <a href="/">{t('app.toTheHouse')}</a>
      </p>
    </main>
  );
}
