import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file of sender profiles that a test writes, and writes anew. */
export class SendersFile {
  private readonly folder = mkdtempSync(join(tmpdir(), 'wardstream-senders-'));
  readonly path = join(this.folder, 'senders.yaml');

  constructor(text: string) {
    this.write(text);
  }

  write(text: string): void {
    writeFileSync(this.path, text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
