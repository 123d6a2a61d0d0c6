#include "core/config/shape.h"

#include <array>

namespace maillon::config {
namespace {

constexpr std::array<std::string_view, 2> kIsolations{"process", "thread"};

constexpr std::string_view kPluginWords =
    "The module by its id: `maillon plugins list` shows which are there.";
constexpr Key kIsolation{
    "isolation", {},         "Whether the plug-in gets a process of its own or a thread of the hub.", {}, {},
    false,       kIsolations};

constexpr std::array<Key, 2> kProcessor{
    {{"plugin", "processor_plugin", kPluginWords, {}, {}, true}, kIsolation}};

constexpr std::array<Key, 7> kConnector{
    {{"plugin", "connector_plugin", kPluginWords, {}, {}, true},
     kIsolation,
     {"since", "since",
      "From when on a **new** source brings events: `now`, `beginning`, a span to look back, or a time. "
      "Later on it goes on "
      "where it stopped.",
      R"("now")", R"(["now", "beginning", "7d", "2026-09-14T08:00:00Z"])"},
     {"max_age", "wait_span",
      "Older events reach no person any more: calls that write to somebody are not made.", R"("1d")",
      R"(["2h"])"},
     {"every", "poll_span", "Time between two polls. Default: the plug-in's own.", {}, R"(["15s", "5m"])"},
     {"retry", "retry", "How calls that failed for a while are tried again."},
     {"in_doubt",
      "in_doubt",
      "What is done with a call of an operation of which neither the hub nor the remote can tell whether it "
      "arrived: a `person` decides (so it is where nothing is said), it is made `again`, or counts as "
      "`failed` "
      "or `done`.",
      {},
      R"([{ "hide": "again" }])"}}};

constexpr std::array<Key, 3> kRetry{{
    {"first", "pause_span", "The first pause; it grows with each try.", R"("500ms")"},
    {"longest", "pause_span",
     "The longest pause. A call whose answer was lost is made again half a minute later at the earliest, or "
     "after this where it is shorter: what does not show at first may be on its way.",
     R"("5m")"},
    {"for", "span", "How long it is tried before the run becomes a dead letter.", R"("24h")"},
}};

constexpr std::array<Key, 4> kDirectory{{
    {"records",
     "records",
     "A connector that reads records, and the module of the people in it.",
     {},
     R"(["crm.Contacts"])",
     true},
    {"fields",
     "record_fields",
     "Field of a person → field of the record.",
     {},
     R"([{ "family_name": "last_name", "email": "email1" }])",
     true},
    {"refresh", "refresh_span",
     "All records are read anew after so long: what the CRM does not tell of, such as a deletion, is noticed "
     "then. `0s`: only when a person asks for it.",
     R"("1d")", R"(["12h", "7d"])"},
    {"match", "matching", "When a rule may say who somebody is, and when a person is asked."},
}};

constexpr std::array<Key, 6> kMatching{{
    {"model",
     "plain_text",
     "The file of a model that scores (`maillon match train`). Without one, exact keys decide.",
     {},
     R"(["customers.model.yaml"])"},
    {"link", "matching_link", "What may link without a person."},
    {"review", "matching_review", "What a person is asked about."},
    {"shared", "shared_values",
     "Of how many people a value may be: what more have says nothing, and a person is asked once.",
     R"({ "email": 5, "phone": 3, "handle": 1, "id": 1 })"},
    {"sample", "share",
     "The share of automatic links that people look at afterwards; a kind of evidence that proves wrong too "
     "often stops linking by itself.",
     R"("1%")", R"(["1%", 0.01, 0])"},
    {"identities",
     {},
     "A record is linked with no more addresses, numbers and accounts than this without a person.",
     "8",
     {},
     false,
     {},
     1,
     1'000},
}};

constexpr std::array<Key, 3> kMatchingLink{{
    {"at", "probability", "Probability from which on a rule links.", "0.995"},
    {"margin", "bits", "Bits by which the first must be before the second.", "7"},
    {"classes",
     "evidence_classes",
     "Kinds of evidence that may link by themselves: `key:email`, `key:phone`, `key:handle`, `key:id`, and "
     "the "
     "classes of the model. Default: all.",
     {},
     R"([["key:email", "name and firm"]])"},
}};
constexpr std::array<Key, 1> kMatchingReview{{
    {"at", "probability", "Probability from which on a person is asked.", "0.5"},
}};

constexpr std::array<Key, 1> kConversation{{
    {"closes_after", "minute_span", "A conversation is closed when nobody has written for so long.",
     R"("7d")"},
}};

constexpr std::array<Key, 7> kBudget{{
    {"of",
     "names",
     "The connectors whose calls count, one or several that share a credential.",
     {},
     R"(["x"])",
     true},
    {"operations",
     "names",
     "Only these operations count. Default: all of the connectors.",
     {},
     R"([["reply"]])"},
    {"calls", {}, "So many calls in the time `per`.", {}, R"([100])", false, {}, 1, 1'000'000'000},
    {"spend", "amount", "So much money in the time `per`, by what `costs` says.", {}, R"([20.00])"},
    {"per", "wait_span",
     "The time. Of money: it begins anew at multiples of it since midnight UTC, so that `1d` is a day.",
     R"("1d")", R"(["15m", "1d"])"},
    {"burst",
     {},
     "So many calls may go at once; the others are spread over the time. Default: half of `calls`.",
     {},
     R"([20])",
     false,
     {},
     1,
     1'000'000'000},
    {"costs",
     "costs",
     "What a call of an operation costs, and a `poll` of the source.",
     {},
     R"([{ "reply": 0.015, "poll": 0.005 }])"},
}};

constexpr std::array<Key, 4> kRoute{{
    {"from",
     "from",
     "Which events: `connector.thing.happened`, a list of them, or `{ cron: … }`.",
     {},
     R"(["x.message.received", { "cron": "0 3 * * *", "zone": "Europe/Paris" }])",
     true},
    {"when",
     "expression",
     "An expression on `event` and `meta`; where it is false, there is no run.",
     {},
     R"(["!event.is_repost"])"},
    {"max_age",
     "wait_span",
     "Older events reach no person any more; wins over the connector's.",
     {},
     R"(["2h"])"},
    {"steps", "steps", "What is done, one step after the other.", {}, {}, true},
}};

constexpr std::array<Key, 3> kSchedule{{
    {"cron",
     "cron",
     "Minute, hour, day of the month, month, day of the week; or `@hourly`, `@daily`, `@weekly`, …",
     {},
     R"(["0 3 * * *", "*/15 8-18 * * mon-fri", "@daily"])",
     true},
    {"zone", "text", "The time zone by its name.", R"("UTC")", R"(["Europe/Paris", "America/New_York"])"},
    {"catch_up", "span", "A time that the hub slept through is made up when it is no older than this.",
     R"("0s")", R"(["1h"])"},
}};

}  // namespace

constinit const Shape kProcessorShape{"processor", "A processor; keys beside these are the plug-in's.",
                                      kProcessor};
constinit const Shape kConnectorShape{"connector", "A connector; keys beside these are the plug-in's.",
                                      kConnector};
constinit const Shape kRetryShape{"retry", "How calls that failed for a while are tried again.", kRetry};
constinit const Shape kDirectoryShape{"directory", "Where the people are known.", kDirectory};
constinit const Shape kMatchingShape{"matching", "Who may say who somebody is.", kMatching};
constinit const Shape kMatchingLinkShape{"matching_link", "What may link without a person.", kMatchingLink};
constinit const Shape kMatchingReviewShape{"matching_review", "What a person is asked about.",
                                           kMatchingReview};
constinit const Shape kBudgetShape{"budget", "What may be used of a service in a time.", kBudget};
constinit const Shape kConversationShape{"conversation", "A kind of conversation.", kConversation};
constinit const Shape kRouteShape{"route", "What is done with an event.", kRoute};
constinit const Shape kScheduleShape{"schedule", "A route that a clock starts; the event is `hub.cron.due`.",
                                     kSchedule};

}  // namespace maillon::config
