/* Maillon plug-in ABI, version 1. C11; includes nothing but <stddef.h> and <stdint.h>. This header is the
 * law.
 *
 * Strings are UTF-8, pointer and length, not NUL-terminated.
 *
 * Memory. Host to plug-in: valid until the call returns; copy to keep (`maillon_host` and its services: until
 * destroy returns). Plug-in to host: only through emit, report, put, write, set; the host has copied when the
 * call is back. Descriptors are static. Neither side ever frees what the other side made.
 *
 * Threads. [control] one at a time per instance and never beside a lane call. [source] poll, receive, settle,
 * committed, directory read; [sink] deliver, process, reconcile: one call at a time in each lane, the two
 * lanes side by side (more sink calls when CAP_CONCURRENT is set). The OS thread may change between calls.
 * [any] from any thread at any time.
 *
 * Growth. The first field of each growable struct is struct_size; fields are only added at the end; readers
 * test with MAILLON_HAS. Arrays of growable structs carry a stride. Frozen for ever: maillon_str,
 * maillon_attr, maillon_error.
 */
#ifndef MAILLON_ABI_H
#define MAILLON_ABI_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

#define MAILLON_ABI_MAJOR 1u
#define MAILLON_ABI_MINOR 0u
#define MAILLON_EXPORT __attribute__((visibility("default")))

/* True when the struct at `p` (not null) is long enough to hold `field`. Says nothing about the field's
 * value. */
#define MAILLON_HAS(p, type, field) ((p)->struct_size >= offsetof(type, field) + sizeof(((type*)0)->field))

typedef struct maillon_str {
    const char* ptr;
    size_t len;
} maillon_str;
typedef int32_t maillon_status;
typedef uint64_t maillon_caps;
typedef struct maillon_host maillon_host;         /* one per instance */
typedef struct maillon_instance maillon_instance; /* opaque: the plug-in's own state */

enum { /* the same numbers serve a call and a single event */
       MAILLON_OK = 0,
       MAILLON_RETRY = 1,         /* transient and surely without effect: try again, back off        */
       MAILLON_RATE_LIMITED = 2,  /* try again not before retry_after_ms                             */
       MAILLON_NOT_CONNECTED = 3, /* host calls connect() before anything else                       */
       MAILLON_AUTH = 4,          /* credentials refused: the instance pauses, the operator is told  */
       MAILLON_CONFLICT = 5,      /* remote changed under us: re-read, re-map, retry                 */
       MAILLON_REJECTED = 6,      /* this event can never succeed: dead letter                       */
       MAILLON_UNSUPPORTED = 7,
       MAILLON_CONFIG = 8, /* configuration wrong: detail names the JSON pointer              */
       MAILLON_CANCELLED = 9,
       MAILLON_INTERNAL = 10,
       MAILLON_IN_DOUBT = 11 /* sent, outcome unknown: the host reconciles, never just repeats  */
};

enum { /* maillon_connector.caps: promises about behaviour; unknown bits are ignored */
       MAILLON_CAP_CONCURRENT = 1u << 0, /* sink calls may overlap on one instance              */
       MAILLON_CAP_ORDERED = 1u << 2,    /* events of one key must arrive in order              */
       MAILLON_CAP_NETWORK = 1u << 3,    /* opens its own sockets (else host HTTP only)         */
       MAILLON_CAP_RESUMABLE = 1u << 4   /* poll() honours the cursor it is given               */
};

/* Caller-allocated, so nobody owns an error string. Frozen. */
typedef struct maillon_error {
    uint32_t struct_size;
    maillon_status status;
    uint64_t retry_after_ms;
    char detail[496]; /* NUL-terminated, may be cut short */
} maillon_error;

typedef struct maillon_attr {
    maillon_str name, value;
} maillon_attr;

/* An event, or a call: then `type` is the operation's name and `data` its arguments.
 * Attributes in use: "subject", "origin" (who caused it, for echoes), "traceparent". */
