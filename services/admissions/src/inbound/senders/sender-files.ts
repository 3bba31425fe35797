import { DomainError } from '@wardstream/kernel';
import type { FileFault } from '@wardstream/service-kit/yaml-reader';
import type { SenderProfile } from '../../directory/names/index.js';

/** One file as it was read. */
export interface SenderFile {
  readonly name: string;
  readonly text: string;
}

export interface SenderFault extends FileFault {
  readonly file: string;
}

/** Where something stands in the files. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A profile, and where it and its place rules stand. */
export interface ReadProfile {
  readonly profile: SenderProfile;
  readonly at: Position;
  /** By the `from` of each rule. */
  readonly rules: ReadonlyMap<string, Position>;
}

/** Why the files were refused: every fault of all of them. Nothing of them is used. */
export class SenderFilesError extends DomainError {
  constructor(readonly faults: readonly SenderFault[]) {
    const list = faults.map((f) => `${f.file}:${f.line}:${f.column} ${f.message}`).join('\n');
    super('invalid', 'sender-files-refused', `The sender profiles have ${faults.length} fault(s):\n${list}`, {
      faults,
    });
  }
}
