// Generated from openapi/ by `npm run generate`. Do not edit.
export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get name, version and links
         * @description The name and version of this server, and where to find its documentation. Browsers get a page, everyone else JSON: whichever of the two `Accept` prefers or, if it prefers both alike, names first. Without either, it is JSON.
         */
        get: operations["getServiceIndex"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/signup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign up
         * @description Creates an account. Its email address must not belong to another account, compared without regard to case and to whether the domain is in Unicode or in its ASCII form.
         *
         *     Limit: 30 requests in 5 minutes for each client address, in addition to the limit for all operations.
         */
        post: operations["signUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in
         * @description Begins a session and returns its access token and refresh token. An unknown address and a wrong password get the same response in the same time. Browsers send `Prefer: refresh-cookie` to get the refresh token as an HttpOnly cookie instead of in the body. After 10 wrong passwords in a row (the operator can change the number) the account is locked for 30 seconds. Each further lock lasts twice as long, up to 15 minutes. While the account is locked, even the correct password is rejected. Resetting the password lifts the lock.
         *
         *     Limit: 20 requests a minute for each client address, in addition to the limit for all operations.
         */
        post: operations["logIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange a refresh token
         * @description Returns a new access token and a new refresh token, and retires the refresh token that was sent. A client that lost the response can retry with the same token at any time, and gets the same new refresh token. Once the new token has been exchanged in turn, the old one still works for 30 seconds (the operator can change this) and gets the current one. Sending it later, or sending an older token, ends the session, because the token may have been stolen. The token comes from the body, or from the cookie that `Prefer: refresh-cookie` asked for. The cookie is accepted only from pages of the allowed origins.
         *
         *     Limit: 150 requests in 5 minutes for each client address, in addition to the limit for all operations.
         */
        post: operations["refreshTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log out
         * @description Ends this session, all other sessions of the person, or all of them. Their access tokens and refresh tokens stop working. The caller is identified by the access token or, on pages from the allowed origins, by the cookie of `Prefer: refresh-cookie`.
         */
        post: operations["logOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/verify-email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm an email address
         * @description Takes the token of the link that was sent at sign-up or to a new address, and the password of that account or sign-up. Each link works once. The password is needed because someone may have signed up with another person's address: following the link alone must not give them an account with it.
         *
         *     Limit: 30 requests in 5 minutes for each client address, in addition to the limit for all operations.
         */
        post: operations["verifyEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/verify-email/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resend the confirmation email
         * @description The response is the same whether or not the account exists. Links that were sent earlier keep working. An address gets at most 5 such emails an hour and 20 a day. Requests from one network cause at most one a minute and 5 a day to the same address.
         *
         *     Limit: 30 requests in 5 minutes for each client address, in addition to the limit for all operations.
         */
        post: operations["resendVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/forgot-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request a link to reset a password
         * @description The response is the same, in the same time, whether or not the account exists. Each link works for one hour. Using one revokes the others. An address gets at most 5 such emails an hour and 20 a day. Requests from one network cause at most one a minute and 5 a day to the same address.
         *
         *     Limit: 30 requests in 5 minutes for each client address, in addition to the limit for all operations.
         */
        post: operations["forgotPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/reset-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reset a password
         * @description Takes the token of the emailed link, which works once. All sessions of the account end, and its other links are revoked.
         *
         *     Limit: 30 requests in 5 minutes for each client address, in addition to the limit for all operations.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your own sessions
         * @description The sessions that the caller is logged in with, newest first.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one of your own sessions
         * @description The access tokens and refresh tokens of the session stop working.
         */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get your own account
         * @description Returns the caller's own account.
         */
        get: operations["getCurrentUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Update your own account
         * @description Changes the fields that are sent. The others stay as they are.
         *
         *     Limit: 60 requests a minute for each client address, in addition to the limit for all operations.
         */
        patch: operations["updateCurrentUser"];
        trace?: never;
    };
    "/api/v1/users/me/deletion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete your own account
         * @description Requires the password again. Deletes all data about the person, except log lines that contain the account's id. All sessions end, and the address becomes available again.
         *
         *     Limit: 20 requests a minute for each client address, in addition to the limit for all operations.
         */
        post: operations["deleteCurrentUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change your own password
         * @description Ends all other sessions of the account and revokes the links sent to it by email.
         *
         *     Limit: 20 requests a minute for each client address, in addition to the limit for all operations.
         */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change your own email address
         * @description Sends a link to the new address and a notice to the old one. The address changes when the link is followed. The response is the same whether or not another account has the new address.
         *
         *     Limit: 20 requests a minute for each client address, in addition to the limit for all operations.
         */
        post: operations["changeEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List accounts
         * @description All accounts that match the filters, newest first.
         *
         *     Requires the role `admin`.
         */
        get: operations["listUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an account
         * @description Returns the account of any person.
         *
         *     Requires the role `admin`.
         */
        get: operations["getUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Update the access of an account
         * @description Activates or deactivates an account, or changes its role. Deactivating ends its sessions and revokes the links sent to it by email. The last active administrator cannot be deactivated or lose the role.
         *
         *     Requires the role `admin`.
         */
        patch: operations["updateUser"];
        trace?: never;
    };
    "/api/v1/users/{user_id}/revoke-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End all sessions of an account
         * @description The access tokens and refresh tokens of the account stop working, and so do the links sent to it by email.
         *
         *     Requires the role `admin`.
         */
        post: operations["revokeUserSessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user_id}/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Unlock an account
         * @description Lifts the lock that too many wrong passwords have put on an account.
         *
         *     Requires the role `admin`.
         */
        post: operations["unlockUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the public settings
         * @description The settings of this server that are public.
         */
        get: operations["getPublicConfig"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check liveness
         * @description Succeeds as long as the process can respond. Restart the process when it does not.
         *
         *     There is no limit for this operation.
         */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check readiness
         * @description Ready means that the database responds, takes writes and has all migrations of this version. A server that is `degraded` is ready too: it serves all operations without Redis, and each process counts rate limits by itself. The answer may be a second old.
         *
         *     There is no limit for this operation.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read and try this description
         * @description A quick start, and Swagger UI for this description. Log in there, and it sends your access token with the requests that you try. `/docs/` redirects here. Pages and files of the documentation are compressed with Brotli or gzip if `Accept-Encoding` allows it.
         */
        get: operations["getDocsPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/conventions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the conventions
         * @description What all operations have in common: the text at the beginning of this description, as a page.
         */
        get: operations["getConventionsPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the error codes
         * @description Every error code with its cause and what to do about it, as a page. Each has an anchor: `/docs/errors#token_expired`.
         */
        get: operations["getErrorsPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/{asset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Files of the documentation's pages
         * @description Style sheets and scripts of the documentation's pages.
         */
        get: operations["getDocsAsset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This description as JSON
         * @description The whole description in one file, exactly as the server validates against it.
         */
        get: operations["getOpenapiJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.yaml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This description as YAML
         * @description The whole description in one file, exactly as the server validates against it.
         */
        get: operations["getOpenapiYaml"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/favicon.ico": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Icon of the pages
         * @description The icon that browsers show beside the names of the pages, and ask for at this path.
         */
        get: operations["getFavicon"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/robots.txt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Rules for search engines
         * @description The documentation may be found by search engines (RFC 9309). The operations are not for them: each visit would count for the rate limit.
         */
        get: operations["getRobotsTxt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description All error codes of this version. A code never changes its meaning. New codes may be added.
         *
         *     | code | status | meaning | what to do |
         *     |---|---|---|---|
         *     | `invalid_input` | 400 | A field, parameter or header does not match this description. | Change what `errors` names. |
         *     | `malformed_json` | 400 | The body is not JSON. | Send one JSON object, in UTF-8. |
         *     | `malformed_request` | 400 | The percent-encoding of the path is invalid, the body is truncated or its encoding is invalid, or this is not HTTP. | Check what your client sends. |
         *     | `link_invalid` | 400 | The link was used, has expired or was revoked. | Request a new email. |
         *     | `password_too_common` | 400 | The new password is a common one. | Choose another. |
         *     | `password_too_personal` | 400 | The new password is built from the person's name or address, or from the name of this application. | Choose another. |
         *     | `password_breached` | 400 | The new password appeared in a data breach. | Choose another. |
         *     | `token_missing` | 401 | The operation needs an access token. | Log in and send `Authorization: Bearer <token>`. |
         *     | `token_malformed` | 401 | The token is not an access token of this server. | Send the `access_token` unchanged. |
         *     | `token_algorithm_invalid` | 401 | The token is not signed with HS256. | Log in again. |
         *     | `token_signature_invalid` | 401 | The token's signature is wrong, or its key was replaced. | Exchange the refresh token at `POST /auth/refresh`. Log in again only if that fails. |
         *     | `token_expired` | 401 | The token has expired, or is not valid yet. | Exchange the refresh token at `POST /auth/refresh`. Log in again only if that fails. |
         *     | `token_expiry_missing` | 401 | The token has no expiry. | Log in again. |
         *     | `token_issuer_invalid` | 401 | The token comes from another issuer. | Log in on this server. |
         *     | `token_audience_invalid` | 401 | The token is for another audience or use. | Log in on this server. |
         *     | `token_user_invalid` | 401 | The account of the token no longer exists or is not active. | Ask the administrator. |
         *     | `session_ended` | 401 | The session of the token has ended: it was logged out or revoked, or it expired. | Log in again. |
         *     | `refresh_token_missing` | 401 | There is no refresh token, neither in the body nor as a cookie. | Log in. On a page that was logged in, check that the browser sends the cookie. |
         *     | `refresh_token_invalid` | 401 | The refresh token does not belong to an active session. | Log in again. |
         *     | `refresh_token_reused` | 401 | The refresh token was exchanged earlier. Someone may have a copy, so the session has ended. | Log in again. |
         *     | `invalid_credentials` | 401 | The email or password is wrong. | Check both. |
         *     | `account_inactive` | 403 | Email and password are correct, but the account has been deactivated. | Ask the administrator. |
         *     | `email_not_verified` | 403 | Email and password are correct, but the address has not been confirmed. | Follow the link in the email, or request a new one. |
         *     | `wrong_password` | 403 | The password that confirms a change or a link is wrong. | Send the current password. For the link of a sign-up, send the password chosen there. |
         *     | `origin_not_allowed` | 403 | A cookie came from a page whose origin is not allowed. | Send the token in the body, or ask the operator to allow the origin. |
         *     | `forbidden` | 403 | The operation requires a role that the caller does not have. | Ask an administrator. |
         *     | `not_found` | 404 | The resource does not exist, or the caller has no access to it. | Check the path in this description, and the id in a list. |
         *     | `method_not_allowed` | 405 | The path does not support this method. | Use a method listed in `Allow`. |
         *     | `request_timeout` | 408 | The request did not arrive in time. | Retry on a faster connection. |
         *     | `email_taken` | 409 | Another account has this email address. | Log in, or use another address. |
         *     | `last_admin` | 409 | This would leave no active administrator. | Make someone else an administrator first. |
         *     | `body_too_large` | 413 | The body is larger than 100 kB. | Send less. |
         *     | `unsupported_media_type` | 415 | The operation does not accept the body's Content-Type, charset or Content-Encoding. | Send `application/json`. |
         *     | `rate_limited` | 429 | Too many requests from this address. | Wait for the seconds in `Retry-After`. |
         *     | `sign_in_locked` | 429 | Too many wrong passwords in a row, for this account or from this address. | Wait for the seconds in `Retry-After`, or reset the password. |
         *     | `headers_too_large` | 431 | The request's headers are larger than 16 kB, or one of them exceeds a limit of its own. | Send fewer or shorter headers. |
         *     | `internal_error` | 500 | Something went wrong on the server. | Retry later. Report it with the `request_id`. |
         *     | `database_unavailable` | 503 | The database does not respond, or takes no changes during a fail-over. | Retry after `Retry-After` seconds. |
         *     | `not_ready` | 503 | The server cannot accept requests yet. `errors` says what is missing. | Retry after `Retry-After` seconds. |
         *     | `overloaded` | 503 | Too many logins are waiting. | Retry after `Retry-After` seconds. |
         * @example invalid_input
         * @enum {string}
         */
        ErrorCode: "invalid_input" | "malformed_json" | "malformed_request" | "link_invalid" | "password_too_common" | "password_too_personal" | "password_breached" | "token_missing" | "token_malformed" | "token_algorithm_invalid" | "token_signature_invalid" | "token_expired" | "token_expiry_missing" | "token_issuer_invalid" | "token_audience_invalid" | "token_user_invalid" | "session_ended" | "refresh_token_missing" | "refresh_token_invalid" | "refresh_token_reused" | "invalid_credentials" | "account_inactive" | "email_not_verified" | "wrong_password" | "origin_not_allowed" | "forbidden" | "not_found" | "method_not_allowed" | "request_timeout" | "email_taken" | "last_admin" | "body_too_large" | "unsupported_media_type" | "rate_limited" | "sign_in_locked" | "headers_too_large" | "internal_error" | "database_unavailable" | "not_ready" | "overloaded";
        /** @description One thing that is wrong with a request, or one that a server lacks. */
        FieldError: {
            /**
             * @description A JSON pointer (RFC 6901). It starts with `/body`, `/query`, `/path`, `/headers` or `/cookies`, which are the parts of the request. With the code `not_ready` it starts with `/database`, a part of the server.
             * @example /body/email
             */
            path: string;
            /**
             * @description The rule that was broken, for people. The text may change.
             * @example must be an email address such as name@example.com
             */
            message: string;
            /**
             * @description The rule that was broken, for programs. More values may be added.
             *
             *     | rule | what it asks for |
             *     |---|---|
             *     | `required` | The field, or the body, must be there. |
             *     | `type` | The value has the type of the schema. |
             *     | `minLength` | At least `limit` characters. |
             *     | `maxLength` | At most `limit` characters. |
             *     | `minimum` | At least `limit`. |
             *     | `maximum` | At most `limit`. |
             *     | `minProperties` | At least `limit` fields. |
             *     | `enum` | One of the values in `allowed`. |
             *     | `format` | The format that `format` names. The conventions of this API explain its own formats. |
             *     | `pattern` | The pattern of the schema. |
             *     | `additionalProperties` | Only fields and query parameters that the operation declares. |
             *     | `cursor` | The `next_cursor` of the previous page. |
             *     | `storable` | A value that the database can store. |
             *     | `password_too_common` | A password that is not a common one. |
             *     | `password_too_personal` | A password that is not built from the person's name or address, or from the name of this application. |
             *     | `password_breached` | A password that appeared in no data breach. |
             *     | `database_unavailable` | Of the readiness: a database that answers. |
             *     | `database_read_only` | Of the readiness: a database that takes writes. |
             *     | `migrations_pending` | Of the readiness: a database with all migrations. |
             * @example format
             */
            rule: string;
            /**
             * @description The number that `minLength`, `maxLength`, `minimum`, `maximum` or `minProperties` asks for.
             * @example 8
             */
            limit?: number;
            /**
             * @description The name of the format that `format` asks for.
             * @example email-address
             */
            format?: string;
            /**
             * @description The values that `enum` allows.
             * @example [
             *       "user",
             *       "admin"
             *     ]
             */
            allowed?: string[];
        };
        /** @description Every error has this body. */
        ApiError: {
            /**
             * @description An explanation for people. The text may change.
             * @example The request is not valid. See errors for what to change.
             */
            detail: string;
            /**
             * Format: int32
             * @description The HTTP status, repeated.
             * @example 400
             */
            status_code: number;
            /**
             * @description A code for programs. It never changes its meaning. `ErrorCode` lists those of this version. Your client must accept others, which a later version may add.
             * @example invalid_input
             */
            code: components["schemas"]["ErrorCode"] | string;
            /**
             * @description The X-Request-Id of the response. Quote it when you report a problem.
             * @example 0198c6a4-6f0e-7c3b-9d55-2f6f4f0c8a11
             */
            request_id: string;
            /** @description One entry for each thing that is wrong. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Absolute paths on the host of this URL. */
        ServiceLinks: {
            /** @example /docs */
            docs: string;
            /** @example /openapi.json */
            openapi_json: string;
            /** @example /openapi.yaml */
            openapi_yaml: string;
            /** @example /health/live */
            health_live: string;
            /** @example /health/ready */
            health_ready: string;
        };
        /** @description The name and version of this server, and links to its pages. */
        ServiceIndex: {
            /** @example Smart Audit Agent */
            name: string;
            /** @example 2.0.0 */
            version: string;
            links: components["schemas"]["ServiceLinks"];
        };
        /**
         * Format: email-address
         * @description A new email address. The server ignores surrounding whitespace and case, and stores and returns the address trimmed and in lower case. An internationalised domain is stored and returned in its ASCII form (IDNA): who signs up with `bob@bücher.example` gets back `bob@xn--bcher-kva.example`, and both are the same address everywhere. Addresses that no mail server accepts are rejected: dots must have characters on both sides, the part before the @ has at most 64 bytes and no invisible characters, and the domain consists of letters, digits and inner hyphens, at most 63 between two dots.
         * @example ada@example.com
         */
        EmailAddress: string;
        /**
         * Format: password
         * @description A password of 8 to 256 characters, all of which count. It is counted and compared in the Unicode normalisation form NFC, so that it does not matter whether a keyboard sends a letter and its accent as one character or as two. Nothing else is changed or trimmed. NUL and unpaired surrogates are not allowed. Passwords that are easy to guess are rejected: common ones, and those built from the person's name or address or from the name of the application.
         * @example correct horse battery staple
         */
        NewPassword: string;
        /**
         * Format: person-name
         * @description 1 to 100 characters of any script. At least one is visible, and none is a control character.
         * @example Ada
         */
        PersonName: string;
        /** @description A new account. */
        SignupRequest: {
            email: components["schemas"]["EmailAddress"];
            password: components["schemas"]["NewPassword"];
            first_name: components["schemas"]["PersonName"];
            last_name: components["schemas"]["PersonName"];
        };
        /** @description A person with an account. */
        User: {
            /**
             * Format: uuid
             * @description The id of the account, which never changes.
             * @example 0198c6a4-6f0e-7c3b-9d55-2f6f4f0c8a11
             */
            id: string;
            /**
             * @description In lower case, without surrounding whitespace, and with the domain in its ASCII form: `xn--bcher-kva.example` for `bücher.example`.
             * @example ada@example.com
             */
            email: string;
            /** @example Ada */
            first_name: string;
            /** @example Lovelace */
            last_name: string;
            /**
             * @description `user` or `admin`. More values may be added.
             * @example user
             */
            role: string;
            /**
             * @description Whether the person may log in.
             * @example true
             */
            is_active: boolean;
            /**
             * Format: date-time
             * @description When the person confirmed the address. Null until then.
             * @example 2026-11-22T09:35:00.000Z
             * @example null
             */
            email_verified_at: string | null;
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            updated_at: string;
        };
        /** @description The new account. */
        SignupResponse: {
            /**
             * @description An explanation for people. The text may change.
             * @example Your account has been created. You can log in now.
             */
            message: string;
            user: components["schemas"]["User"];
        };
        /** @description The request was accepted. */
        Message: {
            /**
             * @description An explanation for people. The text may change.
             * @example Your email address is confirmed.
             */
            message: string;
        };
        /**
         * Format: known-email-address
         * @description The email address of an account. Surrounding whitespace and case are ignored, and the domain may be in Unicode or in its ASCII form. Accounts of earlier versions may have addresses that no new account may have.
         * @example ada@example.com
         */
        KnownEmailAddress: string;
        /**
         * Format: password
         * @description The current password, exactly as it was chosen. Composed and decomposed characters are the same. Longer than a new password may be, because decomposed characters are several.
         * @example correct horse battery staple
         */
        CurrentPassword: string;
        /** @description The credentials to log in with. */
        LoginRequest: {
            email: components["schemas"]["KnownEmailAddress"];
            password: components["schemas"]["CurrentPassword"];
        };
        /**
         * @description A refresh token. Protect it like a password.
         * @example rt_AZimxG8OfDudVS9vTwyKEQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
         */
        RefreshToken: string;
        /** @description The tokens of a session, and the account that they belong to. */
        LoginResponse: {
            /**
             * @description Send it as `Authorization: Bearer <access_token>`.
             * @example eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2lnbmF0dXJl
             */
            access_token: string;
            /**
             * @description Always `bearer` (RFC 6750).
             * @example bearer
             * @constant
             */
            token_type: "bearer";
            /**
             * Format: int32
             * @description Seconds until the token expires.
             * @example 1800
             */
            expires_in: number;
            /** @description Exchange it for new tokens at `POST /auth/refresh`. Absent if it was requested as a cookie. */
            refresh_token?: components["schemas"]["RefreshToken"];
            /**
             * Format: uuid
             * @description The session's id in `GET /api/v1/sessions`.
             * @example 0198c6a4-6f0e-7c3b-9d55-2f6f4f0c8a22
             */
            session_id: string;
            user: components["schemas"]["User"];
        };
        /** @description The refresh token to exchange. Omit it if it is sent as a cookie. */
        RefreshRequest: {
            refresh_token?: components["schemas"]["RefreshToken"];
        };
        /**
         * @description `current`: this session. `others`: all other sessions. `all`: every session.
         * @example current
         * @enum {string}
         */
        LogoutScope: "current" | "others" | "all";
        /** @description Which sessions to end. */
        LogoutRequest: {
            /** @default current */
            scope?: components["schemas"]["LogoutScope"];
        };
        /**
         * @description The token of an emailed link: the part after `#token=`.
         * @example q2xSyTgwvXbdmVbQ8Yd1Q4vYHhQmJ0rM0o6qkq3n1Zs
         */
        ActionToken: string;
        /** @description The token of an emailed link, and the password of its account or sign-up. */
        VerifyEmailRequest: {
            token: components["schemas"]["ActionToken"];
            password: components["schemas"]["CurrentPassword"];
        };
        /** @description The address of an account. */
        EmailRequest: {
            email: components["schemas"]["KnownEmailAddress"];
        };
        /** @description The token of an emailed link, and the new password. */
        ResetPasswordRequest: {
            token: components["schemas"]["ActionToken"];
            password: components["schemas"]["NewPassword"];
        };
        /** @description One login on one client. */
        Session: {
            /**
             * Format: uuid
             * @example 0198c6a4-6f0e-7c3b-9d55-2f6f4f0c8a22
             */
            id: string;
            /**
             * Format: date-time
             * @description When the person logged in.
             * @example 2026-11-22T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When the tokens were last refreshed.
             * @example 2026-11-22T09:30:00.000Z
             */
            last_used_at: string;
            /**
             * Format: date-time
             * @description When the session ends unless it is refreshed before.
             * @example 2026-12-06T09:30:00.000Z
             */
            expires_at: string;
            /**
             * @description The network address of the login or the last refresh: IPv4, or IPv6 as in RFC 5952, without a port. `unknown` if a proxy reported no address.
             * @example 192.0.2.7
             */
            ip: string;
            /**
             * @description The User-Agent of the client. Empty if it sent none.
             * @example Mozilla/5.0
             */
            user_agent: string;
            /**
             * @description Whether this request belongs to the session.
             * @example true
             */
            current: boolean;
        };
        /**
         * @description Send it as `cursor` to get the next page. Null on the last page.
         * @example AZimxG8OfDudVS9vTwyKEQ
         * @example null
         */
        NextCursor: string | null;
        /** @description A page of sessions. */
        SessionPage: {
            items: components["schemas"]["Session"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        /** @description The fields to change. Fields that are left out stay as they are. */
        UserUpdateRequest: {
            first_name?: components["schemas"]["PersonName"];
            last_name?: components["schemas"]["PersonName"];
        };
        /** @description The password, to confirm the request. */
        PasswordRequest: {
            password: components["schemas"]["CurrentPassword"];
        };
        /** @description The current password and the new one. */
        ChangePasswordRequest: {
            current_password: components["schemas"]["CurrentPassword"];
            new_password: components["schemas"]["NewPassword"];
        };
        /** @description The new address, and the password to confirm the change. */
        ChangeEmailRequest: {
            email: components["schemas"]["EmailAddress"];
            password: components["schemas"]["CurrentPassword"];
        };
        /**
         * @description The role of a person. An `admin` may call the operations that require this role.
         * @example admin
         * @enum {string}
         */
        UserRole: "user" | "admin";
        /** @description A page of accounts. */
        UserPage: {
            items: components["schemas"]["User"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        /** @description The fields to change. Fields that are left out stay as they are. */
        UserAccessRequest: {
            /**
             * @description Whether the person may log in.
             * @example false
             */
            is_active?: boolean;
            role?: components["schemas"]["UserRole"];
        };
        /** @description The public settings. */
        PublicConfig: {
            /** @example Smart Audit Agent */
            app_name: string;
            /**
             * @description `development`, `test` or `production`. More values may be added.
             * @example production
             */
            env: string;
            /** @example 2.0.0 */
            version: string;
            /**
             * @description `debug`, `info`, `warning`, `error` or `critical`. More values may be added.
             * @example info
             */
            log_level: string;
        };
        /** @description The health of a server that can respond. */
        Health: {
            /**
             * @description `ok`, or `degraded` if the server has to continue without something optional, such as Redis. More values may be added.
             * @example ok
             * @example degraded
             */
            status: string;
        };
        /** @description An OpenAPI description. */
        OpenapiDescription: {
            /**
             * @description The version of OpenAPI.
             * @example 3.1.0
             */
            openapi: string;
        } & {
            [key: string]: unknown;
        };
    };
    responses: {
        /** @description Something went wrong on the server. The cause is in its log. Codes: `internal_error`. */
        UnexpectedError: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description The request is invalid. Codes: `invalid_input`, `malformed_request`. */
        InvalidRequest: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description Too many requests from this address. Codes: `rate_limited`. */
        RateLimited: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description The request is invalid, or the password is easy to guess. Codes: `invalid_input`, `malformed_json`, `malformed_request`, `password_too_common`, `password_too_personal`, `password_breached`. */
        InvalidNewPassword: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description The email address is in use. Codes: `email_taken`. */
        EmailTaken: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description The body is larger than 100 kB. Codes: `body_too_large`. */
        BodyTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description This operation does not accept the media type of the body. Codes: `unsupported_media_type`. */
        UnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description The database does not respond or takes no changes during a fail-over, or too many logins are waiting. Codes: `database_unavailable`, `overloaded`. */
        AuthenticationUnavailable: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description The request or its body is invalid. Codes: `invalid_input`, `malformed_json`, `malformed_request`. */
        InvalidBody: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description Too many requests from this address, or too many wrong passwords. Codes: `rate_limited`, `sign_in_locked`. */
        SignInLimited: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description The page's origin is not allowed. Codes: `origin_not_allowed`. */
        OriginNotAllowed: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description The database does not respond, or takes no changes during a fail-over. Codes: `database_unavailable`. */
        DatabaseUnavailable: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description The password is wrong. Codes: `wrong_password`. */
        WrongPassword: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description There is no valid access token. Codes: `token_missing`, `token_malformed`, `token_algorithm_invalid`, `token_signature_invalid`, `token_expired`, `token_expiry_missing`, `token_issuer_invalid`, `token_audience_invalid`, `token_user_invalid`, `session_ended`. */
        NotSignedIn: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description The resource does not exist. Codes: `not_found`. */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description This would leave no active administrator. Codes: `last_admin`. */
        LastAdmin: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description The caller's role does not allow this. Codes: `forbidden`. */
        Forbidden: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ApiError"];
            };
        };
        /** @description The caller's copy is up to date. */
        NotModified: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["Revalidate"];
                ETag: components["headers"]["ETag"];
                [name: string]: unknown;
            };
            content?: never;
        };
    };
    parameters: {
        /** @description With `refresh-cookie` (RFC 7240) the refresh token comes as a cookie instead of in the body. Other preferences are ignored. */
        Prefer: string;
        /** @description The origin of the calling page, set by browsers. It must be an allowed origin if the request relies on a cookie. */
        Origin: string;
        /** @description The refresh token, if it was requested as a cookie. */
        RefreshTokenCookie: string;
        /** @description The maximum number of items to return. */
        Limit: number;
        /** @description The `next_cursor` of the previous page. */
        Cursor: string;
        /** @description The id of a session. */
        SessionId: string;
        /** @description The id of an account. */
        UserId: string;
        /**
         * @description The ETag of the version that the caller has.
         * @example "4Zx1o0pU3m7fXWcN2c0iQg"
         */
        IfNoneMatch: string;
    };
    requestBodies: never;
    headers: {
        /** @description Identifies this request in our logs. It is the X-Request-Id of the request if that has 1 to 128 letters, digits, `.`, `_` or `-`. Otherwise the server generates one. */
        XRequestId: string;
        /** @description What is left of the limit that this request is closest to: `r` requests, and `t` seconds until the limit resets (draft-ietf-httpapi-ratelimit-headers). Absent if rate limits are switched off. */
        RateLimit: string;
        /** @description The limit that `RateLimit` reports on: `q` requests in `w` seconds (draft-ietf-httpapi-ratelimit-headers). Absent if rate limits are switched off. */
        RateLimitPolicy: string;
        /** @description Caches must not store this response. */
        NoStore: "no-store";
        /** @description What the page may load. Nothing from other origins and no inline script is allowed. */
        ContentSecurityPolicy: string;
        /** @description Seconds to wait before retrying. */
        RetryAfter: number;
        /** @description `refresh-cookie` if the request asked for it. */
        PreferenceApplied: "refresh-cookie";
        /** @description The refresh token for browsers. They send it only from pages of the API's own site and only to /auth (behind a proxy with a prefix, to /auth under it), and hide it from scripts. */
        RefreshCookie: string;
        /** @description The challenge of RFC 6750, section 3. It has an `error` if a token was sent and rejected. */
        WwwAuthenticate: string;
        /** @description Caches may store this response and must revalidate it before each use. */
        Revalidate: "no-cache";
        /** @description The version of this response. Send it as If-None-Match to get 304 while it is up to date. */
        ETag: string;
        /** @description Pages from any origin may read this response. */
        AnyOrigin: "*";
    };
    pathItems: never;
}
export type ErrorCode = components['schemas']['ErrorCode'];
export type FieldError = components['schemas']['FieldError'];
export type ApiError = components['schemas']['ApiError'];
export type ServiceLinks = components['schemas']['ServiceLinks'];
export type ServiceIndex = components['schemas']['ServiceIndex'];
export type EmailAddress = components['schemas']['EmailAddress'];
export type NewPassword = components['schemas']['NewPassword'];
export type PersonName = components['schemas']['PersonName'];
export type SignupRequest = components['schemas']['SignupRequest'];
export type User = components['schemas']['User'];
export type SignupResponse = components['schemas']['SignupResponse'];
export type Message = components['schemas']['Message'];
export type KnownEmailAddress = components['schemas']['KnownEmailAddress'];
export type CurrentPassword = components['schemas']['CurrentPassword'];
export type LoginRequest = components['schemas']['LoginRequest'];
export type RefreshToken = components['schemas']['RefreshToken'];
export type LoginResponse = components['schemas']['LoginResponse'];
export type RefreshRequest = components['schemas']['RefreshRequest'];
export type LogoutScope = components['schemas']['LogoutScope'];
export type LogoutRequest = components['schemas']['LogoutRequest'];
export type ActionToken = components['schemas']['ActionToken'];
export type VerifyEmailRequest = components['schemas']['VerifyEmailRequest'];
export type EmailRequest = components['schemas']['EmailRequest'];
export type ResetPasswordRequest = components['schemas']['ResetPasswordRequest'];
export type Session = components['schemas']['Session'];
export type NextCursor = components['schemas']['NextCursor'];
export type SessionPage = components['schemas']['SessionPage'];
export type UserUpdateRequest = components['schemas']['UserUpdateRequest'];
export type PasswordRequest = components['schemas']['PasswordRequest'];
export type ChangePasswordRequest = components['schemas']['ChangePasswordRequest'];
export type ChangeEmailRequest = components['schemas']['ChangeEmailRequest'];
export type UserRole = components['schemas']['UserRole'];
export type UserPage = components['schemas']['UserPage'];
export type UserAccessRequest = components['schemas']['UserAccessRequest'];
export type PublicConfig = components['schemas']['PublicConfig'];
export type Health = components['schemas']['Health'];
export type OpenapiDescription = components['schemas']['OpenapiDescription'];
export type ResponseUnexpectedError = components['responses']['UnexpectedError'];
export type ResponseInvalidRequest = components['responses']['InvalidRequest'];
export type ResponseRateLimited = components['responses']['RateLimited'];
export type ResponseInvalidNewPassword = components['responses']['InvalidNewPassword'];
export type ResponseEmailTaken = components['responses']['EmailTaken'];
export type ResponseBodyTooLarge = components['responses']['BodyTooLarge'];
export type ResponseUnsupportedMediaType = components['responses']['UnsupportedMediaType'];
export type ResponseAuthenticationUnavailable = components['responses']['AuthenticationUnavailable'];
export type ResponseInvalidBody = components['responses']['InvalidBody'];
export type ResponseSignInLimited = components['responses']['SignInLimited'];
export type ResponseOriginNotAllowed = components['responses']['OriginNotAllowed'];
export type ResponseDatabaseUnavailable = components['responses']['DatabaseUnavailable'];
export type ResponseWrongPassword = components['responses']['WrongPassword'];
export type ResponseNotSignedIn = components['responses']['NotSignedIn'];
export type ResponseNotFound = components['responses']['NotFound'];
export type ResponseLastAdmin = components['responses']['LastAdmin'];
export type ResponseForbidden = components['responses']['Forbidden'];
export type ResponseNotModified = components['responses']['NotModified'];
export type ParameterPrefer = components['parameters']['Prefer'];
export type ParameterOrigin = components['parameters']['Origin'];
export type ParameterRefreshTokenCookie = components['parameters']['RefreshTokenCookie'];
export type ParameterLimit = components['parameters']['Limit'];
export type ParameterCursor = components['parameters']['Cursor'];
export type ParameterSessionId = components['parameters']['SessionId'];
export type ParameterUserId = components['parameters']['UserId'];
export type ParameterIfNoneMatch = components['parameters']['IfNoneMatch'];
export type HeaderXRequestId = components['headers']['XRequestId'];
export type HeaderRateLimit = components['headers']['RateLimit'];
export type HeaderRateLimitPolicy = components['headers']['RateLimitPolicy'];
export type HeaderNoStore = components['headers']['NoStore'];
export type HeaderContentSecurityPolicy = components['headers']['ContentSecurityPolicy'];
export type HeaderRetryAfter = components['headers']['RetryAfter'];
export type HeaderPreferenceApplied = components['headers']['PreferenceApplied'];
export type HeaderRefreshCookie = components['headers']['RefreshCookie'];
export type HeaderWwwAuthenticate = components['headers']['WwwAuthenticate'];
export type HeaderRevalidate = components['headers']['Revalidate'];
export type HeaderETag = components['headers']['ETag'];
export type HeaderAnyOrigin = components['headers']['AnyOrigin'];
export type $defs = Record<string, never>;
export interface operations {
    getServiceIndex: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The index. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    "Content-Security-Policy": components["headers"]["ContentSecurityPolicy"];
                    /** @description Caches must keep the page and the JSON apart. */
                    Vary: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceIndex"];
                    "text/html": string;
                };
            };
            400: components["responses"]["InvalidRequest"];
            429: components["responses"]["RateLimited"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    signUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignupRequest"];
            };
        };
        responses: {
            /** @description The account has been created. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignupResponse"];
                };
            };
            /** @description Accepted. A server in the mode `verified` responds like this whether or not the address has an account, and sends an email to the address. The sign-up becomes an account when someone follows the link in the email within 24 hours and enters the password of the sign-up. When several people sign up with one address, the first to confirm it gets it. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            400: components["responses"]["InvalidNewPassword"];
            409: components["responses"]["EmailTaken"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["AuthenticationUnavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    logIn: {
        parameters: {
            query?: never;
            header?: {
                /** @description With `refresh-cookie` (RFC 7240) the refresh token comes as a cookie instead of in the body. Other preferences are ignored. */
                Prefer?: components["parameters"]["Prefer"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description Logged in. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    "Set-Cookie": components["headers"]["RefreshCookie"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginResponse"];
                };
            };
            400: components["responses"]["InvalidBody"];
            /** @description The email or password is wrong. The response does not say which. Codes: `invalid_credentials`. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiError"];
                };
            };
            /** @description The account may not log in. Codes: `account_inactive`, `email_not_verified`. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiError"];
                };
            };
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["SignInLimited"];
            503: components["responses"]["AuthenticationUnavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    refreshTokens: {
        parameters: {
            query?: never;
            header?: {
                /** @description With `refresh-cookie` (RFC 7240) the refresh token comes as a cookie instead of in the body. Other preferences are ignored. */
                Prefer?: components["parameters"]["Prefer"];
                /** @description The origin of the calling page, set by browsers. It must be an allowed origin if the request relies on a cookie. */
                Origin?: components["parameters"]["Origin"];
            };
            path?: never;
            cookie?: {
                /** @description The refresh token, if it was requested as a cookie. */
                "__Secure-refresh_token"?: components["parameters"]["RefreshTokenCookie"];
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            /** @description Refreshed. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    "Set-Cookie": components["headers"]["RefreshCookie"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginResponse"];
                };
            };
            400: components["responses"]["InvalidBody"];
            /** @description There is no refresh token, it is not valid, or its session has ended. Codes: `refresh_token_missing`, `refresh_token_invalid`, `refresh_token_reused`. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiError"];
                };
            };
            403: components["responses"]["OriginNotAllowed"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["DatabaseUnavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    logOut: {
        parameters: {
            query?: never;
            header?: {
                /** @description The origin of the calling page, set by browsers. It must be an allowed origin if the request relies on a cookie. */
                Origin?: components["parameters"]["Origin"];
            };
            path?: never;
            cookie?: {
                /** @description The refresh token, if it was requested as a cookie. */
                "__Secure-refresh_token"?: components["parameters"]["RefreshTokenCookie"];
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["LogoutRequest"];
            };
        };
        responses: {
            /** @description Logged out. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    "Set-Cookie": components["headers"]["RefreshCookie"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidBody"];
            /** @description There is no valid access token and no valid cookie. Codes: `token_missing`, `token_malformed`, `token_algorithm_invalid`, `token_signature_invalid`, `token_expired`, `token_expiry_missing`, `token_issuer_invalid`, `token_audience_invalid`, `token_user_invalid`, `session_ended`, `refresh_token_invalid`. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiError"];
                };
            };
            403: components["responses"]["OriginNotAllowed"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["DatabaseUnavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    verifyEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifyEmailRequest"];
            };
        };
        responses: {
            /** @description The address is confirmed. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description The link does not work, or the request is invalid. Codes: `invalid_input`, `malformed_json`, `malformed_request`, `link_invalid`. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiError"];
                };
            };
            403: components["responses"]["WrongPassword"];
            409: components["responses"]["EmailTaken"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["SignInLimited"];
            503: components["responses"]["AuthenticationUnavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    resendVerification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailRequest"];
            };
        };
        responses: {
            /** @description Accepted. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            400: components["responses"]["InvalidBody"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["DatabaseUnavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    forgotPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailRequest"];
            };
        };
        responses: {
            /** @description Accepted. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            400: components["responses"]["InvalidBody"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["DatabaseUnavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetPasswordRequest"];
            };
        };
        responses: {
            /** @description The password has been changed. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description The link does not work, the password is easy to guess, or the request is invalid. Codes: `invalid_input`, `malformed_json`, `malformed_request`, `link_invalid`, `password_too_common`, `password_too_personal`, `password_breached`. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiError"];
                };
            };
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["AuthenticationUnavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    listSessions: {
        parameters: {
            query?: {
                /** @description The maximum number of items to return. */
                limit?: components["parameters"]["Limit"];
                /** @description The `next_cursor` of the previous page. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of sessions. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["NotSignedIn"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["DatabaseUnavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a session. */
                session_id: components["parameters"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["NotSignedIn"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["DatabaseUnavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    getCurrentUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["NotSignedIn"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["DatabaseUnavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    updateCurrentUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserUpdateRequest"];
            };
        };
        responses: {
            /** @description The updated account. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidBody"];
            401: components["responses"]["NotSignedIn"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["DatabaseUnavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    deleteCurrentUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordRequest"];
            };
        };
        responses: {
            /** @description The account has been deleted. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidBody"];
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["WrongPassword"];
            409: components["responses"]["LastAdmin"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["SignInLimited"];
            503: components["responses"]["AuthenticationUnavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePasswordRequest"];
            };
        };
        responses: {
            /** @description The password has been changed. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidNewPassword"];
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["WrongPassword"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["SignInLimited"];
            503: components["responses"]["AuthenticationUnavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    changeEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeEmailRequest"];
            };
        };
        responses: {
            /** @description Accepted. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            400: components["responses"]["InvalidBody"];
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["WrongPassword"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["SignInLimited"];
            503: components["responses"]["AuthenticationUnavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    listUsers: {
        parameters: {
            query?: {
                /** @description Only accounts whose email address starts with this, compared without regard to case. An internationalised domain may be in Unicode, but then each of its labels must be whole: `bob@bücher` finds `bob@xn--bcher-kva.example`, and `bob@büch` does not. */
                email_prefix?: string;
                /** @description Only accounts with this role. */
                role?: components["schemas"]["UserRole"];
                /** @description Only active accounts (`true`), or only inactive ones (`false`). */
                is_active?: boolean;
                /** @description Only accounts created at this time or later. */
                created_from?: string;
                /** @description Only accounts created before this time. */
                created_before?: string;
                /** @description The maximum number of items to return. */
                limit?: components["parameters"]["Limit"];
                /** @description The `next_cursor` of the previous page. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of accounts. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["DatabaseUnavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an account. */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["DatabaseUnavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    updateUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an account. */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserAccessRequest"];
            };
        };
        responses: {
            /** @description The updated account. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["InvalidBody"];
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["LastAdmin"];
            413: components["responses"]["BodyTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["DatabaseUnavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    revokeUserSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an account. */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions have ended. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["DatabaseUnavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    unlockUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an account. */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account is unlocked. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["DatabaseUnavailable"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    getPublicConfig: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicConfig"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            429: components["responses"]["RateLimited"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Alive. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ready. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            /** @description The server cannot accept requests yet. Codes: `not_ready`. */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    "Cache-Control": components["headers"]["NoStore"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiError"];
                };
            };
            default: components["responses"]["UnexpectedError"];
        };
    };
    getDocsPage: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The ETag of the version that the caller has.
                 * @example "4Zx1o0pU3m7fXWcN2c0iQg"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["Revalidate"];
                    ETag: components["headers"]["ETag"];
                    "Content-Security-Policy": components["headers"]["ContentSecurityPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidRequest"];
            429: components["responses"]["RateLimited"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    getConventionsPage: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The ETag of the version that the caller has.
                 * @example "4Zx1o0pU3m7fXWcN2c0iQg"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["Revalidate"];
                    ETag: components["headers"]["ETag"];
                    "Content-Security-Policy": components["headers"]["ContentSecurityPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidRequest"];
            429: components["responses"]["RateLimited"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    getErrorsPage: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The ETag of the version that the caller has.
                 * @example "4Zx1o0pU3m7fXWcN2c0iQg"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["Revalidate"];
                    ETag: components["headers"]["ETag"];
                    "Content-Security-Policy": components["headers"]["ContentSecurityPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidRequest"];
            429: components["responses"]["RateLimited"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    getDocsAsset: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The ETag of the version that the caller has.
                 * @example "4Zx1o0pU3m7fXWcN2c0iQg"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The name of the file.
                 * @example swagger-ui.css
                 */
                asset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["Revalidate"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "text/css": string;
                    "text/javascript": string;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidRequest"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    getOpenapiJson: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The ETag of the version that the caller has.
                 * @example "4Zx1o0pU3m7fXWcN2c0iQg"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The description. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["Revalidate"];
                    ETag: components["headers"]["ETag"];
                    "Access-Control-Allow-Origin": components["headers"]["AnyOrigin"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenapiDescription"];
                };
            };
            /** @description The caller's copy is up to date. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["Revalidate"];
                    ETag: components["headers"]["ETag"];
                    "Access-Control-Allow-Origin": components["headers"]["AnyOrigin"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            429: components["responses"]["RateLimited"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    getOpenapiYaml: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The ETag of the version that the caller has.
                 * @example "4Zx1o0pU3m7fXWcN2c0iQg"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The description. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["Revalidate"];
                    ETag: components["headers"]["ETag"];
                    "Access-Control-Allow-Origin": components["headers"]["AnyOrigin"];
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": string;
                };
            };
            /** @description The caller's copy is up to date. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["Revalidate"];
                    ETag: components["headers"]["ETag"];
                    "Access-Control-Allow-Origin": components["headers"]["AnyOrigin"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            429: components["responses"]["RateLimited"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    getFavicon: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The ETag of the version that the caller has.
                 * @example "4Zx1o0pU3m7fXWcN2c0iQg"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The icon. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["Revalidate"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "image/vnd.microsoft.icon": string;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidRequest"];
            429: components["responses"]["RateLimited"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    getRobotsTxt: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The ETag of the version that the caller has.
                 * @example "4Zx1o0pU3m7fXWcN2c0iQg"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rules. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["XRequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["Revalidate"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidRequest"];
            429: components["responses"]["RateLimited"];
            default: components["responses"]["UnexpectedError"];
        };
    };
}
