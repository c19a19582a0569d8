-- Requests for wrk. Arguments after `--`: kind, secret key, file of "user_id email session_id" lines, threads,
-- password. Prints one line, `RESULT {…}`, that xtask reads.

local threads_made = 0

function setup(thread)
  thread:set("number", threads_made)
  threads_made = threads_made + 1
end

local requests, at = {}, 0

local function encode(text)
  return (text:gsub("[^%w%-%._~]", function(c) return string.format("%%%02X", string.byte(c)) end))
end

local makers = {
  get = function(user, headers) return { wrk.format("GET", "/v1/users/" .. user.id, headers) } end,
  list = function(_, headers) return { wrk.format("GET", "/v1/users?limit=10&order_by=-created_at", headers) } end,
  lookup = function(user, headers)
    return { wrk.format("GET", "/v1/users?email_address=" .. encode(user.email), headers) }
  end,
  token = function(user, headers)
    return { wrk.format("POST", "/v1/sessions/" .. user.session .. "/tokens", headers) }
  end,
  signin = function(user, _, password)
    local body = "strategy=password&identifier=" .. encode(user.email) .. "&password=" .. encode(password)
    local headers = { ["Content-Type"] = "application/x-www-form-urlencoded" }
    return { wrk.format("POST", "/__clerk/v1/client/sign_ins", headers, body) }
  end,
}

function init(args)
  local kind, key, file, threads, password = args[1], args[2], args[3], tonumber(args[4]), args[5]
  local headers = { ["Authorization"] = "Bearer " .. key }
  local users, line_number = {}, 0
  for line in io.lines(file) do
    -- Each thread has users of its own, so that a ban and its unban keep their order.
    if line_number % threads == number then
      local id, email, session = line:match("(%S+) (%S+) (%S+)")
      users[#users + 1] = { id = id, email = email, session = session }
    end
    line_number = line_number + 1
  end
  if kind == "ban" then
    -- All banned, then all unbanned, and again: every request is a write, and thousands apart from its opposite.
    for _, verb in ipairs({ "ban", "unban" }) do
      for _, user in ipairs(users) do
        requests[#requests + 1] = wrk.format("POST", "/v1/users/" .. user.id .. "/" .. verb, headers)
      end
    end
  else
    for _, user in ipairs(users) do
      for _, request in ipairs(makers[kind](user, headers, password)) do requests[#requests + 1] = request end
    end
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"micros":%d,"refused":%d,"broken":%d,"p50":%d,"p99":%d,"max":%d}\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end
