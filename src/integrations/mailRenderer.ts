import { readFileSync } from 'node:fs';
import type { MailKind } from '../domain/mail.js';

/** A mail as it is sent. */
export interface Message {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** The same at every try to send it. */
  id?: string | undefined;
}

type Values = Readonly<Record<string, string>>;

const folder = new URL('./mailTemplates/', import.meta.url);

const kinds: readonly MailKind[] = [
  'verifyEmail',
  'changeEmail',
  'emailChangeRequested',
  'emailTaken',
  'resetPassword',
  'passwordChanged',
  'accountLocked',
];

function read(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}

function fill(template: string, values: Values): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_braces, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`A mail has no value for ${name}.`);
    return value;
  });
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A paragraph; one that is a link alone becomes one. */
function paragraph(text: string): string {
  const escaped = escapeHtml(text);
  return `    <p>${/^https?:\/\/\S+$/.test(text) ? `<a href="${escaped}">${escaped}</a>` : escaped}</p>`;
}

/**
 * Makes mails of templates: text files of a subject line and paragraphs, with names in double braces. The HTML is made of
 * the same paragraphs, so that the two cannot differ.
 */
export class MailRenderer {
  private readonly layout = read('layout.html');
  private readonly templates = new Map(kinds.map((kind) => [kind, read(`${kind}.txt`)]));

  /** @param values what stands in the template in double braces */
  render(kind: MailKind, to: string, values: Values): Message {
    // Whatever a person is called, it stays on its line.
    const oneLine = Object.entries(values).map(([name, value]) => [name, value.replace(/\s+/g, ' ')]);
    const filled = fill(this.templates.get(kind) ?? '', Object.fromEntries(oneLine) as Values);
    const [head = '', ...paragraphs] = filled.trim().split(/\n{2,}/);
    const subject = head.replace(/^Subject: /, '');
    const html = fill(this.layout, { subject: escapeHtml(subject), body: paragraphs.map(paragraph).join('\n') });
    return { to, subject, text: `${paragraphs.join('\n\n')}\n`, html };
  }
}
