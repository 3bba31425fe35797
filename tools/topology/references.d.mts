/** Every file that says what depends on what, by its path, as it should be by what the projects import. */
export function referenceFiles(): Promise<Map<string, string>>;
