#pragma once

#include "tests/unit/hub/lane_test.h"

namespace maillon::hub {

inline config::Directory customers() {
    config::Directory out;
    out.name.value = "customers";
    out.instance = "x";
    out.module = "Contacts";
    out.fields.push_back({{"email", {}}, {}});
    out.fields.back().value.scalar.text = "email1";
    out.fields.push_back({{"family_name", {}}, {}});
    out.fields.back().value.scalar.text = "last_name";
    return out;
}

inline plugin::RawEvent record(const std::string& id, const std::string& email) {
    return {id, "record.read", id, R"({"last_name":"Ms )" + id + R"(","email1":")" + email + "\"}", {}, {},
            0};
}
inline plugin::RawEvent deleted(const std::string& id) {
    return {id, "record.deleted", id, "{}", {}, {}, 0};
}

/// The copy of a CRM's records.
class DirectoryTest : public LaneTest {
protected:
    std::unique_ptr<DirectoryReader> reader() {
        DirectoryReader::Parts parts{*database_, clock_, [this] { ++completions_; }};
        parts.refresh_every = refresh_every_;
        return std::make_unique<DirectoryReader>(std::move(parts), "customers", "Contacts",
                                                 std::make_shared<const match::DirectoryKeys>(customers()));
    }
    std::unique_ptr<DirectoryReader> loaded() {
        auto out = reader();
        EXPECT_TRUE(out->load());
        return out;
    }
    /// Each call gives the next of these pages, in the end an empty complete one.
    void pages(std::vector<plugin::RecordPage> all) {
        source_.on_read = [all = std::move(all), n = std::size_t{0}](const auto&) mutable {
            return n < all.size() ? all[n++] : plugin::RecordPage{{}, {}, true, {}};
        };
    }
    std::vector<std::string> stored() {
        const auto rows =
            database_->read([](db::Reader& r) { return store::Directory::page(r, "customers", "", 1'000); })
                .value();
        std::vector<std::string> out;
        for (const auto& row : rows) out.push_back(row.id);
        return out;
    }
    /// A table is `away` from the store, so that reading it fails, or there again.
    void table_is(const std::string& table, bool away) {
        const auto aside = table + "_away";
        const auto sql = "ALTER TABLE " + (away ? table : aside) + " RENAME TO " + (away ? aside : table);
        ASSERT_TRUE(database_->run([&](db::Unit& unit) -> Result<> {
            auto done = unit.exec(sql);
            if (!done) return done.error();
            return {};
        }));
    }
    std::vector<std::string> found_by_email(const std::string& email) {
        const std::vector<store::RecordKey> key{{"email", email}};
        const auto rows =
            database_->read([&](db::Reader& r) { return store::Directory::find(r, "customers", key, 10); })
                .value();
        std::vector<std::string> out;
        for (const auto& row : rows) out.push_back(row.id);
        return out;
    }

    std::atomic<int> completions_{0};
    std::chrono::milliseconds refresh_every_{};
};

}  // namespace maillon::hub
