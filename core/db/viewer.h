#pragma once

#include "core/db/session.h"

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

namespace maillon::db {

class Dialect;

/// Reads a store without being its host: whether one is active or none. Takes no lock and writes nothing, so
/// it may run beside the hub; but what it reads stays in the log (or, on a server, before VACUUM) for as long
/// as a read lasts.
///
/// For administrators' commands. Belongs to one thread.
class Viewer {
public:
    /// A Fault of kind config when there is no store, or the file is none.
    static Result<std::unique_ptr<Viewer>> open(const std::string& url);
    ~Viewer();

    Result<void> read(const std::function<Result<void>(Reader&)>& work);
    /// The same for work that returns a Result<T>.
    template <class F>
        requires(!std::is_same_v<std::invoke_result_t<F, Reader&>, Result<void>>)
    auto read(F&& work) -> std::invoke_result_t<F, Reader&>;

    /// What the database itself finds wrong with its file, a sentence each; empty when it is sound. `deep`
    /// also compares indexes with their tables. Asks `go_on` now and again; false ends it with a Fault of
    /// kind cancelled. On a server: always empty, it looks after itself.
    Result<std::vector<std::string>> check_file(bool deep, const std::function<bool()>& go_on);

    bool is_file() const;
    /// The store as people are told of it, without a password; of a file its path.
    const std::string& place() const;

private:
    Viewer(std::unique_ptr<const Dialect> dialect, bool is_file);
    std::unique_ptr<const Dialect> dialect_;
    bool is_file_;
    std::unique_ptr<Connection> connection_;
};

template <class F>
    requires(!std::is_same_v<std::invoke_result_t<F, Reader&>, Result<void>>)
auto Viewer::read(F&& work) -> std::invoke_result_t<F, Reader&> {
    std::optional<std::invoke_result_t<F, Reader&>> answer;
    auto done = read(std::function<Result<void>(Reader&)>([&](Reader& reader) -> Result<void> {
        answer.emplace(work(reader));
        return {};
    }));
    if (!done) return done.error();
    return std::move(*answer);
}

}  // namespace maillon::db
