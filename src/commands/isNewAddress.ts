import { Ajv } from 'ajv';
import { readDescription } from '../api/openapi/description.js';
import { textFormats } from '../domain/textFormats.js';

/** Whether the description allows an address for a new account. */
export async function isNewAddress(text: string): Promise<boolean> {
  const { EmailAddress: schema = false } = (await readDescription()).components?.schemas ?? {};
  const ajv = new Ajv({ strict: false, formats: textFormats });
  return ajv.validate(schema, text);
}
