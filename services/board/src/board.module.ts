import { Module } from '@nestjs/common';
import { FollowedView, Freshness } from '@wardstream/facility-state';
import type { Clock } from '@wardstream/kernel';
import { ViewMessaging } from '@wardstream/messaging';
import { CLOCK } from '@wardstream/service-kit';
import { BoardController } from './board-snapshot/board.controller.js';
import { BoardSnapshots } from './board-snapshot/board-snapshots.js';
import { ConflictsController } from './conflicts/conflicts.controller.js';
import { MeController } from './me/me.controller.js';
import { SessionController } from './sessions/session.controller.js';
import { Sessions } from './sessions/sessions.js';
import { SessionWatch } from './sessions/session-watch.js';
import { SignInClient } from './sessions/sign-in-client.js';
import { SessionStore } from './persistence/session-store.js';
import { BoardRows } from './persistence/board-rows.js';
import { presenceProvider, ViewerCounts } from './presence/viewer-counts.js';
import { LiveStreams } from './stream/live-streams.js';
import { StreamController } from './stream/stream.controller.js';
import { StreamPruner } from './stream/stream-pruner.js';
import { BoardView } from './view/board-view.js';
import { WebApp } from './web-app/web-app.js';

@Module({
  controllers: [StreamController, BoardController, ConflictsController, MeController, SessionController],
  providers: [
    BoardRows,
    BoardView,
    {
      provide: FollowedView,
      inject: [ViewMessaging, BoardView],
      useFactory: (messaging: ViewMessaging, view: BoardView): FollowedView => {
        const followed = new FollowedView(messaging, view);
        view.attach(followed);
        return followed;
      },
    },
    BoardSnapshots,
    {
      provide: Freshness,
      inject: [FollowedView, BoardView, CLOCK],
      useFactory: (followed: FollowedView, view: BoardView, clock: Clock): Freshness => {
        const freshness = new Freshness(followed, clock);
        view.onEvent((event) => freshness.note(event));
        return freshness;
      },
    },
    LiveStreams,
    StreamPruner,
    presenceProvider,
    ViewerCounts,
    SessionStore,
    SignInClient,
    Sessions,
    SessionWatch,
    WebApp,
  ],
})
export class BoardModule {}
