import { useEffect, useState, useSyncExternalStore } from 'react';
import { AlertsPage } from '../alerts/alerts-page.js';
import { api, Problem } from '../commands/api.js';
import { ConflictsPage } from '../conflicts/conflicts-page.js';
import { HousePage } from '../house/house-page.js';
import { MessagesPage } from '../messages/messages-page.js';
import { Failed } from '../parts/empty.js';
import { GlyphSheet } from '../parts/icon.js';
import { PatientsPage } from '../patients/patients-page.js';
import { QualityPage } from '../quality/quality-page.js';
import { SignIn } from '../sign-in/sign-in.js';
import { BoardStore } from '../stream/board-store.js';
import { Tour } from '../tour/tour.js';
import { lastUnit } from '../unit/last-unit.js';
import { UnitPage } from '../unit/unit-page.js';
import { Announcer } from './announcer.js';
import { applyAppearance } from './appearance.js';
import { BoardProvider, useBoard } from './board-context.js';
import { CatchingUpBanner } from './catching-up-banner.js';
import { BedsBehindBanner } from './beds-behind-banner.js';
import { NotCertainBanner } from './not-certain-banner.js';
import { NotReadyBanner } from './not-ready-banner.js';
import { ConnectionBanner } from './connection-banner.js';
import { FeedsStrip } from './feeds-strip.js';
import { KeysSheet } from './keys-sheet.js';
import { go, hrefTo, useAddress, useParameter, useRoute } from './navigation.js';
import { session, tokenRefused, type Me } from './session.js';
import { onCommand } from './shortcuts.js';
import { TopBar } from './topbar.js';

export function App() {
  const { token, signedOut } = useSyncExternalStore(session.subscribe, session.get);
  const route = useRoute();
  const { search } = useAddress();
  useEffect(() => applyAppearance(document.documentElement, search), [search]);
  return (
    <>
      <GlyphSheet />
      {route.page === 'sign-in' || (token === null && !signedOut) ? <SignIn /> : <SignedIn token={token} />}
    </>
  );
}

/** Keeps the last board on the screen when the token is no longer taken; a new token begins a new one. */
function SignedIn({ token }: { token: string | null }) {
  const me = useMeOf(token);
  const chosen = useParameter('facility');
  const facility = me.value?.facilities.find((f) => f.id === chosen)?.id ?? me.value?.facilities[0]?.id ?? null;
  const [store, setStore] = useState<BoardStore | null>(null);
  useEffect(() => {
    if (token === null || facility === null) return;
    const opened = new BoardStore(facility, token);
    opened.start();
    setStore(opened);
    const unsubscribe = opened.phase.subscribe(() => {
      if (opened.phase.get() === 'signed-out' && session.get().token === token) tokenRefused();
    });
    return () => {
      unsubscribe();
      opened.stop();
    };
  }, [token, facility]);

  // Of a token that was refused before anything was shown there is no board to keep on the screen.
  if (token === null && me.value === null) return <SignIn />;
  if (me.problem !== null && me.value === null) {
    return <Failed what="The board cannot be read" code={me.problem.code} retry={me.retry} />;
  }
  if (me.value !== null && facility === null) {
    return (
      <p className="empty">
        <b>No facility is configured yet</b>
        It appears here once its configuration is read.
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

/** Who is signed in; asked again every few seconds until a facility is there. */
function useMeOf(token: string | null): { value: Me | null; problem: Problem | null; retry: () => void } {
  const [value, setValue] = useState<Me | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [asked, setAsked] = useState(0);
  const waiting = value !== null && value.facilities.length === 0;
  useEffect(() => {
    if (token === null) return;
    const abort = new AbortController();
    api<Me>('/api/v1/me', { signal: abort.signal })
      .then((me) => {
        setValue(me);
        setProblem(null);
      })
      .catch((error: unknown) => {
        if (error instanceof Problem) setProblem(error);
      });
    return () => abort.abort();
  }, [token, asked]);
  useEffect(() => {
    if (!waiting && problem === null) return;
    const timer = setTimeout(() => setAsked((n) => n + 1), 3_000);
    return () => clearTimeout(timer);
  }, [waiting, problem, asked, value]);
  return { value, problem, retry: () => setAsked((n) => n + 1) };
}

function Board() {
  const [keys, setKeys] = useState(false);
  useEffect(() => {
    const undo = [
      onCommand('house', () => go(hrefTo({ page: 'house' }))),
      onCommand('unit', () => go(hrefTo({ page: 'unit', unit: lastUnit() }))),
      onCommand('alerts', () => go(hrefTo({ page: 'alerts' }))),
      onCommand('conflicts', () => go(hrefTo({ page: 'conflicts' }))),
      onCommand('messages', () => go(hrefTo({ page: 'messages' }))),
      onCommand('quality', () => go(hrefTo({ page: 'data-quality' }))),
      onCommand('keys', () => setKeys(true)),
    ];
    return () => undo.forEach((stop) => stop());
  }, []);
  return (
    <>
      <header>
        <TopBar onKeys={() => setKeys(true)} />
        <FeedsStrip />
        <ConnectionBanner />
        <NotReadyBanner />
        <CatchingUpBanner />
        <BedsBehindBanner />
        <NotCertainBanner />
      </header>
      <Tour />
      <Page />
      <KeysSheet open={keys} onClose={() => setKeys(false)} />
      <Announcer />
    </>
  );
}

function Page() {
  const route = useRoute();
  const units = useBoard((s) => s.facility?.units);
  const wanted = route.page === 'unit' && route.unit === null ? (lastUnit() ?? units?.[0]?.id ?? null) : null;
  const known =
    wanted !== null && (units === undefined || units.some((u) => u.id === wanted)) ? wanted : units?.[0]?.id;
  useEffect(() => {
    if (route.page === 'unit' && route.unit === null && known !== undefined)
      go(hrefTo({ page: 'unit', unit: known }), true);
  }, [route, known]);
  switch (route.page) {
    case 'house':
      return <HousePage />;
    case 'unit':
      return route.unit === null ? null : <UnitPage key={route.unit} unit={route.unit} />;
    case 'alerts':
      return <AlertsPage />;
    case 'conflicts':
      return <ConflictsPage />;
    case 'patients':
      return <PatientsPage />;
    case 'messages':
      return <MessagesPage />;
    case 'data-quality':
      return <QualityPage />;
    case 'sign-in':
      return null;
    case 'unknown':
      return (
        <main>
          <p className="empty">
            <b>There is no such page</b>
            <a href="/">To the house</a>
          </p>
        </main>
      );
  }
}
