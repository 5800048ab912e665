import { RedisScript } from '../redis/script.ts';

/** Everything here is one step for Redis, by the clock of its server. Numbers come back as text: Lua's would lose their fractions. */

/** KEYS value; ARGV expected, next, TTL in ms or '' to stay. */
export const compareAndSetScript = new RedisScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2]) else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return 1`);

/** KEYS value; ARGV what is added, TTL in ms or '' to stay. Null where the value is no counter or would leave the integers that doubles tell apart. */
export const incrementScript = new RedisScript(`
local held = redis.call('GET', KEYS[1])
if held and not (#held <= 17 and string.match(held, '^%-?%d+$')) then return false end
local sum = tonumber(held or '0') + tonumber(ARGV[1])
if math.abs(sum) > 9007199254740991 then return false end
if sum == 0 then sum = 0 end
local text = string.format('%.0f', sum)
if held then redis.call('SET', KEYS[1], text, 'KEEPTTL')
elseif ARGV[2] == '' then redis.call('SET', KEYS[1], text)
else redis.call('SET', KEYS[1], text, 'PX', ARGV[2]) end
return text`);

/**
 * The window of sliding-window.ts, kept as a list of takings: first and last moment, units, and units taken up to here, so that a decision reads
 * both ends alone. KEYS window; ARGV limit, window in ms, cost, takings kept exactly. Answers allowed, remaining, milliseconds to wait.
 */
export const takeScript = new RedisScript(`
local key, limit, window, cost, exact = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000
local before, at = math.floor(now), math.ceil(now)
local function taking(index)
  local packed = redis.call('LINDEX', key, index)
  return packed and cmsgpack.unpack(packed)
end
local head = taking(0)
while head and head[2] <= before - window do
  redis.call('LPOP', key)
  head = taking(0)
end
local tail = head and taking(-1)
local used = tail and tail[4] - head[4] + head[3] or 0
if used + cost <= limit then
  if cost > 0 then
    local total = cost
    if tail then
      at = math.max(at, tail[2])
      total = tail[4] + cost
    end
    local near = tail and at - tail[1] < window / exact
    if tail and (tail[2] == at or (near and redis.call('LLEN', key) >= exact)) then
      redis.call('LSET', key, -1, cmsgpack.pack({ tail[1], at, tail[3] + cost, total }))
    else
      redis.call('RPUSH', key, cmsgpack.pack({ at, at, cost, total }))
    end
    redis.call('PEXPIRE', key, math.ceil(window) + 1)
  end
  return { '1', string.format('%.17g', limit - used - cost), '0' }
end
local index, left, free = 0, used, at
while left > limit - cost do
  local oldest = taking(index)
  if not oldest then break end
  left = left - oldest[3]
  free = oldest[2]
  index = index + 1
end
return { '0', string.format('%.17g', math.max(0, limit - used)), string.format('%.17g', free + window - before) }`);

/**
 * Locks are members of one sorted set, by the moment they end, and their tokens fields of one hash: neither has a TTL, so a full Redis that forgets keys
 * with a TTL forgets no lock. KEYS ends, tokens, last token; ARGV key, TTL in ms. Answers the token, or null when somebody has the lock.
 * Tokens start from the clock, so that they go on growing when Redis lost everything.
 */
export const lockScript = new RedisScript(`
local time = redis.call('TIME')
local micros = tonumber(time[1]) * 1000000 + tonumber(time[2])
local held = redis.call('ZSCORE', KEYS[1], ARGV[1])
if held and tonumber(held) > micros then return false end
for _, ended in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', micros, 'LIMIT', 0, 8)) do
  redis.call('ZREM', KEYS[1], ended)
  redis.call('HDEL', KEYS[2], ended)
end
local last = tonumber(redis.call('GET', KEYS[3]) or '0')
local token = string.format('%.0f', math.max(last + 1, micros))
redis.call('SET', KEYS[3], token)
redis.call('HSET', KEYS[2], ARGV[1], token)
redis.call('ZADD', KEYS[1], string.format('%.0f', micros + tonumber(ARGV[2]) * 1000), ARGV[1])
return token`);

/** KEYS ends, tokens; ARGV key, token. Only the holder's token opens its lock. */
export const unlockScript = new RedisScript(`
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[2], ARGV[1])
return redis.call('ZREM', KEYS[1], ARGV[1])`);
