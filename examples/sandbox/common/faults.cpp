#include "faults.h"

namespace sandbox {

std::string Faults::configure(const json::object& plan) {
    Faults next;
    const auto rate = [](const json::value& value, double& to) {
        boost::system::error_code failure;
        to = value.to_number<double>(failure);
        return !failure && to >= 0 && to <= 1;
    };
    for (const auto& [key, value] : plan) {
        bool good = true;
        if (key == "rate_5xx")
            good = rate(value, next.rate_5xx_);
        else if (key == "rate_429")
            good = rate(value, next.rate_429_);
        else if (key == "rate_cut_before")
            good = rate(value, next.rate_cut_before_);
        else if (key == "rate_cut_after")
            good = rate(value, next.rate_cut_after_);
        else if (key == "retry_after_s")
            next.retry_after_s_ = static_cast<int>(int_of(plan, "retry_after_s", 1));
        else if (key == "slow_ms")
            next.slow_ms_ = int_of(plan, "slow_ms", 0);
        else if (key == "seed")
            next.seed_ = static_cast<std::uint64_t>(int_of(plan, "seed", 1));
        else if (key == "services" && value.is_array()) {
            next.services_.clear();
            for (const json::value& name : value.get_array()) {
                const std::string service = text_of(name);
                if (service != "x" && service != "graph" && service != "sugar") {
                    return "there is no service '" + service + "'";
                }
                next.services_.insert(service);
            }
        } else {
            return "faults have no member '" + std::string(key) + "'";
        }
        if (!good) return std::string(key) + " must be a number from 0 to 1";
    }
    if (next.rate_5xx_ + next.rate_429_ + next.rate_cut_before_ + next.rate_cut_after_ > 1) {
        return "the rates come to more than 1";
    }
    next.chance_ = Chance(next.seed_);
    next.errors_ = errors_;
    next.throttled_ = throttled_;
    next.cut_before_ = cut_before_;
    next.cut_after_ = cut_after_;
    next.slow_ = slow_;
    *this = std::move(next);
    return {};
}

json::object Faults::plan() const {
    json::array services;
    for (const std::string& name : services_) services.emplace_back(name);
    return {{"rate_5xx", rate_5xx_},
            {"rate_429", rate_429_},
            {"retry_after_s", retry_after_s_},
            {"rate_cut_before", rate_cut_before_},
            {"rate_cut_after", rate_cut_after_},
            {"slow_ms", slow_ms_},
            {"seed", seed_},
            {"services", std::move(services)}};
}

Mishap Faults::draw(std::string_view service) {
    if (!concerns(service)) return Mishap::none;
    if (rate_5xx_ + rate_429_ + rate_cut_before_ + rate_cut_after_ <= 0) return Mishap::none;
    double die = chance_.fraction();
    const auto falls = [&die](double rate, std::uint64_t& count) {
        const bool hit = die < rate;
        die -= rate;
        if (hit) ++count;
        return hit;
    };
    if (falls(rate_5xx_, errors_)) return Mishap::server_error;
    if (die >= 0 && falls(rate_429_, throttled_)) return Mishap::throttled;
    if (die >= 0 && falls(rate_cut_before_, cut_before_)) return Mishap::cut_before;
    if (die >= 0 && falls(rate_cut_after_, cut_after_)) return Mishap::cut_after;
    return Mishap::none;
}

std::int64_t Faults::slow_ms(std::string_view service) {
    if (slow_ms_ <= 0 || !concerns(service)) return 0;
    ++slow_;
    return slow_ms_;
}

json::object Faults::counts() const {
    return {{"5xx", errors_},
            {"429", throttled_},
            {"cut_before", cut_before_},
            {"cut_after", cut_after_},
            {"slow", slow_}};
}

}  // namespace sandbox
