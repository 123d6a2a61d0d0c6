#include "core/cli/render.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <fstream>
#include <functional>
#include <sstream>

namespace maillon::cli {
namespace {

namespace json = boost::json;

std::string data(const std::string& name) {
    std::ifstream stream(MAILLON_SOURCE_DIR "/tests/unit/cli/data/" + name, std::ios::binary);
    EXPECT_TRUE(stream) << "data/" << name << " is missing";
    std::ostringstream out;
    out << stream.rdbuf();
    return out.str();
}
json::object given(const std::string& name) {
    return json::parse(data(name)).as_object();
}

TEST(Render, StatusIsOneScreen) {
    EXPECT_EQ(render_status(given("status.json")), data("status.txt"));
}

TEST(Render, StatusWithoutAHubSaysSoAndShowsNoLanes) {
    auto status = given("status.json");
    status["running"] = false;
    for (const auto* key : {"started", "runs_in_memory", "trouble"}) status.erase(key);

    EXPECT_EQ(render_status(status), data("status_stopped.txt"));
}

TEST(Render, StatusOfTwelveConnectorsFitsAScreenOfEightyColumns) {
    auto status = given("status.json");
    auto& books = status.at("books").as_object();
    books["balanced"] = true;
    books["wrong"] = json::array();
    const auto source = status.at("sources").at(1).as_object();
    const auto sink = status.at("sinks").at(1).as_object();
    status["sources"].as_array().clear();
    status["sinks"].as_array().clear();
    for (int i = 0; i < 12; ++i) {
        const auto name = "a_connector_with_a_long_name_" + std::to_string(i);
        auto in = source;
        in["connector"] = name;
        in["reason"] = i == 0 ? json::value(std::string(300, 'x')) : json::value("");
        status["sources"].as_array().push_back(in);
        auto out = sink;
        out["instance"] = name;
        out["paused"] = i == 1 ? json::value("refused: " + std::string(300, 'y')) : json::value("");
        status["sinks"].as_array().push_back(out);
    }

    std::istringstream lines(render_status(status));

    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        // The three letters of an ellipsis are one column.
        EXPECT_LE(line.size(), line.find("…") == std::string::npos ? 80u : 82u) << line;
    }
    EXPECT_LE(count, 25);
}

/// The status with one sink, "crm", at the moment that it tells.
std::string status_of_sink(const json::object& sink) {
    auto status = given("status.json");
    auto& crm = status.at("sinks").as_array().at(0).as_object();
    for (const auto& [name, value] : sink) crm[name] = value;
    return render_status(status);
}

TEST(Render, ACallThatTakesLongIsNamedWithItsTime) {
    const auto now = std::string(given("status.json").at("now").as_string());
    const auto with = [&](const char* since) {
        return status_of_sink({{"doing", "write (call 17)"}, {"since", since}});
    };

    EXPECT_EQ(with(now.c_str()).find("has been at"), std::string::npos);
    EXPECT_NE(with("2026-09-14T08:00:00.000Z").find("  out:  has been at write (call 17) for "),
              std::string::npos)
        << with("2026-09-14T08:00:00.000Z");
}

TEST(Render, WhoStandsStillIsToldUntilWhenAndWhatHelps) {
    EXPECT_NE(status_of_sink({{"paused", "rate limited: slow down"}, {"until", "2026-09-14T10:00:00.123Z"}})
                  .find("  out:  rate limited: slow down, until 2026-09-14T10:00:00Z\n"),
              std::string::npos);
    EXPECT_NE(
        status_of_sink({{"paused", "credentials refused: 401"}})
            .find("  do:   maillon secret set NAME, or where the service was wrong: maillon resume crm\n"),
        std::string::npos);
}

TEST(Render, AReasonGoesOnInASecondLineAndIsCutThere) {
    const auto text = labelled(
        "  in:   ", std::string(60, 'a') + ' ' + std::string(60, 'b') + ' ' + std::string(60, 'c'), 2);

    EXPECT_EQ(text, "  in:   " + std::string(60, 'a') + "\n        " + std::string(60, 'b') + ' ' +
                        std::string(9, 'c') + "…\n");
    EXPECT_EQ(labelled("x ", "short", 2), "x short\n");
}

TEST(Render, ACorrectionTellsWhatWasWrong) {
    auto ledger = given("status.json").at("books").as_object();
    ledger["corrections"] = json::array{json::object{
        {"at", "2026-09-14T08:00:00.123Z"}, {"reason", "a disk"}, {"wrong", "one is missing\nand two\n"}}};

    EXPECT_NE(
        render_ledger(ledger).find("corrected 2026-09-14T08:00:00Z: a disk\n  one is missing\n  and two\n"),
        std::string::npos);
}

TEST(Render, WhatIsNotReadyAndADiskThatFillsAreShown) {
    auto status = given("status.json");
    status["health"] = json::parse(
        R"({"components":[{"name":"store","state":"ok","reason":""},{"name":"progress","state":"failing","reason":"the source 'x' hangs"}]})");
    status["store"].as_object()["log_bytes"] = 4'194'304;
    status["store"].as_object()["free_bytes"] = 1'073'741'824;
    status["store"].as_object()["days_left"] = 3;
    status["restored"] = {{"at", "2026-09-14T08:00:00Z"}, {"taken", "2026-09-13T08:00:00Z"}};

    const auto text = render_status(status);

    EXPECT_NE(text.find("80 KiB and a log of 4.0 MiB, 1.0 GiB free, FULL IN 3 DAYS\n"), std::string::npos)
        << text;
    EXPECT_NE(text.find("NOT READY  progress: the source 'x' hangs\n"), std::string::npos) << text;
    EXPECT_NE(text.find("restored   at 2026-09-14T08:00:00Z to the state of 2026-09-13T08:00:00Z\n"),
              std::string::npos);
}

TEST(Render, ALedgerThatBalancesSaysSo) {
    auto ledger = given("status.json").at("books").as_object();
    ledger["balanced"] = true;
    ledger["wrong"] = json::array();

    EXPECT_EQ(render_ledger(ledger), data("ledger.txt"));
}

TEST(Render, EventsStandInColumns) {
    EXPECT_EQ(render_events(given("events.json")), data("events.txt"));
}

TEST(Render, DeadLettersStandInColumns) {
    EXPECT_EQ(render_letters(given("letters.json")), data("letters.txt"));
    EXPECT_EQ(render_letters({{"dead_letters", json::array()}}), "no dead letters\n");
}

TEST(Render, AListThatIsEmptyForWhatWasAskedSaysSo) {
    const std::string nothing = "nothing fits what was asked for\n";

    EXPECT_EQ(render_events({{"events", json::array()}}, true), nothing);
    EXPECT_EQ(render_letters({{"dead_letters", json::array()}}, true), nothing);
    EXPECT_EQ(render_doubts({{"in_doubt", json::array()}}, true), nothing);
    EXPECT_EQ(render_approvals({{"approvals", json::array()}}, true), nothing);
    EXPECT_EQ(render_reviews({{"reviews", json::array()}}, true), nothing);
    EXPECT_EQ(render_events({{"events", json::array()}}), "no events yet\n");
    EXPECT_NE(render_replay({{"state", "done"}, {"chosen", 0}, {"refused", 0}}).find(nothing),
              std::string::npos);
    EXPECT_EQ(render_replay({{"state", "running"}, {"chosen", 0}}).find(nothing), std::string::npos);
}

TEST(Render, DeadLettersThatAreClosedSayHow) {
    auto letters = given("letters.json");
    auto& letter = letters.at("dead_letters").as_array().at(0).as_object();
    letter["state"] = "dropped";
    letter["reason"] = "field is required";

    EXPECT_NE(render_letters(letters).find("  (dropped) field is required\n"), std::string::npos);
}

TEST(Render, ALetterTellsItsTriesAndWhatPeopleChanged) {
    auto letter = given("letter.json");
    letter["where"] = "maillon.yaml:14:9";
    letter["values"] = json::object{{"case", json::object{{"id", "C-1"}}}};
    letter["tries"] = json::array{
        json::object{
            {"letter", 1},
            {"run", 5},
            {"failed", "2026-09-14T08:52:44Z"},
            {"kind", "rejected"},
            {"reason", "field is required"},
            {"attempts", 3},
            {"replayed", json::object{{"at", "2026-09-14T09:00:00Z"}, {"by", "anne"}, {"note", "mended"}}}},
        json::object{{"letter", 2},
                     {"run", 9},
                     {"failed", "2026-09-14T09:00:01Z"},
                     {"kind", "rejected"},
                     {"reason", "still\nrequired"},
                     {"attempts", 0}}};
    letter["edits"] = json::array{json::object{
        {"what", "event"},
        {"by", "anne"},
        {"at", "2026-09-14T08:59:00Z"},
        {"note", ""},
        {"differences", json::array{json::object{{"path", "text"}, {"was", "hello"}, {"now", "bonjour"}}}}}};

    const auto text = render_letter(letter);

    EXPECT_NE(text.find("where       maillon.yaml:14:9\n"), std::string::npos) << text;
    EXPECT_NE(text.find("tries\n"
                        "  2026-09-14T08:52:44Z  run 5, dead letter 1 (rejected, attempts: 3)\n"
                        "    field is required\n"
                        "  2026-09-14T09:00:00Z  replayed by anne: mended\n"
                        "  2026-09-14T09:00:01Z  run 9, dead letter 2 (rejected)\n"
                        "    still required\n"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("edits\n"
                        "  2026-09-14T08:59:00Z  event by anne\n"
                        "    text:\n"
                        "      - \"hello\"\n"
                        "      + \"bonjour\"\n"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("what the route's names stood for\n{\n  \"case\""), std::string::npos) << text;
}

TEST(Render, LettersSayWhatWhereCouldNotTell) {
    const auto text = render_letters({{"dead_letters", json::array()},
                                      {"unclear", 4},
                                      {"problem", "dead letter 3: no such key: lang"},
                                      {"is_last", true}});
    EXPECT_EQ(
        text,
        "no dead letters\n\n'where' could not be told of 4 more, for instance of dead letter 3: no such key: "
        "lang\n");
}

TEST(Render, AReplayTellsWhatBecameOfItsRuns) {
    EXPECT_EQ(render_replay({{"id", 3},
                             {"of", "letters"},
                             {"state", "done"},
                             {"created", "2026-09-14T08:52:44Z"},
                             {"by", "anne"},
                             {"note", ""},
                             {"chosen", 10},
                             {"started", 8},
                             {"runs", json::object{{"finished", 7}, {"dead_lettered", 1}}},
                             {"held_back", 2},
                             {"refused", 0},
                             {"reason", "dead letter 9: must wait"}}),
              "replay 3 of letters: done, begun 2026-09-14T08:52:44Z by anne\n"
              "  chosen          10\n"
              "  runs started    8\n"
              "    finished       7\n"
              "    dead_lettered  1\n"
              "  held back       2: an older letter of their key is still open\n"
              "  for instance    dead letter 9: must wait\n");
}

TEST(Render, APlanGroupsWhatWouldBeDoneOtherwise) {
    const json::object example{
        {"seq", 7},
        {"id", "e-7"},
        {"differences", json::array{json::object{{"path", "fields.name"}, {"was", "a"}, {"now", "b"}}}}};
    const json::object group{{"route", "note"},
                             {"kind", "done otherwise"},
                             {"about", "call crm.create: fields.name"},
                             {"count", 12},
                             {"examples", json::array{example}}};
    const auto text =
        render_plan({{"events", 20},
                     {"groups", json::array{group}},
                     {"answers", json::object{{"recorded", 18},
                                              {"assumed", 2},
                                              {"assumed_steps", json::object{{"note: call x.y", 2}}}}},
                     {"new_emits", 0},
                     {"left_out", 0},
                     {"seconds", 0.5}});
    EXPECT_EQ(text,
              "note\n"
              "  12       done otherwise: call crm.create: fields.name\n"
              "      event 7 (e-7), …\n"
              "        fields.name: \"a\" -> \"b\"\n"
              "\n"
              "20 events were looked at in 0.5 s (40 events/s); nothing was done\n"
              "answers from outside: 18 recorded, 2 assumed\n"
              "  2        assumed in note: call x.y\n");
}

TEST(Render, ADeadLetterSaysWhatToDoNext) {
    EXPECT_EQ(render_letter(given("letter.json")), data("letter.txt")) << "nobody replays what was dropped";
    auto open = given("letter.json");
    open["state"] = "open";
    EXPECT_NE(render_letter(open).find("\nreplay it with: maillon dead-letters replay 1\n"),
              std::string::npos);
}

TEST(Render, QuestionsShowWhoAndWhatBecameOfThem) {
    auto reviews =
        json::parse(
            R"({"reviews":[{"id":7,"created":"2026-11-23T04:05:35.123Z","kind":"unsure","state":"open",
        "asked":2,"profile":"x:501","person":{"name":"Bruno Bodenan"},"by":"",
        "candidates":["16628b3d-dd4b-11ef-8e40-7ff97db27e36"],"rule":"score"}]})")
            .as_object();
    EXPECT_EQ(render_reviews(reviews),
              "NUMBER    SINCE                   KIND      ASKED    WHO                               C"
              "ANDIDATES                              WHY\n"
              "7         2026-11-23T04:05:35Z    unsure    2        x:501  Bruno Bodenan              1"
              "6628b3d-dd4b-11ef-8e40-7ff97db27e36    score\n"
              "\nmaillon review show NUMBER; then accept NUMBER [RECORD], reject NUMBER or new NUMBER\n");

