import type { Tracing } from './tracing.js';

/**
 * Calls Redis in a span.
 * @param command its name, such as GET; not its arguments
 */
export async function redisSpan<T>(tracing: Tracing, command: string, call: () => Promise<T>): Promise<T> {
  if (!tracing.isOn) return call();
  const attributes = { 'db.system.name': 'redis', 'db.operation.name': command };
  return tracing.span({ name: command, kind: 'client', attributes }, call);
}
