-- wrk: each body of the file once, under its signature; then from the beginning. BODIES names the file: "hex signature<TAB>body" a line.
local requests, at = {}, 0
function init()
  for line in io.lines(os.getenv("BODIES")) do
    local mac, body = line:match("^(%x+)\t(.*)$")
    requests[#requests + 1] = wrk.format("POST", os.getenv("URLPATH"),
      {["Content-Type"] = "application/json", ["X-Hub-Signature-256"] = "sha256=" .. mac, ["Host"] = "127.0.0.1"}, body)
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('RESULT {"requests": %d, "seconds": %.3f, "p50_us": %d, "p99_us": %d, "wrong": %d}\n', summary.requests,
    summary.duration / 1e6, latency:percentile(50), latency:percentile(99), e.status + e.connect + e.read + e.write + e.timeout))
end
