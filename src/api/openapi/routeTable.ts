import { MalformedRequestError, MethodNotAllowedError, UnknownPathError } from '../../errors.js';

export interface Match<Target> {
  target: Target;
  /** Decoded, by their names in the description. */
  pathParams: Record<string, string>;
}

interface Template<Target> {
  expression: RegExp;
  names: string[];
  routes: Map<string, Target>;
}

/**
 * Finds the operation of a request. Paths match exactly: case-sensitive, and without a trailing slash. A path without
 * parameters takes one lookup, however many operations there are.
 */
export class RouteTable<Target> {
  private readonly fixed = new Map<string, Map<string, Target>>();
  private readonly templates = new Map<string, Template<Target>>();

  /** @param documentation the path where clients find the operations */
  constructor(private readonly documentation: string) {}

  /** @param path as the description writes it, with parameters in braces */
  add(method: string, path: string, target: Target): void {
    this.routesOf(path).set(method, target);
  }

  /**
   * @throws UnknownPathError, MethodNotAllowedError with the methods of the path, MalformedRequestError for invalid
   * percent-encoding
   */
  match(method: string, path: string): Match<Target> {
    const fixed = this.fixed.get(path);
    if (fixed) return { target: choose(fixed, method), pathParams: {} };
    for (const { expression, names, routes } of this.templates.values()) {
      const values = expression.exec(path)?.slice(1);
      if (!values) continue;
      const target = choose(routes, method);
      return {
        target,
        pathParams: Object.fromEntries(names.map((name, index) => [name, decode(values[index] ?? '')])),
      };
    }
    throw new UnknownPathError(this.documentation);
  }

  private routesOf(path: string): Map<string, Target> {
    const known = this.fixed.get(path) ?? this.templates.get(path)?.routes;
    if (known) return known;
    const routes = new Map<string, Target>();
    const names = Array.from(path.matchAll(/\{([^}]+)\}/g), (match) => match[1] ?? '');
    if (names.length === 0) this.fixed.set(path, routes);
    else this.templates.set(path, { expression: expressionOf(path), names, routes });
    return routes;
  }
}

function expressionOf(path: string): RegExp {
  const segments = path.split(/\{[^}]+\}/).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${segments.join('([^/]+)')}$`);
}

/** HEAD is GET without the body (RFC 9110, section 9.3.2), which Node leaves out. */
function choose<Target>(routes: Map<string, Target>, method: string): Target {
  const target = routes.get(method === 'HEAD' ? 'GET' : method);
  if (target) return target;
  throw new MethodNotAllowedError([...routes.keys()].flatMap((name) => (name === 'GET' ? [name, 'HEAD'] : [name])));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new MalformedRequestError();
  }
}
