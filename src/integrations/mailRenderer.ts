import { readFileSync } from 'node:fs';
import { mailKinds, type MailKind } from '../domain/mail.js';

export interface Message {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Stable across retries. */
  id?: string | undefined;
}

type Values = Readonly<Record<string, string>>;

const folder = new URL('./mailTemplates/', import.meta.url);

function read(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}

function fill(template: string, values: Values): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_braces, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The mail has no value for ${name}.`);
    return value;
  });
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A paragraph; if it is only a URL, it becomes a link. */
function paragraph(text: string): string {
  const escaped = escapeHtml(text);
  return `    <p>${/^https?:\/\/\S+$/.test(text) ? `<a href="${escaped}">${escaped}</a>` : escaped}</p>`;
}

/**
 * Renders mails from text templates: a subject line and paragraphs, with placeholders in double braces. The HTML has the
 * same paragraphs.
 */
export class MailRenderer {
  private readonly layout = read('layout.html');
  private readonly templates = new Map(mailKinds.map((kind) => [kind, read(`${kind}.txt`)]));

  /** @param values by the names of the placeholders */
  render(kind: MailKind, to: string, values: Values): Message {
    // A line break in a value could add a paragraph or a header.
    const oneLine = Object.entries(values).map(([name, value]) => [name, value.replace(/\s+/g, ' ')]);
    const filled = fill(this.templates.get(kind) ?? '', Object.fromEntries(oneLine) as Values);
    const [head = '', ...paragraphs] = filled.trim().split(/\n{2,}/);
    const subject = head.replace(/^Subject: /, '');
    const html = fill(this.layout, { subject: escapeHtml(subject), body: paragraphs.map(paragraph).join('\n') });
    return { to, subject, text: `${paragraphs.join('\n\n')}\n`, html };
  }
}
