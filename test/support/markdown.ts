/** A fenced block of code. */
export interface CodeBlock {
  language: string;
  code: string;
}

/** The section of a heading, up to the next heading of the same level. */
export function section(markdown: string, heading: string): string {
  const [, ...parts] = markdown.split(/^(?=## )/m);
  const found = parts.find((part) => part.startsWith(`## ${heading}\n`));
  if (!found) throw new Error(`There is no section "${heading}".`);
  return found;
}

/** The fenced blocks of a text, in order. */
export function codeBlocks(markdown: string): CodeBlock[] {
  return Array.from(markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms), ([, language, code]) => ({
    language: language!,
    code: code!,
  }));
}

/** The rows of the tables of a text, without their headings: the cells of each. */
export function tableRows(markdown: string): string[][] {
  const rows = Array.from(markdown.matchAll(/^\|(.*)\|$/gm), ([, cells]) =>
    cells!.split('|').map((cell) => cell.trim()),
  );
  return rows.slice(rows.findIndex((cells) => cells.every((cell) => /^-+$/.test(cell))) + 1);
}

/** The targets of the relative links of a text, without their fragments. */
export function relativeLinks(markdown: string): string[] {
  const targets = Array.from(markdown.matchAll(/\]\(([^)\s]+)\)/g), ([, target]) => target!);
  return targets.filter((target) => !/^(#|[a-z]+:)/.test(target)).map((target) => target.split('#')[0]!);
}