typedef struct maillon_event {
    uint32_t struct_size;
    uint32_t attempt;            /* 1 on first delivery */
    maillon_str id;              /* native id + verb + version; unique per instance */
    maillon_str idempotency_key; /* stable over retries and restarts; empty in source events */
    maillon_str type;
    maillon_str key;  /* the conversation, else the record or person: orders and matches */
    maillon_str data; /* one JSON value */
    int64_t time_ms;  /* when it happened, Unix ms */
    const maillon_attr* attrs;
    size_t attr_count;
} maillon_event;

typedef struct maillon_batch {
    uint32_t struct_size;
    uint32_t event_stride;
    const void* events;
    size_t count;
    uint64_t deadline_ms; /* monotonic, host clock */
} maillon_batch;

typedef struct maillon_result {
    uint32_t struct_size;
    maillon_status status;
    uint64_t retry_after_ms;
    maillon_str remote_id;       /* record the target created or updated */
    maillon_str remote_revision; /* etag or version, for the next conflict check */
    maillon_str detail;
    maillon_str value; /* one JSON value (record, case number, rows found), or empty */
} maillon_result;

/* Host-side collectors. Every call copies what it is given before it returns. */
typedef struct maillon_emitter {
    uint32_t struct_size;
    void* ctx;
    /* parent: index in the input batch (processor), or UINT32_MAX (source).
     * cursor: becomes durable together with the events emitted so far; empty = unchanged. */
    maillon_status (*emit)(void* ctx, const maillon_batch* events, uint32_t parent, maillon_str cursor);
} maillon_emitter;

typedef struct maillon_reporter {
    uint32_t struct_size;
    void* ctx;
    void (*report)(void* ctx, size_t index, const maillon_result* result);
} maillon_reporter;

typedef struct maillon_http_message {
    uint32_t struct_size;
    uint32_t http_status; /* 0 in a request */
    maillon_str method, url, body;
    const maillon_attr* headers;
    size_t header_count;
} maillon_http_message;

typedef struct maillon_http_reply { /* the owner's place for an answer */
    uint32_t struct_size;
    void* ctx;
    void (*set)(void* ctx, const maillon_http_message*);
} maillon_http_reply;

/* ---- roles: a null table means "does not play this role" ---------------------------------------- */
typedef struct maillon_source {
    uint32_t struct_size;
    /* [source] Emit up to max_events after `cursor`, oldest first. Being called with a cursor acknowledges
     * that all up to it is durable. *next_poll_ms is a wish, 0 = at once. Optional when receive is there. */
    maillon_status (*poll)(maillon_instance*, maillon_str cursor, uint32_t max_events, uint64_t deadline_ms,
                           const maillon_emitter*, uint64_t* next_poll_ms, maillon_error*);
    /* [source] Optional: the host's web server took a request for this instance. Verify, translate, emit, set
     * the reply. The host sends the reply only after the emitted events are on disk; when that fails it
     * answers 503 instead. */
    maillon_status (*receive)(maillon_instance*, const maillon_http_message* request, const maillon_emitter*,
                              const maillon_http_reply* reply, maillon_error*);
    /* [source] Optional: final fate of emitted events (mark mail as read, delete from a queue). */
    maillon_status (*settle)(maillon_instance*, const maillon_batch*, const maillon_status* fates,
                             maillon_error*);
    /* [source] Optional: everything up to `cursor` is durable (for remotes that must be answered first). */
    maillon_status (*committed)(maillon_instance*, maillon_str cursor, maillon_error*);
} maillon_source;

typedef struct maillon_sink {
    uint32_t struct_size;
    uint32_t max_batch; /* 0 = host decides */
    /* [sink] Report every index once. After a normal return an index never reported counts as not attempted;
     * after a deadline or a death of the process it is in doubt unless its operation is idempotent or reads.
     */
    maillon_status (*deliver)(maillon_instance*, const maillon_batch*, const maillon_reporter*,
                              maillon_error*);
} maillon_sink;

typedef struct maillon_processor {
    uint32_t struct_size;
    /* [sink] Report one result per input; its `value` is what a route's `use … as` names. May also emit new
     * events. */
    maillon_status (*process)(maillon_instance*, const maillon_batch*, const maillon_emitter*,
                              const maillon_reporter*, maillon_error*);
} maillon_processor;

