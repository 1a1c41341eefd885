import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What node's server notes on a connection and does not declare. */
export type NodeConnection = Socket & {
  /** The answer whose turn it is. */
  _httpMessage?: ServerResponse | null;
  parser?: { onIncoming: (() => number) | null } | null;
};
