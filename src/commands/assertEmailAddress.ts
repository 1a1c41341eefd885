import { Ajv } from 'ajv';
import { readDescription } from '../api/openapi/description.js';
import { textFormats } from '../domain/textFormats.js';
import { StartError } from '../startError.js';

/** @throws StartError for an address that the description does not allow */
export async function assertEmailAddress(text: string): Promise<void> {
  const { EmailAddress: schema = false } = (await readDescription()).components?.schemas ?? {};
  const ajv = new Ajv({ strict: false, formats: textFormats });
  if (!ajv.validate(schema, text)) throw new StartError(`${text} is not an email address.`);
}
