/** Ignores that a file exists already, for files that several processes may create at once. */
export function ignoreExisting(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
}
