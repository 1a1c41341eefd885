import type { Request } from 'express';
import { formatFault } from '../../domain/textFormats.js';
import type { Fault } from '../../errors.js';
import type { Description, PlacedOperation, Schema } from './description.js';
import { inputSchema } from './inputSchema.js';
import { pointerToField, unescape } from './jsonPointer.js';

/** An entry of express-openapi-validator's errors. */
export interface ValidatorFault {
  path: string;
  message: string;
  /** Begins with the schema's keyword; undefined for an unknown or empty query parameter. */
  errorCode?: string;
}

/**
 * Names the rule that an input breaks, and its limit. The validator tells the keyword and the place only, so the rest comes
 * from the schema at that place.
 */
export function brokenRule(
  { path, message, errorCode }: ValidatorFault,
  operation: PlacedOperation['operation'],
  description: Description,
  req: Request,
): Fault {
  const rule = keywordOf(errorCode);
  const unknown = (): Fault => ({ path: pointerToUnknown(path, req), message, rule: 'additionalProperties' });
  if (rule === 'additionalProperties') return unknown();
  const schema = inputSchema(description, operation, path);
  if (rule === undefined) return schema ? { path, message, rule: 'minLength', limit: 1 } : unknown();
  const pointer = path.replace(/^\/params\//, '/path/');
  return { path: pointer, message: messageOf(rule, schema, path, req) ?? message, rule, ...limitsOf(rule, schema) };
}

/** The validator checks the type of a `date-time` under a keyword of its own, `x-eov-type`. */
function keywordOf(errorCode: string | undefined): string | undefined {
  return errorCode?.split('.')[0]?.replace('x-eov-type', 'type');
}

/** The validator gives no path for an unknown field whose name is empty. */
function pointerToUnknown(path: string, { query, body }: Request): string {
  if (path !== '') return pointerToField(path, { query, body: body as unknown });
  return Object.hasOwn((body as object | undefined) ?? {}, '') ? '/body/' : '/body';
}

/** The message of one of our formats, or the description's `x-pattern-message` or `x-format-message`. */
function messageOf(rule: string, schema: Schema = {}, path: string, req: Request): string | undefined {
  const own = rule === 'format' ? formatFault(String(schema['format']), valueAt(path, req)) : undefined;
  return own ?? (schema[`x-${rule}-message`] as string | undefined);
}

function valueAt(path: string, req: Request): unknown {
  const names = path.slice(1).split('/').map(unescape);
  return names.reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], req);
}

/** Nothing if the schema has the rule in a part of its own, such as an `anyOf`. */
function limitsOf(rule: string, schema: Schema = {}): Pick<Fault, 'limit' | 'format' | 'allowed'> {
  const value = schema[rule];
  if (typeof value === 'number') return { limit: value };
  if (rule === 'format' && typeof value === 'string') return { format: value };
  return Array.isArray(value) && rule === 'enum' ? { allowed: value.map(String) } : {};
}
