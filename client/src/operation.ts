/** How an operation of the API is sent. What is left out is false or empty. */
export interface Operation {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'PATCH';
  /** With the names of its arguments in braces. */
  readonly path: string;
  /** The media types of its answer; none if it answers without a body. */
  readonly accept?: string;
  /** Whether it needs an access token. */
  readonly auth?: boolean;
  /** Whether it reads or sets the refresh cookie. */
  readonly cookies?: boolean;
  /** An optional body is sent if one of its fields is given. */
  readonly body?: 'required' | 'optional';
  /** Names of query parameters, if there is a body too. */
  readonly query?: readonly string[];
  /** Header names by the names of the arguments. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The largest `limit` of an operation with pages. */
  readonly pageSize?: number;
}
