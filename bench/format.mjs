/** Numbers as the report writes them; `-` for what is not known. */
export const number = (value, digits = 0) =>
  Number.isNaN(value)
    ? '-'
    : value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** Three figures, whatever the size. */
export const figure = (value) => number(value, value < 10 ? 2 : value < 100 ? 1 : 0);

export const percent = (value) => (Number.isNaN(value) ? '-' : `${number(value * 100)} %`);
export const megabytes = (bytes) => number(bytes / 1_000_000);
export const list = (values) => values.map((value) => number(value, 2)).join(', ');

/** A table in Markdown. */
export function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}
