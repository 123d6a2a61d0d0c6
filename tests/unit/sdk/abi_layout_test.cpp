// The layout that compiled plug-ins rely on. A line that fails here breaks every module out there: fields are
// only added at the end of growable structs.
#include "maillon/abi.h"

#include <gtest/gtest.h>
#include <cstddef>
#include <type_traits>

extern "C" const maillon_module* module_written_in_c();

namespace {

#define AT(type, field, offset) \
    static_assert(offsetof(type, field) == (offset), #type "." #field " has moved")

static_assert(sizeof(void*) == 8, "the numbers below are those of LP64");

// Frozen for ever.
static_assert(sizeof(maillon_str) == 16);
static_assert(sizeof(maillon_attr) == 32);
static_assert(sizeof(maillon_error) == 512);
AT(maillon_str, len, 8);
AT(maillon_attr, value, 16);
AT(maillon_error, status, 4);
AT(maillon_error, retry_after_ms, 8);
AT(maillon_error, detail, 16);

// The first three fields never move.
AT(maillon_module, struct_size, 0);
AT(maillon_module, abi_major, 4);
AT(maillon_module, abi_minor, 8);
AT(maillon_module, connector_count, 12);
AT(maillon_module, connectors, 16);
AT(maillon_module, build, 24);

// Growable: what is there stays where it is, and is at least as long as in 1.0.
static_assert(sizeof(maillon_event) >= 112);
AT(maillon_event, attempt, 4);
AT(maillon_event, id, 8);
AT(maillon_event, idempotency_key, 24);
AT(maillon_event, type, 40);
AT(maillon_event, key, 56);
AT(maillon_event, data, 72);
AT(maillon_event, time_ms, 88);
AT(maillon_event, attrs, 96);
AT(maillon_event, attr_count, 104);

AT(maillon_batch, event_stride, 4);
AT(maillon_batch, events, 8);
AT(maillon_batch, count, 16);
AT(maillon_batch, deadline_ms, 24);

AT(maillon_result, status, 4);
AT(maillon_result, retry_after_ms, 8);
AT(maillon_result, remote_id, 16);
AT(maillon_result, remote_revision, 32);
AT(maillon_result, detail, 48);
AT(maillon_result, value, 64);

AT(maillon_http_message, http_status, 4);
AT(maillon_http_message, method, 8);
AT(maillon_http_message, url, 24);
AT(maillon_http_message, body, 40);
AT(maillon_http_message, headers, 56);
AT(maillon_http_message, header_count, 64);

AT(maillon_emitter, emit, 16);
AT(maillon_reporter, report, 16);
AT(maillon_http_reply, set, 16);

AT(maillon_source, poll, 8);
AT(maillon_source, receive, 16);
AT(maillon_source, settle, 24);
AT(maillon_source, committed, 32);
AT(maillon_sink, max_batch, 4);
AT(maillon_sink, deliver, 8);
AT(maillon_processor, process, 8);
AT(maillon_reconcile, reconcile, 8);
AT(maillon_directory, read, 8);

AT(maillon_connector, caps, 8);
AT(maillon_connector, id, 16);
AT(maillon_connector, name, 32);
AT(maillon_connector, config_schema, 112);
AT(maillon_connector, source, 128);
AT(maillon_connector, sink, 136);
AT(maillon_connector, processor, 144);
AT(maillon_connector, create, 152);
AT(maillon_connector, connect, 160);
AT(maillon_connector, check, 168);
AT(maillon_connector, cancel, 176);
AT(maillon_connector, destroy, 184);
AT(maillon_connector, extension, 192);
AT(maillon_connector, events_schema, 200);
AT(maillon_connector, operations_schema, 216);

AT(maillon_host, abi_minor, 4);
AT(maillon_host, ctx, 8);
AT(maillon_host, instance_name, 16);
AT(maillon_host, host_version, 32);
AT(maillon_host, service, 48);
AT(maillon_host, cancelled, 56);
AT(maillon_log, write, 8);
AT(maillon_metrics, add, 8);
AT(maillon_metrics, observe, 16);
AT(maillon_clock, now_ms, 8);
AT(maillon_clock, monotonic_ms, 16);
AT(maillon_clock, sleep_until, 24);
AT(maillon_secrets, get, 8);
AT(maillon_secrets, put, 16);
AT(maillon_state, get, 8);
AT(maillon_state, put, 16);
AT(maillon_http, send, 8);
AT(maillon_http, open, 16);
AT(maillon_endpoint, url, 8);
AT(maillon_budget, report, 8);

// Statuses are part of the ABI.
static_assert(MAILLON_OK == 0 && MAILLON_RETRY == 1 && MAILLON_RATE_LIMITED == 2 &&
              MAILLON_NOT_CONNECTED == 3 && MAILLON_AUTH == 4 && MAILLON_CONFLICT == 5 &&
              MAILLON_REJECTED == 6 && MAILLON_UNSUPPORTED == 7 && MAILLON_CONFIG == 8 &&
              MAILLON_CANCELLED == 9 && MAILLON_INTERNAL == 10 && MAILLON_IN_DOUBT == 11);
static_assert(MAILLON_CAP_CONCURRENT == 1 && MAILLON_CAP_ORDERED == 4 && MAILLON_CAP_NETWORK == 8 &&
              MAILLON_CAP_RESUMABLE == 16);

// Everything crosses by copying bytes.
static_assert(std::is_trivially_copyable_v<maillon_event> && std::is_standard_layout_v<maillon_event>);
static_assert(std::is_trivially_copyable_v<maillon_connector> &&
              std::is_standard_layout_v<maillon_connector>);

TEST(Abi, ACompilerOfC11AndOneOfCxxAgree) {
    const auto* module = module_written_in_c();

    EXPECT_EQ(module->struct_size, sizeof(maillon_module));
    EXPECT_EQ(module->abi_major, MAILLON_ABI_MAJOR);
    EXPECT_EQ(module->connectors, nullptr);
    EXPECT_EQ(module->build.len, 1u);
}

TEST(Abi, HasIsATestOfSizeAlone) {
    maillon_http table{sizeof(maillon_http), nullptr, nullptr};
    EXPECT_TRUE(MAILLON_HAS(&table, maillon_http, open));  // null, but there

    table.struct_size = offsetof(maillon_http, open);
    EXPECT_TRUE(MAILLON_HAS(&table, maillon_http, send));
    EXPECT_FALSE(MAILLON_HAS(&table, maillon_http, open));

    table.struct_size = sizeof(maillon_http) - 1;
    EXPECT_FALSE(MAILLON_HAS(&table, maillon_http, open));
}

TEST(Abi, HasWorksForFieldsThatAreStructs) {
    maillon_connector connector{};
    connector.struct_size = offsetof(maillon_connector, operations_schema);

    EXPECT_TRUE(MAILLON_HAS(&connector, maillon_connector, events_schema));
    EXPECT_FALSE(MAILLON_HAS(&connector, maillon_connector, operations_schema));
}

}  // namespace
