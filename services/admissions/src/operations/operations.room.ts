import { MessagesController } from './messages/messages.controller.js';
import { QuarantineController } from './quarantine/quarantine.controller.js';
import { ReplayMessage } from './quarantine/replay-message.js';
import { ReplayCheckController } from './replay-check/replay-check.controller.js';
import { ReplayCheck } from './replay-check/replay-check.js';
import { ReplaysController } from './replays/replays.controller.js';
import { Replays } from './replays/replays.js';

/** What of this room Nest makes; `AdmissionsModule` joins the rooms. */
export const operationsRoom = {
  controllers: [MessagesController, QuarantineController, ReplayCheckController, ReplaysController],
  providers: [ReplayCheck, ReplayMessage, Replays],
};
