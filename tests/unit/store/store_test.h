#pragma once

#include "tests/unit/db/every_store.h"
#include "tests/unit/store/store_fixture.h"

namespace maillon::store {

/// A store of every kind.
class StoreTest : public StoreFixture<test::EveryStoreTest> {
protected:
    void SetUp() override {
        EveryStoreTest::SetUp();
        if (!IsSkipped()) reopen();
    }
    std::string url() const override { return place_->url(); }
};

}  // namespace maillon::store
