/** Generated from the OpenAPI document of the mesh by `npm run gen`. */
export interface paths {
    "/api/v1/access/decide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decide on reading tables for a subject and a purpose (nodes) */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        purpose: string;
                        subject: {
                            attributes: {
                                [key: string]: unknown;
                            };
                            credential?: {
                                expires: number;
                                id: string;
                                issued: null | number;
                            };
                            domains: string[];
                            id: string;
                            name: string;
                            roles: ("producer" | "consumer" | "steward" | "privacy_officer" | "platform" | "node")[];
                        } | string;
                        tables: {
                            domain: string;
                            major?: null | number;
                            table: string;
                        }[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/access/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why a subject may or may not read a product, what is seen, and what would change it */
        get: {
            parameters: {
                query: {
                    product: string;
                    purpose: string;
                    subject: string;
                    table?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/access/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a policy would change for all who have access or asked for it; changes nothing */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        policy: {
                            autoApprovePurposes?: string[];
                            cedar?: null | string;
                            hiddenClassifications?: string[];
                            rowFilter?: null | string;
                            subjectAttributes?: string[];
                        };
                        product: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/access/who": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everyone who can see a column */
        get: {
            parameters: {
                query: {
                    column: string;
                    product: string;
                    table?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agreements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Agreements that you made or decide on, newest first */
        get: {
            parameters: {
                query?: {
                    after?: string;
                    limit?: number;
                    product?: string;
                    state?: string;
                    subject?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                agreement: string;
                                because: null | string;
                                columns: null | string[];
                                decidedAt: null | string;
                                decidedBy: null | string;
                                filter: null | string;
                                granularity: null | string;
                                major: number;
                                masks: {
                                    [key: string]: string;
                                };
                                product: string;
                                purpose: string;
                                requestedAt: string;
                                /** @enum {unknown} */
                                state: "requested" | "approved" | "denied" | "countered" | "active" | "expired" | "revoked";
                                subject: string;
                                until: null | string;
                                version: number;
                                why: null | string;
                            }[];
                            next: null | string;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Ask for access for a purpose */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same request under the same key gets the first answer, for 24 hours. */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        columns?: null | string[];
                        filter?: null | string;
                        /** @description domain.product, or domain.product@major */
                        product: string;
                        purpose: string;
                        until?: null | string;
                        why?: null | string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            agreement: string;
                            because: null | string;
                            columns: null | string[];
                            decidedAt: null | string;
                            decidedBy: null | string;
                            filter: null | string;
                            granularity: null | string;
                            major: number;
                            masks: {
                                [key: string]: string;
                            };
                            product: string;
                            purpose: string;
                            requestedAt: string;
                            /** @enum {unknown} */
                            state: "requested" | "approved" | "denied" | "countered" | "active" | "expired" | "revoked";
                            subject: string;
                            until: null | string;
                            version: number;
                            why: null | string;
                        };
                    };
                };
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            agreement: string;
                            because: null | string;
                            columns: null | string[];
                            decidedAt: null | string;
                            decidedBy: null | string;
                            filter: null | string;
                            granularity: null | string;
                            major: number;
                            masks: {
                                [key: string]: string;
                            };
                            product: string;
                            purpose: string;
                            requestedAt: string;
                            /** @enum {unknown} */
                            state: "requested" | "approved" | "denied" | "countered" | "active" | "expired" | "revoked";
                            subject: string;
                            until: null | string;
                            version: number;
                            why: null | string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agreements/{agreement}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One agreement */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    agreement: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            agreement: string;
                            because: null | string;
                            columns: null | string[];
                            decidedAt: null | string;
                            decidedBy: null | string;
                            filter: null | string;
                            granularity: null | string;
                            major: number;
                            masks: {
                                [key: string]: string;
                            };
                            product: string;
                            purpose: string;
                            requestedAt: string;
                            /** @enum {unknown} */
                            state: "requested" | "approved" | "denied" | "countered" | "active" | "expired" | "revoked";
                            subject: string;
                            until: null | string;
                            version: number;
                            why: null | string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agreements/{agreement}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve a request, or accept a counter-offer */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same request under the same key gets the first answer, for 24 hours. */
                    "idempotency-key"?: string;
                };
                path: {
                    agreement: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        because?: null | string;
                        columns?: null | string[];
                        filter?: null | string;
                        until?: null | string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            agreement: string;
                            because: null | string;
                            columns: null | string[];
                            decidedAt: null | string;
                            decidedBy: null | string;
                            filter: null | string;
                            granularity: null | string;
                            major: number;
                            masks: {
                                [key: string]: string;
                            };
                            product: string;
                            purpose: string;
                            requestedAt: string;
                            /** @enum {unknown} */
                            state: "requested" | "approved" | "denied" | "countered" | "active" | "expired" | "revoked";
                            subject: string;
                            until: null | string;
                            version: number;
                            why: null | string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agreements/{agreement}/counter": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Offer other terms */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same request under the same key gets the first answer, for 24 hours. */
                    "idempotency-key"?: string;
                };
                path: {
                    agreement: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        because?: null | string;
                        columns?: null | string[];
                        filter?: null | string;
                        until?: null | string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            agreement: string;
                            because: null | string;
                            columns: null | string[];
                            decidedAt: null | string;
                            decidedBy: null | string;
                            filter: null | string;
                            granularity: null | string;
                            major: number;
                            masks: {
                                [key: string]: string;
                            };
                            product: string;
                            purpose: string;
                            requestedAt: string;
                            /** @enum {unknown} */
                            state: "requested" | "approved" | "denied" | "countered" | "active" | "expired" | "revoked";
                            subject: string;
                            until: null | string;
                            version: number;
                            why: null | string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agreements/{agreement}/deny": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deny a request, or decline a counter-offer */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same request under the same key gets the first answer, for 24 hours. */
                    "idempotency-key"?: string;
                };
                path: {
                    agreement: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        because?: null | string;
                        columns?: null | string[];
                        filter?: null | string;
                        until?: null | string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            agreement: string;
                            because: null | string;
                            columns: null | string[];
                            decidedAt: null | string;
                            decidedBy: null | string;
                            filter: null | string;
                            granularity: null | string;
                            major: number;
                            masks: {
                                [key: string]: string;
                            };
                            product: string;
                            purpose: string;
                            requestedAt: string;
                            /** @enum {unknown} */
                            state: "requested" | "approved" | "denied" | "countered" | "active" | "expired" | "revoked";
                            subject: string;
                            until: null | string;
                            version: number;
                            why: null | string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agreements/{agreement}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take access back, or withdraw a request */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same request under the same key gets the first answer, for 24 hours. */
                    "idempotency-key"?: string;
                };
                path: {
                    agreement: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        because?: null | string;
                        columns?: null | string[];
                        filter?: null | string;
                        until?: null | string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            agreement: string;
                            because: null | string;
                            columns: null | string[];
                            decidedAt: null | string;
                            decidedBy: null | string;
                            filter: null | string;
                            granularity: null | string;
                            major: number;
                            masks: {
                                [key: string]: string;
                            };
                            product: string;
                            purpose: string;
                            requestedAt: string;
                            /** @enum {unknown} */
                            state: "requested" | "approved" | "denied" | "countered" | "active" | "expired" | "revoked";
                            subject: string;
                            until: null | string;
                            version: number;
                            why: null | string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Entries of the audit log, oldest first */
        get: {
            parameters: {
                query?: {
                    action?: string;
                    actor?: string;
                    after?: string;
                    /** @description Only this chain: of the control plane, or of the node. */
                    chain?: "control" | "node";
                    /** @description DOMAIN.PRODUCT.COLUMN: who was let at this column. Its owners may ask, too. */
                    column?: string;
                    limit?: number;
                    since?: string;
                    subject?: string;
                    until?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The log with signed checkpoints as NDJSON, for offline proof
         * @description One chain after the other, each with a header of its own.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Only this chain: of the control plane, or of the node. */
                    chain?: "control" | "node";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Verify whole chains, also against the checkpoints kept outside the store
         * @description With `chain` the report of that one, without it `{"chains": […]}`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Only this chain: of the control plane, or of the node. */
                    chain?: "control" | "node";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List batches, newest first */
        get: {
            parameters: {
                query?: {
                    after?: string;
                    limit?: number;
                    product?: string;
                    /** @description True: only batches with records in quarantine. */
                    quarantined?: boolean;
                    state?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                batch: string;
                                because: null | string;
                                contract: {
                                    hash: string;
                                    id: string;
                                    version: string;
                                };
                                finished: null | string;
                                key: null | string;
                                /** @description Of a batch that repairs another: whose refused records it has. */
                                parents?: {
                                    batch: string;
                                    records: number;
                                }[];
                                /** @description Of a failed batch: what to do, and where in the file. */
                                problem?: {
                                    code: string;
                                    errors: ({
                                        code: string;
                                        message: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    remedy: string;
                                };
                                product: string;
                                quarantine: {
                                    byRule: {
                                        [key: string]: number;
                                    };
                                    sample: {
                                        column: null | string;
                                        /** @description In a batch of several files: that of the record, its number there and its line. */
                                        file?: string;
                                        line: null | number;
                                        message: string;
                                        record: number;
                                        recordInFile?: number;
                                        rule: string;
                                        value: null | string;
                                    }[];
                                    total: number;
                                };
                                records: {
                                    duplicates: number;
                                    good: number;
                                    in: number;
                                    quarantined: number;
                                };
                                /** @description The key and its bytes came again: this batch has them, and nothing was added. */
                                repeated?: boolean;
                                /** @description How often the node stopped before the verdict and took it up again. */
                                resumed?: number;
                                rules: {
                                    checked: number;
                                    column: null | string;
                                    /** @enum {unknown} */
                                    consequence: "quarantine" | "warn" | "hold" | "reject";
                                    dimension: null | string;
                                    /** @enum {unknown} */
                                    evaluation: "pass" | "fail" | "warn" | "error" | "skip";
                                    failed: number;
                                    id: string;
                                    message?: string;
                                    must: string;
                                    /** @enum {boolean} */
                                    ofValues?: true;
                                    severity: null | string;
                                    value: null | string;
                                }[];
                                seconds: null | number;
                                sequence: null | number;
                                snapshot: null | string;
                                source: {
                                    bytes: number;
                                    /** @description Of a batch of several files, in order. Lists of batches leave it out. */
                                    files?: {
                                        bytes: number;
                                        lacking?: string[];
                                        name: string;
                                        records?: number;
                                        sha256: string;
                                        stated?: number;
                                    }[];
                                    /** @enum {unknown} */
                                    format: "csv" | "ndjson" | "json" | "parquet" | "avro";
                                    /** @description Optional columns that the whole file lacks. */
                                    lacking?: string[];
                                    name: null | string;
                                    /** @description An earlier batch of the product with the very same bytes. */
                                    sameBytesAs?: string;
                                    sha256: string;
                                    /** @description How many records the sender said that the file has. */
                                    stated?: number;
                                };
                                started: string;
                                /** @enum {unknown} */
                                state: "landed" | "checking" | "committed" | "held" | "discarded" | "failed";
                                table: string;
                            }[];
                            next: null | string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batches/{batch}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The report of a batch */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    batch: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            batch: string;
                            because: null | string;
                            contract: {
                                hash: string;
                                id: string;
                                version: string;
                            };
                            finished: null | string;
                            key: null | string;
                            /** @description Of a batch that repairs another: whose refused records it has. */
                            parents?: {
                                batch: string;
                                records: number;
                            }[];
                            /** @description Of a failed batch: what to do, and where in the file. */
                            problem?: {
                                code: string;
                                errors: ({
                                    code: string;
                                    message: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                remedy: string;
                            };
                            product: string;
                            quarantine: {
                                byRule: {
                                    [key: string]: number;
                                };
                                sample: {
                                    column: null | string;
                                    /** @description In a batch of several files: that of the record, its number there and its line. */
                                    file?: string;
                                    line: null | number;
                                    message: string;
                                    record: number;
                                    recordInFile?: number;
                                    rule: string;
                                    value: null | string;
                                }[];
                                total: number;
                            };
                            records: {
                                duplicates: number;
                                good: number;
                                in: number;
                                quarantined: number;
                            };
                            /** @description The key and its bytes came again: this batch has them, and nothing was added. */
                            repeated?: boolean;
                            /** @description How often the node stopped before the verdict and took it up again. */
                            resumed?: number;
                            rules: {
                                checked: number;
                                column: null | string;
                                /** @enum {unknown} */
                                consequence: "quarantine" | "warn" | "hold" | "reject";
                                dimension: null | string;
                                /** @enum {unknown} */
                                evaluation: "pass" | "fail" | "warn" | "error" | "skip";
                                failed: number;
                                id: string;
                                message?: string;
                                must: string;
                                /** @enum {boolean} */
                                ofValues?: true;
                                severity: null | string;
                                value: null | string;
                            }[];
                            seconds: null | number;
                            sequence: null | number;
                            snapshot: null | string;
                            source: {
                                bytes: number;
                                /** @description Of a batch of several files, in order. Lists of batches leave it out. */
                                files?: {
                                    bytes: number;
                                    lacking?: string[];
                                    name: string;
                                    records?: number;
                                    sha256: string;
                                    stated?: number;
                                }[];
                                /** @enum {unknown} */
                                format: "csv" | "ndjson" | "json" | "parquet" | "avro";
                                /** @description Optional columns that the whole file lacks. */
                                lacking?: string[];
                                name: null | string;
                                /** @description An earlier batch of the product with the very same bytes. */
                                sameBytesAs?: string;
                                sha256: string;
                                /** @description How many records the sender said that the file has. */
                                stated?: number;
                            };
                            started: string;
                            /** @enum {unknown} */
                            state: "landed" | "checking" | "committed" | "held" | "discarded" | "failed";
                            table: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batches/{batch}/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Discard a held batch */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    batch: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": null | {
                        because?: null | string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            batch: string;
                            because: null | string;
                            contract: {
                                hash: string;
                                id: string;
                                version: string;
                            };
                            finished: null | string;
                            key: null | string;
                            /** @description Of a batch that repairs another: whose refused records it has. */
                            parents?: {
                                batch: string;
                                records: number;
                            }[];
                            /** @description Of a failed batch: what to do, and where in the file. */
                            problem?: {
                                code: string;
                                errors: ({
                                    code: string;
                                    message: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                remedy: string;
                            };
                            product: string;
                            quarantine: {
                                byRule: {
                                    [key: string]: number;
                                };
                                sample: {
                                    column: null | string;
                                    /** @description In a batch of several files: that of the record, its number there and its line. */
                                    file?: string;
                                    line: null | number;
                                    message: string;
                                    record: number;
                                    recordInFile?: number;
                                    rule: string;
                                    value: null | string;
                                }[];
                                total: number;
                            };
                            records: {
                                duplicates: number;
                                good: number;
                                in: number;
                                quarantined: number;
                            };
                            /** @description The key and its bytes came again: this batch has them, and nothing was added. */
                            repeated?: boolean;
                            /** @description How often the node stopped before the verdict and took it up again. */
                            resumed?: number;
                            rules: {
                                checked: number;
                                column: null | string;
                                /** @enum {unknown} */
                                consequence: "quarantine" | "warn" | "hold" | "reject";
                                dimension: null | string;
                                /** @enum {unknown} */
                                evaluation: "pass" | "fail" | "warn" | "error" | "skip";
                                failed: number;
                                id: string;
                                message?: string;
                                must: string;
                                /** @enum {boolean} */
                                ofValues?: true;
                                severity: null | string;
                                value: null | string;
                            }[];
                            seconds: null | number;
                            sequence: null | number;
                            snapshot: null | string;
                            source: {
                                bytes: number;
                                /** @description Of a batch of several files, in order. Lists of batches leave it out. */
                                files?: {
                                    bytes: number;
                                    lacking?: string[];
                                    name: string;
                                    records?: number;
                                    sha256: string;
                                    stated?: number;
                                }[];
                                /** @enum {unknown} */
                                format: "csv" | "ndjson" | "json" | "parquet" | "avro";
                                /** @description Optional columns that the whole file lacks. */
                                lacking?: string[];
                                name: null | string;
                                /** @description An earlier batch of the product with the very same bytes. */
                                sameBytesAs?: string;
                                sha256: string;
                                /** @description How many records the sender said that the file has. */
                                stated?: number;
                            };
                            started: string;
                            /** @enum {unknown} */
                            state: "landed" | "checking" | "committed" | "held" | "discarded" | "failed";
                            table: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batches/{batch}/lineage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A batch over its generations: what became of each record */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    batch: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A batch over its generations: `in = committed + duplicates + open + discarded + held`. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            generations: {
                                batch: string;
                                discarded: number;
                                open: number;
                                parents: {
                                    batch: string;
                                    records: number;
                                }[];
                                records: {
                                    duplicates: number;
                                    good: number;
                                    in: number;
                                    quarantined: number;
                                };
                                started: string;
                                /** @enum {unknown} */
                                state: "landed" | "checking" | "committed" | "held" | "discarded" | "failed";
                            }[];
                            records: {
                                committed: number;
                                discarded: number;
                                duplicates: number;
                                held: number;
                                in: number;
                                open: number;
                            };
                            root: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batches/{batch}/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Refused and skipped records with their reasons */
        get: {
            parameters: {
                query?: {
                    after?: string;
                    limit?: number;
                    rule?: string;
                };
                header?: never;
                path: {
                    batch: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                column: null | string;
                                /** @description In a batch of several files: that of the record, its number there and its line. */
                                file?: string;
                                /** @enum {unknown} */
                                kind: "quarantined" | "duplicate";
                                line: null | number;
                                message: string;
                                raw: null | string;
                                record: number;
                                recordInFile?: number;
                                rule: string;
                                value: null | string;
                            }[];
                            next: null | string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batches/{batch}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Commit a held batch */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    batch: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": null | {
                        because?: null | string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            batch: string;
                            because: null | string;
                            contract: {
                                hash: string;
                                id: string;
                                version: string;
                            };
                            finished: null | string;
                            key: null | string;
                            /** @description Of a batch that repairs another: whose refused records it has. */
                            parents?: {
                                batch: string;
                                records: number;
                            }[];
                            /** @description Of a failed batch: what to do, and where in the file. */
                            problem?: {
                                code: string;
                                errors: ({
                                    code: string;
                                    message: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                remedy: string;
                            };
                            product: string;
                            quarantine: {
                                byRule: {
                                    [key: string]: number;
                                };
                                sample: {
                                    column: null | string;
                                    /** @description In a batch of several files: that of the record, its number there and its line. */
                                    file?: string;
                                    line: null | number;
                                    message: string;
                                    record: number;
                                    recordInFile?: number;
                                    rule: string;
                                    value: null | string;
                                }[];
                                total: number;
                            };
                            records: {
                                duplicates: number;
                                good: number;
                                in: number;
                                quarantined: number;
                            };
                            /** @description The key and its bytes came again: this batch has them, and nothing was added. */
                            repeated?: boolean;
                            /** @description How often the node stopped before the verdict and took it up again. */
                            resumed?: number;
                            rules: {
                                checked: number;
                                column: null | string;
                                /** @enum {unknown} */
                                consequence: "quarantine" | "warn" | "hold" | "reject";
                                dimension: null | string;
                                /** @enum {unknown} */
                                evaluation: "pass" | "fail" | "warn" | "error" | "skip";
                                failed: number;
                                id: string;
                                message?: string;
                                must: string;
                                /** @enum {boolean} */
                                ofValues?: true;
                                severity: null | string;
                                value: null | string;
                            }[];
                            seconds: null | number;
                            sequence: null | number;
                            snapshot: null | string;
                            source: {
                                bytes: number;
                                /** @description Of a batch of several files, in order. Lists of batches leave it out. */
                                files?: {
                                    bytes: number;
                                    lacking?: string[];
                                    name: string;
                                    records?: number;
                                    sha256: string;
                                    stated?: number;
                                }[];
                                /** @enum {unknown} */
                                format: "csv" | "ndjson" | "json" | "parquet" | "avro";
                                /** @description Optional columns that the whole file lacks. */
                                lacking?: string[];
                                name: null | string;
                                /** @description An earlier batch of the product with the very same bytes. */
                                sameBytesAs?: string;
                                sha256: string;
                                /** @description How many records the sender said that the file has. */
                                stated?: number;
                            };
                            started: string;
                            /** @enum {unknown} */
                            state: "landed" | "checking" | "committed" | "held" | "discarded" | "failed";
                            table: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contracts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Contract versions by product and version */
        get: {
            parameters: {
                query?: {
                    after?: string;
                    domain?: string;
                    limit?: number;
                    product?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                contract: string;
                                hash: string;
                                major: number;
                                media: string;
                                predecessor: null | string;
                                product: string;
                                publishedAt: string;
                                publishedBy: string;
                                tables: string[];
                                version: string;
                            }[];
                            next: null | string;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Publish a contract version (ODCS in YAML or JSON)
         * @description The same content again answers 200 and changes nothing.
         */
        post: {
            parameters: {
                query?: {
                    dryRun?: boolean;
                    file?: string;
                };
                header?: {
                    /** @description The same request under the same key gets the first answer, for 24 hours. */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Changes since the version before that either side should know of. */
                            changes: {
                                /** @enum {unknown} */
                                consumer: "break" | "warn" | "safe";
                                kind: string;
                                message: string;
                                path: string;
                                /** @enum {unknown} */
                                producer: "break" | "warn" | "safe";
                            }[];
                            contract: string;
                            diagnostics: ({
                                code: string;
                                message: string;
                                severity: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            hash: string;
                            predecessor: null | string;
                            product: string;
                            tables: string[];
                            version: string;
                        };
                    };
                };
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Changes since the version before that either side should know of. */
                            changes: {
                                /** @enum {unknown} */
                                consumer: "break" | "warn" | "safe";
                                kind: string;
                                message: string;
                                path: string;
                                /** @enum {unknown} */
                                producer: "break" | "warn" | "safe";
                            }[];
                            contract: string;
                            diagnostics: ({
                                code: string;
                                message: string;
                                severity: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            hash: string;
                            predecessor: null | string;
                            product: string;
                            tables: string[];
                            version: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contracts/{ref}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One contract version; with Accept: application/yaml the published bytes */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description domain.product, …@1, …@1.2.0, …@sha256:HEX or a contract id */
                    ref: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            contract: string;
                            document: unknown;
                            hash: string;
                            major: number;
                            media: string;
                            model: unknown;
                            predecessor: null | string;
                            product: string;
                            publishedAt: string;
                            publishedBy: string;
                            source: string;
                            tables: string[];
                            version: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contracts/{ref}/bundle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What proves the contract line offline: documents, signatures, certificates */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description domain.product, …@1, …@1.2.0, …@sha256:HEX or a contract id */
                    ref: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/domains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Domains by name */
        get: {
            parameters: {
                query?: {
                    after?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                description: null | string;
                                name: string;
                                node: null | string;
                                owners: string[];
                                stewards: string[];
                                title: string;
                            }[];
                            next: null | string;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Create or change a domain */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same request under the same key gets the first answer, for 24 hours. */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        description?: null | string;
                        name: string;
                        node?: null | string;
                        owners?: string[];
                        stewards?: string[];
                        title?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            description: null | string;
                            name: string;
                            node: null | string;
                            owners: string[];
                            stewards: string[];
                            title: string;
                        };
                    };
                };
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            description: null | string;
                            name: string;
                            node: null | string;
                            owners: string[];
                            stewards: string[];
                            title: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/domains/{domain}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One domain */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    domain: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            description: null | string;
                            name: string;
                            node: null | string;
                            owners: string[];
                            stewards: string[];
                            title: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events of the mesh; with Accept: text/event-stream without end */
        get: {
            parameters: {
                query?: {
                    after?: string;
                    limit?: number;
                    product?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: ({
                                id: string;
                                sequence: string;
                                source: string;
                                /** @enum {string} */
                                specversion: "1.0";
                                subject: string;
                                time: string;
                                type: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            next: null | string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** API keys, never their text; with `all` tokens and sessions, too */
        get: {
            parameters: {
                query?: {
                    after?: string;
                    all?: boolean;
                    limit?: number;
                    subject?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                createdAt: string;
                                createdBy: string;
                                expiresAt: null | string;
                                id: string;
                                /** @enum {unknown} */
                                kind: "token" | "key" | "session";
                                lastUsedAt: null | string;
                                name: null | string;
                                revokedAt: null | string;
                                revokedBy: null | string;
                                /** @enum {unknown} */
                                state: "active" | "expired" | "revoked";
                                subject: null | string;
                            }[];
                            next: null | string;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Make an API key, which is shown once */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        subject?: string;
                        ttlSeconds?: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            expires: string;
                            id: string;
                            key: string;
                            subject: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a key, a session or a token by its id (`jti`); it is refused from now on */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            createdAt: string;
                            createdBy: string;
                            expiresAt: null | string;
                            id: string;
                            /** @enum {unknown} */
                            kind: "token" | "key" | "session";
                            lastUsedAt: null | string;
                            name: null | string;
                            revokedAt: null | string;
                            revokedBy: null | string;
                            /** @enum {unknown} */
                            state: "active" | "expired" | "revoked";
                            subject: null | string;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mesh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this mesh is: its name, root key and nodes */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description The `iss` claim of tokens. */
                            issuer: string;
                            name: string;
                            nodes: {
                                domain: string;
                                url: null | string;
                            }[];
                            oidc: null | {
                                clientId: null | string;
                                issuer: string;
                                resource: null | string;
                                scopes: string[];
                                /** @description Browsers sign in at /auth/login. */
                                web: boolean;
                            };
                            /** @description Raw Ed25519 public key, base64url. */
                            rootKey: string;
                            /** @description Raw Ed25519 public key of the token issuer. */
                            tokenKey: string;
                            version: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/node/address": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say where this node answers (nodes) */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same request under the same key gets the first answer, for 24 hours. */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        url: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            domains: string[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/node/identify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The subject of an API key or of a token of the identity provider (nodes) */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        bearer: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            attributes: {
                                [key: string]: unknown;
                            };
                            credential?: {
                                expires: number;
                                id: string;
                                issued: null | number;
                            };
                            domains: string[];
                            id: string;
                            name: string;
                            roles: ("producer" | "consumer" | "steward" | "privacy_officer" | "platform" | "node")[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/node/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take what a node reports (nodes); repeats are harmless */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        events: {
                            [key: string]: unknown;
                        }[];
                        measurements: {
                            batches: number;
                            bytes: null | number;
                            distinct: {
                                [key: string]: number;
                            };
                            lastBatch: null | string;
                            major: number;
                            measuredAt: string;
                            nulls: {
                                [key: string]: number;
                            };
                            passRate: null | number;
                            product: string;
                            rows: number;
                            table: string;
                        }[];
                        reports: ({
                            batch: string;
                            contract: {
                                hash: string;
                                id: string;
                                version: string;
                            };
                            product: string;
                            quarantine: {
                                byRule: {
                                    [key: string]: number;
                                };
                                /** @description Must be empty. */
                                sample: unknown[];
                                total: number;
                            };
                            records: {
                                duplicates: number;
                                good: number;
                                in: number;
                                quarantined: number;
                            };
                            rules: {
                                [key: string]: unknown;
                            }[];
                            started: string;
                            /** @enum {unknown} */
                            state: "landed" | "checking" | "committed" | "held" | "discarded" | "failed";
                            table: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            accepted: number;
                            refused: {
                                because: string;
                                item: string;
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/node/standing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who may act no more, as soon as it differs from the version after which is asked (nodes) */
        get: {
            parameters: {
                query?: {
                    after?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations/{op}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far long work is, and its result */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    op: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            batch: null | string;
                            created: string;
                            kind: string;
                            operation: string;
                            problem: null | {
                                [key: string]: unknown;
                            };
                            progress: {
                                [key: string]: number;
                            };
                            result: unknown;
                            /** @enum {unknown} */
                            state: "running" | "done" | "failed" | "cancelled";
                            updated: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Cancel long work */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    op: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            batch: null | string;
                            created: string;
                            kind: string;
                            operation: string;
                            problem: null | {
                                [key: string]: unknown;
                            };
                            progress: {
                                [key: string]: number;
                            };
                            result: unknown;
                            /** @enum {unknown} */
                            state: "running" | "done" | "failed" | "cancelled";
                            updated: string;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/{product}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The policy of a product; version 0 means that there is none */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    product: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            autoApprovePurposes: string[];
                            cedar: null | string;
                            hiddenClassifications: string[];
                            product: string;
                            rowFilter: null | string;
                            subjectAttributes: string[];
                            updatedAt: string;
                            updatedBy: string;
                            version: number;
                        };
                    };
                };
            };
        };
        /** Replace the policy of a product */
        put: {
            parameters: {
                query?: {
                    plan?: string;
                };
                header?: {
                    "if-match"?: string;
                };
                path: {
                    product: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        autoApprovePurposes?: string[];
                        cedar?: null | string;
                        hiddenClassifications?: string[];
                        rowFilter?: null | string;
                        subjectAttributes?: string[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            autoApprovePurposes: string[];
                            cedar: null | string;
                            hiddenClassifications: string[];
                            product: string;
                            rowFilter: null | string;
                            subjectAttributes: string[];
                            updatedAt: string;
                            updatedBy: string;
                            version: number;
                            warnings: ({
                                code: string;
                                message: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                        };
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/{product}/lint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What would be refused of a policy, and warned of; changes nothing */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    product: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        autoApprovePurposes?: string[];
                        cedar?: null | string;
                        hiddenClassifications?: string[];
                        rowFilter?: null | string;
                        subjectAttributes?: string[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            faults: ({
                                code: string;
                                message: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            warnings: ({
                                code: string;
                                message: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/{product}/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The Cedar schema that a policy of the product is checked against */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    product: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            attributes: string[];
                            schema: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/mesh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The policies of the mesh */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            cedar: string;
                            domainTags: {
                                [key: string]: {
                                    [key: string]: string[];
                                };
                            };
                            productionDomains: string[];
                            subjectAttributes: string[];
                            updatedAt: string;
                            updatedBy: string;
                            version: number;
                        };
                    };
                };
            };
        };
        /** Replace the policies of the mesh */
        put: {
            parameters: {
                query?: never;
                header?: {
                    "if-match"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        cedar: string;
                        domainTags?: {
                            [key: string]: {
                                [key: string]: string[];
                            };
                        };
                        productionDomains?: string[];
                        subjectAttributes?: string[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            cedar: string;
                            domainTags: {
                                [key: string]: {
                                    [key: string]: string[];
                                };
                            };
                            productionDomains: string[];
                            subjectAttributes: string[];
                            updatedAt: string;
                            updatedBy: string;
                            version: number;
                            warnings: ({
                                code: string;
                                message: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                        };
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Products by name */
        get: {
            parameters: {
                query?: {
                    after?: string;
                    domain?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                contract: null | string;
                                createdAt: string;
                                createdBy: string;
                                description: null | string;
                                domain: string;
                                hash: null | string;
                                name: string;
                                owner: null | string;
                                product: string;
                                status: string;
                                tables: string[];
                                tags: string[];
                                title: string;
                                updatedAt: string;
                                version: null | string;
                            }[];
                            next: null | string;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Publish a product document (ODPS in YAML or JSON) */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same request under the same key gets the first answer, for 24 hours. */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            contract: null | string;
                            createdAt: string;
                            createdBy: string;
                            description: null | string;
                            domain: string;
                            hash: null | string;
                            name: string;
                            owner: null | string;
                            product: string;
                            status: string;
                            tables: string[];
                            tags: string[];
                            title: string;
                            updatedAt: string;
                            version: null | string;
                        };
                    };
                };
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            contract: null | string;
                            createdAt: string;
                            createdBy: string;
                            description: null | string;
                            domain: string;
                            hash: null | string;
                            name: string;
                            owner: null | string;
                            product: string;
                            status: string;
                            tables: string[];
                            tags: string[];
                            title: string;
                            updatedAt: string;
                            version: null | string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/products/{product}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One product with its versions, promises, measurements and what you may do */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    product: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            access: string;
                            contract: null | string;
                            contracts: {
                                contract: string;
                                hash: string;
                                major: number;
                                media: string;
                                predecessor: null | string;
                                product: string;
                                publishedAt: string;
                                publishedBy: string;
                                tables: string[];
                                version: string;
                            }[];
                            createdAt: string;
                            createdBy: string;
                            description: null | string;
                            domain: string;
                            facts: unknown;
                            hash: null | string;
                            inputPorts: {
                                contractId: null | string;
                                description: null | string;
                                name: string;
                                version: null | string;
                            }[];
                            name: string;
                            outputPorts: {
                                contractId: null | string;
                                description: null | string;
                                name: string;
                                version: null | string;
                            }[];
                            owner: null | string;
                            product: string;
                            status: string;
                            tables: string[];
                            tags: string[];
                            title: string;
                            updatedAt: string;
                            version: null | string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/products/{product}/batches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a batch of records
         * @description The body is the file itself: CSV, NDJSON, JSON, Parquet or Avro, plain, gzip or zstd. A body of the type application/vnd.weft.uploads+json names uploads instead: `{"uploads":[{"upload":"upl_…","name":"a.csv","sha256":"…","records":12}]}`, one file each, in order. With `Prefer: respond-async` the answer comes when the bytes are safe, with the operation in `Location`.
         */
        post: {
            parameters: {
                query?: {
                    format?: "csv" | "ndjson" | "json" | "parquet" | "avro";
                    /** @description Your name for these bytes: sending them again gives the first answer. */
                    key?: string;
                    /** @description File name. */
                    name?: string;
                    /** @description Object of a contract with several. */
                    object?: string;
                    /** @description SHA-256 of the body as it is sent; Content-Digest and Repr-Digest (RFC 9530) say the same. */
                    sha256?: string;
                };
                header?: never;
                path: {
                    product: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            batch: string;
                            because: null | string;
                            contract: {
                                hash: string;
                                id: string;
                                version: string;
                            };
                            finished: null | string;
                            key: null | string;
                            /** @description Of a batch that repairs another: whose refused records it has. */
                            parents?: {
                                batch: string;
                                records: number;
                            }[];
                            /** @description Of a failed batch: what to do, and where in the file. */
                            problem?: {
                                code: string;
                                errors: ({
                                    code: string;
                                    message: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                remedy: string;
                            };
                            product: string;
                            quarantine: {
                                byRule: {
                                    [key: string]: number;
                                };
                                sample: {
                                    column: null | string;
                                    /** @description In a batch of several files: that of the record, its number there and its line. */
                                    file?: string;
                                    line: null | number;
                                    message: string;
                                    record: number;
                                    recordInFile?: number;
                                    rule: string;
                                    value: null | string;
                                }[];
                                total: number;
                            };
                            records: {
                                duplicates: number;
                                good: number;
                                in: number;
                                quarantined: number;
                            };
                            /** @description The key and its bytes came again: this batch has them, and nothing was added. */
                            repeated?: boolean;
                            /** @description How often the node stopped before the verdict and took it up again. */
                            resumed?: number;
                            rules: {
                                checked: number;
                                column: null | string;
                                /** @enum {unknown} */
                                consequence: "quarantine" | "warn" | "hold" | "reject";
                                dimension: null | string;
                                /** @enum {unknown} */
                                evaluation: "pass" | "fail" | "warn" | "error" | "skip";
                                failed: number;
                                id: string;
                                message?: string;
                                must: string;
                                /** @enum {boolean} */
                                ofValues?: true;
                                severity: null | string;
                                value: null | string;
                            }[];
                            seconds: null | number;
                            sequence: null | number;
                            snapshot: null | string;
                            source: {
                                bytes: number;
                                /** @description Of a batch of several files, in order. Lists of batches leave it out. */
                                files?: {
                                    bytes: number;
                                    lacking?: string[];
                                    name: string;
                                    records?: number;
                                    sha256: string;
                                    stated?: number;
                                }[];
                                /** @enum {unknown} */
                                format: "csv" | "ndjson" | "json" | "parquet" | "avro";
                                /** @description Optional columns that the whole file lacks. */
                                lacking?: string[];
                                name: null | string;
                                /** @description An earlier batch of the product with the very same bytes. */
                                sameBytesAs?: string;
                                sha256: string;
                                /** @description How many records the sender said that the file has. */
                                stated?: number;
                            };
                            started: string;
                            /** @enum {unknown} */
                            state: "landed" | "checking" | "committed" | "held" | "discarded" | "failed";
                            table: string;
                        };
                    };
                };
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            batch: string;
                            because: null | string;
                            contract: {
                                hash: string;
                                id: string;
                                version: string;
                            };
                            finished: null | string;
                            key: null | string;
                            /** @description Of a batch that repairs another: whose refused records it has. */
                            parents?: {
                                batch: string;
                                records: number;
                            }[];
                            /** @description Of a failed batch: what to do, and where in the file. */
                            problem?: {
                                code: string;
                                errors: ({
                                    code: string;
                                    message: string;
                                } & {
                                    [key: string]: unknown;
                                })[];
                                remedy: string;
                            };
                            product: string;
                            quarantine: {
                                byRule: {
                                    [key: string]: number;
                                };
                                sample: {
                                    column: null | string;
                                    /** @description In a batch of several files: that of the record, its number there and its line. */
                                    file?: string;
                                    line: null | number;
                                    message: string;
                                    record: number;
                                    recordInFile?: number;
                                    rule: string;
                                    value: null | string;
                                }[];
                                total: number;
                            };
                            records: {
                                duplicates: number;
                                good: number;
                                in: number;
                                quarantined: number;
                            };
                            /** @description The key and its bytes came again: this batch has them, and nothing was added. */
                            repeated?: boolean;
                            /** @description How often the node stopped before the verdict and took it up again. */
                            resumed?: number;
                            rules: {
                                checked: number;
                                column: null | string;
                                /** @enum {unknown} */
                                consequence: "quarantine" | "warn" | "hold" | "reject";
                                dimension: null | string;
                                /** @enum {unknown} */
                                evaluation: "pass" | "fail" | "warn" | "error" | "skip";
                                failed: number;
                                id: string;
                                message?: string;
                                must: string;
                                /** @enum {boolean} */
                                ofValues?: true;
                                severity: null | string;
                                value: null | string;
                            }[];
                            seconds: null | number;
                            sequence: null | number;
                            snapshot: null | string;
                            source: {
                                bytes: number;
                                /** @description Of a batch of several files, in order. Lists of batches leave it out. */
                                files?: {
                                    bytes: number;
                                    lacking?: string[];
                                    name: string;
                                    records?: number;
                                    sha256: string;
                                    stated?: number;
                                }[];
                                /** @enum {unknown} */
                                format: "csv" | "ndjson" | "json" | "parquet" | "avro";
                                /** @description Optional columns that the whole file lacks. */
                                lacking?: string[];
                                name: null | string;
                                /** @description An earlier batch of the product with the very same bytes. */
                                sameBytesAs?: string;
                                sha256: string;
                                /** @description How many records the sender said that the file has. */
                                stated?: number;
                            };
                            started: string;
                            /** @enum {unknown} */
                            state: "landed" | "checking" | "committed" | "held" | "discarded" | "failed";
                            table: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/products/{product}/retire": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Retire a product: no new versions and no new agreements */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same request under the same key gets the first answer, for 24 hours. */
                    "idempotency-key"?: string;
                };
                path: {
                    product: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        because?: null | string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            contract: null | string;
                            createdAt: string;
                            createdBy: string;
                            description: null | string;
                            domain: string;
                            hash: null | string;
                            name: string;
                            owner: null | string;
                            product: string;
                            status: string;
                            tables: string[];
                            tags: string[];
                            title: string;
                            updatedAt: string;
                            version: null | string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quarantine/batches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Batches with refused records, with their counts over all generations */
        get: {
            parameters: {
                query?: {
                    after?: string;
                    /** @description Of this batch only. */
                    batch?: string;
                    /** @description Refused for this column. */
                    column?: string;
                    limit?: number;
                    /** @description `domain.product` or `domain.table`, with `@MAJOR` or without. */
                    product?: string;
                    /** @description Part of the words of the reason. */
                    reason?: string;
                    /** @description Refused by this rule. */
                    rule?: string;
                    /** @description Batches that came at this time (RFC 3339) or later. */
                    since?: string;
                    /** @description State of a record. */
                    state?: "open" | "held" | "repaired" | "replayed" | "discarded" | "duplicate";
                    /** @description Batches that came before this time. */
                    until?: string;
                    /** @description Part of the refused value; empty for none at all. */
                    value?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                batch: string;
                                /** @description A batch over its generations: `in = committed + duplicates + open + discarded + held`. */
                                lineage: {
                                    generations: {
                                        batch: string;
                                        discarded: number;
                                        open: number;
                                        parents: {
                                            batch: string;
                                            records: number;
                                        }[];
                                        records: {
                                            duplicates: number;
                                            good: number;
                                            in: number;
                                            quarantined: number;
                                        };
                                        started: string;
                                        /** @enum {unknown} */
                                        state: "landed" | "checking" | "committed" | "held" | "discarded" | "failed";
                                    }[];
                                    records: {
                                        committed: number;
                                        discarded: number;
                                        duplicates: number;
                                        held: number;
                                        in: number;
                                        open: number;
                                    };
                                    root: string;
                                };
                                product: string;
                                started: string;
                                state: string;
                            }[];
                            next: null | string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quarantine/causes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Causes of refused records, with counts, and the balance of each product */
        get: {
            parameters: {
                query?: {
                    after?: string;
                    /** @description Of this batch only. */
                    batch?: string;
                    /** @description Refused for this column. */
                    column?: string;
                    limit?: number;
                    /** @description `domain.product` or `domain.table`, with `@MAJOR` or without. */
                    product?: string;
                    /** @description Part of the words of the reason. */
                    reason?: string;
                    /** @description Refused by this rule. */
                    rule?: string;
                    /** @description Batches that came at this time (RFC 3339) or later. */
                    since?: string;
                    /** @description State of a record. */
                    state?: "open" | "held" | "repaired" | "replayed" | "discarded" | "duplicate";
                    /** @description Batches that came before this time. */
                    until?: string;
                    /** @description Part of the refused value; empty for none at all. */
                    value?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            balance: {
                                committed: number;
                                discarded: number;
                                duplicates: number;
                                held: number;
                                in: number;
                                open: number;
                                product: string;
                            }[];
                            items: {
                                batches: number;
                                column: null | string;
                                /** @description Most frequent values, for who may read them. */
                                examples: string[];
                                first: string;
                                firstBatch: string;
                                held: number;
                                last: string;
                                lastBatch: string;
                                message: string;
                                open: number;
                                product: string;
                                records: number;
                                rule: string;
                            }[];
                            next: null | string;
                            /** @description True when older batches were not looked at. */
                            truncated: boolean;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quarantine/discards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give open records up, by a mark with a reason; nothing is deleted */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        because: string;
                        where: {
                            /** @description Of this batch only. */
                            batch?: string;
                            /** @description Refused for this column. */
                            column?: string;
                            /** @description `domain.product` or `domain.table`, with `@MAJOR` or without. */
                            product?: string;
                            /** @description Part of the words of the reason. */
                            reason?: string;
                            /** @description Refused by this rule. */
                            rule?: string;
                            /** @description Batches that came at this time (RFC 3339) or later. */
                            since?: string;
                            /** @description Batches that came before this time. */
                            until?: string;
                            /** @description Part of the refused value; empty for none at all. */
                            value?: string;
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            batches: {
                                batch: string;
                                records: number;
                            }[];
                            /** @description Records that are not taken before it is decided about their batches. */
                            held: {
                                batch: string;
                                records: number;
                            }[];
                            mark: null | string;
                            more: boolean;
                            records: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quarantine/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All records of a query as NDJSON, CSV or Parquet, with their raw bytes
         * @description An NDJSON export whose lines get a new `raw`, or `values`, is a file of fixes. The header `weft-records` has the number of records.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Of this batch only. */
                    batch?: string;
                    /** @description Refused for this column. */
                    column?: string;
                    format?: "ndjson" | "csv" | "parquet";
                    /** @description `domain.product` or `domain.table`, with `@MAJOR` or without. */
                    product?: string;
                    /** @description Part of the words of the reason. */
                    reason?: string;
                    /** @description Refused by this rule. */
                    rule?: string;
                    /** @description Batches that came at this time (RFC 3339) or later. */
                    since?: string;
                    /** @description State of a record. */
                    state?: "open" | "held" | "repaired" | "replayed" | "discarded" | "duplicate";
                    /** @description Batches that came before this time. */
                    until?: string;
                    /** @description Part of the refused value; empty for none at all. */
                    value?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quarantine/fixes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send records again by a file of your own fixes; each at most once
         * @description NDJSON; each line has `ref` and either `raw` (the whole record) or `values` (by column). Lines that change nothing are left out.
         */
        post: {
            parameters: {
                query?: {
                    /** @description Of this batch only. */
                    batch?: string;
                    /** @description Why; it is kept with the decision. */
                    because?: string;
                    /** @description True: say what it would do, and do nothing. */
                    preview?: boolean;
                    /** @description `domain.product` or `domain.table`, with `@MAJOR` or without. */
                    product?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            batches: {
                                batch: string;
                                because: null | string;
                                contract: {
                                    hash: string;
                                    id: string;
                                    version: string;
                                };
                                finished: null | string;
                                key: null | string;
                                /** @description Of a batch that repairs another: whose refused records it has. */
                                parents?: {
                                    batch: string;
                                    records: number;
                                }[];
                                /** @description Of a failed batch: what to do, and where in the file. */
                                problem?: {
                                    code: string;
                                    errors: ({
                                        code: string;
                                        message: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    remedy: string;
                                };
                                product: string;
                                quarantine: {
                                    byRule: {
                                        [key: string]: number;
                                    };
                                    sample: {
                                        column: null | string;
                                        /** @description In a batch of several files: that of the record, its number there and its line. */
                                        file?: string;
                                        line: null | number;
                                        message: string;
                                        record: number;
                                        recordInFile?: number;
                                        rule: string;
                                        value: null | string;
                                    }[];
                                    total: number;
                                };
                                records: {
                                    duplicates: number;
                                    good: number;
                                    in: number;
                                    quarantined: number;
                                };
                                /** @description The key and its bytes came again: this batch has them, and nothing was added. */
                                repeated?: boolean;
                                /** @description How often the node stopped before the verdict and took it up again. */
                                resumed?: number;
                                rules: {
                                    checked: number;
                                    column: null | string;
                                    /** @enum {unknown} */
                                    consequence: "quarantine" | "warn" | "hold" | "reject";
                                    dimension: null | string;
                                    /** @enum {unknown} */
                                    evaluation: "pass" | "fail" | "warn" | "error" | "skip";
                                    failed: number;
                                    id: string;
                                    message?: string;
                                    must: string;
                                    /** @enum {boolean} */
                                    ofValues?: true;
                                    severity: null | string;
                                    value: null | string;
                                }[];
                                seconds: null | number;
                                sequence: null | number;
                                snapshot: null | string;
                                source: {
                                    bytes: number;
                                    /** @description Of a batch of several files, in order. Lists of batches leave it out. */
                                    files?: {
                                        bytes: number;
                                        lacking?: string[];
                                        name: string;
                                        records?: number;
                                        sha256: string;
                                        stated?: number;
                                    }[];
                                    /** @enum {unknown} */
                                    format: "csv" | "ndjson" | "json" | "parquet" | "avro";
                                    /** @description Optional columns that the whole file lacks. */
                                    lacking?: string[];
                                    name: null | string;
                                    /** @description An earlier batch of the product with the very same bytes. */
                                    sameBytesAs?: string;
                                    sha256: string;
                                    /** @description How many records the sender said that the file has. */
                                    stated?: number;
                                };
                                started: string;
                                /** @enum {unknown} */
                                state: "landed" | "checking" | "committed" | "held" | "discarded" | "failed";
                                table: string;
                            }[];
                            duplicates: number;
                            good: number;
                            /** @description Records that are not taken before it is decided about their batches. */
                            held: {
                                batch: string;
                                records: number;
                            }[];
                            /** @description True when there are more batches to repair: send it again. */
                            more: boolean;
                            quarantined: number;
                            records: number;
                            skipped: {
                                decided: number;
                                expression: number;
                                unchanged: number;
                                unreadable: number;
                                unwritable: number;
                            };
                            skippedSample: {
                                ref: string;
                                /** @enum {unknown} */
                                why: "unreadable" | "expression" | "unwritable" | "unchanged" | "decided";
                            }[];
                        } | {
                            batches: {
                                because: null | string;
                                records: number;
                                root: string;
                                state: string;
                            }[];
                            byRule: {
                                [key: string]: number;
                            };
                            duplicates: number;
                            good: number;
                            /** @description Records that are not taken before it is decided about their batches. */
                            held: {
                                batch: string;
                                records: number;
                            }[];
                            notLookedAt: number;
                            quarantined: number;
                            records: number;
                            sample: {
                                after: {
                                    [key: string]: null | string;
                                };
                                batch: string;
                                before: {
                                    [key: string]: null | string;
                                };
                                line: null | number;
                                record: number;
                                ref: string;
                            }[];
                            skipped: {
                                decided: number;
                                expression: number;
                                unchanged: number;
                                unreadable: number;
                                unwritable: number;
                            };
                            skippedSample: {
                                ref: string;
                                /** @enum {unknown} */
                                why: "unreadable" | "expression" | "unwritable" | "unchanged" | "decided";
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quarantine/previews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a repair would do; nothing is changed */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        repair?: {
                            columns?: {
                                [key: string]: {
                                    map: {
                                        [key: string]: null | string;
                                    };
                                } | {
                                    sql: string;
                                };
                            };
                            /** @description An expression over `raw`, the text of the record. */
                            raw?: null | string;
                        };
                        samples?: number;
                        where: {
                            /** @description Of this batch only. */
                            batch?: string;
                            /** @description Refused for this column. */
                            column?: string;
                            /** @description `domain.product` or `domain.table`, with `@MAJOR` or without. */
                            product?: string;
                            /** @description Part of the words of the reason. */
                            reason?: string;
                            /** @description Refused by this rule. */
                            rule?: string;
                            /** @description Batches that came at this time (RFC 3339) or later. */
                            since?: string;
                            /** @description Batches that came before this time. */
                            until?: string;
                            /** @description Part of the refused value; empty for none at all. */
                            value?: string;
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            batches: {
                                because: null | string;
                                records: number;
                                root: string;
                                state: string;
                            }[];
                            byRule: {
                                [key: string]: number;
                            };
                            duplicates: number;
                            good: number;
                            /** @description Records that are not taken before it is decided about their batches. */
                            held: {
                                batch: string;
                                records: number;
                            }[];
                            notLookedAt: number;
                            quarantined: number;
                            records: number;
                            sample: {
                                after: {
                                    [key: string]: null | string;
                                };
                                batch: string;
                                before: {
                                    [key: string]: null | string;
                                };
                                line: null | number;
                                record: number;
                                ref: string;
                            }[];
                            skipped: {
                                decided: number;
                                expression: number;
                                unchanged: number;
                                unreadable: number;
                                unwritable: number;
                            };
                            skippedSample: {
                                ref: string;
                                /** @enum {unknown} */
                                why: "unreadable" | "expression" | "unwritable" | "unchanged" | "decided";
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quarantine/replays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send open records again, repaired; each at most once */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        because?: null | string;
                        repair?: {
                            columns?: {
                                [key: string]: {
                                    map: {
                                        [key: string]: null | string;
                                    };
                                } | {
                                    sql: string;
                                };
                            };
                            /** @description An expression over `raw`, the text of the record. */
                            raw?: null | string;
                        };
                        where: {
                            /** @description Of this batch only. */
                            batch?: string;
                            /** @description Refused for this column. */
                            column?: string;
                            /** @description `domain.product` or `domain.table`, with `@MAJOR` or without. */
                            product?: string;
                            /** @description Part of the words of the reason. */
                            reason?: string;
                            /** @description Refused by this rule. */
                            rule?: string;
                            /** @description Batches that came at this time (RFC 3339) or later. */
                            since?: string;
                            /** @description Batches that came before this time. */
                            until?: string;
                            /** @description Part of the refused value; empty for none at all. */
                            value?: string;
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            batches: {
                                batch: string;
                                because: null | string;
                                contract: {
                                    hash: string;
                                    id: string;
                                    version: string;
                                };
                                finished: null | string;
                                key: null | string;
                                /** @description Of a batch that repairs another: whose refused records it has. */
                                parents?: {
                                    batch: string;
                                    records: number;
                                }[];
                                /** @description Of a failed batch: what to do, and where in the file. */
                                problem?: {
                                    code: string;
                                    errors: ({
                                        code: string;
                                        message: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    remedy: string;
                                };
                                product: string;
                                quarantine: {
                                    byRule: {
                                        [key: string]: number;
                                    };
                                    sample: {
                                        column: null | string;
                                        /** @description In a batch of several files: that of the record, its number there and its line. */
                                        file?: string;
                                        line: null | number;
                                        message: string;
                                        record: number;
                                        recordInFile?: number;
                                        rule: string;
                                        value: null | string;
                                    }[];
                                    total: number;
                                };
                                records: {
                                    duplicates: number;
                                    good: number;
                                    in: number;
                                    quarantined: number;
                                };
                                /** @description The key and its bytes came again: this batch has them, and nothing was added. */
                                repeated?: boolean;
                                /** @description How often the node stopped before the verdict and took it up again. */
                                resumed?: number;
                                rules: {
                                    checked: number;
                                    column: null | string;
                                    /** @enum {unknown} */
                                    consequence: "quarantine" | "warn" | "hold" | "reject";
                                    dimension: null | string;
                                    /** @enum {unknown} */
                                    evaluation: "pass" | "fail" | "warn" | "error" | "skip";
                                    failed: number;
                                    id: string;
                                    message?: string;
                                    must: string;
                                    /** @enum {boolean} */
                                    ofValues?: true;
                                    severity: null | string;
                                    value: null | string;
                                }[];
                                seconds: null | number;
                                sequence: null | number;
                                snapshot: null | string;
                                source: {
                                    bytes: number;
                                    /** @description Of a batch of several files, in order. Lists of batches leave it out. */
                                    files?: {
                                        bytes: number;
                                        lacking?: string[];
                                        name: string;
                                        records?: number;
                                        sha256: string;
                                        stated?: number;
                                    }[];
                                    /** @enum {unknown} */
                                    format: "csv" | "ndjson" | "json" | "parquet" | "avro";
                                    /** @description Optional columns that the whole file lacks. */
                                    lacking?: string[];
                                    name: null | string;
                                    /** @description An earlier batch of the product with the very same bytes. */
                                    sameBytesAs?: string;
                                    sha256: string;
                                    /** @description How many records the sender said that the file has. */
                                    stated?: number;
                                };
                                started: string;
                                /** @enum {unknown} */
                                state: "landed" | "checking" | "committed" | "held" | "discarded" | "failed";
                                table: string;
                            }[];
                            duplicates: number;
                            good: number;
                            /** @description Records that are not taken before it is decided about their batches. */
                            held: {
                                batch: string;
                                records: number;
                            }[];
                            /** @description True when there are more batches to repair: send it again. */
                            more: boolean;
                            quarantined: number;
                            records: number;
                            skipped: {
                                decided: number;
                                expression: number;
                                unchanged: number;
                                unreadable: number;
                                unwritable: number;
                            };
                            skippedSample: {
                                ref: string;
                                /** @enum {unknown} */
                                why: "unreadable" | "expression" | "unwritable" | "unchanged" | "decided";
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quarantine/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Refused and skipped records of a product or batch, with values and reasons */
        get: {
            parameters: {
                query?: {
                    after?: string;
                    /** @description Of this batch only. */
                    batch?: string;
                    /** @description Refused for this column. */
                    column?: string;
                    limit?: number;
                    /** @description `domain.product` or `domain.table`, with `@MAJOR` or without. */
                    product?: string;
                    /** @description Part of the words of the reason. */
                    reason?: string;
                    /** @description Refused by this rule. */
                    rule?: string;
                    /** @description Batches that came at this time (RFC 3339) or later. */
                    since?: string;
                    /** @description State of a record. */
                    state?: "open" | "held" | "repaired" | "replayed" | "discarded" | "duplicate";
                    /** @description Batches that came before this time. */
                    until?: string;
                    /** @description Part of the refused value; empty for none at all. */
                    value?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                batch: string;
                                /** @enum {unknown} */
                                kind: "quarantined" | "duplicate";
                                line: null | number;
                                origin: null | {
                                    batch: string;
                                    record: number;
                                };
                                raw: null | string;
                                reasons: {
                                    column: null | string;
                                    message: string;
                                    rule: string;
                                    value: null | string;
                                }[];
                                record: number;
                                ref: string;
                                replay: null | {
                                    batch: string;
                                    record: number;
                                };
                                /** @enum {unknown} */
                                state: "open" | "held" | "repaired" | "replayed" | "discarded" | "duplicate";
                            }[];
                            next: null | string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run one SELECT over products for a purpose
         * @description The answer has the asked format: json (default), ndjson, csv, parquet or arrow. The header Weft-Query names the query.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {unknown} */
                        format?: "json" | "ndjson" | "csv" | "parquet" | "arrow";
                        /** @description They can only lower the limits of the node. */
                        limits?: {
                            bytes?: number;
                            rows?: number;
                            seconds?: number;
                        };
                        purpose: string;
                        /** @description One SELECT over products, as domain.table. */
                        sql: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queries/{query}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look up a query of your own */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    query: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            code: string | null;
                            finished: string | null;
                            products: {
                                agreement: string | null;
                                contract: string;
                                policy: number | null;
                                product: string;
                                snapshot: string | null;
                            }[];
                            purpose: string;
                            query: string;
                            rowCount: number | null;
                            started: string;
                            /** @enum {unknown} */
                            state: "waiting" | "running" | "done" | "failed" | "cancelled";
                            truncated: boolean | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Cancel a query of your own */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    query: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            code: string | null;
                            finished: string | null;
                            products: {
                                agreement: string | null;
                                contract: string;
                                policy: number | null;
                                product: string;
                                snapshot: string | null;
                            }[];
                            purpose: string;
                            query: string;
                            rowCount: number | null;
                            started: string;
                            /** @enum {unknown} */
                            state: "waiting" | "running" | "done" | "failed" | "cancelled";
                            truncated: boolean | null;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rule-checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What scheduled rules said of the committed tables of a product */
        get: {
            parameters: {
                query: {
                    product: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                checkedAt: string;
                                major: number;
                                product: string;
                                result: {
                                    checked: number;
                                    column: null | string;
                                    /** @enum {unknown} */
                                    consequence: "quarantine" | "warn" | "hold" | "reject";
                                    dimension: null | string;
                                    /** @enum {unknown} */
                                    evaluation: "pass" | "fail" | "warn" | "error" | "skip";
                                    failed: number;
                                    id: string;
                                    message?: string;
                                    must: string;
                                    /** @enum {boolean} */
                                    ofValues?: true;
                                    severity: null | string;
                                    value: null | string;
                                };
                                table: string;
                            }[];
                            next: null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find products by words and by what they promise and measured */
        get: {
            parameters: {
                query?: {
                    after?: string;
                    /** @description Names separated by commas. */
                    facet?: string;
                    limit?: number;
                    q?: string;
                    /** @description A field, - before it for descending. */
                    sort?: string;
                    where?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description There are more than total. */
                            capped: boolean;
                            facets: {
                                [key: string]: {
                                    count: number;
                                    value: string;
                                }[];
                            };
                            items: ({
                                /** @enum {unknown} */
                                access: "none" | "requestable" | "agreed" | "open";
                                domain: string;
                                match: string[];
                                product: string;
                                score: number;
                                title: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            next: null | string;
                            total: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Issue a token for a subject (platform) */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        attributes?: {
                            [key: string]: string[] | string;
                        };
                        domains?: string[];
                        name?: string;
                        roles?: ("producer" | "consumer" | "steward" | "privacy_officer" | "platform" | "node")[];
                        subject: string;
                        ttlSeconds?: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            expires: string;
                            /** @description The `jti`, by which it can be revoked. */
                            id: string;
                            subject: {
                                attributes: {
                                    [key: string]: unknown;
                                };
                                domains: string[];
                                id: string;
                                name: string;
                                roles: ("producer" | "consumer" | "steward" | "privacy_officer" | "platform" | "node")[];
                            };
                            token: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/upkeep": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the tables of a product are kept up: what was done last, what is due, what is next */
        get: {
            parameters: {
                query: {
                    product: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                files: {
                                    bytes: number;
                                    count: number;
                                    mergeable: number;
                                    small: number;
                                };
                                last: {
                                    expired: null | ({
                                        /** @description RFC 3339, UTC */
                                        at: string;
                                    } & {
                                        [key: string]: string | number;
                                    });
                                    merged: null | ({
                                        /** @description RFC 3339, UTC */
                                        at: string;
                                    } & {
                                        [key: string]: string | number;
                                    });
                                    swept: null | ({
                                        /** @description RFC 3339, UTC */
                                        at: string;
                                    } & {
                                        [key: string]: string | number;
                                    });
                                    visited: null | {
                                        /** @description RFC 3339, UTC */
                                        at: string;
                                        failed: null | string;
                                    };
                                };
                                major: number;
                                next: {
                                    commitsLeft: number;
                                    round: null | string;
                                };
                                orphans: {
                                    due: number;
                                };
                                product: string;
                                snapshots: {
                                    count: number;
                                    due: number;
                                    oldest: null | string;
                                };
                                table: string;
                                unreachable: {
                                    count: number;
                                    due: number;
                                };
                            }[];
                            next: null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin an upload that can be resumed
         * @description Upload-Length says how many bytes there are in all. Upload-Metadata has `product` (DOMAIN.PRODUCT), and may have `filename` and `sha256` (hex); Repr-Digest may state the SHA-256 of the whole too. A body of the type application/offset+octet-stream is the first piece.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            expires: string;
                            length: number;
                            name: null | string;
                            offset: number;
                            product: string;
                            sha256: null | string;
                            upload: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        /** What of the tus protocol is spoken */
        options: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/uploads/{upload}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Give an upload up */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    upload: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Send the bytes from Upload-Offset on
         * @description The type of the body is application/offset+octet-stream. Upload-Checksum (tus) or Content-Digest (RFC 9530) may state the SHA-256 of the piece, which then counts whole or not at all; otherwise bytes that came before the line broke stay.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    upload: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Subjects by id (platform, privacy officers) */
        get: {
            parameters: {
                query?: {
                    after?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                attributes: {
                                    [key: string]: unknown;
                                };
                                disabledAt: null | string;
                                disabledBy: null | string;
                                domains: string[];
                                id: string;
                                /** @enum {unknown} */
                                kind: "user" | "service" | "external";
                                name: string;
                                roles: ("producer" | "consumer" | "steward" | "privacy_officer" | "platform" | "node")[];
                                since: null | string;
                                /** @enum {unknown} */
                                state: "active" | "disabled";
                                updatedAt: string;
                            }[];
                            next: null | string;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Make a subject (platform) */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same request under the same key gets the first answer, for 24 hours. */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        attributes?: {
                            [key: string]: string[] | string;
                        };
                        domains?: string[];
                        id: string;
                        /** @enum {unknown} */
                        kind?: "user" | "service";
                        name?: string;
                        roles: ("producer" | "consumer" | "steward" | "privacy_officer" | "platform" | "node")[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            attributes: {
                                [key: string]: unknown;
                            };
                            disabledAt: null | string;
                            disabledBy: null | string;
                            domains: string[];
                            id: string;
                            /** @enum {unknown} */
                            kind: "user" | "service" | "external";
                            name: string;
                            roles: ("producer" | "consumer" | "steward" | "privacy_officer" | "platform" | "node")[];
                            since: null | string;
                            /** @enum {unknown} */
                            state: "active" | "disabled";
                            updatedAt: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One subject */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    user: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            attributes: {
                                [key: string]: unknown;
                            };
                            disabledAt: null | string;
                            disabledBy: null | string;
                            domains: string[];
                            id: string;
                            /** @enum {unknown} */
                            kind: "user" | "service" | "external";
                            name: string;
                            roles: ("producer" | "consumer" | "steward" | "privacy_officer" | "platform" | "node")[];
                            since: null | string;
                            /** @enum {unknown} */
                            state: "active" | "disabled";
                            updatedAt: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change name, roles, domains or attributes; tokens made before count no more (platform) */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    user: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Attributes that change; those that are not named stay, null takes one away. */
                        attributes?: {
                            [key: string]: null | (string[] | string);
                        };
                        domains?: string[];
                        name?: string;
                        roles?: ("producer" | "consumer" | "steward" | "privacy_officer" | "platform" | "node")[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            attributes: {
                                [key: string]: unknown;
                            };
                            disabledAt: null | string;
                            disabledBy: null | string;
                            domains: string[];
                            id: string;
                            /** @enum {unknown} */
                            kind: "user" | "service" | "external";
                            name: string;
                            roles: ("producer" | "consumer" | "steward" | "privacy_officer" | "platform" | "node")[];
                            since: null | string;
                            /** @enum {unknown} */
                            state: "active" | "disabled";
                            updatedAt: string;
                        };
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v1/users/{user}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Disable a subject: nothing that speaks for it is believed any more (platform) */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same request under the same key gets the first answer, for 24 hours. */
                    "idempotency-key"?: string;
                };
                path: {
                    user: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            attributes: {
                                [key: string]: unknown;
                            };
                            disabledAt: null | string;
                            disabledBy: null | string;
                            domains: string[];
                            id: string;
                            /** @enum {unknown} */
                            kind: "user" | "service" | "external";
                            name: string;
                            roles: ("producer" | "consumer" | "steward" | "privacy_officer" | "platform" | "node")[];
                            since: null | string;
                            /** @enum {unknown} */
                            state: "active" | "disabled";
                            updatedAt: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enable a subject again; its tokens stay refused, its keys work (platform) */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same request under the same key gets the first answer, for 24 hours. */
                    "idempotency-key"?: string;
                };
                path: {
                    user: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            attributes: {
                                [key: string]: unknown;
                            };
                            disabledAt: null | string;
                            disabledBy: null | string;
                            domains: string[];
                            id: string;
                            /** @enum {unknown} */
                            kind: "user" | "service" | "external";
                            name: string;
                            roles: ("producer" | "consumer" | "steward" | "privacy_officer" | "platform" | "node")[];
                            since: null | string;
                            /** @enum {unknown} */
                            state: "active" | "disabled";
                            updatedAt: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user}/signout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refuse tokens and sessions that the subject has now (platform, or for oneself) */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same request under the same key gets the first answer, for 24 hours. */
                    "idempotency-key"?: string;
                };
                path: {
                    user: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            attributes: {
                                [key: string]: unknown;
                            };
                            disabledAt: null | string;
                            disabledBy: null | string;
                            domains: string[];
                            id: string;
                            /** @enum {unknown} */
                            kind: "user" | "service" | "external";
                            name: string;
                            roles: ("producer" | "consumer" | "steward" | "privacy_officer" | "platform" | "node")[];
                            since: null | string;
                            /** @enum {unknown} */
                            state: "active" | "disabled";
                            updatedAt: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/whoami": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The subject of the token */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            attributes: {
                                [key: string]: unknown;
                            };
                            domains: string[];
                            id: string;
                            name: string;
                            roles: ("producer" | "consumer" | "steward" | "privacy_officer" | "platform" | "node")[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the identity provider sends a browser back */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
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
        /** Sign in a browser */
        get: {
            parameters: {
                query?: {
                    next?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
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
        /** Sign a browser out; `next` is the page that signs out of the provider as well */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            next: null | string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: never;
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
