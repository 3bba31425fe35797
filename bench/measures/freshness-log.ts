/** What a board said of itself over time: live, or behind ("as of", catching up). Times are milliseconds of one monotonic clock. */
export class FreshnessLog {
  private readonly changes: { readonly at: number; readonly behind: boolean }[] = [];

  /** From `at` on it says so. Times never run back. */
  note(at: number, behind: boolean): void {
    if ((this.changes.at(-1)?.behind ?? false) !== behind) this.changes.push({ at, behind });
  }

  get behindNow(): boolean {
    return this.changes.at(-1)?.behind ?? false;
  }

  /** The longest stretch between the two times in which it said nothing of being behind, milliseconds. */
  longestUnsaid(from: number, to: number): number {
    let longest = 0;
    let end = to;
    for (let i = this.changes.length - 1; i >= 0 && end > from; i -= 1) {
      const { at, behind } = this.changes[i]!;
      if (at >= end) continue;
      if (!behind) longest = Math.max(longest, end - Math.max(at, from));
      end = at;
    }
    // Before anything was said it said that it is live.
    return end > from ? Math.max(longest, end - from) : longest;
  }
}
