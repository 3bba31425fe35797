/**
 * Thrown by a handler for what no retry can mend: the event goes to the dead letters at once and later events of its
 * aggregate wait behind it. Any other error counts as passing and is tried again. The message is shown to
 * administrators and must hold no personal data.
 */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
}
