// Invents a CRM's contacts and profiles on networks, and the truth about who is who.
//
//   generate_people OUT --contacts 1000000 [--profiles 1100000] [--seed 1]
//
// Writes OUT/contacts.csv, OUT/profiles.csv and OUT/truth.csv; the same bytes for the same arguments. Nobody
// in them exists. What it knows about names is its own: it shares no table with the code that it tests.
#include "rows.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

namespace {

using namespace people;

struct Options {
    std::filesystem::path out{};
    std::uint64_t contacts = 10'000, profiles = 0, seed = 1;
};

struct Close {
    void operator()(std::FILE* file) const {
        if (std::fclose(file) != 0) std::perror("closing"), std::exit(1);
    }
};
using File = std::unique_ptr<std::FILE, Close>;

File open(const std::filesystem::path& path, const char* header) {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) std::perror(path.c_str()), std::exit(1);
    std::fputs(header, file);
    return File(file);
}

std::string id(char kind, std::uint64_t number) {
    char out[24];
    std::snprintf(out, sizeof out, "%c%08llu", kind, static_cast<unsigned long long>(number));
    return out;
}

/// Who stands in the CRM, in which rows: person p has row p, and every twenty-fifth a second row behind them.
class World {
public:
    explicit World(const Options& options)
        : options_(options), population_(options.seed), persons_(options.contacts - options.contacts / 26) {
        population_.give_out_addresses(persons_ + options.profiles);
    }

    void write_contacts() const {
        const File out = open(options_.out / "contacts.csv", kContactHeader);
        for (std::uint64_t row = 0; row < options_.contacts; ++row) {
            write(out.get(), contact(row, population_.person(person_of(row))));
        }
    }

    void write_profiles() const {
        const File profiles = open(options_.out / "profiles.csv", kProfileHeader);
        const File truth = open(options_.out / "truth.csv", "profile_id,contact_id,evidence\n");
        Chance who(options_.seed * 31 + 7);
        for (std::uint64_t n = 0; n < options_.profiles; ++n) {
            const bool is_known = who.one_in(0.715);
            const std::uint64_t number = is_known ? who.below(persons_) : persons_ + n;
            const Person person = population_.person(number);
            Chance chance(options_.seed ^ (n + 1) * 0xA0761D6478BD642Fu);
            const Profile profile = profile_of(chance, person, id('P', n + 1));
            write(profiles.get(), profile);
            if (!is_known)
                std::fprintf(truth.get(), "%s,,none\n", profile.id.c_str());
            else
                tell(truth.get(), person, number, profile);
        }
    }

private:
    std::uint64_t person_of(std::uint64_t row) const {
        return row < persons_ ? row : (row - persons_) * 25 % persons_;
    }

    Contact contact(std::uint64_t row, const Person& person) const {
        Chance chance(options_.seed ^ (row + 1) * 0xE7037ED1A0B428DBu);
        return contact_of(chance, person, id('C', row + 1));
    }

    void tell(std::FILE* truth, const Person& person, std::uint64_t number, const Profile& profile) const {
        const auto pair = [&](std::uint64_t row) {
            const Contact held = contact(row, person);
            std::fprintf(truth, "%s,%s,%s\n", profile.id.c_str(), held.id.c_str(),
                         evidence(person, held, profile).c_str());
        };
        pair(number);
        const std::uint64_t second = persons_ + number / 25;
        if (number % 25 == 0 && second < options_.contacts && person_of(second) == number) pair(second);
    }

    const Options& options_;
    Population population_;
    std::uint64_t persons_;
};

Options parse(int count, char** arguments) {
    Options out;
    for (int i = 1; i < count; ++i) {
        const auto number = [&] { return i + 1 < count ? std::strtoull(arguments[++i], nullptr, 10) : 0; };
        if (std::strcmp(arguments[i], "--contacts") == 0)
            out.contacts = number();
        else if (std::strcmp(arguments[i], "--profiles") == 0)
            out.profiles = number();
        else if (std::strcmp(arguments[i], "--seed") == 0)
            out.seed = number();
        else
            out.out = arguments[i];
    }
    if (out.profiles == 0) out.profiles = out.contacts * 11 / 10;
    if (out.out.empty() || out.contacts < 100) {
        std::fputs("usage: generate_people OUT --contacts N [--profiles M] [--seed S]   (N at least 100)\n",
                   stderr);
        std::exit(2);
    }
    return out;
}

}  // namespace

int main(int count, char** arguments) {
    const Options options = parse(count, arguments);
    std::filesystem::create_directories(options.out);
    const World world(options);
    world.write_contacts();
    world.write_profiles();
}