typedef struct maillon_connector {
    uint32_t struct_size;
    uint32_t reserved;
    maillon_caps caps;
    maillon_str
        id; /* name by which a configuration asks for it: "twitter", third parties "org.example.mastodon" */
    maillon_str name, version, vendor, summary, docs_url;
    maillon_str config_schema; /* JSON Schema 2020-12; annotations x-maillon-secret, x-maillon-egress,
                                  x-maillon-advanced */
    const maillon_source* source;
    const maillon_sink* sink;
    const maillon_processor* processor;
    /* [control] No I/O. The configuration was checked against the schema and its defaults are filled in. */
    maillon_status (*create)(const maillon_host*, maillon_str config_json, maillon_instance**,
                             maillon_error*);
    /* [source] I/O; optional; repeated with back-off until OK. */
    maillon_status (*connect)(maillon_instance*, uint64_t deadline_ms, maillon_error*);
    /* [source] Optional: is the remote there and are we let in? */
    maillon_status (*check)(maillon_instance*, uint64_t deadline_ms, maillon_error*);
    void (*cancel)(maillon_instance*);        /* [any] optional: make running calls return soon */
    void (*destroy)(maillon_instance*);       /* [control] after all calls returned             */
    const void* (*extension)(const char* id); /* [any] optional: null = not there               */
    maillon_str events_schema; /* JSON: event type -> {title, data: JSON Schema}                 */
    /* JSON: operation -> {title, arguments, result: JSON Schemas, idempotent, reads, outbound: bool,
     * idempotent_for: seconds, target: [names of the arguments that together name what the call changes],
     * budget: scope that the connector reports to maillon.budget/1 and that limits this operation}.
     * With a processor, the operation "process" is what `use:` asks: its `with` and what it gives. */
    maillon_str operations_schema;
} maillon_connector;

typedef struct maillon_module {
    uint32_t struct_size; /* the first three fields never move */
    uint32_t abi_major;
    uint32_t abi_minor; /* lowest minor this module cannot do without; the SDK says 0 */
    uint32_t connector_count;
    const maillon_connector* const* connectors;
    maillon_str build; /* free text: compiler, commit */
} maillon_module;

/* The only exported symbol. Pure: no side effects, callable any number of times, from any thread. */
MAILLON_EXPORT const maillon_module* maillon_module_entry(void);
typedef const maillon_module* maillon_module_entry_fn(void);

/* ---- extensions of a connector ------------------------------------------------------------------- */
#define MAILLON_RECONCILE "maillon.reconcile/1"
#define MAILLON_DIRECTORY "maillon.directory/1"

typedef struct maillon_reconcile {
    uint32_t struct_size;
    /* [sink] The batch holds calls whose outcome is unknown. Report for each: OK = it arrived (with remote id
     * and value as deliver would have given them), RETRY = it did not arrive (only where the remote is
     * authoritative), IN_DOUBT = cannot tell, any other status (also returned for the whole batch) = could
     * not be asked now, ask again. */
    maillon_status (*reconcile)(maillon_instance*, const maillon_batch*, const maillon_reporter*,
                                maillon_error*);
} maillon_reconcile;

typedef struct maillon_directory {
    uint32_t struct_size;
    /* [source] Emits records of `module` as events "record.read" (key = record id, data = the record) and
     * "record.deleted", each page with its cursor. An empty cursor begins the full read; *complete = 1 when
     * nothing is left for now, and the last cursor then begins the changes since. `fields` is a JSON array of
     * the field names that are wanted. */
    maillon_status (*read)(maillon_instance*, maillon_str module, maillon_str fields, maillon_str cursor,
                           uint32_t max_records, uint64_t deadline_ms, const maillon_emitter*,
                           uint32_t* complete, maillon_error*);
} maillon_directory;

/* ---- host services ------------------------------------------------------------------------------- */
struct maillon_host {
    uint32_t struct_size;
    uint32_t abi_minor;
    void* ctx;
    maillon_str instance_name, host_version;
    const void* (*service)(const maillon_host*, const char* id); /* [any] null if absent */
    int32_t (*cancelled)(const maillon_host*);                   /* [any] */
};

