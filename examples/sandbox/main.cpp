#include "control/sandbox.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <fstream>
#include <iostream>

namespace {

using namespace sandbox;

void declare(CLI::App& app, Options& options) {
    app.add_option("--mentions", options.mentions_file, "NDJSON file of mentions to publish")
        ->check(CLI::ExistingFile);
    app.add_option("--limit", options.limit, "Only the first N mentions, oldest first (0 = all)")
        ->capture_default_str();
    app.add_option("--comments", options.comments, "How many Facebook comments to invent")
        ->capture_default_str();
    app.add_option("--rate", options.rate, "Mentions a second (0 = at once)")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app.add_option("--seed", options.seed, "Everything invented follows from it")->capture_default_str();
    app.add_option("--contacts", options.crm.contacts, "How many contacts the CRM starts with")
        ->capture_default_str();
    app.add_option("--linked", options.crm.linked, "How many of them carry an author's handle")
        ->capture_default_str();
    app.add_option("--named", options.crm.named, "How many have an author's name and town and no handle")
        ->capture_default_str();
    app.add_option("--namesakes", options.crm.namesakes,
                   "How many are called like an author and are not them")
        ->capture_default_str();
    app.add_option("--bind", options.bind, "Address to listen at")->capture_default_str();
    app.add_option("--x-port", options.x_port, "Port of X (0 = free)")->capture_default_str();
    app.add_option("--graph-port", options.graph_port, "Port of the Graph API (0 = free)")
        ->capture_default_str();
    app.add_option("--sugar-port", options.sugar_port, "Port of SugarCRM (0 = free)")->capture_default_str();
    app.add_option("--control-port", options.control_port, "Control port (0 = free)")->capture_default_str();
    app.add_option("--x-account", options.x.username, "The account whose mentions these are")
        ->capture_default_str();
    app.add_option("--x-account-id", options.x.id, "Its id")->capture_default_str();
    app.add_option("--x-token", options.x.token, "Bearer token that X accepts")->capture_default_str();
    app.add_option("--app-id", options.page.app_id, "Facebook app")->capture_default_str();
    app.add_option("--app-secret", options.page.app_secret, "Its secret; signs webhooks")
        ->capture_default_str();
    app.add_option("--page-id", options.page.page_id, "Facebook page")->capture_default_str();
    app.add_option("--page-token", options.page.page_token, "Access token of the page")
        ->capture_default_str();
    app.add_option("--sugar-user", options.sugar.user, "User of SugarCRM")->capture_default_str();
    app.add_option("--sugar-password", options.sugar.password, "Its password")->capture_default_str();
    app.add_flag("--start", options.start, "Publish at once instead of at POST /start");
}

std::vector<Mention> read_story(const Options& options) {
    std::vector<Mention> mentions;
    if (options.mentions_file.empty()) return mentions;
    std::ifstream file(options.mentions_file);
    std::vector<std::string> complaints;
    mentions = read_mentions(file, complaints);
    for (const std::string& complaint : complaints)
        std::cerr << options.mentions_file << ": " << complaint << "; skipped\n";
    if (options.limit > 0 && mentions.size() > options.limit) mentions.resize(options.limit);
    return mentions;
}

int run(const Options& options) {
    // Blocked before any thread starts, so that only the wait below takes them.
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    std::signal(SIGPIPE, SIG_IGN);

    const maillon::SystemClock clock;
    Sandbox sandbox(options, read_story(options), clock);
    if (const auto started = sandbox.start(); !started) {
        std::cerr << "maillon-sandbox: " << started.error().what << "\n";
        return 1;
    }
    std::cout << json::serialize(sandbox.addresses()) << std::endl;
    int signal = 0;
    sigwait(&ends, &signal);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app(
        "Stands in for X, the Facebook Graph API and SugarCRM on loopback.\n"
        "The first line on standard output is a JSON object with all addresses; README.md describes the "
        "control port.");
    Options options;
    declare(app, options);
    CLI11_PARSE(app, argc, argv);
    return run(options);
}
