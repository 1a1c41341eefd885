import type { operations, PublicOperation } from '../../../generated/api.js';
import type { Client } from '../../domain/client.js';
import type { Principal } from '../../domain/principal.js';

export type OperationId = keyof operations;

type Json<T> = T extends { content: { 'application/json': infer Body } } ? { body: Body } : { body?: undefined };

/** A declared body; undefined if the operation has none, or if it is optional and was not sent. */
type RequestBody<Operation> = Operation extends { requestBody: infer Body }
  ? Json<Body>
  : Operation extends { requestBody?: infer Body }
    ? Json<NonNullable<Body>> | { body?: undefined }
    : { body?: undefined };

type SuccessStatus<Id extends OperationId> = keyof operations[Id]['responses'] & (200 | 201 | 202 | 204);

/** A body that is ready to send, in one of the media types that the description declares. */
export interface Content<MediaType extends string> {
  mediaType: MediaType;
  bytes: Buffer;
}

/** A declared body: an object to write as JSON, or content that is ready to send, of which files are sent compressed. */
type ReplyBody<T> = T extends { content: infer Media }
  ? | (T extends { content: { 'application/json': infer Body } } ? { body: Body; content?: undefined } : never)
    | { body?: undefined; content: Content<keyof Media & string> }
  : { body?: undefined; content?: undefined };

/** The media types among which clients choose: those of successes that declare the header `Vary`. */
type MediaType<Id extends OperationId> = operations[Id]['responses'][SuccessStatus<Id>] extends infer Response
  ? Response extends { headers: { Vary: string }; content: infer Media }
    ? keyof Media & string
    : never
  : never;

/** What a handler gets of a request: validated, and with its caller authenticated. */
export type Call<Id extends OperationId> = {
  path: NonNullable<operations[Id]['parameters']['path']>;
  query: NonNullable<operations[Id]['parameters']['query']>;
  /** The headers that the description declares, by its names. */
  headers: NonNullable<operations[Id]['parameters']['header']>;
  cookies: NonNullable<operations[Id]['parameters']['cookie']>;
  principal: Id extends PublicOperation ? undefined : Principal;
  client: Client;
  /** Of those among which clients choose, the one that this client prefers. */
  mediaType: MediaType<Id>;
} & RequestBody<operations[Id]>;

/** A declared success. Failures are thrown, never returned. */
export type Reply<Id extends OperationId> = {
  [Status in SuccessStatus<Id>]: {
    status: Status;
    /** In addition to the headers of every response. */
    headers?: Readonly<Record<string, string>>;
  } & ReplyBody<operations[Id]['responses'][Status]>;
}[SuccessStatus<Id>];

type Handler<Id extends OperationId> = (call: Call<Id>) => Promise<Reply<Id>>;

/** A handler for each operation of the description: a missing one fails the type check. */
export type Handlers = { [Id in OperationId]: Handler<Id> };
