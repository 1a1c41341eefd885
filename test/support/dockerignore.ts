/** One pattern as a regular expression over paths: `**` is any number of folders, `*` and `?` stay in one. */
function expression(pattern: string): RegExp {
  const parts = pattern.split(/(\*\*\/?|\*|\?)/).map((part) => {
    if (part === '**' || part === '**/') return '.*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : part.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}

/**
 * Reads a `.dockerignore`: the last pattern that matches a path, or a folder on the way to it, decides.
 * @returns whether a path, relative to the build context and with `/`, is left out of it
 */
export function dockerignore(file: string): (path: string) => boolean {
  const lines = file.split('\n').map((line) => line.trim());
  const rules = lines
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => ({ leavesOut: !line.startsWith('!'), pattern: expression(line.replace(/^!/, '')) }));
  return (path) => {
    const parts = path.split('/');
    const ways = parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
    return rules.findLast(({ pattern }) => ways.some((way) => pattern.test(way)))?.leavesOut ?? false;
  };
}
