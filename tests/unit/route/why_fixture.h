#pragma once

#include "core/route/why.h"
#include "tests/unit/route/life.h"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace maillon::route {

namespace json = boost::json;

/// Events whose tale is asked for.
class WhyTest : public RouteTest {
protected:
    static const json::object& route_of(const json::object& from, const std::string& name) {
        for (const auto& one : from.at("routes").as_array()) {
            if (one.at("route").as_string() == name) return one.as_object();
        }
        throw std::runtime_error("no route " + name);
    }
    /// The only run that the event started of route "r".
    static json::object run_of(const json::object& from, const std::string& route = "r") {
        const auto& runs = route_of(from, route).at("runs").as_array();
        EXPECT_THAT(runs, ::testing::SizeIs(1));
        return runs.at(0).as_object();
    }
    static std::vector<std::string> steps_of(const json::object& run) {
        std::vector<std::string> out;
        for (const auto& step : run.at("steps").as_array()) {
            out.push_back(std::string(step.at("step").as_string()) + ' ' +
                          std::string(step.at("status").as_string()));
        }
        return out;
    }
    static json::object step_of(const json::object& run, const std::string& name) {
        for (const auto& step : run.at("steps").as_array()) {
            if (step.at("step").as_string() == name) return step.as_object();
        }
        ADD_FAILURE() << "no step " << name << " in " << json::serialize(run);
        return {};
    }
    /// One message met this configuration, and all that it started is done.
    Life& run(const std::string& text, const Message& message = {"1", "t1", "anne", "hello"}) {
        auto& life = live(text);
        life.start();
        life.take({message});
        EXPECT_TRUE(life.comes_to_rest());
        return life;
    }
    /// Where this stands in a configuration, as `why` names places.
    static json::value place_in(const std::string& text, const std::string& what) {
        const auto end = text.begin() + static_cast<std::ptrdiff_t>(text.find(what));
        return json::value("maillon.yaml:" + std::to_string(std::count(text.begin(), end, '\n') + 1));
    }
    void fail_calls(FaultKind kind, const std::string& what) {
        world_.script = [=](const std::string&, const plugin::OutCall&) -> std::optional<World::Report> {
            return deliver::ScriptedConnector::fails(kind, what, std::chrono::hours{10});
        };
    }
    static std::string with_when(const std::string& when) {
        return std::string(kPreamble) + "routes:\n  r:\n    from: x.message.received\n    when: \"" + when +
               "\"\n    steps: [ { drop: x } ]\n";
    }
};

}  // namespace maillon::route