#define MAILLON_LOG "maillon.log/1"
#define MAILLON_METRICS "maillon.metrics/1"
#define MAILLON_CLOCK "maillon.clock/1"
#define MAILLON_SECRETS "maillon.secrets/1"
#define MAILLON_STATE "maillon.state/1"
#define MAILLON_HTTP "maillon.http/1"
#define MAILLON_ENDPOINT "maillon.endpoint/1"
#define MAILLON_BUDGET "maillon.budget/1"

enum { MAILLON_LOG_ERROR = 0, MAILLON_LOG_WARNING = 1, MAILLON_LOG_INFO = 2, MAILLON_LOG_DEBUG = 3 };

typedef void maillon_bytes_fn(void* user, maillon_str value); /* value valid during the call */

typedef struct maillon_log {
    uint32_t struct_size;
    void (*write)(const maillon_host*, int32_t level, maillon_str message, const maillon_attr*,
                  size_t); /* [any] */
} maillon_log;

typedef struct maillon_metrics {
    uint32_t struct_size;
    void (*add)(const maillon_host*, maillon_str name, double delta, const maillon_attr*, size_t); /* [any] */
    void (*observe)(const maillon_host*, maillon_str name, double value, const maillon_attr*,
                    size_t); /* [any] */
} maillon_metrics;

typedef struct maillon_clock {
    uint32_t struct_size;
    int64_t (*now_ms)(const maillon_host*);        /* [any] */
    uint64_t (*monotonic_ms)(const maillon_host*); /* [any] */
    maillon_status (*sleep_until)(const maillon_host*,
                                  uint64_t monotonic_ms); /* [source, sink] wakes on cancel */
} maillon_clock;

typedef struct maillon_secrets {
    uint32_t struct_size;
    maillon_status (*get)(const maillon_host*, maillon_str name, maillon_bytes_fn*, void* user); /* [any] */
    maillon_status (*put)(const maillon_host*, maillon_str name,
                          maillon_str value); /* [any] durable when back */
} maillon_secrets;

typedef struct maillon_state { /* durable, private to the instance */
    uint32_t struct_size;
    maillon_status (*get)(const maillon_host*, maillon_str key, maillon_bytes_fn*,
                          void* user); /* [source, sink] no call when absent */
    /* [source, sink] expected: null = set whatever is there; else set only if the present value equals it (""
     * = absent), or CONFLICT. */
    maillon_status (*put)(const maillon_host*, maillon_str key, maillon_str value,
                          const maillon_str* expected);
} maillon_state;

typedef struct maillon_http {
    uint32_t struct_size;
    /* [source, sink] A whole exchange. OK whatever the HTTP status. RETRY = surely not sent; IN_DOUBT = sent,
     * no whole answer. */
    maillon_status (*send)(const maillon_host*, const maillon_http_message* request, uint64_t deadline_ms,
                           const maillon_http_reply*, maillon_error*);
    /* [source, sink] A stream: `reply` gets the head, then on_chunk each piece; it returns 0 to go on, else
     * the stream is closed. */
    maillon_status (*open)(const maillon_host*, const maillon_http_message* request, uint64_t deadline_ms,
                           const maillon_http_reply*, int32_t (*on_chunk)(void* user, maillon_str chunk),
                           void* user, maillon_error*);
} maillon_http;

typedef struct maillon_endpoint {
    uint32_t struct_size;
    /* [any] The public address under which the host's web server hands requests to this instance. */
    maillon_status (*url)(const maillon_host*, maillon_str path, maillon_bytes_fn*, void* user);
} maillon_endpoint;

typedef struct maillon_budget {
    uint32_t struct_size;
    /* [any] What a service said about a limit: `used` of `limit` (percent headers: of 100), free again at
     * reset_ms (Unix ms, 0 = unknown). */
    void (*report)(const maillon_host*, maillon_str scope, double used, double limit, int64_t reset_ms);
} maillon_budget;

#ifdef __cplusplus
}
#endif
#endif