    auto& one = reviews.at("reviews").at(0).as_object();
    one["state"] = "rejected";
    one["by"] = "eve";
    EXPECT_EQ(render_reviews(reviews),
              "NUMBER    SINCE                   KIND      STATE         BY            WHO             "
              "                  CANDIDATES                              WHY\n"
              "7         2026-11-23T04:05:35Z    unsure    rejected      eve           x:501  Bruno Bod"
              "enan              16628b3d-dd4b-11ef-8e40-7ff97db27e36    score\n");
}

TEST(Render, LinksShowRecordsWholeSinceTheyAreTypedAgain) {
    const auto links =
        json::parse(R"({"links":[{"at":"2026-11-23T04:03:36.000Z","kind":"link","profile":"x:9100000",
        "record":"39243a85-bd65-11ef-b6fc-99511c07157a","rule":"key:handle_x","by":""}],"history":[]})")
            .as_object();

    EXPECT_NE(render_links(links).find(" 39243a85-bd65-11ef-b6fc-99511c07157a "), std::string::npos);
}

TEST(Render, ADirectoryThatCannotBeReadSaysWhy) {
    const auto text = render_directories(json::parse(R"({"directories":[{"name":"customers",
        "records_of":"crm.Contacts","state":"refreshing","records":20000,"read":3583,"links":0,
        "complete_since":"2026-11-23T04:00:20.983Z","unmet":"21 of 100 records stay",
        "trouble":"reading directory 'customers': HTTP 500"}]})")
                                             .as_object());

    EXPECT_NE(text.find("refreshing"), std::string::npos);
    EXPECT_TRUE(text.ends_with("\n  reading directory 'customers': HTTP 500\n  21 of 100 records stay\n"))
        << text;
}

TEST(Render, AVerdictAboutSomebodyWhoShowsNothingSaysWhatWouldLeadToARecord) {
    const auto verdict = json::parse(R"({"profile":"x:7005","directory":"mails","verdict":"none","rule":"",
        "candidates":[],"links":[],"lacks":"email"})")
                             .as_object();

    EXPECT_EQ(render_verdict(verdict),
              "x:7005 in mails: nobody\nnobody in the directory comes into question\n"
              "they show nothing that leads to a record here: email\n");
}

TEST(Render, WhyShowsWhatDecidedAndWhatWasDone) {
    EXPECT_EQ(render_why(given("why.json"), ""), data("why.txt"));
}

TEST(Render, WhyOfOneRouteShowsThatOneOnly) {
    const auto text = render_why(given("why.json"), "quiet");

    EXPECT_NE(text.find("quiet: did not fire"), std::string::npos) << text;
    EXPECT_EQ(text.find("message_to_case"), std::string::npos) << text;
    EXPECT_EQ(text.find("likes"), std::string::npos) << text;
}

}  // namespace
}  // namespace maillon::cli
