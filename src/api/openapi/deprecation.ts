import type { DescribedOperation } from './description.js';

/**
 * The headers of every response of a deprecated operation: since when (RFC 9745), when it may be removed (RFC 8594), and a page
 * about it. The dates begin at midnight UTC.
 * @returns undefined for an operation that is not deprecated
 */
export function deprecationHeaders(operation: DescribedOperation): Record<string, string> | undefined {
  const { 'x-deprecated-since': since, 'x-sunset': sunset, 'x-deprecation-url': url } = operation;
  if (!operation.deprecated || since === undefined || sunset === undefined) return undefined;
  return {
    Deprecation: `@${Date.parse(since) / 1000}`,
    Sunset: new Date(sunset).toUTCString(),
    ...(url !== undefined && { Link: `<${url}>; rel="deprecation", <${url}>; rel="sunset"` }),
  };
}
