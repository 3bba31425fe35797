/** For who runs the house: messages and quarantine, replays, and the check of what is kept against what was said. */

export { operationsRoom } from './operations.room.js';
