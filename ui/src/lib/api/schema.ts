/** Generated from openapi.json by `npm run gen:api`. */
export interface paths {
  "/api/v1/answering": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who answers, and with what. */
    get: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Answering"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
      };
    };
    /** Sets who answers, and with what; absent parts get their defaults. */
    put: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["NewAnswering"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Answering"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/answers": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What was answered, newest first, equal answers as one version. A page reads 2,000 exchanges and
     *     64 MiB of answers at most.
     */
    get: {
      parameters: {
        query?: {
          /** @description Only this bot's. */
          bot?: components["schemas"]["BotId"];
          /** @description Only to this event, by its whole name. */
          event?: string;
          /** @description Only to exchanges with a smaller `seq`. */
          before?: number;
          /** @description 1–200, 50 if absent. */
          limit?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["AnswerVersions"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
  "/api/v1/bots": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists the bots. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["BotList"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
      };
    };
    put?: never;
    /** Adds a bot with a secret of its own. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["NewBot"];
        };
      };
      responses: {
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Bot"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/bots/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Removes a bot; its exchanges stay. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    options?: never;
    head?: never;
    /** Changes a bot. */
    patch: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["BotChange"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Bot"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    trace?: never;
  };
  "/api/v1/bots/{id}/access": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Says who may use a bot's address; what is absent stays. */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["AccessChange"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Bot"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/bots/{id}/secret": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Gives a bot another secret; its old address leads nowhere from then on. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Bot"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/compare": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What differs between two messages of exchanges, their bodies compared decoded. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["ToCompare"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["MessageComparison"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/conversations": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists conversations, newest first. */
    get: {
      parameters: {
        query?: {
          /** @description 1–1000, 100 if absent. */
          limit?: number;
          /** @description The `next_before` of the page before. */
          before?: string;
          /** @description Only this bot's. */
          bot?: components["schemas"]["BotId"];
          /** @description Only this user's, exactly. */
          user?: string;
          /** @description Only the one that this exchange belongs to, whatever else is asked for. */
          turn?: components["schemas"]["ExchangeId"];
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ConversationList"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
  "/api/v1/conversations/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One conversation with its turns, oldest first. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ConversationDetail"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
  "/api/v1/conversations/{id}/matrix": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The variables of a conversation over its turns. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Matrix"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
    /** What happened after a position. */
    get: {
      parameters: {
        query?: {
          /** @description The position read last; the present one where absent. */
          after?: number;
          /** @description 0–30000, 20000 if absent. */
          wait_ms?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["FeedBatch"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
  "/api/v1/exchanges": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists exchanges, newest first. */
    get: {
      parameters: {
        query?: {
          /** @description 1–1000, 100 if absent. */
          limit?: number;
          /** @description Only exchanges with a smaller `seq`. */
          before?: number;
          /** @description Only exchanges with a larger `seq`. */
          after?: number;
          /** @description The filter language: `event:pay status:5xx is:held text`. */
          filter?: string;
          /** @description Only this bot's. */
          bot?: components["schemas"]["BotId"];
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ExchangeList"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
      };
    };
    put?: never;
    post?: never;
    /** Deletes all exchanges that a filter finds; held ones stay, and without a filter pinned ones. */
    delete: {
      parameters: {
        query?: {
          /** @description The filter language; empty for all but pinned ones. */
          filter?: string;
          /** @description Only this bot's. */
          bot?: components["schemas"]["BotId"];
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Deleted"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/exchanges/count": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Counts what a filter finds. */
    get: {
      parameters: {
        query?: {
          /** @description The filter language; empty for all. */
          filter?: string;
          /** @description Only this bot's. */
          bot?: components["schemas"]["BotId"];
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["MatchCount"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
  "/api/v1/exchanges/delete": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Deletes these exchanges; held ones stay, and what is not there is not counted. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["Deletable"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Deleted"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/exchanges/release": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Answers all held exchanges with their fallback, now. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["ReleaseFilter"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Released"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/exchanges/restore": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Takes a deletion back. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["Undo"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Restored"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/exchanges/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One exchange with its variables, findings and timing. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Exchange"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
      };
    };
    put?: never;
    post?: never;
    /** Deletes one exchange. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Deleted"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    options?: never;
    head?: never;
    /** Notes or pins an exchange, or has it read as another platform's. */
    patch: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["ExchangePatch"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Summary"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    trace?: never;
  };
  "/api/v1/exchanges/{id}/answer": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Answers a held exchange by hand, once the bytes are written. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["NewAnswer"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Delivered"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        410: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/exchanges/{id}/corrected/body": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The body of a message. */
    get: {
      parameters: {
        query?: {
          /**
           * @description `1`: after content encoding and charset, as UTF-8. Of a body too long for memory that is
           *     compressed or in another charset it is the beginning, with `X-Body-Part: beginning`.
           */
          decoded?: "1" | "0";
          /**
           * @description `1`: decoded, and JSON laid out with every digit kept; `409 body_too_long` for a body too
           *     long for memory.
           */
          pretty?: "1" | "0";
        };
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/octet-stream": number[];
          };
        };
        206: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/octet-stream": number[];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        416: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
  "/api/v1/exchanges/{id}/extend": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Gives a held exchange more time. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["Extension"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Deadline"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        410: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/exchanges/{id}/last-answer": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The last answer given to the same event. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Answer"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
  "/api/v1/exchanges/{id}/late": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The late answer of an exchange. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["LatePart"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
      };
    };
    put?: never;
    post?: never;
    /** Stops waiting for a late answer. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Stopped"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/exchanges/{id}/late/body": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The body of a message. */
    get: {
      parameters: {
        query?: {
          /**
           * @description `1`: after content encoding and charset, as UTF-8. Of a body too long for memory that is
           *     compressed or in another charset it is the beginning, with `X-Body-Part: beginning`.
           */
          decoded?: "1" | "0";
          /**
           * @description `1`: decoded, and JSON laid out with every digit kept; `409 body_too_long` for a body too
           *     long for memory.
           */
          pretty?: "1" | "0";
        };
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/octet-stream": number[];
          };
        };
        206: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/octet-stream": number[];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        416: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
  "/api/v1/exchanges/{id}/late/deliver": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Has a late answer's variables go out once, with the next answer that this user's bot takes. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: {
        content: {
          "application/json": components["schemas"]["DeliveredNames"] | null;
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Queued"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    /** Takes a delivery back that has not gone out. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Queued"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/exchanges/{id}/preview": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What an answer would do, without sending it. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["NewAnswer"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Preview"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/exchanges/{id}/release": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Answers a held exchange with its fallback, now. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Released"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        410: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/exchanges/{id}/replay": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Sends a recorded request again; answers when the answer is complete or has failed. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["Replay"];
        };
      };
      responses: {
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Created"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/exchanges/{id}/request/body": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The body of a message. */
    get: {
      parameters: {
        query?: {
          /**
           * @description `1`: after content encoding and charset, as UTF-8. Of a body too long for memory that is
           *     compressed or in another charset it is the beginning, with `X-Body-Part: beginning`.
           */
          decoded?: "1" | "0";
          /**
           * @description `1`: decoded, and JSON laid out with every digit kept; `409 body_too_long` for a body too
           *     long for memory.
           */
          pretty?: "1" | "0";
        };
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/octet-stream": number[];
          };
        };
        206: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/octet-stream": number[];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        416: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
  "/api/v1/exchanges/{id}/response/body": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The body of a message. */
    get: {
      parameters: {
        query?: {
          /**
           * @description `1`: after content encoding and charset, as UTF-8. Of a body too long for memory that is
           *     compressed or in another charset it is the beginning, with `X-Body-Part: beginning`.
           */
          decoded?: "1" | "0";
          /**
           * @description `1`: decoded, and JSON laid out with every digit kept; `409 body_too_long` for a body too
           *     long for memory.
           */
          pretty?: "1" | "0";
        };
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/octet-stream": number[];
          };
        };
        206: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/octet-stream": number[];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        416: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
  "/api/v1/exchanges/{id}/upstream/body": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The body of a message. */
    get: {
      parameters: {
        query?: {
          /**
           * @description `1`: after content encoding and charset, as UTF-8. Of a body too long for memory that is
           *     compressed or in another charset it is the beginning, with `X-Body-Part: beginning`.
           */
          decoded?: "1" | "0";
          /**
           * @description `1`: decoded, and JSON laid out with every digit kept; `409 body_too_long` for a body too
           *     long for memory.
           */
          pretty?: "1" | "0";
        };
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/octet-stream": number[];
          };
        };
        206: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/octet-stream": number[];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        416: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
  "/api/v1/exchanges/{id}/why": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The turn of the conversation that set a variable as it came with this request. */
    get: {
      parameters: {
        query: {
          /** @description The variable's name. */
          name: string;
        };
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ValueReason"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
  "/api/v1/export": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Writes a conversation as a file of its platform's. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["NewExport"];
        };
      };
      responses: {
        /** @description The file */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/xml": string;
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/format": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Lays JSON out for reading; digits, escapes and order stay. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["Text"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Text"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/forms/read": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What three readers make of a form or a query. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["FormText"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ReadForm"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/health": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether the app is there; needs no token. */
    get: {
      parameters: {
        query?: {
          /** @description A text to be signed with the token; another one each time. */
          challenge?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Health"];
          };
        };
        403: components["responses"]["Error"];
        422: components["responses"]["Error"];
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
  "/api/v1/names": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Variable names seen lately, for completion. */
    get: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Names"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
  "/api/v1/notices/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Puts a notice of the status away: a person has read it. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/paths/evaluate": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What a platform makes of a text with variables. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["TemplateText"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["FilledText"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/paths/parse": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The paths of an example, as its platform names them. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["PathSample"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["SamplePaths"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/patience": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How long a bot's callers wait, as far as that is known, and its probe. */
    get: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Patience"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
      };
    };
    put?: never;
    post?: never;
    /** Forgets how long a bot's callers wait, on one platform or on all. */
    delete: {
      parameters: {
        query?: {
          bot?: string;
          platform?: components["schemas"]["Platform"];
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/patience/probe": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Holds the next request of a bot until its caller leaves. It takes the place of a probe before. */
    post: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: {
        content: {
          "application/json": components["schemas"]["NewProbe"] | null;
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["PatienceProbe"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    /** Ends a probe; a request that it holds gets its fallback. */
    delete: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/platforms": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The platforms, with their words in the reader's language. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Platforms"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
  "/api/v1/preview/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What is seen of a text and its buttons where a platform shows less than was sent. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["ChannelText"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ChannelPreview"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/proof": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How often each inferred rule was seen to hold and to be broken, counted by answers. */
    get: {
      parameters: {
        query?: {
          /** @description Only this bot's. */
          bot?: components["schemas"]["BotId"];
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["RuleEvidences"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
  "/api/v1/replays": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Sends recorded requests again, each when the one before is answered, bodies as recorded. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["NewReplays"];
        };
      };
      responses: {
        202: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["RunBegun"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/replays/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How far a run has come. It is forgotten when the app ends. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Replays"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
      };
    };
    put?: never;
    post?: never;
    /** Stops a run behind the turn that is under way. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Replays"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/replays/{id}/resume": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Has a run that was stopped go on. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Replays"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/rules": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The rules in their order, with how they fare. */
    get: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["RuleList"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
      };
    };
    put?: never;
    /** Adds a rule below the others. Without an id it gets one. */
    post: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["Rule"];
        };
      };
      responses: {
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["CreatedRule"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/rules/explain": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Why each rule took a recorded turn, or did not. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["RuleQuestion"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["RuleExplanations"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/rules/export": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Writes the rules into a folder, one YAML file a rule; files that are as they have to be stay. */
    post: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["FolderPath"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ExportedRules"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/rules/folder": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The folder that the rules are kept in, and how it stands. */
    get: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["FolderOfRules"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
      };
    };
    /** Keeps the rules in a folder from now on: it is watched, and changes of rules are written to it. */
    put: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["FolderPath"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["FolderOfRules"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    post?: never;
    /** Keeps the rules in no folder any more: rules and files stay as they are. */
    delete: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/rules/import": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Puts the rules of a folder in the place of the bot's: all of them or none. */
    post: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["FolderPath"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ImportedRules"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/rules/order": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Puts the rules into another order. */
    put: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["RuleOrder"];
        };
      };
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/rules/preview": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What a draft would have answered to the last turns. No state of any rule changes. */
    post: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["RuleDraft"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["RulePreview"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/rules/preview/turn": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * What a draft makes of one turn of the bot that the turn came to: each condition, and what it
     *     would send whether or not they are met. No state of any rule changes.
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
          "application/json": components["schemas"]["RuleDraftOnTurn"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["RuleTriedTurn"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/rules/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A rule with how it fares. */
    get: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ListedRule"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
      };
    };
    /** Replaces a rule. What it remembers stays. */
    put: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["Rule"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ListedRule"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    post?: never;
    /** Removes a rule, and what it remembers. */
    delete: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/rules/{id}/state": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What a rule remembers. */
    get: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["RuleStates"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
      };
    };
    put?: never;
    post?: never;
    /** Forgets what a rule remembers, of one key or of all. */
    delete: {
      parameters: {
        query?: {
          bot?: string;
          key?: string;
        };
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/sample": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Sends the sample turn of the bot's platform to the webhook server.
     * @description It comes back through the feed.
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
          "application/json": components["schemas"]["SampleTarget"];
        };
      };
      responses: {
        202: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Sent"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/scenarios/from-conversation": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A scenario that plays a conversation's turns and expects what their answers made new or changed. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["ToScenario"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["MadeScenario"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/scenarios/run": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Plays a scenario: each step when the one before is answered. */
    post: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["ToRun"];
        };
      };
      responses: {
        202: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ScenarioBegun"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/scenarios/runs/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How far a run has come. It is forgotten when the app ends. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ScenarioRun"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
      };
    };
    put?: never;
    post?: never;
    /** Stops a run at once. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ScenarioRun"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/scenarios/schema": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The format of scenarios as a JSON schema, for editors. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ScenarioSchema"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
  "/api/v1/session": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The challenge of this run; needs no token. In the window there is none. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Challenge"];
          };
        };
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
      };
    };
    put?: never;
    /**
     * The token for a word, which counts once, or for a proof that the page had it before; needs no
     *     token. In the window there is none to ask for.
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
          "application/json": components["schemas"]["SessionRequest"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Session"];
          };
        };
        400: components["responses"]["Error"];
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/session/key": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The key with which an open page gets the token of the next run at this address. In the window
     *     there is none.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["SessionKey"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
  "/api/v1/settings": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The settings. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Settings"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Changes settings; what is absent stays. */
    patch: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["SettingsPatch"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Settings"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    trace?: never;
  };
  "/api/v1/simulate": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Makes a turn as the bot would, with what its user keeps, and keeps what the user has after it.
     *     Turns of one user are made one after another. Of a platform that keeps nothing it makes a call,
     *     after a failure again where that is asked for. Answers when the answer is complete or has
     *     failed.
     */
    post: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["Simulation"];
        };
      };
      responses: {
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["SimulatedTurn"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/simulate/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Makes no further attempt of a call, named by the exchange of its first one. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/simulator/users": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The users of a bot that were played. */
    get: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["SimulatedUsers"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
  "/api/v1/simulator/users/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A user; one that was never played has no variables. */
    get: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["SimulatedUser"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
      };
    };
    /** Sets all variables of a user. */
    put: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["NewUserVariables"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["SimulatedUser"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    post?: never;
    /** Forgets a user. */
    delete: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["SimulatedUser"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/simulator/users/{id}/back": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Takes the latest turns of a user back; their exchanges stay. */
    post: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: {
        content: {
          "application/json": components["schemas"]["StepBack"] | null;
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["SimulatedUser"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/simulator/users/{id}/branch": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Makes a user with the variables and the turns of this one. */
    post: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["NewBranch"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["SimulatedUser"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/simulator/users/{id}/from": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Gives a user the variables that a bot had after a recorded turn. */
    post: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["PlayFrom"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["SimulatedUser"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/simulator/{id}/next": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Sets what the next call to a platform that the program stands in for gets, once: `ok` for what
     *     it would answer anyway.
     */
    put: {
      parameters: {
        query?: {
          bot?: string;
        };
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["NextAnswer"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["NextAnswer"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/status": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The app's state at a glance. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Status"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
  "/api/v1/tunnel": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The tunnel's state. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Tunnel"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
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
  "/api/v1/tunnel/acknowledge": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The new address is pasted: the previous one need not be shown any more. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/tunnel/authtoken": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Keeps ngrok's token in the key store; it is never given back. */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["Authtoken"];
        };
      };
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    post?: never;
    /** Forgets ngrok's token. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/tunnel/check": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Calls the public address and waits for the call to arrive. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["TunnelCheck"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/tunnel/retry": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Tries at once what waits for its next try, or starts again what was started last. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        202: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Tunnel"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/tunnel/ssh-key": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The app's own SSH key, made where there is none. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["SshKeyRequest"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["SshKey"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/tunnel/start": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Starts the tunnel, or starts it anew; the state tells how it goes on. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["TunnelStart"];
        };
      };
      responses: {
        202: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Tunnel"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/tunnel/stop": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Stops the tunnel, in any state; it is offline when the answer comes. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Tunnel"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/watch": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How what is watched stands. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Watch"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
      };
    };
    /**
     * Sends conversations again after each save in a folder, in place of what was watched before. They
     *     are sent twice at first, to learn what is another one each time.
     */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["NewWatch"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Watch"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    post?: never;
    /** Watches nothing any more. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/what-if": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Answers a recorded turn otherwise and sends those behind it with what differs, each when the one
     *     before is answered. Nothing of it comes into the history.
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
          "application/json": components["schemas"]["NewWhatIf"];
        };
      };
      responses: {
        202: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["RunBegun"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        408: components["responses"]["Error"];
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ErrorBody"];
          };
        };
        413: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/what-if/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How far a changed answer was carried. It is forgotten when the app ends. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["WhatIf"];
          };
        };
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
      };
    };
    put?: never;
    post?: never;
    /** Stops it at once. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["WhatIf"];
          };
        };
        400: components["responses"]["Error"];
        401: components["responses"]["Error"];
        403: components["responses"]["Error"];
        404: components["responses"]["Error"];
        408: components["responses"]["Error"];
        422: components["responses"]["Error"];
        500: components["responses"]["Error"];
        503: components["responses"]["Error"];
        507: components["responses"]["Error"];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** @description Who may use a bot's address. */
    Access: {
      /** @description The callers it takes; all where empty. */
      addresses: string[];
      /** @description The stored rules could not be read: nobody comes in until they are set anew. */
      closed: boolean;
      /** @description The user that is asked for; its password is never given back. */
      login: string | null;
      /** @description The methods it takes; all where empty. */
      methods: string[];
    };
    /** @description What to change about who may use an address; what is absent stays. */
    AccessChange: {
      /** @description Addresses such as `203.0.113.7` and networks such as `203.0.113.0/24`. */
      addresses?: string[];
      login?: components["schemas"]["NewLogin"] | null;
      /** @description Methods such as `POST`. */
      methods?: string[];
    };
    /** @description An answer as it is known. */
    Answer: {
      /** @description The body, where it is text. */
      body?: string;
      /** @description The body's bytes, where it is not. */
      body_base64?: string;
      /** @description Name and value, in order. Absent where the default ones apply. */
      headers?: [string, string][];
      /**
       * Format: int32
       * @description The status code.
       */
      status: number;
    };
    /** @description A status and a body. */
    AnswerPart: {
      /** @description As text; of a long one its beginning. */
      body: string;
      /** Format: int32 */
      status: number;
    };
    /**
     * @description An answer, and how often it was given. Equal are event, who answered, rule, status, the fields
     *     that were given and the bytes of the body; of a body of more than 16 MiB its length and its
     *     first MiB, and of an event what the list shows of it.
     */
    AnswerVersion: {
      answered_by: components["schemas"]["AnsweredBy"] | null;
      /** @description When its request arrived. */
      at: components["schemas"]["UtcMillis"];
      body: components["schemas"]["BodyInfo"];
      bot: components["schemas"]["BotId"];
      event: string | null;
      /** @description The newest exchange that it was given in. */
      exchange_id: components["schemas"]["ExchangeId"];
      /** @description The oldest exchange that it was given in, within this page. */
      first: components["schemas"]["FirstAnswer"];
      /** @description Name and value, in order, without those that the server adds. */
      headers: [string, string][];
      /** @description The id of the rule that took the turn. */
      rule: string | null;
      /**
       * Format: int64
       * @description Its place in the order of arrival.
       */
      seq: number;
      /** Format: int32 */
      status: number;
      /** @description The body, where it is UTF-8 of at most 64 KiB. */
      text: string | null;
      /**
       * Format: int64
       * @description How often it was given, within this page.
       */
      times: number;
      user: string | null;
    };
    /** @description The versions of answers. */
    AnswerVersions: {
      /**
       * Format: int64
       * @description Where the next page begins, `null` at the end. A page may be empty and not be the last one.
       */
      next_before: number | null;
      /** @description Newest first. */
      versions: components["schemas"]["AnswerVersion"][];
    };
    /** @enum {string} */
    AnsweredBy: "default" | "rule" | "hand" | "fallback" | "upstream" | "upstream_edited" | "platform";
    /** @description How a bot is answered. */
    Answering: {
      /** @description What goes out when nothing else answers. */
      default_answer: components["schemas"]["Answer"];
      /** @description Whether the bot was given it; else it is the platform's own. */
      default_answer_given: boolean;
      hold: components["schemas"]["Hold"];
      mode: components["schemas"]["Mode"];
      /** @description The address of the developer's own server that is in use. */
      upstream: string | null;
      /** @description The servers that are remembered. */
      upstreams: components["schemas"]["Upstream"][];
    };
    /** @description One of the attempts of a call. */
    AttemptPart: {
      /**
       * Format: int32
       * @description How many there are at most.
       */
      most: number;
      next_at: components["schemas"]["UtcMillis"] | null;
      /**
       * Format: int32
       * @description From 1.
       */
      number: number;
      /** @description The first of them. */
      of: components["schemas"]["ExchangeId"];
      /** @description It failed and there is no next one, so that the scenario stops. */
      suspended: boolean;
    };
    /** @description A token to keep. */
    Authtoken: {
      authtoken: components["schemas"]["Secret"];
    };
    /** @description A change of a body. */
    BodyChange: {
      kind: components["schemas"]["BodyChangeKind"];
      /** @description JSON as it was sent, a line, or a byte as two hexadecimal digits; `null` where it is added. */
      left: string | null;
      /** @description A JSON pointer; of a text the line from 0, of bytes the offset of the first that differs. */
      pointer: string;
      /** @description The same on the right; `null` where it is removed. */
      right: string | null;
    };
    /**
     * @description What became of a value.
     * @enum {string}
     */
    BodyChangeKind: "added" | "removed" | "changed" | "type_changed";
    /** @description A body in short. */
    BodyInfo: {
      /**
       * Format: int64
       * @description Its length in bytes, as it was on the wire.
       */
      bytes: number;
      /** @description The charset it is read in. */
      charset: string | null;
      /** @description The content codings, as the header names them. */
      encoding: string | null;
      /** @description What it is. */
      kind: components["schemas"]["BodyKind"];
      /** @description Only its beginning was recorded. */
      truncated: boolean;
    };
    /**
     * @description What a body is, judged by its content first and by its Content-Type second.
     * @enum {string}
     */
    BodyKind: "json" | "form" | "multipart" | "xml" | "text" | "binary" | "empty";
    /** @description A bot. */
    Bot: {
      /** @description Who may use its address. */
      access: components["schemas"]["Access"];
      id: components["schemas"]["BotId"];
      name: string;
      /** @description The addresses it had before, the latest first; they lead nowhere. */
      old_addresses: components["schemas"]["OldAddress"][];
      platform: components["schemas"]["PlatformChoice"];
      /** @description What is set for its platforms: an object for each, by its `id`. */
      platform_settings: Record<string, never>;
      /** @description Its public address, while a tunnel is online. */
      public_url: string | null;
      /** @description The unguessable part of its addresses. */
      secret: string;
      /**
       * Format: int64
       * @description What the chances of its rules are rolled from.
       */
      seed: number;
      /** @description What a person calls its users: a name by each user. */
      user_names: {
        [key: string]: string;
      };
      /** @description Its address on this machine. */
      webhook_url: string;
    };
    /** @description What to change about a bot; what is absent stays. */
    BotChange: {
      name?: string;
      platform?: components["schemas"]["PlatformChoice"];
      /**
       * @description Settings of platforms: an object for each, by its `id`; fields that are not named stay, and
       *     `null` removes one.
       */
      platform_settings?: {
        [key: string]: unknown;
      };
      /**
       * Format: int64
       * @description What the chances of its rules are rolled from.
       */
      seed?: number;
      /**
       * @description What its users are called: a name by each user; users that are not named here keep theirs,
       *     and `null` takes one away.
       */
      user_names?: {
        [key: string]: string | null;
      };
    };
    /**
     * Format: uuid
     * @description A bot's identity.
     */
    BotId: string;
    /** @description All bots. */
    BotList: {
      /** @description In their order; the first one gets the paths that name no bot. */
      bots: components["schemas"]["Bot"][];
    };
    /** @description A caller that left without its answer. */
    CallerWait: {
      at: components["schemas"]["UtcMillis"];
      exchange: components["schemas"]["ExchangeId"];
      /** @description It was held on purpose. */
      probe: boolean;
      /** Format: double */
      seconds: number;
    };
    /** @description An answer that is not in the history. */
    CarriedAnswer: {
      /** @description Its text; `null` where it is none, or there is no room for it. */
      body: string | null;
      /** @description Not all of the body is here: 64 KiB of one at most, and 4 MiB of all. */
      cut: boolean;
      /** Format: int32 */
      status: number;
    };
    /** @description A recorded turn that was sent with what differs; `replay` is always `null`. */
    CarriedRow: components["schemas"]["ReplayRow"] & {
      answer?: components["schemas"]["CarriedAnswer"] | null;
      /** @description The variables that the change put into its request. */
      carried: string[];
      /** @description That it cannot be told whether the bot would have gone on so. */
      remark?: string | null;
    };
    /** @description What a page signs that had the token of the run before; another text in each run. */
    Challenge: {
      challenge: string;
    };
    /**
     * @description What an answer does to a variable.
     * @enum {string}
     */
    Change: "new" | "changed" | "type_changed" | "same" | "untouched";
    /** @description An answer that would have been another one. */
    ChangedAnswer: {
      exchange_id: components["schemas"]["ExchangeId"];
      from: components["schemas"]["AnswerPart"] | null;
      to: components["schemas"]["AnswerPart"] | null;
    };
    /** @description A button under a text. */
    ChannelButton: {
      text: string;
      /** @description The address that it opens, where it is a link. */
      url?: string;
    };
    /** @description What is seen of them. */
    ChannelPreview: {
      /** @description What was lost on the way. */
      findings: components["schemas"]["Finding"][];
      messages: components["schemas"]["SeenMessage"][];
    };
    /** @description An answer's text and its buttons. */
    ChannelText: {
      buttons?: components["schemas"]["ChannelButton"][];
      text: string;
    };
    /** @enum {string} */
    Code:
      | "json_syntax"
      | "json_duplicate_key"
      | "json_number_inexact"
      | "json_lone_surrogate"
      | "byte_order_mark"
      | "invalid_utf8"
      | "charset_guessed"
      | "charset_unknown"
      | "charset_ignored"
      | "json_not_utf8"
      | "charset_doubtful"
      | "encoding_unknown"
      | "encoding_broken"
      | "decoded_too_large"
      | "coding_members"
      | "content_type_not_json"
      | "request_not_json"
      | "request_not_object"
      | "event_missing"
      | "method_not_post"
      | "user_message_too_long"
      | "variables_near_soft_limit"
      | "variables_over_soft_limit"
      | "variables_near_hard_limit"
      | "variables_over_hard_limit"
      | "response_status"
      | "response_empty"
      | "response_not_json"
      | "response_not_object"
      | "reserved_key"
      | "reserved_keys_echoed"
      | "engine_key"
      | "hidden_key"
      | "name_not_usable"
      | "name_keyword"
      | "string_too_long"
      | "name_near"
      | "variable_null"
      | "variable_zero"
      | "type_changed"
      | "keys_not_removed"
      | "more_findings"
      | "body_too_large"
      | "bodies_in_flight"
      | "bodies_on_disk"
      | "body_no_space"
      | "body_app_ended"
      | "body_not_saved"
      | "answer_not_saved"
      | "upstream_not_saved"
      | "late_not_saved"
      | "corrected_not_saved"
      | "answer_truncated"
      | "body_read_in_part"
      | "headers_too_large"
      | "header_timeout"
      | "body_timeout"
      | "http_syntax"
      | "head_without_end"
      | "tls_hello"
      | "host_missing"
      | "host_repeated"
      | "length_with_coding"
      | "length_repeated"
      | "body_too_short"
      | "body_without_end"
      | "transfer_coded"
      | "chunked_repeated"
      | "length_missing"
      | "body_length_wrong"
      | "host_invalid"
      | "host_differs"
      | "from_web_page"
      | "replayed_in_part"
      | "replay_not_coded"
      | "replay_fields_not_sent"
      | "answer_body_not_sent"
      | "answer_fields_not_sent"
      | "caller_left"
      | "api_token"
      | "expect_unknown"
      | "trailers"
      | "hold_limit"
      | "patience_probe"
      | "last_answer_late"
      | "message_calls"
      | "message_calls_over"
      | "upstream_refused"
      | "upstream_name"
      | "upstream_tls"
      | "upstream_closed"
      | "upstream_gone"
      | "upstream_not_sent"
      | "upstream_no_room"
      | "upstream_half"
      | "upstream_not_http"
      | "upstream_too_large"
      | "upstream_timeout"
      | "upstream_loop"
      | "upstream_in_flight"
      | "circle_held_back"
      | "circle_cut"
      | "template_failed"
      | "rule_without_server"
      | "patch_not_applied"
      | "rule_unjudged"
      | "previous_turn_late"
      | "callback_limit"
      | "callback_rate"
      | "callback_template_failed"
      | "upstream_status_413"
      | "upstream_status_415"
      | "upstream_status_5xx"
      | "upstream_html"
      | "upstream_empty_event"
      | "access_login"
      | "access_address"
      | "access_method"
      | "access_closed"
      | "unknown_name"
      | "other"
      | "forms_differ"
      | "form_cut"
      | "leadconverter_method"
      | "leadconverter_retry"
      | "leadconverter_saved_as_text"
      | "nocobase_path"
      | "nocobase_method"
      | "nocobase_login"
      | "nocobase_body_too_large"
      | "nocobase_body_not_json"
      | "nocobase_body_not_read"
      | "nocobase_filter"
      | "nocobase_nothing_parsed"
      | "nocobase_failed"
      | "nocobase_too_late"
      | "chatapp_path"
      | "chatapp_token"
      | "chatapp_token_unset"
      | "chatapp_token_repeated"
      | "chatapp_token_misplaced"
      | "chatapp_body_wins"
      | "chatapp_system_name"
      | "chatapp_undeclared"
      | "chatapp_link_and_body"
      | "bitrix24_id_only"
      | "sender_never_repeats"
      | "webim_version_unknown"
      | "webim_event_unknown"
      | "webim_not_acknowledged"
      | "webim_answer_of_v1"
      | "webim_to_queue"
      | "webim_message_invalid"
      | "webim_token"
      | "webim_method_unknown"
      | "webim_chat_unknown"
      | "trial_answer"
      | "channel_no_markdown"
      | "channel_no_link_buttons"
      | "proof_same_number"
      | "proof_rounded"
      | "proof_type_changed"
      | "proof_value_changed"
      | "proof_missing"
      | "proof_not_taken"
      | "proof_not_saved";
    /** @description Through a program that prints its address. */
    CommandPlan: {
      address_changes?: boolean;
      args: string[];
      program: string;
      url_pattern: string;
    };
    /** @description Through a program that prints its address. */
    CommandStart: {
      /** @description Whether an address that is announced later replaces the first one. */
      address_changes?: boolean;
      /** @description Its arguments; `{port}` becomes the port to lead to. */
      args?: string[];
      /** @description The program; no shell reads it. */
      program: string;
      /**
       * @description What the address looks like among the printed lines, a regular expression; its first group
       *     where it has one.
       * @default https://\S+
       */
      url_pattern?: string;
    };
    ComparedMessage:
      components["schemas"]["ExchangeId"] | components["schemas"]["Side"] | components["schemas"]["MessageOfExchange"];
    /**
     * @description As what two bodies are compared.
     * @enum {string}
     */
    ContentKind: "json" | "text" | "binary";
    /** @description A conversation as the list shows it. */
    Conversation: {
      bot: components["schemas"]["BotId"];
      /** @description Its events in order, a run of equal ones once; its first 200. */
      events: string[];
      /** @description How many findings its turns have. */
      findings: components["schemas"]["FindingCounts"];
      id: components["schemas"]["ConversationId"];
      /** @description When its last turn arrived. */
      last: components["schemas"]["UtcMillis"];
      platform: components["schemas"]["Platform"];
      /** @description The simulator talks in the user's place. */
      simulated: boolean;
      /** @description When its first turn arrived. */
      started: components["schemas"]["UtcMillis"];
      /**
       * Format: int64
       * @description How many turns it has.
       */
      turns: number;
      user: string;
    };
    /** @description A conversation with its turns. */
    ConversationDetail: {
      bot: components["schemas"]["BotId"];
      /** @description Its events in order, a run of equal ones once; its first 200. */
      events: string[];
      /** @description How many findings its turns have. */
      findings: components["schemas"]["FindingCounts"];
      id: components["schemas"]["ConversationId"];
      /** @description When its last turn arrived. */
      last: components["schemas"]["UtcMillis"];
      platform: components["schemas"]["Platform"];
      /** @description The simulator talks in the user's place. */
      simulated: boolean;
      /** @description When its first turn arrived. */
      started: components["schemas"]["UtcMillis"];
      /**
       * Format: int64
       * @description How many turns it has, of which the newest 2,000 are listed.
       */
      turn_count: number;
      /** @description Oldest first. */
      turns: components["schemas"]["Turn"][];
      user: string;
    };
    /**
     * Format: uuid
     * @description A conversation's identity: that of the exchange which began it, and it stays when that is gone.
     */
    ConversationId: string;
    /** @description A page of conversations. */
    ConversationList: {
      /** @description Some turns are not in their conversations yet: the history is being read through. */
      catching_up: boolean;
      /** @description Newest first by their last turns. */
      conversations: components["schemas"]["Conversation"][];
      /** @description Where the next page begins, `null` at the end. */
      next_before: string | null;
    };
    /** @description An answer of the developer's own server as a rule corrected it. */
    CorrectedPart: {
      body: components["schemas"]["BodyInfo"];
      /** @description Name and value, in order. */
      headers: [string, string][];
      /** Format: int32 */
      status: number;
    };
    CountsPart: {
      /** Format: int64 */
      exchanges: number;
      held: number;
    };
    /** @description A new exchange. */
    Created: {
      id: components["schemas"]["ExchangeId"];
    };
    /** @description A new rule's id. */
    CreatedRule: {
      id: string;
    };
    /** @description When the exchange answers itself now. */
    Deadline: {
      deadline: components["schemas"]["UtcMillis"];
    };
    /** @description Exchanges to delete. */
    Deletable: {
      /** @description 10,000 at most. */
      ids: components["schemas"]["ExchangeId"][];
    };
    /** @description What was deleted. */
    Deleted: {
      /**
       * Format: int64
       * @description How many exchanges.
       */
      deleted: number;
      /** @description Takes the deletion back for a minute; see `POST /exchanges/restore`. */
      undo: string;
    };
    /** @description The bytes were written. */
    Delivered: {
      delivered: boolean;
    };
    /** @description Which variables are delivered; all where there is no body. */
    DeliveredNames: {
      /**
       * @description These; all where absent or `null`.
       * @default null
       */
      names?: string[] | null;
    };
    /** @description A stored document that could not be read, until it is set anew. */
    DocumentPart: {
      bot: components["schemas"]["BotId"] | null;
      /** @description The bot's address takes nobody until its access is set anew. */
      closed: boolean;
      /**
       * @description `settings`, `platform`, `platform_settings`, `answering`, `endpoint`, `tunnel` or
       *     `tunnel_usage`.
       */
      document: string;
      /** @description What holds instead, and the next step. */
      message: string;
      /** @description What of it could not be read, as JSON pointers; the empty one is the whole document. */
      unreadable: string[];
    };
    /** @description An error as the API tells it. */
    ErrorBody: {
      /** @description For the program. */
      code: components["schemas"]["ErrorCode"];
      /**
       * Format: int64
       * @description The place in the line, in characters, from 1.
       */
      column?: number;
      /** @description The files that are no rules, 20 at most. */
      files?: components["schemas"]["RuleFileError"][];
      /**
       * Format: int64
       * @description The place in a text, from 1.
       */
      line?: number;
      /** @description A sentence for a person. */
      message: string;
      /**
       * Format: int64
       * @description The place in a text, in bytes.
       */
      offset?: number;
      /** @description The part of the document it is about, as a JSON pointer. */
      pointer?: string;
      /** @description What can be written in the place of that part, where that is known. */
      suggestion?: string;
    };
    /**
     * @description Every code an error of this API can have.
     * @enum {string}
     */
    ErrorCode:
      | "unauthorized"
      | "forbidden_host"
      | "forbidden_origin"
      | "not_found"
      | "method_not_allowed"
      | "bad_json"
      | "body_timeout"
      | "invalid"
      | "filter_invalid"
      | "not_held"
      | "not_settled"
      | "caller_left"
      | "not_json"
      | "body_too_long"
      | "range_not_satisfiable"
      | "json_syntax"
      | "template_syntax"
      | "own_address"
      | "no_late_answer"
      | "already_delivered"
      | "not_an_object"
      | "queue_full"
      | "rule_files"
      | "rule_folder"
      | "turn_under_way"
      | "user_exists"
      | "simulator_full"
      | "runs_full"
      | "port_in_use"
      | "last_bot"
      | "no_address"
      | "too_large"
      | "busy"
      | "not_saved"
      | "internal";
    /**
     * @description What an event is about.
     * @enum {string}
     */
    EventKind:
      | "exchange_received"
      | "exchange_changed"
      | "exchange_removed"
      | "answering_changed"
      | "bots_changed"
      | "rules_changed"
      | "tunnel_changed"
      | "settings_changed"
      | "patience_changed"
      | "watch_changed"
      | "status_changed"
      | "resync";
    /** @description An exchange with everything but its bodies. */
    Exchange: {
      answered_by: components["schemas"]["AnsweredBy"] | null;
      /** @description When the request's head had arrived. */
      at: components["schemas"]["UtcMillis"];
      attempt: components["schemas"]["AttemptPart"] | null;
      /** @description The bot it belongs to. */
      bot: components["schemas"]["BotId"];
      carried: components["schemas"]["ExchangeId"] | null;
      caused_by: components["schemas"]["ExchangeId"] | null;
      corrected: components["schemas"]["CorrectedPart"] | null;
      deadline: components["schemas"]["UtcMillis"] | null;
      delivered_with: components["schemas"]["ExchangeId"] | null;
      /**
       * Format: double
       * @description From the head's arrival to the answer, in milliseconds.
       */
      duration_ms: number | null;
      /** @description The event, where the platform has one. */
      event: string | null;
      /** @description Why it failed or was abandoned, as a sentence. */
      failure: string | null;
      failure_code: components["schemas"]["FailureCode"] | null;
      fault: components["schemas"]["FaultKind"] | null;
      findings: components["schemas"]["Finding"][];
      hold: components["schemas"]["HoldPart"] | null;
      id: components["schemas"]["ExchangeId"];
      late: components["schemas"]["LatePart"] | null;
      /**
       * Format: double
       * @description The same where something else had gone out before.
       */
      late_after_ms: number | null;
      /** @description Something else has gone out, and the call to the server is still open. */
      late_waiting: boolean;
      message: components["schemas"]["MessagePart"] | null;
      method: string;
      /** @description The developer's note. */
      note: string;
      outcome: components["schemas"]["Outcome"] | null;
      /** @description The path as received, percent-encoded, without the bot's secret. */
      path: string;
      /** @description Kept whatever the retention says. */
      pinned: boolean;
      /** @description Whose rules it follows. */
      platform: components["schemas"]["Platform"];
      platform_reason: components["schemas"]["PlatformReason"];
      /** @description What became of the user's variables in its answer, once their next request is there. */
      proof: components["schemas"]["Proof"][];
      /** @description The text of the user's message, where the platform sends it. */
      query_text: string | null;
      replay_of: components["schemas"]["ExchangeId"] | null;
      request: components["schemas"]["RequestPart"];
      /**
       * Format: int64
       * @description The length of the request's body, in bytes.
       */
      request_bytes: number;
      response: components["schemas"]["ResponsePart"] | null;
      /**
       * Format: int64
       * @description The length of the answer's body, in bytes.
       */
      response_bytes: number;
      /** @description The id of the rule that took the turn. */
      rule: string | null;
      /**
       * Format: int64
       * @description The number of the turn among those that came to that rule.
       */
      rule_call: number | null;
      /** @description That rule's name as it is now; `null` where it is gone or has none. */
      rule_name: string | null;
      /**
       * @description The program that sent it, where its platform tells those that call it apart: `bitrix24`
       *     or `amocrm`.
       */
      sender: string | null;
      /**
       * Format: int64
       * @description Its place in the order of arrival; never changes.
       */
      seq: number;
      server_asked_at: components["schemas"]["UtcMillis"] | null;
      /**
       * @description A server of the developer's was asked for the answer, and has neither answered nor
       *     failed.
       */
      server_waiting: boolean;
      /** @description Where it came from. */
      source: components["schemas"]["Source"];
      /** @description How far it has come. */
      state: components["schemas"]["State"];
      /**
       * Format: int32
       * @description The answer's status.
       */
      status: number | null;
      timing: components["schemas"]["TimingPart"];
      upstream: components["schemas"]["UpstreamPart"] | null;
      /**
       * Format: double
       * @description When the developer's own server had answered, in milliseconds since the head's
       *     arrival.
       */
      upstream_after_ms: number | null;
      /** @description The user, where the platform names one. */
      user: string | null;
      variables: components["schemas"]["Variable"][];
    };
    /**
     * Format: uuid
     * @description An exchange's identity: a UUID of version 7, so that ids sort by time.
     */
    ExchangeId: string;
    /** @description A page of the history. */
    ExchangeList: {
      /** @description Newest first. */
      exchanges: components["schemas"]["Summary"][];
      /** @description What a reader should know about how the filter was understood. */
      filter_notes: string[];
      /**
       * Format: int64
       * @description Where the next page begins, `null` at the end.
       */
      next_before: number | null;
      /**
       * Format: int64
       * @description The filter was asked of what is not older than this only, because the text index has not
       *     come to the rest yet; the next page goes on with it. `null` where all was looked at.
       */
      searched_back_to: number | null;
      /**
       * Format: int64
       * @description The feed's position this was read at.
       */
      seq: number;
    };
    /** @description What to change about an exchange; what is absent stays. */
    ExchangePatch: {
      note?: string;
      pinned?: boolean;
      /** @description The platform that it is read as; `auto`: as its bot says. */
      platform?: components["schemas"]["PlatformChoice"];
    };
    /** @description What an export did. */
    ExportedRules: {
      /**
       * Format: int64
       * @description Files removed, whose rules are gone.
       */
      removed: number;
      /**
       * Format: int64
       * @description Files that were as they have to be.
       */
      unchanged: number;
      /**
       * Format: int64
       * @description Files written.
       */
      written: number;
    };
    /** @description More time. */
    Extension: {
      /** Format: int32 */
      seconds: number;
    };
    /**
     * @description The causes an exchange can fail from.
     * @enum {string}
     */
    FailureCode:
      | "caller_left"
      | "write_failed"
      | "process_ended"
      | "no_address"
      | "refused"
      | "timed_out"
      | "tls"
      | "bad_answer"
      | "answer_cut"
      | "bad_target"
      | "body_unreadable"
      | "no_room"
      | "broken_request"
      | "other";
    /**
     * @description What goes out when nobody has answered by the deadline.
     * @enum {string}
     */
    Fallback: "default" | "rules" | "last" | "upstream";
    /** @enum {string} */
    FaultKind: "close" | "reset" | "never" | "garbage" | "truncate" | "slow";
    /** @description One reading of the feed. */
    FeedBatch: {
      events: components["schemas"]["FeedEvent"][];
      /**
       * Format: int64
       * @description Where the next reading goes on.
       */
      next: number;
    };
    /** @description One thing that happened. */
    FeedEvent: {
      /** @description The bot it is about. */
      bot?: components["schemas"]["BotId"];
      /** @description The exchange as it was then; what it waits for is as it is now. */
      exchange?: components["schemas"]["Summary"];
      /** @description The exchange it is about. */
      id?: components["schemas"]["ExchangeId"];
      kind: components["schemas"]["EventKind"];
      /** Format: int64 */
      seq: number;
    };
    /** @description A header field that differs. */
    FieldChange: {
      kind: components["schemas"]["BodyChangeKind"];
      left: string | null;
      name: string;
      right: string | null;
    };
    /** @description A text with its variables put in. */
    FilledText: {
      /** @description Of a variable that was not found nothing is here. */
      text: string;
      /** @description Each occurrence, in order. */
      used: components["schemas"]["UsedVariable"][];
    };
    /** @description Something worth knowing about a message. */
    Finding: {
      code: components["schemas"]["Code"];
      /**
       * Format: int64
       * @description The column in characters, from 1.
       */
      column?: number;
      /**
       * Format: int64
       * @description The line, from 1, where it is about a position in a text.
       */
      line?: number;
      message: string;
      /**
       * Format: int64
       * @description The offset in bytes, from 0.
       */
      offset?: number;
      /** @description A JSON pointer into the body; empty for the whole. */
      pointer: string;
      severity: components["schemas"]["Severity"];
      /** @description Which message it is about. */
      where: components["schemas"]["Side"];
    };
    /** @description How many findings an exchange has, by severity. */
    FindingCounts: {
      /**
       * Format: int32
       * @description Something does not work.
       */
      error: number;
      /**
       * Format: int32
       * @description Worth knowing.
       */
      info: number;
      /**
       * Format: int32
       * @description Something is likely not meant.
       */
      warning: number;
    };
    /** @description An exchange that had an answer. */
    FirstAnswer: {
      at: components["schemas"]["UtcMillis"];
      exchange_id: components["schemas"]["ExchangeId"];
      /** Format: int64 */
      seq: number;
    };
    /** @description The folder that a bot's rules are kept in. */
    FolderOfRules: {
      folder: components["schemas"]["RuleFolder"] | null;
    };
    /** @description A folder. */
    FolderPath: {
      /** @description Its whole path, on the machine of the instance. */
      path: string;
    };
    /**
     * @description A reader that a platform takes forms with.
     * @enum {string}
     */
    FormReader: "php" | "qs";
    /**
     * @description A form or a query, one of the three.
     * @example {
     *       "body": "user[name]=1&user.name=2"
     *     }
     */
    FormText: {
      /** @description A form or a query, without a `?`. */
      body?: string;
      /** @description The same as bytes. */
      body_base64?: string;
      /** @description A recorded one: the request's body where that is a form, else its query. */
      exchange_id?: components["schemas"]["ExchangeId"];
    };
    /**
     * @description How the list is ordered.
     * @enum {string}
     */
    Grouping: "user" | "flat";
    /** @description The app is there. */
    Health: {
      ok: boolean;
      /**
       * @description The challenge signed with the token, HMAC-SHA-256 in hexadecimal digits: who is about to
       *     send the token learns whether it is known here. Absent without a challenge, and where there
       *     is no token.
       */
      proof?: string;
    };
    /** @description Whether history is being saved. */
    HistoryPart: {
      /**
       * Format: int64
       * @description Changes that found no room there.
       */
      lost: number;
      /** @description Why not. */
      reason: string | null;
      saving: boolean;
      since: components["schemas"]["UtcMillis"] | null;
      /**
       * Format: int64
       * @description Changes that wait in memory.
       */
      waiting: number;
    };
    /** @description How long a person has, and what happens then. */
    Hold: {
      /** @description What goes out at the deadline. */
      fallback: components["schemas"]["Fallback"];
      /** @description The seconds count from the first of the turns that belong to one message of the user's. */
      per_message: boolean;
      /**
       * Format: int32
       * @default 50
       */
      seconds: number;
    };
    /** @description What goes out at the end of a hold. */
    HoldPart: {
      /** @description Neither: the platform's own failure goes out. */
      by_platform: boolean;
      /** @description The rule that took the turn says so, not the bot. */
      by_rule: boolean;
      /** @description An answer of the server's that has arrived goes before it. */
      fallback: components["schemas"]["Fallback"];
    };
    /** @description What an import did. */
    ImportedRules: {
      /**
       * Format: int64
       * @description Rules that were not there.
       */
      added: number;
      /**
       * Format: int64
       * @description Rules that were others.
       */
      changed: number;
      /**
       * Format: int64
       * @description Rules that are gone.
       */
      removed: number;
      /**
       * Format: int64
       * @description Rules that are as they were.
       */
      unchanged: number;
    };
    /**
     * @description A rule that is inferred.
     * @enum {string}
     */
    InferredRule: "merge_shallow" | "null_overwrites" | "missing_keeps" | "only_200" | "js_numbers" | "session_limit";
    JsonText: unknown;
    /**
     * @description Where secrets are kept.
     * @enum {string}
     */
    KeyStore: "system" | "session";
    /**
     * @description The language of the interface and of messages.
     * @enum {string}
     */
    LanguageChoice: "system" | "ru" | "en";
    /** @description An answer of the developer's own server that came after something else had gone out. */
    LatePart: {
      /**
       * Format: double
       * @description When it had come, in milliseconds since the request's head arrived.
       */
      after_ms: number | null;
      body: components["schemas"]["BodyInfo"];
      delivered_with: components["schemas"]["ExchangeId"] | null;
      /** @description Name and value, in order. */
      headers: [string, string][];
      /** @description They are to go out with this user's next answer. */
      queued: boolean;
      /** Format: int32 */
      status: number;
    };
    /** @description How long callers of one platform wait. */
    LearnedPatience: {
      /** @description When the newest of them ended. */
      last: components["schemas"]["UtcMillis"];
      platform: components["schemas"]["Platform"];
      /** @description A probe is among them. */
      probed: boolean;
      /**
       * Format: int32
       * @description The hold that answers in time, in seconds.
       */
      propose: number | null;
      /**
       * Format: double
       * @description The shortest of the waits that are alike.
       */
      seconds: number;
      /** @description How many are alike. */
      times: number;
      /** @description All that are remembered, the newest first. */
      waits: components["schemas"]["CallerWait"][];
    };
    /** @description A rule with how it fares. */
    ListedRule: components["schemas"]["Rule"] & {
      /**
       * Format: int64
       * @description How often it took a turn.
       */
      hits: number;
      last_hit?: components["schemas"]["ExchangeId"] | null;
      last_hit_at?: components["schemas"]["UtcMillis"] | null;
      /** @description Why its own conditions never hold together. */
      never?: string | null;
      /** @description The rule in words. */
      sentence: string;
      /** @description The id of a rule above that takes every turn which this one would take. */
      shadowed_by?: string | null;
      /** @description For how many users it remembers something; where it counts all together 1 at most. */
      users: number;
    };
    /** @description A scenario made of a conversation. */
    MadeScenario: {
      /** @description Values that differ from run to run, and are looked at by their shape. */
      volatile: components["schemas"]["VolatileValue"][];
      /** @description Its text. */
      yaml: string;
    };
    /** @description How many exchanges a filter finds. */
    MatchCount: {
      /**
       * Format: int64
       * @description So many were counted, 10,000 at most.
       */
      count: number;
      /** @description There may be more: counting ended at its limit, or the text index has not come to all. */
      more: boolean;
    };
    /** @description The variables of a conversation over its turns. */
    Matrix: {
      /** @description Row by row; `null` where neither the request nor the answer has the variable. */
      cells: (components["schemas"]["MatrixCell"] | null)[][];
      /** @description The turns, oldest first: a column each. */
      turns: components["schemas"]["ExchangeId"][];
      /** @description The user's variables in order of first appearance: a row each. */
      variables: string[];
    };
    /** @description A variable in a turn; values are JSON text as it was sent. */
    MatrixCell: {
      after: string | null;
      change: components["schemas"]["Change"];
      in: string | null;
    };
    /** @description What differs between two messages. */
    MessageComparison: {
      /**
       * @description Applied in order they make the right body from the left one (RFC 6902: added is add, removed
       *     is remove, the others replace); of a text they are its lines.
       */
      changes: components["schemas"]["BodyChange"][];
      /** @description Nothing differs in their bodies, and in the status of two answers. */
      equal: boolean;
      /** @description Fields that differ, without those that frame a message, and without `Date`. */
      headers: components["schemas"]["FieldChange"][];
      kind: components["schemas"]["ContentKind"];
      /** @description Only the beginning of one of the bodies was recorded. */
      partial: boolean;
      /** @description Of two answers what each has; `null` where one of them is a request. */
      status: number[] | null;
    };
    /** @description A message of an exchange. */
    MessageOfExchange: {
      id: components["schemas"]["ExchangeId"];
      side?: components["schemas"]["Side"];
    };
    /** @description One of the turns that a bot makes of one message of a user's. */
    MessagePart: {
      /** @description The first of them. */
      first: components["schemas"]["ExchangeId"];
      /**
       * Format: int32
       * @description From 1.
       */
      number: number;
      /**
       * Format: double
       * @description From the first one's arrival to this one's, in milliseconds.
       */
      used_ms: number;
    };
    /**
     * @description Who answers.
     * @enum {string}
     */
    Mode: "rules" | "hold" | "upstream" | "upstream_hold";
    /** @description Names of variables. */
    Names: {
      names: string[];
    };
    /**
     * @description An answer to send.
     * @example {
     *       "body": "{\"a\": 1}",
     *       "headers": [
     *         [
     *           "Content-Type",
     *           "application/json"
     *         ]
     *       ],
     *       "status": 200
     *     }
     */
    NewAnswer: {
      /** @description The body as text. */
      body?: string;
      /** @description The body's bytes, in place of `body`. */
      body_base64?: string;
      /** @description Name and value, in order. Without them: `application/json; charset=utf-8`. */
      headers?: [string, string][];
      /**
       * Format: int32
       * @description The status code.
       * @default 200
       */
      status?: number;
    };
    /** @description How a bot is to be answered; what is absent gets its default. */
    NewAnswering: {
      default_answer?: components["schemas"]["NewAnswer"] | null;
      /**
       * @description `false`: a `default_answer` that is the platform's own is not given. So what was read can be
       *     given back as it is.
       * @default true
       */
      default_answer_given?: boolean;
      hold?: components["schemas"]["NewHold"];
      mode?: components["schemas"]["Mode"];
      /**
       * @description The address of the developer's own server that is in use.
       * @example http://localhost:3000
       */
      upstream?: string | null;
      /** @description The servers that are remembered; absent, they stay as they are. */
      upstreams?: components["schemas"]["NewUpstream"][];
    };
    /** @description A bot to add. */
    NewBot: {
      name: string;
      platform?: components["schemas"]["PlatformChoice"];
      /** @description Settings of platforms: an object for each, by its `id`. */
      platform_settings?: {
        [key: string]: unknown;
      };
    };
    /** @description A user to make of another one. */
    NewBranch: {
      /** @description Its name, which no other user has. */
      as: string;
    };
    /** @description Which conversation becomes which file. */
    NewExport: {
      /** @description The conversation. */
      conversation: components["schemas"]["ConversationId"];
      /**
       * @description The format's name.
       * @example sber-code-xml
       */
      format: string;
      /**
       * @description The address that the platform calls. It is left out unless it is given: a bot's own has its
       *     secret.
       * @example https://bot.example/hook
       */
      url?: string;
    };
    /** @description How long a person has, and what happens then. */
    NewHold: {
      /** @description What goes out at the deadline. */
      fallback?: components["schemas"]["Fallback"];
      /**
       * @description The seconds count from the first of the turns that belong to one message of the user's;
       *     absent, it stays as it is.
       */
      per_message?: boolean;
      /**
       * Format: int32
       * @default 50
       */
      seconds?: number;
    };
    /** @description A login with its password. */
    NewLogin: {
      /** @description The password; the present one stays where it is absent. */
      password?: string;
      /** @description The user. */
      user: string;
    };
    /** @description A probe to begin. */
    NewProbe: {
      /**
       * Format: int32
       * @description How long it holds at most, in seconds.
       * @default 600
       */
      seconds?: number;
    };
    /** @description What is sent again: exactly one of `ids`, `conversation` and `from`. */
    NewReplays: {
      /** @description The turns of this conversation. */
      conversation?: components["schemas"]["ConversationId"];
      /** @description This exchange, and the turns behind it in its conversation. */
      from?: components["schemas"]["ExchangeId"];
      /** @description These exchanges, in this order. */
      ids?: components["schemas"]["ExchangeId"][];
      /**
       * @description `self`, `upstream` (the server in use of each one's bot), or an `http://` or `https://`
       *     address, behind whose path the recorded one goes.
       * @example self
       */
      target: string;
      /** @description The user that stands in them in place of the recorded one; `null`: as recorded. */
      user?: string | null;
    };
    /**
     * @description A server of the developer's.
     * @example {
     *       "name": "local",
     *       "url": "http://localhost:3000"
     *     }
     */
    NewUpstream: {
      /** @description A PEM file with the certificates that its own is proved by, in place of the system's. */
      ca_file?: string | null;
      /**
       * Format: int32
       * @description How long a connection may take, in seconds.
       * @default 5
       */
      connect_seconds?: number;
      /** @description Any certificate is accepted. */
      insecure?: boolean;
      /** @description What the developer calls it. */
      name?: string;
      /** @description Its address; a request's path and query are appended to it. */
      url: string;
    };
    /** @description What a user keeps. */
    NewUserVariables: {
      /** @description The user's own variables, all of them; numbers keep their digits. */
      variables: Record<string, never>;
    };
    /** @description What is watched. */
    NewWatch: {
      /** @description The conversations, 50 at most. */
      conversations: components["schemas"]["ConversationId"][];
      /** @description The folder, with its whole path. */
      folder: string;
      /**
       * @description The server's address on this machine: `127.0.0.0/8`, `[::1]` or `localhost`.
       * @example http://127.0.0.1:3000/hook
       */
      target: string;
    };
    /** @description Which turn is answered otherwise. */
    NewWhatIf: {
      /** @description Its other answer. */
      answer: components["schemas"]["NewAnswer"];
      /** @description A turn of a conversation. */
      exchange: components["schemas"]["ExchangeId"];
      /**
       * @description Who answers the turns behind it: `upstream` (the server in use of the bot), or an `http://`
       *     or `https://` address, behind whose path the recorded one goes.
       * @example http://127.0.0.1:3000/hook
       */
      target: string;
    };
    /** @description What the next call gets. */
    NextAnswer: {
      /**
       * @description One of the platform's names, for Webim `ok`, `error`, `unauthorized`, `html`, `broken`.
       * @example error
       */
      answer: string;
    };
    /** @description Through ngrok's service. */
    NgrokPlan: {
      ca_file: string | null;
      domain: string | null;
      server_addr: string | null;
      system_certificates: boolean;
    };
    /** @description Through ngrok's service. */
    NgrokStart: {
      /** @description The token of the account; the saved one where absent. */
      authtoken?: components["schemas"]["Secret"];
      /** @description A file with the certificates, in PEM, that the server's must be signed by. */
      ca_file?: string | null;
      /** @description A fixed domain of the account. */
      domain?: string | null;
      proxy?: components["schemas"]["Secret"] | null;
      /** @description Another server than ngrok's own, `host:port`. */
      server_addr?: string | null;
      /** @description Trust what the system trusts, for networks that look into TLS. */
      system_certificates?: boolean;
    };
    /** @description Something a person should know once. */
    Notice: {
      code: string;
      /**
       * @description Its name in `DELETE /notices/{id}`. It stays over starts of the app until then; one whose id
       *     is `null` goes when its cause does.
       */
      id: string | null;
      message: string;
    };
    /** @description An address that a bot had before. */
    OldAddress: {
      /**
       * Format: int64
       * @description Requests that came to it since, in this run of the app.
       */
      requests: number;
      /** @description The secret it was made of. */
      secret: string;
      /** @description When it was replaced. */
      until: components["schemas"]["UtcMillis"];
    };
    /** @description Whether a bot takes an answer. */
    Outcome: {
      /** @description Whether the bot takes the answer. */
      merged: boolean;
      reason: components["schemas"]["Reason"] | null;
      /** @description As what the platform saves it, where it says so. */
      saved?: components["schemas"]["Saved"];
    };
    /** @description An example of a part of a platform's calls, given or recorded. */
    PathSample: {
      /** @description The recorded request that it is taken from. */
      exchange_id?: components["schemas"]["ExchangeId"];
      part: components["schemas"]["SamplePart"];
      platform: components["schemas"]["Platform"];
      /** @description The example; a query may be a whole URL. */
      sample?: string;
    };
    /** @description What is known of a bot's callers. */
    Patience: {
      bot: components["schemas"]["BotId"];
      /** @description By platform. */
      learned: components["schemas"]["LearnedPatience"][];
      probe: components["schemas"]["PatienceProbe"] | null;
    };
    /** @description A probe. */
    PatienceProbe: {
      exchange: components["schemas"]["ExchangeId"] | null;
      /**
       * Format: double
       * @description After how many seconds its caller left.
       */
      left_after: number | null;
      /**
       * Format: int32
       * @description How long it holds at most.
       */
      seconds: number;
      since: components["schemas"]["UtcMillis"];
      state: components["schemas"]["ProbeStateName"];
    };
    /** @enum {string} */
    Platform: "graph" | "graph_http" | "leadconverter" | "chatapp" | "webim" | "nocobase" | "plain";
    /** @enum {string} */
    PlatformChoice: "auto" | "graph" | "graph_http" | "leadconverter" | "chatapp" | "webim" | "nocobase" | "plain";
    /** @description A fact about a platform. */
    PlatformFact: {
      /** @description It is inferred; no page of the platform's states it. */
      assumed: boolean;
      code: string;
      /** @description In the reader's language. */
      text: string;
    };
    /** @description A platform. */
    PlatformInfo: {
      /** @description Which sides of its webhook the program plays. */
      acts_as: components["schemas"]["PlatformSide"][];
      /** @description What it does with a call or an answer. */
      contract: components["schemas"]["PlatformFact"][];
      id: components["schemas"]["Platform"];
      /** @description In the reader's language. */
      name: string;
      /** @description What of it sends requests of its own kind, each with an id that an exchange may have too. */
      parts: components["schemas"]["PlatformInfo"][];
      /** @description Why it may not take an answer. */
      reasons: components["schemas"]["PlatformOutcomeReason"][];
      /** @description Whose its variables can be. */
      roles: components["schemas"]["PlatformRole"][];
      /** @description The JSON schema of its settings; an empty object where there is nothing to set. */
      settings_schema: Record<string, never>;
      /** @description The pages that what is stated there is from. */
      sources: string[];
    };
    /** @description Why an answer may not be taken. */
    PlatformOutcomeReason: {
      /** @description As `reason` of an outcome spells it. */
      id: string;
      /** @description In the reader's language. */
      name: string;
    };
    /** @description Why an exchange is read as one platform's. */
    PlatformReason: {
      /** @description The reason for programs. */
      code: string;
      how: components["schemas"]["ReasonKind"];
      /** @description The reason in the reader's language. */
      message: string;
    };
    /** @description A role of variables. */
    PlatformRole: {
      /** @description As `role` of a variable spells it. */
      id: string;
      /** @description In the reader's language. */
      name: string;
      /** @description Whether such variables are the developer's own; all others are the platform's. */
      own: boolean;
    };
    /**
     * @description A side of a platform's webhook.
     * @enum {string}
     */
    PlatformSide: "server" | "platform";
    /** @description Every platform. */
    Platforms: {
      platforms: components["schemas"]["PlatformInfo"][];
    };
    /** @description A recorded turn to play on from. */
    PlayFrom: {
      exchange: components["schemas"]["ExchangeId"];
    };
    /** @description What an answer would do. */
    Preview: {
      /**
       * Format: int64
       * @description The length of the body, in bytes.
       */
      bytes: number;
      findings: components["schemas"]["Finding"][];
      outcome: components["schemas"]["Outcome"];
      variables: components["schemas"]["Variable"][];
    };
    /**
     * @description What has come of a probe.
     * @enum {string}
     */
    ProbeStateName: "armed" | "holding" | "left" | "outlasted" | "answered";
    /** @description What became of one variable of an answer. Values are JSON text as it was sent. */
    Proof: {
      /** @description What came with the user's next request; `null` where nothing did, or that is not known. */
      came_back: string | null;
      /** @description Both turns are of one message: what changed between them the platform changed. */
      chain: boolean;
      name: string;
      /** @description What was answered. */
      sent: string;
      /** @description The turn of that request. */
      turn: components["schemas"]["ExchangeId"];
      verdict: components["schemas"]["Verdict"];
    };
    /** @description Whether variables are to go out with the user's next answer. */
    Queued: {
      queued: boolean;
    };
    /** @description The same bytes as three readers see them. */
    ReadForm: {
      /** @description The one that its platform takes a recorded one with; absent where that is none of them. */
      in_force?: components["schemas"]["FormReader"];
      /** @description PHP's `$_POST` and `$_GET`. */
      php: unknown;
      /** @description qs, as NocoBase's server reads a query. */
      qs: unknown;
      /** @description Names and values in order, by the WHATWG's rules. */
      whatwg: [string, string][];
    };
    /** @enum {string} */
    Reason: "status" | "not_json" | "not_object" | "caller_left";
    /**
     * @description How a platform came to an exchange.
     * @enum {string}
     */
    ReasonKind: "chosen" | "sure" | "likely";
    /** @description A step of a value. */
    ReasonStep: {
      /** @description Who gave the answer: `hand`, `upstream`, `rule:NAME`. */
      by: string | null;
      turn: components["schemas"]["ExchangeId"];
      /** @description The value since, or the one that was not taken. */
      value: string | null;
      what: components["schemas"]["StepKind"];
    };
    /** @description Whose exchanges. */
    ReleaseFilter: {
      /** @default null */
      bot?: components["schemas"]["BotId"] | null;
    };
    /** @description How many exchanges were released. */
    Released: {
      released: number;
    };
    /** @description Where a request goes again, and what is different about it. */
    Replay: {
      /** @description The answer that this replay gets, as by hand, whoever answers its bot. For `self` alone. */
      answer?: components["schemas"]["NewAnswer"];
      edit?: components["schemas"]["ReplayEdit"];
      /**
       * @description `self`, `upstream` (the bot's server in use), or an `http://` or `https://` address. A bare
       *     origin takes the recorded path and query; an address with a path of its own stands as it is.
       * @example self
       */
      target: string;
    };
    /**
     * @description What is sent differently; what is absent stays as recorded.
     * @example {
     *       "body": "{\"action\": \"pay\"}",
     *       "path": "/?again=1"
     *     }
     */
    ReplayEdit: {
      /**
       * @description The body as text, sent in the charset that `Content-Type` or the text itself names, which
       *     names UTF-8 where its charset has not all of the letters, and in the codings that
       *     `Content-Encoding` names.
       * @default null
       */
      body?: string;
      /**
       * @description The body's bytes, in place of `body`.
       * @default null
       */
      body_base64?: string;
      /**
       * @description Replaces all headers. `Host` and `Content-Length` are made anew unless named here.
       * @default null
       */
      headers?: [string, string][];
      /** @default null */
      method?: string;
      /**
       * @description May carry a query.
       * @default null
       */
      path?: string;
    };
    /** @description A turn that was sent again, beside the recorded one. */
    ReplayRow: {
      /** @description How much differs between their bodies. */
      changes: number;
      /** @description Both answers are equal, their statuses too. */
      equal: boolean;
      /** @description Why there is no answer, or none that can be compared. */
      failure: string | null;
      original: components["schemas"]["ExchangeId"];
      replay: components["schemas"]["ExchangeId"] | null;
      /**
       * Format: int32
       * @description The status of its answer.
       */
      status: number | null;
    };
    /** @description Requests that are sent again. */
    Replays: {
      state: components["schemas"]["RunState"];
      /** @description How many turns it has in all. */
      total: number;
      /**
       * @description Those that are over, in their order. Where the target could not be reached the run is
       *     stopped, and the last one says so; it is sent again by `resume`.
       */
      turns: components["schemas"]["ReplayRow"][];
    };
    /** @description The request of an exchange. */
    RequestPart: {
      body: components["schemas"]["BodyInfo"];
      /** @description Name and value, in order; repeats are separate pairs. */
      headers: [string, string][];
      /** @description `1.0`, `1.1` or `2`. */
      http_version: string;
      query: string | null;
      /** @description The caller's address. */
      remote: string;
      /** @description The same for trailers. */
      trailers: [string, string][];
    };
    /** @description The answer of an exchange. */
    ResponsePart: {
      body: components["schemas"]["BodyInfo"];
      /** @description Name and value, in order. */
      headers: [string, string][];
    };
    /** @description What came back. */
    Restored: {
      /**
       * Format: int64
       * @description How many exchanges; none where the deletion is final.
       */
      restored: number;
    };
    /** @enum {string} */
    Role: "event" | "system" | "engine" | "user" | "parameter" | "result" | "link" | "body" | "header" | "query";
    /**
     * @description A rule: when it answers, and how.
     * @example {
     *       "enabled": true,
     *       "name": "City known",
     *       "scope": "user",
     *       "then": {
     *         "reply": {
     *           "body": "{\"n\": {{ vars.n + 1 }}}",
     *           "delay_ms": 0,
     *           "status": 200,
     *           "template": true
     *         }
     *       },
     *       "version": 1,
     *       "when": {
     *         "all": [
     *           {
     *             "field": "event",
     *             "op": "equals",
     *             "value": "event1"
     *           },
     *           {
     *             "field": "var:address.city",
     *             "op": "present"
     *           }
     *         ]
     *       }
     *     }
     */
    Rule: {
      /** @description Whether it takes part. */
      enabled: boolean;
      /** @description The group that lists show it in. */
      group?: string;
      /** @description The rule's identity; a draft has none. */
      id?: string;
      /** @description What a person calls it. */
      name: string;
      /** @description Whose calls it counts. */
      scope: components["schemas"]["RuleScope"];
      /** @description What happens then. */
      then: components["schemas"]["RuleThen"];
      /**
       * Format: int32
       * @description The version of this shape: 1.
       */
      version: number;
      /** @description What must hold. */
      when: components["schemas"]["RuleCondition"];
    };
    /** @description What the caller gets. */
    RuleAction:
      | {
          /** @description This answer. */
          reply: components["schemas"]["RuleReply"];
        }
      | {
          /** @description One answer after the other. */
          sequence: components["schemas"]["RuleSequence"];
        }
      | {
          /** @description What a person gives. */
          hold: components["schemas"]["RuleHold"];
        }
      | {
          /** @description What a server answers. */
          forward: components["schemas"]["RuleForward"];
        }
      | {
          /** @description A broken connection. */
          fault: components["schemas"]["RuleFault"];
        };
    /** @description A call that is made once the answer has gone. */
    RuleCall: {
      /** @description The body, or its template. */
      body: string;
      /** @description How long after the answer. */
      delay_ms: components["schemas"]["RuleDelay"];
      /** @description The header fields. */
      headers: [string, string][];
      /** @description The method. */
      method: string;
      /** @description The body is a template. */
      template: boolean;
      /** @description The address. */
      url: string;
    };
    /** @description What must hold for a rule to answer. */
    RuleCondition:
      | {
          /** @description The conditions. */
          all: components["schemas"]["RuleCondition"][];
        }
      | {
          /** @description The conditions. */
          any: components["schemas"]["RuleCondition"][];
        }
      | {
          /** @description The condition. */
          not: components["schemas"]["RuleCondition"];
        }
      | {
          /**
           * Format: double
           * @description From 0 to 1.
           */
          chance: number;
        }
      | components["schemas"]["RuleTest"];
    /** @description Milliseconds: one number, or a range that each turn draws from. */
    RuleDelay: number | number[];
    /** @description A draft to try. */
    RuleDraft: {
      /**
       * @description The number of turns that are tried, the newest ones.
       * @default 500
       */
      last?: number;
      /** @description With an id it stands in that rule's place, else on top. */
      rule: components["schemas"]["Rule"];
    };
    /** @description A draft to try on one turn. */
    RuleDraftOnTurn: {
      /** @description The turn. */
      exchange_id: components["schemas"]["ExchangeId"];
      /**
       * Format: int32
       * @description The reply that is shown, of a sequence, from 1; absent, the one that this turn would get.
       */
      reply?: number;
      /** @description With an id it stands in that rule's place, else on top. */
      rule: components["schemas"]["Rule"];
    };
    /** @description How often a rule of the platforms' that is inferred was seen, by answers. */
    RuleEvidence: {
      /**
       * Format: int64
       * @description Answers that show it to be broken.
       */
      broken: number;
      /** @description Up to five of them, broken ones first. */
      examples: components["schemas"]["ExchangeId"][];
      /**
       * Format: int64
       * @description Answers that show it to hold.
       */
      held: number;
      rule: components["schemas"]["InferredRule"];
    };
    /** @description The rules that are inferred, with what was seen of each. */
    RuleEvidences: {
      rules: components["schemas"]["RuleEvidence"][];
    };
    /** @description Whether a rule by itself takes a turn, and what kept it from it. */
    RuleExplanation: {
      /** @description Every condition in the rule's order, where that was asked for. */
      conditions?: components["schemas"]["RuleJudgedCondition"][];
      /**
       * @description What was counted decides here, and the counters are those of today: the turn's own were not
       *     recorded with it.
       */
      counters_of_today: boolean;
      /** @description It is switched off. */
      disabled: boolean;
      failed: components["schemas"]["RuleFailedCondition"] | null;
      /** @description Its sequence has ended, and passes. */
      finished: boolean;
      /** @description The rule. */
      id: string;
      /** @description Whether its conditions hold, it is enabled and was asked; the first such rule answers. */
      matched: boolean;
      /**
       * @description It had no say in this turn: where a person or a server answers, only rules that ask one go
       *     before, and those that answer by themselves at most as the fallback.
       */
      not_asked: boolean;
    };
    /** @description Why each rule took a turn, or did not. */
    RuleExplanations: {
      rules: components["schemas"]["RuleExplanation"][];
    };
    /** @description A condition that does not hold. */
    RuleFailedCondition: {
      /** @description What there was. */
      actual: components["schemas"]["JsonText"];
      /** @description Where it was, for a path with `[*]`: `cart[1].sku`. */
      element: string | null;
      /** @description What it judges; `chance` where it is one. */
      field: string;
      /** @description The condition stands under a negation, and holds. */
      negated: boolean;
      /** @description How; a chance strikes below its value. */
      op: string;
      /** @description The place of the condition in the rule, a JSON pointer. */
      pointer: string;
      /** @description It was not found out whether it holds: judging it takes longer than a turn may wait. */
      unjudged: boolean;
      /** @description What it compares with. */
      value: components["schemas"]["JsonText"];
    };
    /**
     * @description What goes out where nobody answers in time.
     * @enum {string}
     */
    RuleFallback: "default" | "rules" | "last" | "upstream";
    /** @description A wilful break. */
    RuleFault: {
      /** @description Which. */
      kind: components["schemas"]["FaultKind"];
    };
    RuleField: string;
    /** @description Why a file is no rule. */
    RuleFileError: {
      /**
       * Format: int64
       * @description The place in the line, in characters, from 1.
       */
      column: number | null;
      /** @description Its name; empty where it is about the folder. */
      file: string;
      /**
       * Format: int64
       * @description The place in the file, from 1.
       */
      line: number | null;
      /** @description A sentence for a person. */
      message: string;
      /** @description The place in the rule, as a JSON pointer. */
      pointer: string | null;
    };
    /** @description A folder of rules. */
    RuleFolder: {
      /** @description The files that are no rules, 20 at most. */
      files: components["schemas"]["RuleFileError"][];
      /** @description What is the matter, as a sentence. */
      message: string | null;
      path: string;
      read_at: components["schemas"]["UtcMillis"] | null;
      /** @description How many rules were read last. */
      rules: number;
      state: components["schemas"]["RuleFolderState"];
    };
    /**
     * @description How a folder of rules stands.
     * @enum {string}
     */
    RuleFolderState: "watching" | "broken" | "missing" | "unwatched";
    /** @description A server is asked. */
    RuleForward: {
      /** @description A person sees its answer first. */
      hold: boolean;
      /** @description What is changed in its answer. */
      patch?: components["schemas"]["RulePatch"];
      /** @description Its address; without one the bot's server in use. */
      upstream?: string;
    };
    /** @description A person is asked. What is absent is taken from the bot's settings. */
    RuleHold: {
      /** @description What goes out then. */
      fallback?: components["schemas"]["RuleFallback"];
      /**
       * Format: int32
       * @description How long.
       */
      seconds?: number;
    };
    /** @description A condition of a rule, and what it came to. */
    RuleJudgedCondition: {
      /** @description What there was; of a long value the beginning, as a text. */
      actual: components["schemas"]["JsonText"];
      /**
       * Format: int64
       * @description The length of the JSON text of what there was, in bytes.
       */
      actual_bytes: number | null;
      /** @description Where it was, for a path with `[*]`: `cart[1].sku`. */
      element: string | null;
      /** @description What it judges; `chance` where it is one, and `all` or `any` of nothing. */
      field: string;
      /** @description It is as the rule wants it. `null`: not found out, or the turn was given no number to judge. */
      met: boolean | null;
      /** @description An odd number of negations stands around it: the rule wants that it does not hold. */
      negated: boolean;
      /** @description How; a chance strikes below its value. */
      op: string;
      /** @description The place of the condition in the rule, a JSON pointer. */
      pointer: string;
      /** @description Judging it takes longer than a turn may wait. */
      unjudged: boolean;
      /** @description What it compares with. */
      value: components["schemas"]["JsonText"];
    };
    /** @description The rules of a bot. */
    RuleList: {
      folder: components["schemas"]["RuleFolder"] | null;
      /** @description In their order: the first enabled one that matches answers. */
      rules: components["schemas"]["ListedRule"][];
      /** @description Rules that this version cannot read. They answer nothing, and stay until they are deleted. */
      unreadable: components["schemas"]["UnreadableView"][];
    };
    /** @description A cause for which turns are not taken. */
    RuleNotMatched: {
      /** @description How many turns. */
      count: number;
      /** @description What the condition judges; `chance` where it is one, and `all` or `any` of nothing. */
      field: string | null;
      /** @description The rule wants that the condition does not hold, and it does. */
      negated: boolean;
      /** @description How. */
      op: string | null;
      /** @description The place of the condition in the rule, a JSON pointer. */
      pointer: string | null;
      /** @description The id of the rule above that takes them. */
      rule: string | null;
      /** @description What it compares with. */
      value: components["schemas"]["JsonText"];
      /** @description What it is: the fields below are of a condition, or name the rule above. */
      why: components["schemas"]["RuleNotMatchedBecause"];
    };
    /**
     * @description Why a turn is not taken.
     * @enum {string}
     */
    RuleNotMatchedBecause: "condition" | "unjudged" | "rule_above" | "finished";
    /**
     * @description How a field is judged.
     * @enum {string}
     */
    RuleOperator:
      | "equals"
      | "not_equals"
      | "contains"
      | "matches"
      | "present"
      | "absent"
      | "less"
      | "greater"
      | "in"
      | "every"
      | "changed"
      | "schema";
    /** @description An order of all rules. */
    RuleOrder: {
      /** @description The id of each rule, once. */
      ids: string[];
    };
    /** @description A change of an answer's variables. */
    RulePatch: {
      /** @description Variables that are taken out. */
      remove: string[];
      /** @description Variables and the JSON text that each becomes, or its template. */
      set?: {
        [key: string]: string;
      };
      /** @description The values are templates. */
      template: boolean;
    };
    /** @description What a draft would have answered. */
    RulePreview: {
      /** @description Those that the draft would have taken. */
      matched: number;
      /** @description Why the draft would not have taken the others, the most frequent cause first. */
      not_matched: components["schemas"]["RuleNotMatched"][];
      /** @description Turns that were tried. */
      tried: number;
      /** @description Those that would have been answered otherwise. */
      would_change: components["schemas"]["ChangedAnswer"][];
    };
    /** @description A turn to explain. */
    RuleQuestion: {
      exchange_id: components["schemas"]["ExchangeId"];
      /** @description The id of the only rule that is explained: with every condition. */
      rule?: string | null;
    };
    /** @description An answer. */
    RuleReply: {
      /** @description The body, byte for byte, or its template. */
      body: string;
      /** @description How long the answer waits. */
      delay_ms: components["schemas"]["RuleDelay"];
      /** @description The header fields; without them the answer is JSON. */
      headers?: [string, string][];
      /**
       * Format: int32
       * @description The status code.
       */
      status: number;
      /** @description The body is a template. */
      template: boolean;
    };
    /**
     * @description Whose calls a rule counts, and whose place in its sequence it keeps.
     * @enum {string}
     */
    RuleScope: "user" | "conversation" | "rule";
    /** @description Answers that are given one after the other. */
    RuleSequence: {
      /** @description What follows the last one. */
      end: components["schemas"]["RuleSequenceEnd"];
      /** @description The answers, at least one. */
      replies: components["schemas"]["RuleReply"][];
    };
    /**
     * @description What follows the last reply of a sequence.
     * @enum {string}
     */
    RuleSequenceEnd: "last" | "loop" | "pass";
    /** @description What a rule remembers of one user, one conversation, or of all. */
    RuleStateView: {
      /**
       * Format: int64
       * @description The turns that came to the rule and fulfilled its other conditions.
       */
      calls: number;
      /** @description The user, the conversation's id, or the empty text. */
      key: string;
      /**
       * Format: int32
       * @description The number of the reply of its sequence that was given last; 0 before the first.
       */
      position: number;
    };
    /** @description What a rule remembers. */
    RuleStates: {
      states: components["schemas"]["RuleStateView"][];
    };
    /** @description A field, an operator and its value. */
    RuleTest: {
      /** @description What is judged. */
      field: components["schemas"]["RuleField"];
      /** @description How. */
      op: components["schemas"]["RuleOperator"];
      /** @description What it is compared with; some operators take nothing. */
      value?: components["schemas"]["JsonText"];
    };
    /** @description One action, and what follows it. */
    RuleThen: components["schemas"]["RuleAction"] & {
      /** @description Calls made once the answer has gone. */
      after?: components["schemas"]["RuleCall"][];
    };
    /** @description An answer that a draft would send, and what the bot would make of it. */
    RuleTriedAnswer: components["schemas"]["Answer"] & {
      /**
       * Format: int64
       * @description The length of the body, in bytes.
       */
      bytes: number;
      /**
       * Format: int64
       * @description How long it would wait, in milliseconds.
       */
      delay_ms: number;
      /** @description Of the answer alone. */
      findings: components["schemas"]["Finding"][];
      outcome: components["schemas"]["Outcome"];
      /**
       * Format: int32
       * @description Its number in a sequence, from 1.
       */
      position?: number | null;
      variables: components["schemas"]["Variable"][];
    };
    /** @description A call that would follow. */
    RuleTriedCall: {
      /** @description `null` where its template failed: then the call is not made. */
      body: string | null;
      /**
       * Format: int64
       * @description How long after the answer, in milliseconds.
       */
      delay_ms: number;
      headers: [string, string][];
      method: string;
      url: string;
    };
    /** @description A part of the draft that fails for this turn. */
    RuleTriedError: {
      /**
       * Format: int64
       * @description The column in characters, from 1.
       */
      column?: number;
      /**
       * Format: int64
       * @description The line in that text, from 1.
       */
      line?: number;
      message: string;
      /**
       * Format: int64
       * @description The offset in bytes, from 0.
       */
      offset?: number;
      /** @description The part, as a JSON pointer into the rule. */
      pointer: string;
    };
    /** @description A draft on one turn: each condition, and what it would send whether or not they are met. */
    RuleTriedTurn: {
      /** @description Calls once the answer has gone. */
      after: components["schemas"]["RuleTriedCall"][];
      answer: components["schemas"]["RuleTriedAnswer"] | null;
      /**
       * Format: int64
       * @description The number of this call.
       */
      call: number;
      /** @description Every condition, in the rule's order. */
      conditions: components["schemas"]["RuleJudgedCondition"][];
      /** @description The turn recorded no counters of this rule: those of now were taken. */
      counters_of_today: boolean;
      /** @description Templates that failed, by their places. */
      errors: components["schemas"]["RuleTriedError"][];
      /** @description Its sequence of answers has ended, and passes. */
      finished: boolean;
      /** @description The draft would take the turn, were the rules asked. */
      matched: boolean;
      not_matched: components["schemas"]["RuleNotMatched"] | null;
    };
    /** @description A run has begun. */
    RunBegun: {
      id: components["schemas"]["RunId"];
    };
    /**
     * Format: uuid
     * @description A run's identity.
     */
    RunId: string;
    /**
     * @description Whether a run goes on.
     * @enum {string}
     */
    RunState: "running" | "done" | "stopped";
    /** @description A step that is over. */
    RunStep: {
      exchange: components["schemas"]["ExchangeId"] | null;
      failures: components["schemas"]["StepFailure"][];
      /** @description From 0. */
      index: number;
      /**
       * Format: int64
       * @description The line of the text that it begins at, from 1.
       */
      line: number;
      /** @description Why there is no answer, or why it was not sent. */
      message: string | null;
      /** @description Its name, or what it sends. */
      name: string;
      /** @description It was not sent. */
      not_run: boolean;
      passed: boolean;
      /**
       * Format: int32
       * @description The status of its answer.
       */
      status: number | null;
      /**
       * Format: int64
       * @description How long the answer took, in milliseconds.
       */
      took_ms: number;
      /** @description What is worth knowing, and no failure. */
      warnings: string[];
    };
    /**
     * @description Which part of a call an example is of.
     * @enum {string}
     */
    SamplePart: "query" | "body";
    /** @description A path and what is there. */
    SamplePath: {
      path: string;
      /** @description The value as JSON text. */
      value: string;
    };
    /** @description The paths of an example. */
    SamplePaths: {
      /** @description `true` where the example has more paths: 5,000 and 32 MiB of values are shown. */
      cut?: boolean;
      /** @description In the order of appearance. */
      paths: components["schemas"]["SamplePath"][];
    };
    /** @description Whose sample turn. */
    SampleTarget: {
      /** @default null */
      bot?: components["schemas"]["BotId"] | null;
    };
    /**
     * @description As what a platform saves an answer, where it says so.
     * @enum {string}
     */
    Saved: "object" | "text" | "messages" | "queue";
    /** @description What a save did. */
    SavedRun: {
      /** @description Those that are answered otherwise than the time before. */
      changed: components["schemas"]["ChangedAnswer"][];
      /** @description The file that was saved last; empty where that is not known. */
      saved: string;
      /** @description How many turns were sent. */
      turns: number;
    };
    /** @description A run has begun. */
    ScenarioBegun: {
      id: components["schemas"]["RunId"];
    };
    /** @description A scenario that is played. */
    ScenarioRun: {
      state: components["schemas"]["ScenarioState"];
      /** @description Those that are over, in their order. */
      steps: components["schemas"]["RunStep"][];
      /** @description How many steps it has in all. */
      total: number;
    };
    /** @description The schema: an object of JSON Schema 2020-12. */
    ScenarioSchema: Record<string, never>;
    /**
     * @description How a scenario fares.
     * @enum {string}
     */
    ScenarioState: "running" | "passed" | "failed" | "stopped";
    /** @description A text that is never shown: not in logs, not by `Debug`, not in answers of the API. */
    Secret: string;
    /** @description A message as it is seen. */
    SeenMessage: {
      /** @description What stands on the buttons under it; absent where there are none. */
      buttons?: string[];
      text: string;
    };
    /** @description The sample is on its way. */
    Sent: {
      sent: boolean;
    };
    /** @description What every other call asks for. */
    Session: {
      token: string;
    };
    /** @description What a page signs the next run's challenge with. It is never sent to the program. */
    SessionKey: {
      key: string;
    };
    /** @description What the token is given for, one of the two. */
    SessionRequest: {
      /**
       * @description The challenge, signed with the key that a run at this address gave: HMAC-SHA-256, in
       *     hexadecimal digits.
       */
      proof?: string | null;
      /** @description A word of the address that `serve` printed for a browser. */
      word?: string | null;
    };
    /** @description All settings. */
    Settings: {
      /**
       * Format: int64
       * @description The longest body kept and answered, in bytes.
       * @default 16777216
       */
      body_limit_bytes: number;
      /**
       * Format: int32
       * @description Seconds a caller has to send the body.
       * @default 120
       */
      body_timeout_s: number;
      /**
       * Format: int32
       * @description Connections at once.
       * @default 1024
       */
      connection_limit: number;
      /**
       * Format: double
       * @description Minutes after which a user's next turn begins another conversation.
       * @default 30
       */
      conversation_gap_minutes: number;
      /** @description Wait for the disk itself at every commit, so that even a power cut loses nothing. */
      durable: boolean;
      /** @description The list's order. */
      grouping: components["schemas"]["Grouping"];
      /**
       * Format: int32
       * @description The longest head of a request, in bytes.
       * @default 65536
       */
      header_limit_bytes: number;
      /**
       * Format: int32
       * @description Seconds a caller has to send the head.
       * @default 30
       */
      header_timeout_s: number;
      /**
       * Format: int64
       * @description Bytes of bodies kept at most, pinned ones aside.
       * @default 10000000000
       */
      keep_bytes: number;
      /**
       * Format: int32
       * @description Days an exchange is kept, pinned ones aside; `null` for no limit.
       */
      keep_days: number | null;
      /**
       * Format: int64
       * @description Exchanges kept at most, pinned ones aside.
       * @default 1000000
       */
      keep_exchanges: number;
      /** @description Where tokens and keys are kept. */
      key_store: components["schemas"]["KeyStore"];
      /** @description The language. */
      language: components["schemas"]["LanguageChoice"];
      /**
       * Format: int32
       * @description The port of the webhook server, 0 for any free one.
       * @default 8787
       */
      listen_port: number;
      /** @description The colours. */
      theme: components["schemas"]["Theme"];
      /** @description Start the tunnel of last time when the app starts. */
      tunnel_autostart: boolean;
    };
    /** @description Settings to change; what is absent stays. */
    SettingsPatch: {
      /**
       * Format: int64
       * @description The longest body kept and answered, in bytes.
       * @default 16777216
       */
      body_limit_bytes?: number;
      /**
       * Format: int32
       * @description Seconds a caller has to send the body.
       * @default 120
       */
      body_timeout_s?: number;
      /**
       * Format: int32
       * @description Connections at once.
       * @default 1024
       */
      connection_limit?: number;
      /**
       * Format: double
       * @description Minutes after which a user's next turn begins another conversation.
       * @default 30
       */
      conversation_gap_minutes?: number;
      /** @description Wait for the disk itself at every commit, so that even a power cut loses nothing. */
      durable?: boolean;
      /** @description The list's order. */
      grouping?: components["schemas"]["Grouping"];
      /**
       * Format: int32
       * @description The longest head of a request, in bytes.
       * @default 65536
       */
      header_limit_bytes?: number;
      /**
       * Format: int32
       * @description Seconds a caller has to send the head.
       * @default 30
       */
      header_timeout_s?: number;
      /**
       * Format: int64
       * @description Bytes of bodies kept at most, pinned ones aside.
       * @default 10000000000
       */
      keep_bytes?: number;
      /**
       * Format: int32
       * @description Days an exchange is kept, pinned ones aside; `null` for no limit.
       */
      keep_days?: number | null;
      /**
       * Format: int64
       * @description Exchanges kept at most, pinned ones aside.
       * @default 1000000
       */
      keep_exchanges?: number;
      /** @description Where tokens and keys are kept. */
      key_store?: components["schemas"]["KeyStore"];
      /** @description The language. */
      language?: components["schemas"]["LanguageChoice"];
      /**
       * Format: int32
       * @description The port of the webhook server, 0 for any free one.
       * @default 8787
       */
      listen_port?: number;
      /** @description The colours. */
      theme?: components["schemas"]["Theme"];
      /** @description Start the tunnel of last time when the app starts. */
      tunnel_autostart?: boolean;
    };
    /**
     * @description How much a finding matters.
     * @enum {string}
     */
    Severity: "error" | "warning" | "info";
    /** @enum {string} */
    Side: "request" | "response" | "upstream" | "late" | "corrected";
    /** @description An attempt of a call. */
    SimulatedAttempt: {
      /**
       * Format: int64
       * @description When it is made by the platform's clock, in seconds since the first one.
       */
      after_s: number;
      /** @description Its exchange. */
      id: components["schemas"]["ExchangeId"];
      /**
       * Format: int32
       * @description The answer's status; `null` where nobody answered.
       */
      status: number | null;
    };
    /** @description A message in a chat. */
    SimulatedMessage: {
      /** @description `visitor` or `bot`. */
      from: string;
      /** @description The platform's name for what it is. */
      kind: string;
      /** @description The whole as it was sent; `null` where that is too long. */
      message: Record<string, never>;
      text: string | null;
    };
    /** @description A turn or a call that was made. */
    SimulatedTurn: {
      /** @description The variables after it, of a user its own. */
      after?: Record<string, never>;
      /** @description Of a platform that calls again after a failure: the attempts so far. */
      attempts?: components["schemas"]["SimulatedAttempt"][];
      /** @description Whether the user keeps them; not where they are longer than the simulator holds. */
      carried?: boolean;
      /** @description The exit of the block that the answer leads to: `ok` or `error`. */
      exit?: string;
      /** @description Why nobody answered, as a sentence. */
      failure: string | null;
      /** @description Its exchange, of several attempts the first one's. */
      id: components["schemas"]["ExchangeId"];
      /** @description Whether the answer is taken; absent where its platform keeps nothing of it. */
      merged?: boolean;
      /**
       * Format: int32
       * @description The last answer's status; `null` where nobody answered.
       */
      status: number | null;
      /** @description The last attempt that there is has failed, so that the scenario stops. */
      suspended?: boolean;
    };
    /** @description A user that the simulator plays. */
    SimulatedUser: {
      /** @description Who has it: `bot`, `queue`, `department:KEY`, `operator:ID` or `closed`. */
      chat?: string;
      last: components["schemas"]["UtcMillis"] | null;
      /** @description Of a chat of this id: what was said, the oldest first. */
      messages?: components["schemas"]["SimulatedMessage"][];
      /** @description The turns that can be taken back, the oldest first. */
      turns: components["schemas"]["ExchangeId"][];
      /** @description The user's own variables. */
      variables: Record<string, never>;
    };
    /** @description A user in the list. */
    SimulatedUserRow: {
      last: components["schemas"]["UtcMillis"] | null;
      /** @description How many turns can be taken back. */
      turns: number;
      user: string;
    };
    /** @description The users of a bot that were played. */
    SimulatedUsers: {
      /** @description By name. */
      users: components["schemas"]["SimulatedUserRow"][];
    };
    /**
     * @description A turn or a call to make: `user`, `event`, `text`, `set` and `unset` of a platform that keeps
     *     variables of users from turn to turn; of another one the call, in the field of its name.
     */
    Simulation: {
      /** @description A call of a block's link: `link`, `fields`, `body`. */
      chatapp?: Record<string, never>;
      event?: string;
      /** @description A request of the HTTP-request block: `method`, `url`, `headers`, `body`, `variables`. */
      graph_http?: Record<string, never>;
      /** @description A block's call: `method`, `headers`, `parameters`, `variables`, `result`, `retry`. */
      leadconverter?: Record<string, never>;
      /** @description A call of a trigger: `url`, `auth`, `query`, `headers`, `body`. */
      nocobase?: Record<string, never>;
      /** @description Whose rules it follows. */
      platform: components["schemas"]["Platform"];
      /**
       * @description Variables that are set before the turn, numbers with their digits. Those that the platform
       *     writes itself are set for this turn alone.
       */
      set?: Record<string, never>;
      /**
       * @description `self`, which it is where it is absent, `upstream` (the bot's server in use), or an
       *     `http://` or `https://` address. A call with an address of its own has none.
       * @example self
       */
      target?: string;
      /** @description What the user writes; nothing where it is absent. */
      text?: string;
      /** @description Variables that are removed before the turn. */
      unset?: string[];
      user?: string;
      /** @description An event: `version`, `event`, `chat`, `kind`, `text`, `button`. */
      webim?: Record<string, never>;
    };
    /** @enum {string} */
    Source: "webhook" | "tunnel" | "replay" | "simulator" | "callback" | "scenario" | "import";
    /** @description The public half of a key. */
    SshKey: {
      /** @description One line, as `authorized_keys` takes it. */
      public_key: string;
    };
    /** @description Which key. */
    SshKeyRequest: {
      /**
       * @description Makes another one; servers that know the present one must be told.
       * @default false
       */
      anew?: boolean;
    };
    /** @description Through a remote forward over SSH. */
    SshPlan: {
      bind_address: string;
      /** Format: int32 */
      bind_port: number;
      host: string;
      host_key: string | null;
      key_file: string | null;
      /** Format: int32 */
      port: number;
      public_url: string | null;
      url_command: string | null;
      url_domain: string | null;
      user: string;
    };
    /** @description Through a remote forward over SSH. */
    SshStart: {
      /** @description Where the server listens. */
      bind_address?: string;
      /**
       * Format: int32
       * @description And at which port; 0 for any.
       * @default 0
       */
      bind_port?: number;
      /** @description The server's name or address. */
      host: string;
      /**
       * @description The fingerprint that the server must show, `SHA256:…`; where absent the tunnel fails with
       *     the one that was shown, for a person to confirm.
       */
      host_key?: string | null;
      /** @description A file with the private key; the app's own key where absent. */
      key_file?: string | null;
      /** @description What opens the key file. */
      passphrase?: components["schemas"]["Secret"];
      /**
       * Format: int32
       * @description Its port.
       * @default 22
       */
      port?: number;
      /**
       * @description The public address, with `{port}` where the bound port belongs; where absent it is read
       *     from what the server prints.
       */
      public_url?: string | null;
      /** @description What to ask the server to run so that it prints the address; a shell where absent. */
      url_command?: string | null;
      /** @description The domain that a printed address must belong to; the server's own where absent. */
      url_domain?: string | null;
      /** @description Who logs in. */
      user: string;
    };
    /** @enum {string} */
    State: "held" | "answering" | "answered" | "failed" | "abandoned";
    /** @description The app's state at a glance. */
    Status: {
      counts: components["schemas"]["CountsPart"];
      data_dir: string;
      /** Format: int64 */
      database_bytes: number;
      /** @description Stored documents that could not be read, in whole or in part; each is a notice too. */
      documents: components["schemas"]["DocumentPart"][];
      history: components["schemas"]["HistoryPart"];
      /** @description Those that were answered by something else while the call is still open. */
      late_waiting: components["schemas"]["WaitingPart"];
      /** @description Where the log's files are; `null` where it goes to stderr alone. */
      log_dir: string | null;
      notices: components["schemas"]["Notice"][];
      /** @description The first bot's public address, while a tunnel is online. */
      public_url: string | null;
      /**
       * Format: int64
       * @description Exchanges not yet found by a text search.
       */
      search_lag: number;
      /** @description Exchanges that a server of the developer's was asked for, and that are not answered yet. */
      server_waiting: components["schemas"]["WaitingPart"];
      /**
       * Format: int64
       * @description Requests to the public address without a secret.
       */
      strangers: number;
      tunnel: components["schemas"]["TunnelState"];
      version: string;
      webhook: components["schemas"]["WebhookPart"];
    };
    /** @description Turns to take back. */
    StepBack: {
      /**
       * @description How many, the latest ones.
       * @default 1
       */
      turns?: number;
    };
    /** @description Something that is not as it was expected to be. */
    StepFailure: {
      /** @description What there was, as JSON; `null` where there was nothing. */
      actual: string | null;
      /** @description What was expected, as it is written. */
      expected: string | null;
      /** @description A sentence. */
      message: string;
      /** @description `/status`, `/merged`, `/NAME` of the answer or `/after/NAME`. */
      pointer: string;
    };
    /**
     * @description What a turn did to a variable.
     * @enum {string}
     */
    StepKind: "came" | "answered" | "not_taken" | "came_back" | "changed_by_bot" | "absent";
    /** @description Whether a call was open. */
    Stopped: {
      stopped: boolean;
    };
    /** @description An exchange as lists and the feed show it. */
    Summary: {
      answered_by: components["schemas"]["AnsweredBy"] | null;
      /** @description When the request's head had arrived. */
      at: components["schemas"]["UtcMillis"];
      /**
       * Format: int32
       * @description Which attempt of a call it is, from the second on.
       */
      attempt: number | null;
      attempt_of: components["schemas"]["ExchangeId"] | null;
      /** @description The bot it belongs to. */
      bot: components["schemas"]["BotId"];
      carried: components["schemas"]["ExchangeId"] | null;
      caused_by: components["schemas"]["ExchangeId"] | null;
      deadline: components["schemas"]["UtcMillis"] | null;
      delivered_with: components["schemas"]["ExchangeId"] | null;
      /**
       * Format: double
       * @description From the head's arrival to the answer, in milliseconds.
       */
      duration_ms: number | null;
      /** @description The event, where the platform has one. */
      event: string | null;
      /** @description Why it failed or was abandoned, as a sentence. */
      failure: string | null;
      failure_code: components["schemas"]["FailureCode"] | null;
      fault: components["schemas"]["FaultKind"] | null;
      /** @description How many findings it has. */
      findings: components["schemas"]["FindingCounts"];
      id: components["schemas"]["ExchangeId"];
      /**
       * Format: double
       * @description The same where something else had gone out before.
       */
      late_after_ms: number | null;
      /** @description Something else has gone out, and the call to the server is still open. */
      late_waiting: boolean;
      method: string;
      /** @description The developer's note. */
      note: string;
      /** @description The path as received, percent-encoded, without the bot's secret. */
      path: string;
      /** @description Kept whatever the retention says. */
      pinned: boolean;
      /** @description Whose rules it follows. */
      platform: components["schemas"]["Platform"];
      replay_of: components["schemas"]["ExchangeId"] | null;
      /**
       * Format: int64
       * @description The length of the request's body, in bytes.
       */
      request_bytes: number;
      /**
       * Format: int64
       * @description The length of the answer's body, in bytes.
       */
      response_bytes: number;
      /** @description The id of the rule that took the turn. */
      rule: string | null;
      /**
       * Format: int64
       * @description The number of the turn among those that came to that rule.
       */
      rule_call: number | null;
      /** @description That rule's name as it is now; `null` where it is gone or has none. */
      rule_name: string | null;
      /**
       * Format: int64
       * @description Its place in the order of arrival; never changes.
       */
      seq: number;
      server_asked_at: components["schemas"]["UtcMillis"] | null;
      /**
       * @description A server of the developer's was asked for the answer, and has neither answered nor
       *     failed.
       */
      server_waiting: boolean;
      /** @description Where it came from. */
      source: components["schemas"]["Source"];
      /** @description How far it has come. */
      state: components["schemas"]["State"];
      /**
       * Format: int32
       * @description The answer's status.
       */
      status: number | null;
      /**
       * Format: double
       * @description When the developer's own server had answered, in milliseconds since the head's
       *     arrival.
       */
      upstream_after_ms: number | null;
      /** @description The user, where the platform names one. */
      user: string | null;
    };
    /** @description A text with variables. */
    TemplateText: {
      platform: components["schemas"]["Platform"];
      text: string;
      /** @description The variables by their names; numbers keep their digits. */
      variables: Record<string, never>;
    };
    /** @description A text. */
    Text: {
      /** @example {"a": 1} */
      text: string;
    };
    /**
     * @description The colours of the interface.
     * @enum {string}
     */
    Theme: "system" | "light" | "dark" | "contrast";
    /** @description When things happened, in milliseconds since the request's head arrived. */
    TimingPart: {
      /** Format: double */
      answered_ms: number | null;
      /** Format: double */
      decided_ms: number | null;
      /** Format: double */
      received_ms: number;
    };
    /** @description Two messages: of two exchanges, or of one. */
    ToCompare: {
      /**
       * @description An exchange's id; a side of the other one's exchange, such as `upstream` against its own
       *     `response`; or an exchange with a side.
       */
      left: components["schemas"]["ComparedMessage"];
      /** @description The same. */
      right: components["schemas"]["ComparedMessage"];
      /**
       * @description Which message of an exchange it is where that is not named with it: the `response` unless
       *     said. `upstream` of one exchange on both sides is its server's answer on the left, and what
       *     went out on the right.
       */
      side?: components["schemas"]["Side"];
    };
    /** @description A scenario to play. */
    ToRun: {
      /**
       * @description `self`, `upstream` (the bot's server in use), or an `http://` or `https://` address.
       * @example http://127.0.0.1:3000/hook
       */
      target: string;
      /** @description Its text, without `include` and `rows`. */
      yaml: string;
    };
    /** @description Of which conversation a scenario is made. */
    ToScenario: {
      conversation: components["schemas"]["ConversationId"];
      /**
       * @description The server that the turns are sent to three times, to learn which values differ; `null`:
       *     nothing is sent.
       * @example http://127.0.0.1:3000/hook
       */
      target?: string | null;
    };
    /** @description The tunnel at a glance. */
    Tunnel: {
      /**
       * Format: int32
       * @description The number of the try that is waited for, 0 where none is.
       */
      attempt: number;
      check: components["schemas"]["TunnelCheck"] | null;
      error: components["schemas"]["TunnelError"] | null;
      /**
       * @description Where a program or a proxy of your own must lead: a port of this machine that takes only
       *     what names a secret. Known from the first such start on, open while such a tunnel runs.
       */
      forward_to: string | null;
      /** @description Whether a token of ngrok is kept. */
      has_authtoken: boolean;
      /** @description Where secrets are kept. */
      key_store: components["schemas"]["KeyStore"];
      /**
       * Format: double
       * @description How long the last sign of life took, in milliseconds.
       */
      latency_ms: number | null;
      next_try_at: components["schemas"]["UtcMillis"] | null;
      plan: components["schemas"]["TunnelPlan"] | null;
      /** @description The public address before this one, until `acknowledge` says that the new one is pasted. */
      previous_url: string | null;
      provider: components["schemas"]["TunnelProvider"] | null;
      /** @description Since when it is in this state. */
      since: components["schemas"]["UtcMillis"];
      /** @description The public half of the app's own SSH key. */
      ssh_public_key: string | null;
      state: components["schemas"]["TunnelState"];
      step: components["schemas"]["TunnelStep"] | null;
      /**
       * Format: int64
       * @description Requests without a secret, turned away in this run.
       */
      strangers: number;
      /**
       * Format: int32
       * @description The same in the last minute.
       */
      strangers_minute: number;
      /** @description The public address, without the secret. */
      url: string | null;
      /** @description What went through this month, as counted by this app. */
      usage: components["schemas"]["TunnelUsage"];
      /** @description What should be known though it is online. */
      warnings: components["schemas"]["TunnelWarning"][];
      /** @description The first bot's public address. */
      webhook_url: string | null;
    };
    /** @description What a self-check found. */
    TunnelCheck: {
      /**
       * Format: int64
       * @description How long the call took to arrive, in milliseconds.
       */
      arrived_ms: number | null;
      /** @description When it began. */
      at: components["schemas"]["UtcMillis"];
      /** @description The service's own code in it. */
      code: string | null;
      /** @description What was found and the next step. */
      message: string;
      outcome: components["schemas"]["TunnelCheckOutcome"];
      /**
       * Format: int32
       * @description The status of an answer that came from somewhere else.
       */
      status: number | null;
      /** @description The address that was called. */
      url: string;
    };
    /**
     * @description What came of a self-check.
     * @enum {string}
     */
    TunnelCheckOutcome: "arrived" | "answered" | "nothing";
    /** @description Why the tunnel failed or was lost. */
    TunnelError: {
      /** @description Whether trying again as it is may help. */
      can_retry: boolean;
      class: components["schemas"]["TunnelErrorClass"];
      /** @description The service's own code, such as `ERR_NGROK_105`. */
      code: string | null;
      /** @description What the other side or the system said, or what a program printed last. */
      detail: string | null;
      /** @description Where to read more. */
      help_url: string | null;
      /** @description The fingerprint that an SSH server showed and that nobody has confirmed. */
      host_key: string | null;
      /** @description What happened and the next step. */
      message: string;
    };
    /**
     * @description What kind of trouble it is.
     * @enum {string}
     */
    TunnelErrorClass:
      | "token"
      | "region"
      | "account"
      | "session_limit"
      | "address_busy"
      | "outdated"
      | "network"
      | "tls"
      | "stopped"
      | "config"
      | "other";
    /** @description The last start, without its secrets. */
    TunnelPlan: {
      command?: components["schemas"]["CommandPlan"];
      ngrok?: components["schemas"]["NgrokPlan"];
      provider: components["schemas"]["TunnelProvider"];
      ssh?: components["schemas"]["SshPlan"];
      url?: components["schemas"]["UrlPlan"];
    };
    /**
     * @description Who gives the public address.
     * @enum {string}
     */
    TunnelProvider: "ngrok" | "ssh" | "command" | "url";
    /**
     * @description A start: `provider` names which of the others counts.
     * @example {
     *       "provider": "url",
     *       "url": {
     *         "url": "https://bot.example.org"
     *       }
     *     }
     */
    TunnelStart: {
      command?: components["schemas"]["CommandStart"];
      ngrok?: components["schemas"]["NgrokStart"];
      provider: components["schemas"]["TunnelProvider"];
      ssh?: components["schemas"]["SshStart"];
      url?: components["schemas"]["UrlStart"];
    };
    /**
     * @description How far the tunnel has come.
     * @enum {string}
     */
    TunnelState: "offline" | "connecting" | "online" | "reconnecting" | "failed" | "stopping";
    /**
     * @description What a tunnel does while it connects.
     * @enum {string}
     */
    TunnelStep: "dial" | "auth" | "bind" | "start" | "address";
    /** @description What went through in one month. */
    TunnelUsage: {
      /**
       * Format: int64
       * @description Bytes that came in.
       */
      bytes_in: number;
      /**
       * Format: int64
       * @description Bytes that went out.
       */
      bytes_out: number;
      /** @description The month in UTC, such as `2026-11`. */
      month: string;
      /**
       * Format: int64
       * @description Connections that came in.
       */
      requests: number;
    };
    /** @description What should be known of a tunnel that is online. */
    TunnelWarning: {
      /** @description `private_address`, `forward_port_changed` or `unguarded`. */
      code: string;
      /** @description What is wrong and the next step. */
      message: string;
    };
    /** @description A turn of a conversation. */
    Turn: {
      answered_by: components["schemas"]["AnsweredBy"] | null;
      /** @description When the request's head had arrived. */
      at: components["schemas"]["UtcMillis"];
      /**
       * Format: int32
       * @description Which attempt of a call it is, from the second on.
       */
      attempt: number | null;
      attempt_of: components["schemas"]["ExchangeId"] | null;
      /** @description The bot it belongs to. */
      bot: components["schemas"]["BotId"];
      carried: components["schemas"]["ExchangeId"] | null;
      caused_by: components["schemas"]["ExchangeId"] | null;
      /** @description The user's variables that the answer made new or changed; none where it is not taken. */
      changed: string[];
      deadline: components["schemas"]["UtcMillis"] | null;
      delivered_with: components["schemas"]["ExchangeId"] | null;
      /**
       * Format: double
       * @description From the head's arrival to the answer, in milliseconds.
       */
      duration_ms: number | null;
      /** @description The event, where the platform has one. */
      event: string | null;
      /** @description Why it failed or was abandoned, as a sentence. */
      failure: string | null;
      failure_code: components["schemas"]["FailureCode"] | null;
      fault: components["schemas"]["FaultKind"] | null;
      /** @description How many findings it has. */
      findings: components["schemas"]["FindingCounts"];
      id: components["schemas"]["ExchangeId"];
      /**
       * Format: double
       * @description The same where something else had gone out before.
       */
      late_after_ms: number | null;
      /** @description Something else has gone out, and the call to the server is still open. */
      late_waiting: boolean;
      method: string;
      /** @description The developer's note. */
      note: string;
      /** @description The path as received, percent-encoded, without the bot's secret. */
      path: string;
      /** @description Kept whatever the retention says. */
      pinned: boolean;
      /** @description Whose rules it follows. */
      platform: components["schemas"]["Platform"];
      /** @description What became of the user's variables in its answer, once their next request is there. */
      proof: components["schemas"]["Proof"][];
      /** @description The text of the user's message, where the platform sends it. */
      query_text: string | null;
      replay_of: components["schemas"]["ExchangeId"] | null;
      /**
       * Format: int64
       * @description The length of the request's body, in bytes.
       */
      request_bytes: number;
      /**
       * Format: int64
       * @description The length of the answer's body, in bytes.
       */
      response_bytes: number;
      /** @description The id of the rule that took the turn. */
      rule: string | null;
      /**
       * Format: int64
       * @description The number of the turn among those that came to that rule.
       */
      rule_call: number | null;
      /** @description That rule's name as it is now; `null` where it is gone or has none. */
      rule_name: string | null;
      /**
       * Format: int64
       * @description Its place in the order of arrival; never changes.
       */
      seq: number;
      server_asked_at: components["schemas"]["UtcMillis"] | null;
      /**
       * @description A server of the developer's was asked for the answer, and has neither answered nor
       *     failed.
       */
      server_waiting: boolean;
      /** @description Where it came from. */
      source: components["schemas"]["Source"];
      /** @description How far it has come. */
      state: components["schemas"]["State"];
      /**
       * Format: int32
       * @description The answer's status.
       */
      status: number | null;
      /**
       * Format: double
       * @description When the developer's own server had answered, in milliseconds since the head's
       *     arrival.
       */
      upstream_after_ms: number | null;
      /** @description The user, where the platform names one. */
      user: string | null;
    };
    /** @description Which deletion to take back. */
    Undo: {
      undo: string;
    };
    /** @description A rule that this version cannot read. */
    UnreadableView: {
      id: string;
      /** @description Why. */
      message: string;
      /** @description The part of the rule that it is about, as a JSON pointer. */
      pointer: string;
    };
    /** @description A server of the developer's. */
    Upstream: {
      /** @description A PEM file with the certificates that its own is proved by, in place of the system's. */
      ca_file: string | null;
      /**
       * Format: int32
       * @description How long a connection may take, in seconds.
       * @default 5
       */
      connect_seconds: number;
      /** @description Any certificate is accepted. */
      insecure: boolean;
      /** @description What the developer calls it. */
      name: string;
      /** @description Its address; a request's path and query are appended to it. */
      url: string;
    };
    /** @description An answer of the developer's own server. */
    UpstreamPart: {
      /**
       * Format: double
       * @description When it had come, in milliseconds since the request's head arrived.
       */
      after_ms: number | null;
      body: components["schemas"]["BodyInfo"];
      /** @description Name and value, in order. */
      headers: [string, string][];
      /** Format: int32 */
      status: number;
    };
    /** @description By an address that a proxy of the user's leads here. */
    UrlPlan: {
      url: string;
    };
    /** @description By an address that a proxy of the user's leads here. */
    UrlStart: {
      url: string;
    };
    /** @description A variable that a text names. */
    UsedVariable: {
      found: boolean;
      path: string;
      /** @description The value as JSON text. */
      value: string | null;
    };
    /**
     * Format: date-time
     * @description A moment: milliseconds since 1970-01-01 UTC. Its text is RFC 3339 with three decimals.
     * @example 2026-11-22T05:00:00.123Z
     */
    UtcMillis: string;
    /** @description Why a variable has the value with which a request came. */
    ValueReason: {
      /** @description The same as a sentence. */
      message: string;
      /** @description What set it, and what was remarkable since, oldest first; none where it never was. */
      steps: components["schemas"]["ReasonStep"][];
      /** @description The value, as JSON text; `null` where the request has none. */
      value: string | null;
    };
    /** @description A row of the variables table. Values are JSON text exactly as sent. */
    Variable: {
      /** @description What the bot has afterwards. */
      after: string | null;
      /** @description It rests on a rule of the platform's that is inferred. */
      assumed?: boolean;
      /** @description What the answer does to it. */
      change: components["schemas"]["Change"];
      /** @description What came in. */
      in: string | null;
      /** @description Its name: for most platforms the top-level key. */
      name: string;
      /** @description What goes out. */
      out: string | null;
      /** @description Whose it is. */
      role: components["schemas"]["Role"];
    };
    /**
     * @description What became of a variable that was answered.
     * @enum {string}
     */
    Verdict:
      | "kept"
      | "same_number"
      | "rounded"
      | "type_changed"
      | "value_changed"
      | "missing"
      | "not_taken"
      | "not_saved"
      | "unknown";
    /**
     * @description What a value looks like that differs from run to run.
     * @enum {string}
     */
    VolatileShape: "uuid" | "time" | "counter" | "any";
    /** @description A value that differs from run to run. */
    VolatileValue: {
      /** @description What it looks like. */
      as: components["schemas"]["VolatileShape"];
      /** @description Where it is in the answer, a JSON pointer. */
      pointer: string;
      /** @description The step, from 0. */
      step: number;
    };
    WaitingOfBot: {
      bot: components["schemas"]["BotId"];
      count: number;
    };
    /** @description Exchanges that wait for servers. */
    WaitingPart: {
      bots: components["schemas"]["WaitingOfBot"][];
      total: number;
    };
    /** @description What is watched, and how it stands. */
    Watch: {
      conversations: components["schemas"]["ConversationId"][];
      folder: string;
      /** @description Files in which nothing counts as a save, for the server itself writes them when it is asked. */
      ignored: string[];
      last: components["schemas"]["SavedRun"] | null;
      /** @description What prevents it from going on: the folder or the server is not there. */
      message: string | null;
      state: components["schemas"]["WatchState"];
      target: string;
    };
    /**
     * @description What it does at the moment.
     * @enum {string}
     */
    WatchState: "learning" | "waiting" | "sending";
    /** @description The webhook server. */
    WebhookPart: {
      /** @description Host and port. */
      addr: string;
      /** @description Other machines reach it, so that only `/<secret>` and what lies below it is captured. */
      capture_only: boolean;
      /** @description The port asked for was taken by another program. */
      port_taken: boolean;
      /** @description The first bot's address on this machine. */
      url: string;
      /**
       * Format: int32
       * @description The port asked for, 0 for any.
       */
      wanted_port: number;
    };
    /** @description How far a changed answer was carried. */
    WhatIf: {
      /** @description Why the bot would probably have gone elsewhere. */
      message: string | null;
      parted_at: components["schemas"]["ExchangeId"] | null;
      state: components["schemas"]["WhatIfState"];
      /** @description How many turns there are behind the changed one. */
      total: number;
      /** @description Those that are over, in their order. */
      turns: components["schemas"]["CarriedRow"][];
    };
    /**
     * @description Whether it goes on.
     * @enum {string}
     */
    WhatIfState: "running" | "done" | "stopped" | "parted";
  };
  responses: {
    /** @description What went wrong: a code for the program, a sentence for the person. */
    Error: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/json": components["schemas"]["ErrorBody"];
      };
    };
  };
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
