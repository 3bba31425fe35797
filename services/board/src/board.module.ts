import { Module } from '@nestjs/common';
import { BoardController } from './board-snapshot/board.controller.js';
import { BoardSnapshots } from './board-snapshot/board-snapshots.js';
import { ConflictsController } from './conflicts/conflicts.controller.js';
import { DoubtBeds } from './certainty/doubt-beds.js';
import { AbsorbFacts } from './facts/absorb-facts.js';
import { Freshness } from './facts/freshness.js';
import { BoardFactsConsumer } from './facts/board-facts.consumer.js';
import { FanoutLifetime, fanoutProvider } from './fanout/fanout.provider.js';
import { MeController } from './me/me.controller.js';
import { BoardStore } from './persistence/board-store.js';
import { LiveStreams } from './stream/live-streams.js';
import { StreamController } from './stream/stream.controller.js';
import { StreamPruner } from './stream/stream-pruner.js';
import { WebApp } from './web-app/web-app.js';

@Module({
  controllers: [BoardFactsConsumer, StreamController, BoardController, ConflictsController, MeController],
  providers: [
    BoardStore,
    BoardSnapshots,
    AbsorbFacts,
    Freshness,
    DoubtBeds,
    fanoutProvider,
    FanoutLifetime,
    LiveStreams,
    StreamPruner,
    WebApp,
  ],
})
export class BoardModule {}
