import type { components } from './generated/schema.js';

/** What is wrong with one part of the input. */
export type FieldError = components['schemas']['FieldError'];
