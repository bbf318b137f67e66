-- The rule of SharedCount.exchange, in one step and by Redis' own clock.
-- KEYS[1] a hash: 'used', and a field for each replica: used reserved spare until forfeited
-- ARGV replica, used, told, reserved, spare, needed, wanted, limit (-1 = none), ahead, at least, leaving, since, until,
--      life, time until a replica is forgotten, portions
local key, replica = KEYS[1], ARGV[1]
local a = {}
for i = 2, 16 do a[i] = tonumber(ARGV[i]) end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function text(number) return string.format('%.0f', number) end
if now < a[12] or now >= a[13] then return {'0', text(now), '0', '0', '0', '0', '0'} end
local fields = redis.call('HGETALL', key)
local used, held, replicas, me = 0, 0, 1, nil
for i = 1, #fields, 2 do
	local name = fields[i]
	if name == 'used' then
		if not string.match(fields[i + 1], '^%d+$') then return redis.error_reply('LUMOAUTH not a count') end
		used = used + tonumber(fields[i + 1])
	else
		local m = {}
		for number in string.gmatch(fields[i + 1], '%-?%d+') do m[#m + 1] = tonumber(number) end
		if #m ~= 5 then return redis.error_reply('LUMOAUTH not a count') end
		if name == replica then
			me = m
		elseif m[4] > now then
			held = held + m[2] + m[3]
			replicas = replicas + 1
		elseif m[4] + a[15] <= now then
			used = used + m[3]
			redis.call('HDEL', key, name)
		elseif m[2] + m[3] > 0 then
			used = used + m[3]
			redis.call('HSET', key, name, text(m[1]) .. ' 0 0 ' .. text(m[4]) .. ' ' .. text(m[5] + m[3]))
		end
	end
end
local told = 0
if me then told = me[1] + me[5] elseif #fields > 0 then told = a[3] end
used = math.max(0, used + a[2] - told)
local left = 0
if a[8] >= 0 then left = a[8] - math.max(used + held + a[4] + a[5] + a[9], a[10]) end
local granted, spare = 0, a[5]
if a[6] > 0 then
	if left >= a[6] then
		local more = math.floor((left - a[6]) / math.max(a[16], 4 * replicas))
		granted = a[6] + math.max(0, math.min(a[7] - a[6], more))
		spare = spare + granted
		left = left - granted
	else
		left = left + spare
		spare = 0
	end
end
-- A process that ends in the middle of calls keeps their reservations for their time.
local alive = now
if a[11] == 0 or a[4] > 0 then alive = now + a[14] end
redis.call('HSET', key, 'used', text(used), replica,
	text(a[2]) .. ' ' .. text(a[4]) .. ' ' .. text(spare) .. ' ' .. text(alive) .. ' 0')
redis.call('PEXPIREAT', key, text(a[13] + a[15]))
return {'1', text(now), text(granted), text(used), text(held), text(replicas), text(math.max(0, left))}
