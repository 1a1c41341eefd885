/** For files that whoever comes first makes: to find one there is as good as to have made it. */
export function ignoreExisting(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
}
