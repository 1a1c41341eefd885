/** What breaks clients and `redocly diff` does not find. */
import { errorCodesOf, operationsByName } from './operations.mjs';

/** Of one change that it reports as harmless: why it breaks clients; undefined if it does not. */
export function breakIn({ kind, typeName, path, property, base, revision }) {
  const isRequest = /\/(parameters|requestBody)\//.test(path);
  const isResponse = /\/responses\//.test(path);
  if (property === 'x-required-role' && revision.value !== undefined) return `Requires the role \`${revision.value}\`.`;
  if (property === 'x-open-to-every-origin' && !revision.value) return 'Is closed to pages of other origins.';
  if (property === 'default' && typeName === 'Schema' && isRequest) {
    return `\`default\` changed from ${JSON.stringify(base.value)} to ${JSON.stringify(revision.value)}.`;
  }
  if (kind === 'added' && typeName === 'RequestBody' && revision.value.required)
    return 'A request body became required.';
  if (property === 'name' && typeName === 'Parameter' && base.value.toLowerCase() !== revision.value.toLowerCase())
    return `\`${base.value}\` was renamed to \`${revision.value}\`.`;
  if (property === 'readOnly' && isRequest && revision.value) return 'Requests may no longer have it (`readOnly`).';
  if (property === 'writeOnly' && isResponse && revision.value) return 'Responses no longer have it (`writeOnly`).';
  if (property === 'required' && typeName === 'Header' && base.value) return 'The header may be missing.';
  if (kind === 'removed' && isResponse && path.endsWith('/schema')) return 'Its schema was removed.';
  if (property === 'x-sunset' && revision.value < base.value) {
    return `The sunset came forward from ${base.value} to ${revision.value}.`;
  }
  const lost = lostErrorCodes(property, base, revision);
  return lost.length > 0 ? `Lost error codes: ${lost.join(', ')}.` : undefined;
}

/** Of the closed list of all error codes, which clients may switch over. */
function lostErrorCodes(property, base, revision) {
  if (property !== 'enum' || !base.pointer.startsWith('#/components/schemas/ErrorCode')) return [];
  return (base.value ?? []).filter((code) => !revision.value?.includes(code));
}

/** Further breaks, as changes of the form of `redocly diff`. */
export function furtherBreaks(base, revision) {
  const after = operationsByName(revision);
  return [...operationsByName(base)].flatMap(([name, before]) => {
    const now = after.get(name);
    if (!now) return [];
    return [
      ...tightenedSecurity(securityOf(base, before), securityOf(revision, now)),
      ...lostCodes(errorCodesOf(base, before), errorCodesOf(revision, now), now),
    ].map((message) => breakOf(name, message));
  });
}

function breakOf(name, message) {
  const [method, path] = name.split(' ');
  const pointer = `#/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/${method.toLowerCase()}`;
  const verdicts = [{ ruleId: 'own', impact: 'major', message }];
  return { path: pointer, kind: 'modified', impact: 'major', verdicts, base: { pointer }, revision: { pointer } };
}

/** What a caller must have, one of several; without any, everyone may call. */
function securityOf(description, operation) {
  const requirements = operation.security ?? description.security ?? [];
  return requirements.length > 0 ? requirements : [{}];
}

function tightenedSecurity(before, now) {
  const lost = before.filter((held) => !now.some((required) => satisfies(held, required)));
  return lost.map((held) => {
    const names = Object.keys(held).map((scheme) => `\`${scheme}\``);
    const asked = now.map((required) => Object.entries(required).map(written).join(' with ') || 'nothing');
    return `${names.join(' with ') || 'No login'} is no longer enough: it takes ${asked.join(' or ')}.`;
  });
}

function written([scheme, scopes]) {
  return `\`${scheme}\`${scopes.length > 0 ? ` (${scopes.join(', ')})` : ''}`;
}

function satisfies(held, required) {
  return Object.entries(required).every(
    ([scheme, scopes]) => scopes.every((scope) => held[scheme]?.includes(scope)) && held[scheme],
  );
}

/** A response that is gone is reported as such. */
function lostCodes(before, now, { responses }) {
  return before
    .filter((code) => !now.includes(code) && responses[code.split(' ')[0]])
    .map((code) => `Error code ${code} is no longer given.`);
}
