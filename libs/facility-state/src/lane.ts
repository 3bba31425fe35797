import { Places, type LogPosition } from './places.js';
import { UnwrittenChanges } from './unwritten-changes.js';

/** One partition number in this replica: how far it was read, how far it is written, and who writes. */
export class Lane {
  readonly unwritten = new UnwrittenChanges();
  /** How far it was folded here. */
  readonly read: Places;
  /** How far it is known to be written, by whoever. */
  stored: Places;
  /** Whether this replica writes for it, as far as it knows. */
  held = false;
  /** Whether something was written for it since it was taken. */
  begun = false;
  /** Whether its fold wants to be written although nothing was folded. */
  asked = false;
  /** When the log took the newest record that was folded, ms of real time; null before the first. */
  readUpToMs: number | null = null;

  constructor(
    readonly partition: number,
    stored: Places = new Places(),
  ) {
    this.stored = stored;
    this.read = stored.copy();
  }

  /** Whether this replica may write: what it folded reaches what the holder before it has written. */
  get mayWrite(): boolean {
    return this.held && this.read.reaches(this.stored);
  }

  get hasNews(): boolean {
    return this.asked || this.unwritten.size > 0 || !this.read.equals(this.stored);
  }

  isRead(at: LogPosition): boolean {
    return this.read.covers(at);
  }

  /** Somebody has written so far. */
  writtenUpTo(upTo: Places): void {
    if (upTo.reaches(this.stored)) this.stored = upTo;
    this.unwritten.written(this.stored);
  }

  lose(): void {
    this.held = false;
    this.begun = false;
  }
}
