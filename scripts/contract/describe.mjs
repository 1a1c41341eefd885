/** Puts changes into words, grouped by what a reader looks for: an operation, or a component that several operations share. */
import { announcement } from './deprecations.mjs';
import { methodsOf, nameOf, operationsByName, usesOfComponents } from './operations.mjs';
import { namesOf, nodeAt, resolve } from './pointers.mjs';

/** What is for people, or is part of another change. */
const notListed = {
  types: /^(SpecExtension|Example|ExamplesMap|Tag|TagList|Info|Contact|License|ExternalDocs|NamedExamples)$/,
  properties:
    /^(description|summary|title|example|examples|externalDocs|tags|value|x-(format|pattern)-message|x-deprecated-since|x-deprecation-url|x-internal|x-redirected-from-trailing-slash|x-error-codes)$/,
};

const impacts = ['major', 'minor', 'patch'];
const everything = 'All operations';

/**
 * The groups of changes, in the order of the operations; within a group those that break clients come first.
 * @returns {{ heading: string, entries: { impact: string, text: string }[] }[]}
 */
export function describeChanges(changes, base, revision) {
  const context = new Context(base, revision);
  const groups = new Map();
  const sorted = [...changes].sort((one, other) => impacts.indexOf(one.impact) - impacts.indexOf(other.impact));
  for (const change of sorted.filter((each) => isListed(each))) {
    const text = context.textOf(change);
    for (const heading of context.headingsOf(change)) {
      const entries = groups.get(heading) ?? [];
      if (!entries.some((entry) => entry.text === text)) entries.push({ impact: change.impact, text });
      groups.set(heading, entries);
    }
  }
  const order = [...context.headings.values()];
  return [...groups]
    .map(([heading, entries]) => ({ heading, entries }))
    .sort((one, other) => placeIn(order, one.heading) - placeIn(order, other.heading));
}

/** What is not an operation comes last. */
function placeIn(order, heading) {
  return order.includes(heading) ? order.indexOf(heading) : order.length;
}

