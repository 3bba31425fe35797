/** What the stack is described by, as texts. */
export interface ComposeFiles {
  compose: string;
  dockerfile: string;
  databases: string;
  prometheus: string;
  pom: string;
  packages: string;
}

/** The files as they are. */
export function composeFiles(): ComposeFiles;

/** Everything that is wrong, a line each; empty when the files agree with the specification and the topology. */
export function checkCompose(files: ComposeFiles): string[];
