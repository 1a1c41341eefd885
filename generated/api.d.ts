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
         * Name, version and links
         * @description Says what answers here and where its documentation is.
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
         * Make an account
         * @description Makes an account with an e-mail address that no other account has, whatever its case.
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
         * Sign in
         * @description Begins a session, and answers with its access token and its refresh token. An unknown address and a wrong password get the same answer, in the same time. Browsers send `Prefer: refresh-cookie` to get the refresh token as a cookie that no script can read, instead of in the body. After ten wrong passwords in a row, or as many as the operator has set, the account is locked for half a minute, and twice as long each further time, up to a quarter of an hour; not even the right password passes then. Resetting the password lifts it.
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
         * @description Answers with a new access token and a new refresh token; the one that was sent is then used up. Who lost the answer may send it again within half a minute and gets the same new one. Sending an older one ends the session, for it must have been stolen. The token comes from the body, or from the cookie that `Prefer: refresh-cookie` asked for; from the cookie only for pages of the allowed origins.
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
         * Sign out
         * @description Ends this session, all others of the same person, or all. Their access tokens and refresh tokens are refused from then on. Who is calling is told by the access token or, for pages of the allowed origins, by the cookie of `Prefer: refresh-cookie`.
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
         * Confirm an e-mail address
         * @description Takes the token of the link that was mailed at sign-up, or to a new address, and the password of that account or sign-up. Each link works once. It takes the password because a stranger may have given someone else's address: the owner of the address must not let the stranger have it by following the link.
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
         * Ask for the confirmation mail again
         * @description The answer is the same whether there is such an account or not. Links that were sent before go on working. An address gets at most 5 such mails in an hour and 20 in a day; at the request of one network, one in a minute of the clock and 5 in a day.
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
         * Ask for a link to choose a new password
         * @description The answer is the same, in the same time, whether there is such an account or not. Each link works for one hour. Using one revokes the others. An address gets at most 5 such mails in an hour and 20 in a day; at the request of one network, one in a minute of the clock and 5 in a day.
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
         * Choose a new password
         * @description Takes the token of the link that was mailed. It works once. All sessions of the account end, and its other links stop working.
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
         * @description The places where the caller is signed in, newest first.
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
         * @description Its access tokens and refresh tokens are refused from then on.
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
         * Read your own record
         * @description Answers with the record of the person whose access token was sent.
         */
        get: operations["getCurrentUser"];
        put?: never;
        post?: never;
        /**
         * Delete your own account
         * @description Removes everything that is known about the person, but for lines in logs that name the account's id. All sessions end, and the address is free again.
         */
        delete: operations["deleteCurrentUser"];
        options?: never;
        head?: never;
        /**
         * Change your own record
         * @description Changes the fields that are sent and leaves the others as they are.
         */
        patch: operations["updateCurrentUser"];
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
         * @description All other sessions end, and links in mails stop working.
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
         * Change your own e-mail address
         * @description Mails a link to the new address, and word of it to the old one. The address changes when the link is followed. The answer is the same whether somebody else has the address or not.
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
         * @description All accounts, newest first, or those that fit the filters.
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
         * Read an account
         * @description Answers with the record of any person.
         */
        get: operations["getUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change what an account may do
         * @description Activates or deactivates an account, or changes its role. Deactivating ends its sessions, and links in mails stop working. The last active administrator stays one.
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
         * @description Its access tokens and refresh tokens are refused from then on, and links in mails stop working.
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
         * Settings that are no secret
         * @description Says how this server is configured, as far as anyone may know.
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
         * Is the process alive?
         * @description Answers as long as the process can answer at all. Restart the process when it does not.
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
         * Can it take requests?
         * @description Ready means that the database answers and has every migration of this version. A server that is `degraded` is ready too: it answers everything, and each process counts limits for itself.
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
         * @description Swagger UI over this description. Sign in there, and it sends your access token with what you try.
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
    "/docs/{asset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Files of the documentation page
         * @description Style sheet, scripts and icon of the documentation page.
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
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description For programs. A code never changes its meaning; new ones may come.
         *
         *     | code | status | meaning | what to do |
         *     |---|---|---|---|
         *     | `invalid_input` | 400 | A field, parameter or header breaks a rule of this description. | Change what `errors` names. |
         *     | `malformed_json` | 400 | The body is not JSON. | Send one JSON object, in UTF-8. |
         *     | `malformed_request` | 400 | The path is wrongly percent-encoded, the body is cut off or its encoding is broken, or this is not HTTP. | Look at what your client sends. |
         *     | `link_invalid` | 400 | The link is used up, expired or revoked. | Ask for a new mail. |
         *     | `password_too_common` | 400 | The new password is one of those that are guessed first. | Choose another. |
         *     | `password_too_personal` | 400 | The new password is built from the person's own name or address, or the name of this application. | Choose another. |
         *     | `password_breached` | 400 | The new password has been in a data breach. | Choose another. |
         *     | `token_missing` | 401 | The operation needs an access token. | Sign in and send `Authorization: Bearer <token>`. |
         *     | `token_malformed` | 401 | What was sent is not an access token of this server. | Send the `access_token` unchanged. |
         *     | `token_algorithm_invalid` | 401 | The token is not signed with HS256. | Sign in again. |
         *     | `token_signature_invalid` | 401 | The token's signature is wrong. | Sign in again. |
         *     | `token_expired` | 401 | The token has expired, or is not valid yet. | Sign in again. |
         *     | `token_expiry_missing` | 401 | The token never expires, which is not accepted. | Sign in again. |
         *     | `token_issuer_invalid` | 401 | The token was made by another issuer. | Sign in on this server. |
         *     | `token_audience_invalid` | 401 | The token was made for another audience or another use. | Sign in on this server. |
         *     | `token_user_invalid` | 401 | The account that the token stands for is gone or not active. | Ask the administrator. |
         *     | `session_ended` | 401 | The session of the token was ended: signed out, revoked, or expired. | Sign in again. |
         *     | `refresh_token_invalid` | 401 | The refresh token is not one of a living session. | Sign in again. |
         *     | `refresh_token_reused` | 401 | The refresh token was used up long ago. Somebody has a copy, so the session has ended. | Sign in again. |
         *     | `invalid_credentials` | 401 | E-mail or password is wrong. | Check both. |
         *     | `account_inactive` | 403 | E-mail and password are right, and the account has been deactivated. | Ask the administrator. |
         *     | `email_not_verified` | 403 | E-mail and password are right, and the address has not been confirmed. | Follow the link in the mail, or ask for it again. |
         *     | `wrong_password` | 403 | The password that a change or a link asks for is wrong. | Send the current password; for the link of a sign-up, the one chosen there. |
         *     | `origin_not_allowed` | 403 | A cookie came from a page of an origin that is not allowed. | Have the origin allowed, or send the token in the body. |
         *     | `forbidden` | 403 | The operation takes a role that the caller does not have. | Ask an administrator. |
         *     | `not_found` | 404 | There is nothing at this path, or not for you. | Look the path up in this description, and the id in a list. |
         *     | `method_not_allowed` | 405 | The path does not have this method. | Use one that `Allow` names. |
         *     | `request_timeout` | 408 | The request did not arrive in time. | Send it again, faster. |
         *     | `email_taken` | 409 | Another account has this e-mail address. | Sign in, or use another address. |
         *     | `last_admin` | 409 | The last active administrator would be none any more. | Make somebody else one first. |
         *     | `body_too_large` | 413 | The body is over 100 kB. | Send less. |
         *     | `unsupported_media_type` | 415 | The body's Content-Type, charset or Content-Encoding is not one this operation takes. | Send `application/json`. |
         *     | `rate_limited` | 429 | Too many requests from this address. | Wait as many seconds as `Retry-After` says. |
         *     | `sign_in_locked` | 429 | Too many wrong passwords in a row, for this account or from this address. | Wait as many seconds as `Retry-After` says, or reset the password. |
         *     | `headers_too_large` | 431 | The request's headers are over 16 kB, or one that has a limit of its own is. | Send fewer or shorter headers. |
         *     | `internal_error` | 500 | Something went wrong on our side. | Try again later; report it with the `request_id`. |
         *     | `database_unavailable` | 503 | The database does not answer. | Try again after `Retry-After` seconds. |
         *     | `not_ready` | 503 | The server cannot take requests yet. `errors` says what is missing. | Try again after `Retry-After` seconds. |
         *     | `overloaded` | 503 | Too many sign-ins wait for their turn. | Try again after `Retry-After` seconds. |
         * @example invalid_input
         */
        ErrorCode: string;
        /** @description Every error has this body. */
        Error: {
            /**
             * @description A sentence for people; may change.
             * @example The request is not valid. See errors for what to change.
             */
            detail: string;
            /**
             * @description The HTTP status once more.
             * @example 400
             */
            status_code: number;
            code: components["schemas"]["ErrorCode"];
            /**
             * @description The X-Request-Id of the answer. Quote it when you report a problem.
             * @example 0198c6a4-6f0e-7c3b-9d55-2f6f4f0c8a11
             */
            request_id: string;
            /** @description What is wrong, one entry each. */
            errors?: {
                /**
                 * @description Where, as a JSON pointer (RFC 6901) that starts with /body, /query, /path or /headers.
                 * @example /body/email
                 */
                path: string;
                /**
                 * @description The rule that was broken.
                 * @example must be an e-mail address such as name@example.com
                 */
                message: string;
            }[];
        };
        /** @description What this server is and where to go from here. */
        ServiceIndex: {
            /** @example Smart Audit Agent */
            name: string;
            /** @example 1.0.0 */
            version: string;
            /** @description Paths on this server. */
            links: {
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
        };
        /**
         * @description An e-mail address. Case and surrounding space do not count: addresses are compared, kept and shown in lower case without them.
         * @example ada@example.com
         */
        EmailAddress: string;
        /**
         * Format: password
         * @description 8 to 256 characters, of which every byte counts. Compared exactly as sent, never trimmed. Any character but NUL and halves of a surrogate pair. Those that are guessed first are refused: common ones, and those built from the person's own names.
         * @example correct horse battery staple
         */
        NewPassword: string;
        /**
         * @description 1 to 100 characters of any script, at least one of them visible, none of them a control character.
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
             * @description Never changes.
             * @example 0198c6a4-6f0e-7c3b-9d55-2f6f4f0c8a11
             */
            id: string;
            /**
             * @description In lower case, without surrounding space.
             * @example ada@example.com
             */
            email: string;
            /** @example Ada */
            first_name: string;
            /** @example Lovelace */
            last_name: string;
            /**
             * @description What the person may do. `user` or `admin`; expect others to come.
             * @example user
             */
            role: string;
            /**
             * @description False for an account that may not sign in.
             * @example true
             */
            is_active: boolean;
            /**
             * Format: date-time
             * @description When the person proved that the address is theirs; null until then.
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
        /** @description The account that was made. */
        SignupResponse: {
            /**
             * @description A sentence for people.
             * @example Your account has been created. You can sign in now.
             */
            message: string;
            user: components["schemas"]["User"];
        };
        /** @description Understood and done, or on its way. */
        Message: {
            /**
             * @description A sentence for people; may change.
             * @example Your email address is confirmed.
             */
            message: string;
        };
        /**
         * Format: password
         * @description The password, exactly as it was chosen.
         * @example correct horse battery staple
         */
        CurrentPassword: string;
        /** @description Who is signing in. */
        LoginRequest: {
            email: components["schemas"]["EmailAddress"];
            password: components["schemas"]["CurrentPassword"];
        };
        /**
         * @description A refresh token, as it was received. Keep it like a password.
         * @example rt_AZimxG8OfDudVS9vTwyKEQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
         */
        RefreshToken: string;
        /** @description The tokens of a session, and who they stand for. */
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
             * @description Seconds until the token expires.
             * @example 1800
             */
            expires_in: number;
            /** @description Gets new tokens at `POST /auth/refresh`, once. Not there where it was asked for as a cookie. */
            refresh_token?: components["schemas"]["RefreshToken"];
            /**
             * Format: uuid
             * @description The session's id in `GET /api/v1/sessions`.
             * @example 0198c6a4-6f0e-7c3b-9d55-2f6f4f0c8a22
             */
            session_id: string;
            user: components["schemas"]["User"];
        };
        /** @description The refresh token to exchange; left out where it comes as a cookie. */
        RefreshRequest: {
            refresh_token?: components["schemas"]["RefreshToken"];
        };
        /** @description What to end. */
        LogoutRequest: {
            /**
             * @description `current`: this session. `others`: all but this. `all`: all.
             * @default current
             * @example current
             * @enum {string}
             */
            scope: "current" | "others" | "all";
        };
        /**
         * @description The token of a link in a mail; what follows `#token=` in it.
         * @example q2xSyTgwvXbdmVbQ8Yd1Q4vYHhQmJ0rM0o6qkq3n1Zs
         */
        ActionToken: string;
        /** @description The token of a link in a mail, and the password of its account or sign-up. */
        VerifyEmailRequest: {
            token: components["schemas"]["ActionToken"];
            password: components["schemas"]["CurrentPassword"];
        };
        /** @description The address of an account. */
        EmailRequest: {
            email: components["schemas"]["EmailAddress"];
        };
        /** @description The token of a link in a mail, and the new password. */
        ResetPasswordRequest: {
            token: components["schemas"]["ActionToken"];
            password: components["schemas"]["NewPassword"];
        };
        /** @description One sign-in of one person. */
        Session: {
            /**
             * Format: uuid
             * @example 0198c6a4-6f0e-7c3b-9d55-2f6f4f0c8a22
             */
            id: string;
            /**
             * Format: date-time
             * @description When the person signed in.
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
             * @description When the session ends if it is not refreshed before.
             * @example 2026-12-06T09:30:00.000Z
             */
            expires_at: string;
            /**
             * @description The address it was last refreshed from.
             * @example 192.0.2.7
             */
            ip: string;
            /**
             * @description What the client called itself; empty where it did not.
             * @example Mozilla/5.0
             */
            user_agent: string;
            /**
             * @description Whether this is the session that the request was made with.
             * @example true
             */
            current: boolean;
        };
        /**
         * @description Send it as `cursor` to get the next page; null on the last.
         * @example AZimxG8OfDudVS9vTwyKEQ
         * @example null
         */
        NextCursor: string | null;
        /** @description A page of sessions. */
        SessionPage: {
            items: components["schemas"]["Session"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        /** @description The password, to prove who asks. */
        PasswordRequest: {
            password: components["schemas"]["CurrentPassword"];
        };
        /** @description What is to change. Fields that are left out stay as they are. */
        UserUpdateRequest: {
            first_name?: components["schemas"]["PersonName"];
            last_name?: components["schemas"]["PersonName"];
        };
        /** @description The password now, and the one from now on. */
        ChangePasswordRequest: {
            current_password: components["schemas"]["CurrentPassword"];
            new_password: components["schemas"]["NewPassword"];
        };
        /** @description The new address, and the password to prove who asks. */
        ChangeEmailRequest: {
            email: components["schemas"]["EmailAddress"];
            password: components["schemas"]["CurrentPassword"];
        };
        /** @description A page of accounts. */
        UserPage: {
            items: components["schemas"]["User"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        /** @description What is to change. Fields that are left out stay as they are. */
        UserAccessRequest: {
            /**
             * @description Whether the person may sign in.
             * @example false
             */
            is_active?: boolean;
            /**
             * @description What the person may do.
             * @example admin
             * @enum {string}
             */
            role?: "user" | "admin";
        };
        /** @description The settings that are no secret. */
        PublicConfig: {
            /** @example Smart Audit Agent */
            app_name: string;
            /**
             * @description development, test or production. Open list.
             * @example production
             */
            env: string;
            /** @example 1.0.0 */
            version: string;
            /**
             * @description debug, info, warning, error or critical. Open list.
             * @example info
             */
            log_level: string;
        };
        /** @description The answer of a server that is well, or well enough. */
        Health: {
            /**
             * @description Open list; `ok` when all is well, `degraded` when something is missing that the server can do without, such as the cache that instances share.
             * @example ok
             * @example degraded
             */
            status: string;
        };
    };
    responses: {
        /** @description Something went wrong on our side, and nothing is said of what. */
        UnexpectedError: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The request breaks a rule. */
        InvalidRequest: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Too many requests from this address. */
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
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The request breaks a rule, or the password would be guessed soon. */
        InvalidNewPassword: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The e-mail address is in use. */
        EmailTaken: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The body is over 100 kB. */
        BodyTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The body is not of a type that this operation takes. */
        UnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The database does not answer, or too many sign-ins wait. */
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
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The request or its body breaks a rule. */
        InvalidBody: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description E-mail or password is wrong; it is not said which. */
        InvalidCredentials: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The account may not sign in. */
        MayNotSignIn: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Too many requests from this address, or too many wrong passwords. */
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
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The refresh token is not accepted; its session may have ended. */
        RefreshRefused: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The page that calls is not of an allowed origin. */
        OriginNotAllowed: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The database does not answer. */
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
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description No valid access token, and no valid cookie. */
        NotSignedInOrRefresh: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The link does not work, or the request breaks a rule. */
        InvalidLink: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The password is wrong. */
        WrongPassword: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The link does not work, the password would be guessed soon, or the request breaks a rule. */
        InvalidLinkOrPassword: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description No valid access token. */
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
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description There is nothing there. */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Nobody else could administer then. */
        LastAdmin: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The caller may not do this. */
        Forbidden: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The server cannot take requests yet. */
        NotReady: {
            headers: {
                "X-Request-Id": components["headers"]["XRequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Cache-Control": components["headers"]["NoStore"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
    };
    parameters: {
        /** @description `refresh-cookie` (RFC 7240): the refresh token comes as a cookie and not in the body. Other preferences are ignored. */
        Prefer: string;
        /** @description The origin of the page that calls, as browsers say it. Has to be an allowed one where a cookie counts. */
        Origin: string;
        /** @description The refresh token, where it was asked for as a cookie. */
        RefreshTokenCookie: string;
        /** @description How many entries to answer with, at most. */
        Limit: number;
        /** @description The `next_cursor` of the page before. */
        Cursor: string;
        /** @description The id of a session. */
        SessionId: string;
        /** @description What the e-mail address begins with, in any case. */
        EmailPrefix: string;
        /** @description Only accounts of this role. */
        Role: "user" | "admin";
        /** @description Only accounts that are active, or only those that are not. */
        IsActive: boolean;
        /** @description Only accounts made at this time or later. */
        CreatedFrom: string;
        /** @description Only accounts made before this time. */
        CreatedBefore: string;
        /** @description The id of an account. */
        UserId: string;
        /**
         * @description The name of the file.
         * @example swagger-ui.css
         */
        DocsAsset: string;
        /**
         * @description The ETag of the version the caller already has.
         * @example "4Zx1o0pU3m7fXWcN2c0iQg"
         */
        IfNoneMatch: string;
    };
    requestBodies: never;
    headers: {
        /** @description Names this request in our logs. Taken from the request's own X-Request-Id if that is 1 to 128 letters, digits, `.`, `_` or `-`; made otherwise. */
        XRequestId: string;
        /** @description What is left of the limit that is closest to this operation, `r` requests, and in how many seconds it is whole again, `t` (draft-ietf-httpapi-ratelimit-headers). Absent where limits are switched off. */
        RateLimit: string;
        /** @description That limit itself: `q` requests in `w` seconds (draft-ietf-httpapi-ratelimit-headers). Absent where limits are switched off. */
        RateLimitPolicy: string;
        /** @description This answer must not be kept by any cache. */
        NoStore: "no-store";
        /** @description Whole seconds after which the same request is worth trying again. */
        RetryAfter: number;
        /** @description `refresh-cookie` where that was asked for. */
        PreferenceApplied: "refresh-cookie";
        /** @description The refresh token for browsers. Only pages of the API's own site send it, only to /auth, and no script reads it. */
        RefreshCookie: string;
        /** @description The challenge of RFC 6750, section 3. Its `error` is there when a token was sent and refused. */
        WwwAuthenticate: string;
        /** @description A cache may keep this answer and must ask whether it is still current. */
        Revalidate: "no-cache";
        /** @description What the page may load and do. Nothing from elsewhere, no inline script. */
        ContentSecurityPolicy: string;
        /** @description Names this version of the answer. Send it back as If-None-Match to be told 304 while it is current. */
        ETag: string;
        /** @description Any web page may read this answer. */
        AnyOrigin: "*";
    };
    pathItems: never;
}
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceIndex"];
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
            /** @description The account has been made. */
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
            /** @description Understood. The answer of a server in the mode `verified`, which never tells whether the address has an account: its owner gets a mail. The sign-up becomes an account when its link is followed, with its password, within 24 hours. Where several people sign up with one address, the first to confirm gets it. */
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
                /** @description `refresh-cookie` (RFC 7240): the refresh token comes as a cookie and not in the body. Other preferences are ignored. */
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
            /** @description Signed in. */
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
            401: components["responses"]["InvalidCredentials"];
            403: components["responses"]["MayNotSignIn"];
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
                /** @description `refresh-cookie` (RFC 7240): the refresh token comes as a cookie and not in the body. Other preferences are ignored. */
                Prefer?: components["parameters"]["Prefer"];
                /** @description The origin of the page that calls, as browsers say it. Has to be an allowed one where a cookie counts. */
                Origin?: components["parameters"]["Origin"];
            };
            path?: never;
            cookie?: {
                /** @description The refresh token, where it was asked for as a cookie. */
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
            401: components["responses"]["RefreshRefused"];
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
                /** @description The origin of the page that calls, as browsers say it. Has to be an allowed one where a cookie counts. */
                Origin?: components["parameters"]["Origin"];
            };
            path?: never;
            cookie?: {
                /** @description The refresh token, where it was asked for as a cookie. */
                "__Secure-refresh_token"?: components["parameters"]["RefreshTokenCookie"];
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["LogoutRequest"];
            };
        };
        responses: {
            /** @description Signed out. */
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
            401: components["responses"]["NotSignedInOrRefresh"];
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
            400: components["responses"]["InvalidLink"];
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
            /** @description Understood. */
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
            /** @description Understood. */
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
            400: components["responses"]["InvalidLinkOrPassword"];
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
                /** @description How many entries to answer with, at most. */
                limit?: components["parameters"]["Limit"];
                /** @description The `next_cursor` of the page before. */
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
            /** @description The record. */
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
            /** @description The account is gone. */
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
            /** @description The record as it is now. */
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
            /** @description Understood. */
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
                /** @description What the e-mail address begins with, in any case. */
                email_prefix?: components["parameters"]["EmailPrefix"];
                /** @description Only accounts of this role. */
                role?: components["parameters"]["Role"];
                /** @description Only accounts that are active, or only those that are not. */
                is_active?: components["parameters"]["IsActive"];
                /** @description Only accounts made at this time or later. */
                created_from?: components["parameters"]["CreatedFrom"];
                /** @description Only accounts made before this time. */
                created_before?: components["parameters"]["CreatedBefore"];
                /** @description How many entries to answer with, at most. */
                limit?: components["parameters"]["Limit"];
                /** @description The `next_cursor` of the page before. */
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
            /** @description The record. */
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
            /** @description The record as it is now. */
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
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            429: components["responses"]["RateLimited"];
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
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["NotReady"];
            default: components["responses"]["UnexpectedError"];
        };
    };
    getDocsPage: {
        parameters: {
            query?: never;
            header?: never;
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
                    "Content-Security-Policy": components["headers"]["ContentSecurityPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
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
                 * @description The ETag of the version the caller already has.
                 * @example "4Zx1o0pU3m7fXWcN2c0iQg"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The name of the file.
                 * @example swagger-ui.css
                 */
                asset: components["parameters"]["DocsAsset"];
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
                    "image/png": string;
                };
            };
            /** @description The caller's copy is current. */
            304: {
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
                 * @description The ETag of the version the caller already has.
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
                    "application/json": {
                        openapi: string;
                    };
                };
            };
            /** @description The caller's copy is current. */
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
                 * @description The ETag of the version the caller already has.
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
            /** @description The caller's copy is current. */
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
}

/** The operations whose security requirement is empty: anyone may call them. */
export type PublicOperation =
  | 'getServiceIndex'
  | 'signUp'
  | 'logIn'
  | 'refreshTokens'
  | 'verifyEmail'
  | 'resendVerification'
  | 'forgotPassword'
  | 'resetPassword'
  | 'getPublicConfig'
  | 'getLiveness'
  | 'getReadiness'
  | 'getDocsPage'
  | 'getDocsAsset'
  | 'getOpenapiJson'
  | 'getOpenapiYaml';
