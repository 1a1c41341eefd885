import type { Role } from '../../domain/user.js';
import { DescriptionError, follow, operationsOf, type Description, type PlacedOperation } from './description.js';

/** @throws DescriptionError for a reference that cannot be resolved */
export function assertReferences(description: Description): void {
  JSON.stringify(description, (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') follow(description, value);
    return value;
  });
}

/** The formats that express-openapi-validator knows without being told. */
const standardFormats = [
  ...[
    'date',
    'time',
    'date-time',
    'duration',
    'uri',
    'uri-reference',
    'uri-template',
    'email',
    'hostname',
    'ipv4',
    'ipv6',
  ],
  ...['uuid', 'regex', 'json-pointer', 'int32', 'int64', 'float', 'double', 'byte', 'binary', 'password'],
];

/**
 * Refuses a description with a format that the validator does not know: it would accept every value.
 * @param own the formats that the validator is told
 * @throws DescriptionError
 */
export function assertFormats(description: Description, own: readonly string[]): void {
  JSON.stringify(description, (key, value: unknown) => {
    // Values, whose fields may have any name.
    if (/^(examples?|default|const|enum)$/.test(key)) return undefined;
    if (key === 'format' && typeof value === 'string' && ![...standardFormats, ...own].includes(value)) {
      throw new DescriptionError(`the format ${value} is unknown`);
    }
    return value;
  });
}

/**
 * Refuses a description with operations that nobody handles. The compiler finds them too, but not everything that starts the
 * server runs it.
 * @param handled the ids of the operations that have a handler
 * @throws DescriptionError
 */
export function assertHandled(operations: readonly PlacedOperation[], handled: readonly string[]): void {
  const missing = operations.filter(({ operation }) => !handled.includes(operation.operationId));
  const names = missing.map(({ operation: { operationId, tags = [] } }) => `${operationId} (tag ${tags.join()})`);
  if (names.length > 0) throw new DescriptionError(`operations without a handler: ${names.join(', ')}`);
}

const roles: readonly Role[] = ['user', 'admin'];

/**
 * Refuses a description with unknown roles, or with roles on operations that anyone may call.
 * @throws DescriptionError
 */
export function assertRoles(operations: readonly PlacedOperation[]): void {
  for (const { operation } of operations) {
    const { operationId, security, 'x-required-role': role } = operation;
    if (role === undefined) continue;
    if (!roles.includes(role)) throw new DescriptionError(`${operationId} requires the unknown role ${role as string}`);
    if (security?.length === 0) throw new DescriptionError(`${operationId} requires a role but is open to everyone`);
  }
}

/**
 * Refuses a description whose security is incomplete, or has requirements that `authenticate` does not support.
 * @param handled the security schemes that have a handler
 * @throws DescriptionError
 */
export function assertSecured(description: Description, handled: readonly string[]): void {
  const { security: root = [], components } = description;
  const declared = Object.keys(components?.securitySchemes ?? {});
  if (declared.length === 0) throw new DescriptionError('it declares no securitySchemes');
  if (root.length === 0) throw new DescriptionError('it has no security requirement at its root');
  const own = operationsOf(description).flatMap(({ operation }) => operation.security ?? []);
  for (const requirement of [...root, ...own]) assertRequirement(Object.keys(requirement), declared, handled);
}

function assertRequirement(schemes: readonly string[], declared: readonly string[], handled: readonly string[]): void {
  if (schemes.length === 0) throw new DescriptionError('it makes a security requirement optional with {}');
  if (schemes.length > 1) throw new DescriptionError('it requires several security schemes at once');
  for (const scheme of schemes) {
    if (!declared.includes(scheme)) throw new DescriptionError(`the security scheme ${scheme} is not declared`);
    if (!handled.includes(scheme)) throw new DescriptionError(`the security scheme ${scheme} has no handler`);
  }
}
