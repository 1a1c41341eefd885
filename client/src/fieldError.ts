import type { components } from './generated/schema.js';

/** What is wrong with one part of the input. */
export type FieldError = NonNullable<components['schemas']['Error']['errors']>[number];
