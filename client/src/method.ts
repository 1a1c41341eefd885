export interface CallOptions {
  /** Aborts the call, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Milliseconds that the call may take, with its retries. `Infinity`: no limit. Default: that of the client. */
  timeout?: number | undefined;
}

/** Of a method without arguments. */
export type NoArguments = Record<string, never>;

/** A page of a list. */
export interface Page {
  items: unknown[];
  next_cursor: string | null;
}

/** A method whose answer is a page of a list. */
export interface PagedMethod<Args, P extends Page> {
  /** One page. */
  (args?: Args, options?: CallOptions): Promise<P>;
  /** All items, from `cursor` on. It requests pages of `limit` as they are needed, with these options for each. */
  readonly all: (args?: Args, options?: CallOptions) => AsyncGenerator<P['items'][number], void, undefined>;
}
