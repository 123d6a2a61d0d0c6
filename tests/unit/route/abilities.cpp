#include "tests/unit/route/abilities.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace maillon::route {
namespace {

plugin::OperationInfo operation(const std::string& name, const char* arguments) {
    plugin::OperationInfo out;
    out.name = name;
    out.arguments = boost::json::parse(arguments).as_object();
    return out;
}

void add(plugin::ConnectorInfo& to, plugin::OperationInfo operation) {
    to.operations.emplace(operation.name, std::move(operation));
}

constexpr const char* kReply =
    R"({"type":"object","properties":{"to":{"type":"string"},"text":{"type":"string"}},"required":["to","text"]})";
constexpr const char* kCreate =
    R"({"type":"object","properties":{"module":{"type":"string"},"fields":{"type":"object","additionalProperties":true}},
        "required":["module","fields"]})";
constexpr const char* kUpsert =
    R"({"type":"object","properties":{"module":{"type":"string"},"key":{"type":"object","additionalProperties":true},
        "create":{"type":"object","additionalProperties":true},"set":{"type":"object","additionalProperties":true}},
        "required":["module","key"]})";
constexpr const char* kLink =
    R"({"type":"object","properties":{"module":{"type":"string"},"id":{"type":"string"},"link":{"type":"string"},
        "ids":{"type":"array","items":{"type":"string"}}},"required":["module","id","link","ids"]})";

constexpr const char* kLike = R"({"type":"object","properties":{"of":{"type":"string"}},"required":["of"]})";
constexpr const char* kGet = R"({"type":"object","properties":{"id":{"type":"string"}},"required":["id"]})";
constexpr const char* kUpdate =
    R"({"type":"object","properties":{"id":{"type":"string"},"revision":{"type":"integer"},"text":{"type":"string"}},
        "required":["id","revision","text"]})";

}  // namespace

plugin::ConnectorInfo channel_info() {
    plugin::ConnectorInfo out;
    out.id = "channel";
    out.polls = out.delivers = out.reconciles = true;
    out.events.emplace("message.received", plugin::EventTypeInfo{"message.received", "A message came", {}});
    auto reply = operation("reply", kReply);
    reply.outbound = true;
    reply.target = {"to"};
    add(out, std::move(reply));
    add(out, operation("like", kLike));
    return out;
}

plugin::ConnectorInfo crm_info() {
    plugin::ConnectorInfo out;
    out.id = "crm";
    out.delivers = out.reconciles = true;
    add(out, operation("create", kCreate));
    auto upsert = operation("upsert", kUpsert);
    upsert.target = {"module", "key"};
    add(out, std::move(upsert));
    auto link = operation("link", kLink);
    link.idempotent = true;
    add(out, std::move(link));
    auto get = operation("get", kGet);
    get.reads = true;
    add(out, std::move(get));
    auto update = operation("update", kUpdate);
    update.idempotent = true;
    update.target = {"id"};
    add(out, update);
    update.name = "append";  // the same, but not to be repeated
    update.idempotent = false;
    add(out, std::move(update));
    return out;
}

plugin::ConnectorInfo processor_info() {
    plugin::ConnectorInfo out;
    out.id = "language";
    out.processes = true;
    return out;
}

Abilities abilities() {
    static const auto channel = channel_info();
    static const auto crm = crm_info();
    static const auto processor = processor_info();
    return {{{"x", &channel}, {"fb", &channel}, {"crm", &crm}}, {{"language", &processor}}};
}

const char* const kPreamble = R"(
connectors:
  x: { plugin: channel }
  fb: { plugin: channel, max_age: 1h }
  crm: { plugin: crm, retry: { first: 10ms, longest: 10ms, for: 5s } }
processors:
  language: { plugin: language }
directories:
  customers:
    records: crm.Contacts
    fields: { family_name: last_name, handle_x: twitter_c, id_facebook: facebook_c }
conversations:
  support: { closes_after: 7d }
)";

const char* const kStory = R"(
blocks:
  open_case:
    - match: customers
      who: event.author
      none:
        create: crm.Contacts
        fields: { last_name: "${event.author.name}", twitter_c: "${event.author.?handle}" }
    - conversation: support
      as: talk
    - call: crm.upsert
      as: case
      with:
        module: Cases
        key: { thread_c: "${talk.thread}" }
        create: { name: "${event.author.name}: ${event.text.truncate(60)}", status: New }
        set: { last_message_c: "${meta.time}" }
    - call: crm.link
      when: case.created && person.found
      with: { module: Cases, id: "${case.id}", link: contacts, ids: [ "${person.id}" ] }
    - call: crm.create
      with:
        module: Notes
        fields: { name: "${event.text.truncate(80)}", parent_id: "${case.id}", contact_id: "${person.?id}" }
routes:
  message_to_case:
    from: [ x.message.received, fb.message.received ]
    when: "!event.own"
    steps:
      - do: open_case
      - use: language
        when: case.created
      - let: { hello: "${language.language == 'fr' ? 'Bonjour' : 'Hello'}" }
        when: case.created
      - answer: support
        when: case.created
        text: "${hello} ${event.author.name}: ${case.number}"
)";

std::shared_ptr<const Plan> plan_of(const std::string& text) {
    auto loaded = config::load_texts({{"maillon.yaml", text}}, "/etc/maillon", {});
    if (!loaded.ok()) {
        ADD_FAILURE() << config::render(loaded.diagnostics, *loaded.sources);
        return nullptr;
    }
    auto plan = compile(*loaded.config, abilities(), loaded.diagnostics);
    if (!plan) ADD_FAILURE() << config::render(loaded.diagnostics, *loaded.sources);
    return plan;
}

}  // namespace maillon::route