function isListed(change) {
  if (change.impact === 'major' || change.isExpected || isNewErrorCode(change)) return true;
  // The entry about `deprecated` has the date.
  if (change.property === 'x-sunset' && (change.base.value === undefined || change.revision.value === undefined))
    return false;
  // A component that has come or gone is not part of the contract: its uses are.
  if (/^#\/components\/(?!securitySchemes)[^/]+\/[^/]+$/.test(change.path)) return false;
  return !notListed.types.test(change.typeName) && !notListed.properties.test(change.property);
}

/** The examples of an error response are named after their codes. */
function isNewErrorCode({ kind, typeName, path }) {
  return kind === 'added' && typeName === 'Example' && /\/responses\/([45]..|default)\/content\//.test(path);
}

class Context {
  constructor(base, revision) {
    this.base = base;
    this.revision = revision;
    this.uses = new Map([...usesOfComponents(base), ...usesOfComponents(revision)]);
    this.operations = new Map([...operationsByName(base), ...operationsByName(revision)]);
    this.headings = new Map(
      [...this.operations].map(([name, { operationId }]) => [name, `\`${name}\` (${operationId})`]),
    );
  }

  headingsOf(change) {
    const component = componentOf(change);
    const users = this.uses.get(component) ?? [];
    if (users.length === 1) return [this.headings.get(users[0])];
    if (component) return [this.headingOfComponent(component, users)];
    const [root, path, method] = namesOf(change.path);
    if (root !== 'paths' || path === undefined) return [everything];
    if (method !== undefined) return [this.headings.get(nameOf(path, method)) ?? everything];
    const item = this.revision.paths[path] ?? this.base.paths[path];
    return methodsOf(item).map((each) => this.headings.get(nameOf(path, each)));
  }

  headingOfComponent(component, users) {
    const [, kind, name] = namesOf(component);
    const ids = users.map((user) => this.operations.get(user).operationId);
    const where = ids.length > 6 ? `${ids.length} operations` : ids.join(', ');
    return `${singular(kind)} \`${name}\` (${where})`;
  }

  textOf(change) {
    const place = this.placeOf(change);
    const message =
      change.verdicts.map((verdict) => withoutName(verdict.message, place)).join(' ') || this.messageOf(change);
    const expected = change.isExpected ? ' Its deprecation had run out.' : '';
    return `${place ? `${place}: ` : ''}${message}${expected}`;
  }

  messageOf({ kind, typeName, property, base, revision }) {
    if (kind !== 'modified') return `${kind === 'added' ? 'New' : 'No longer there:'} ${nounOf(typeName)}.`;
    if (property === 'deprecated' && !revision.value) return 'No longer deprecated.';
    if (property === 'deprecated') {
      return announcement(nodeAt(this.revision, revision.pointer.replace(/\/deprecated$/, '')));
    }
    const [before, after] = [base.value, revision.value].map((value) => `\`${JSON.stringify(value)}\``);
    if (base.value === undefined) return `\`${property}\` was set to ${after}.`;
    if (revision.value === undefined) return `\`${property}\` was removed; it was ${before}.`;
    return `\`${property}\` changed from ${before} to ${after}.`;
  }

  /** Where in its operation or component a change is, such as "response 200, `user.email`". */
  placeOf(change) {
    const { pointer } = change.revision ?? change.base;
    const component = componentOf(change);
    const isShared = component && this.uses.get(component)?.length !== 1;
    const names = isShared ? namesOf(pointer).slice(3) : namesOf(change.path).slice(3);
    const places = [];
    const fields = [];
    const take = (...words) => places.push(words.join(' '));
    names.forEach((name, index) => {
      const before = names[index - 1];
      if (name === 'requestBody' && index === 0) take('request');
      else if (before === 'responses') take('response', name);
      else if (before === 'headers') take('header', `\`${name}\``);
      else if (before === 'parameters') take(this.parameterAt(change, index));
      else if (before === 'examples') take(`\`${name}\``);
      else if (before === 'properties') fields.push(name);
      else if (name === 'items') fields.push('[]');
    });
    if (fields.length > 0) take(`\`${fields.join('.').replaceAll('.[]', '[]')}\``);
    return places.join(', ');
  }

  parameterAt(change, index) {
    const pointer = change.path
      .split('/')
      .slice(0, 4 + index + 1)
      .join('/');
    const description = change.revision ? this.revision : this.base;
    const name = resolve(description, nodeAt(description, pointer))?.name;
    return name === undefined ? 'parameter' : `parameter \`${name}\``;
  }
}

/** Without the name of a field that the place has, or that a shared schema has in one of the places where it is used. */
function withoutName(message, place) {
  const [, field] = /(\w+)(?:\[\])?`$/.exec(place) ?? [];
  const named = place === '' ? / of `[a-z_]+`/ : new RegExp(` of \`${field}\`(?! \\w+ parameter)`);
  // Nobody reads a pattern in a list of changes.
  return message.replace(named, '').replace(/^`pattern` changed from .*/s, '`pattern` changed.');
}

/** The pointer to the component that a change is in, if it is in one. */
function componentOf({ base, revision }) {
  return /^#\/components\/(?!securitySchemes)[^/]+\/[^/]+/.exec((revision ?? base).pointer)?.[0];
}

function singular(kind) {
  const word = kind.replace(/ies$/, 'y').replace(/s$/, '');
  return word[0].toUpperCase() + word.slice(1);
}

const nouns = {
  PathItem: 'operation',
  Schema: 'field',
  Example: 'error code',
  MediaType: 'media type',
  RequestBody: 'request body',
  AnyOf: 'alternatives',
  OneOf: 'alternatives',
  AllOf: 'conditions',
};

function nounOf(typeName) {
  return nouns[typeName] ?? typeName.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
