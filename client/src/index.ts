export { ApiError, isApiError } from './apiError.js';
export type { ApiErrorFields, ClientErrorCode } from './apiError.js';
export type { Auth, LoggedIn, SessionEndedListener } from './auth.js';
export { createClient } from './createClient.js';
export type { Client, ClientOptions } from './createClient.js';
export type * from './generated/types.js';
export type { CallOptions, NoArguments, Page, PagedMethod } from './method.js';
export type { RefreshTokenPlace, RefreshTokenStore } from './refreshTokenStore.js';
export type { Fetch } from './transport.js';
