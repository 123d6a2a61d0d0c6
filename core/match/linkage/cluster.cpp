#include "core/match/linkage/cluster.h"

#include <algorithm>
#include <map>

namespace maillon::match {
namespace {

class Groups {
public:
    explicit Groups(std::span<const Edge> pairs) {
        for (const auto& pair : pairs) {
            for (const auto one : {pair.left, pair.right})
                members_.try_emplace(one, 1, one), group_.try_emplace(one, one);
            add(pair.left, pair.right, {pair.worth, 1});
            add(pair.right, pair.left, {pair.worth, 1});
        }
    }

    void join(std::uint32_t a, std::uint32_t b) {
        std::uint32_t into = group_.at(a), from = group_.at(b);
        if (into == from || mean(into, from) <= 0) return;
        if (members_.at(into).size() < members_.at(from).size()) std::swap(into, from);
        for (const auto one : members_.at(from)) {
            group_.at(one) = into;
            members_.at(into).push_back(one);
        }
        members_.erase(from);
        across_[into].erase(from);
        for (const auto& [other, sum] : across_[from]) {
            if (other == into) continue;
            across_[other].erase(from);
            add(into, other, sum);
            add(other, into, sum);
        }
        across_.erase(from);
    }

    std::vector<std::vector<std::uint32_t>> found() {
        std::vector<std::vector<std::uint32_t>> out;
        for (auto& [name, members] : members_) {
            if (members.size() < 2) continue;
            std::ranges::sort(members);
            out.push_back(std::move(members));
        }
        std::ranges::sort(out);
        return out;
    }

private:
    struct Sum {
        double worth = 0;
        std::size_t pairs = 0;
    };

    void add(std::uint32_t a, std::uint32_t b, const Sum& sum) {
        auto& to = across_[a][b];
        to.worth += sum.worth;
        to.pairs += sum.pairs;
    }

    double mean(std::uint32_t a, std::uint32_t b) const {
        const auto& sum = across_.at(a).at(b);
        const double all =
            static_cast<double>(members_.at(a).size()) * static_cast<double>(members_.at(b).size());
        return (sum.worth + (all - static_cast<double>(sum.pairs)) * kStrangers) / all;
    }

    std::map<std::uint32_t, std::vector<std::uint32_t>> members_;
    std::map<std::uint32_t, std::uint32_t> group_;
    std::map<std::uint32_t, std::map<std::uint32_t, Sum>> across_;
};

}  // namespace

std::vector<std::vector<std::uint32_t>> clusters(std::span<const Edge> pairs, double least) {
    std::vector<Edge> order(pairs.begin(), pairs.end());
    std::ranges::stable_sort(order, [](const Edge& a, const Edge& b) { return a.worth > b.worth; });
    Groups groups(pairs);
    for (const auto& pair : order) {
        if (pair.worth < least) break;
        groups.join(pair.left, pair.right);
    }
    return groups.found();
}

}  // namespace maillon::match
