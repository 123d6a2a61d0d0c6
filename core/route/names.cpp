#include "core/route/names.h"

#include "core/expression/type_schema.h"

namespace maillon::route {
namespace {

class Binders {
public:
    explicit Binders(const std::map<std::string, config::Block>& blocks) : blocks_(blocks) {}

    void steps(const config::Steps& list) {
        for (const auto& step : list) {
            std::visit([&](const auto& action) { visit(action); }, step.action);
            for (const auto& [failure, handler] : step.on_error) steps(handler.steps);
        }
    }

    std::set<std::string> out;

private:
    void visit(const config::Let& let) {
        for (const auto& value : let.values) out.insert(value.name.value);
    }
    void visit(const config::Use& use) { out.insert(use.as); }
    void visit(const config::Match& match) { out.insert(match.as); }
    void visit(const config::Conversation& talk) { out.insert(talk.as); }
    void visit(const config::Call& call) {
        if (!call.as.empty()) out.insert(call.as);
    }
    void visit(const config::Do& block) {
        const auto found = blocks_.find(block.block.value);
        if (found != blocks_.end() && seen_.insert(found->first).second) steps(found->second.steps);
    }
    void visit(const config::Choose& choose) {
        for (const auto& branch : choose.branches) steps(branch.steps);
    }
    void visit(const config::Each& each) { steps(each.steps); }
    void visit(const config::Timer& timer) { steps(timer.steps); }
    void visit(const config::Answer&) {}
    void visit(const config::Emit&) {}
    void visit(const config::Drop&) {}

    const std::map<std::string, config::Block>& blocks_;
    std::set<std::string> seen_;
};

}  // namespace

const std::string* Names::talk(const std::string& conversation) const {
    const auto found = talks_.find(conversation);
    return found == talks_.end() ? nullptr : &found->second;
}

Names Names::either(const Names& other) const {
    Names out = *this;
    for (const auto& [name, type] : other.types_) {
        const auto [mine, is_new] = out.types_.try_emplace(name, type);
        if (!is_new) mine->second = expression::type_of_either(mine->second, type);
    }
    out.talks_.insert(other.talks_.begin(), other.talks_.end());
    return out;
}

void Names::forget_types(const std::set<std::string>& names) {
    for (auto& [name, type] : types_) {
        if (names.contains(name)) type = expression::TypeKind::dyn;
    }
}

std::set<std::string> names_bound_by(const config::Steps& steps,
                                     const std::map<std::string, config::Block>& blocks) {
    Binders binders(blocks);
    binders.steps(steps);
    return std::move(binders.out);
}

}  // namespace maillon::route
