/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.capability.SharedDecisions;
import dev.lumoauth.spring.http.Pause;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.core.script.RedisScript;

/**
 * LumoAuth's answers about capabilities, shared by the replicas of an application. They
 * are in one hash of Redis for each agent, sealed like tokens. One replica asks LumoAuth
 * about a capability while the others wait for its answer, for as long as for a token.
 * <p>
 * An answer counts from the moment of its request, by the clock of Redis alone: the
 * clocks of the replicas are of no account. It belongs to an era, which is a random text
 * in the same hash. An event deletes the hash, and so begins another era: what a slow
 * replica asked about before is neither saved nor taken. Redis may lose the hash at any
 * time, with the same effect.
 */
final class RedisDecisions implements SharedDecisions {

	static final Duration POLL = Duration.ofMillis(50);

	/** How long the others wait for the replica that asks. */
	static final Duration CLAIM = Duration.ofSeconds(2);

	private static final Duration MAX_LIFE = Duration.ofHours(25);

	/**
	 * Returns the time, the era, and for each name the answer and whether this replica is
	 * to ask: 1, or a number below zero, another one for each claim of another replica.
	 * Before each answer are 13 digits: until when it counts.
	 */
	@SuppressWarnings("rawtypes") // A script's result has a class.
	private static final RedisScript<List> FIND = RedisCommands.script("""
			local hash = KEYS[1]
			if redis.call('type', hash).ok ~= 'hash' or redis.call('hstrlen', hash, 'era') ~= 36 then
				redis.call('del', hash)
				redis.call('hset', hash, 'era', ARGV[1])
				redis.call('pexpire', hash, ARGV[2])
			end
			local found = { now, redis.call('hget', hash, 'era') }
			for i = 4, #ARGV do
				local name = ARGV[i]
				local length = redis.call('hstrlen', hash, name)
				local answer = (length > 13 and length < 4096) and redis.call('hget', hash, name) or ''
				if (tonumber(string.sub(answer, 1, 13)) or 0) > now then
					table.insert(found, string.sub(answer, 14))
					table.insert(found, 0)
				else
					local claimed = tonumber(redis.call('hget', hash, name .. ':claim') or '') or 0
					local free = claimed <= now or claimed > now + ARGV[3]
					if free then redis.call('hset', hash, name .. ':claim', string.format('%.0f', now + ARGV[3])) end
					table.insert(found, '')
					table.insert(found, free and 1 or -claimed)
				end
			end
			return found""", List.class);

	/**
	 * Saves answers, unless another era has begun, and ends this replica's claims.
	 */
	private static final RedisScript<Long> SAVE = RedisCommands.script("""
			local hash = KEYS[1]
			if redis.call('hget', hash, 'era') ~= ARGV[1] then return 0 end
			if redis.call('hlen', hash) > 4000 then return redis.call('del', hash) end
			for i = 3, #ARGV, 2 do
				redis.call('hdel', hash, ARGV[i] .. ':claim')
				if ARGV[i + 1] ~= '' then redis.call('hset', hash, ARGV[i], ARGV[i + 1]) end
			end
			if redis.call('pttl', hash) < tonumber(ARGV[2]) then redis.call('pexpire', hash, ARGV[2]) end
			return 1""", Long.class);

	private final RedisCommands redis;

	private final StoreAccess access;

	private final TokenSeal seal;

	private final Pause pause;

	private final Replicas replicas;

	/** How many answers of other replicas were used. */
	private final LongAdder taken = new LongAdder();

	/** How many answers the others were given. */
	private final LongAdder given = new LongAdder();

	RedisDecisions(RedisCommands redis, StoreAccess access, TokenSeal seal, Pause pause, Replicas replicas) {
		this.redis = redis;
		this.access = access;
		this.seal = seal;
		this.pause = pause;
		this.replicas = replicas;
	}

	@Override
	public Agent of(String identity, Duration allowTtl, Duration denyTtl, Duration maxWait) {
		return new Replica(identity, allowTtl, denyTtl, maxWait);
	}

	long taken() {
		return this.taken.sum();
	}

	long given() {
		return this.given.sum();
	}

	/**
	 * The answers about one agent.
	 */
	private final class Replica implements Agent, Consumer<SharedTokenStore> {

		private final String identity;

		private final String hash;

		private final Duration allowTtl;

		private final Duration denyTtl;

		private final Duration maxWait;

		private final AtomicLong events = new AtomicLong();

		/** Up to which event Redis has been told to forget. */
		private final AtomicLong told = new AtomicLong();

		private Replica(String identity, Duration allowTtl, Duration denyTtl, Duration maxWait) {
			this.identity = identity;
			this.hash = RedisTokenStore.PREFIX + RedisDecisions.this.seal.name(identity, "decisions", "")
					+ ":decisions";
			this.allowTtl = allowTtl;
			this.denyTtl = denyTtl;
			this.maxWait = maxWait;
		}

		@Override
		public void forget() {
			this.events.incrementAndGet();
			RedisDecisions.this.access.tellLater(this);
		}

		/**
		 * Tell Redis to forget.
		 */
		@Override
		public void accept(SharedTokenStore store) {
			long events = this.events.get();
			RedisDecisions.this.redis.delete(this.hash);
			this.told.accumulateAndGet(events, Math::max);
		}

		@Override
		public void ask(Collection<String> capabilities, CapabilitySource source, Answers answers) {
			Set<String> open = new LinkedHashSet<>(capabilities);
			WaitForReplica wait = new WaitForReplica(this.maxWait, CLAIM, RedisDecisions.this.pause);
			Map<String, Long> claims = new HashMap<>();
			Look look = look(open, claims, answers);
			while (look != null && !open.isEmpty()) {
				if (!look.toAsk().isEmpty()) {
					ask(look.toAsk(), look, wait, source, answers);
					open.removeAll(look.toAsk());
				}
				else if (wait.isOver()) {
					break;
				}
				else {
					wait.pause(POLL);
				}
				look = open.isEmpty() ? null : look(open, claims, answers);
			}
			if (!open.isEmpty()) {
				ask(open, look, wait, source, answers);
			}
		}

		/**
		 * Pass on what other replicas have been answered.
		 * @param open what to look for; what is found is removed
		 * @param claims the claims of others that this call waits for
		 * @return {@code null} if Redis can't be asked, or doesn't know yet that
		 * everything is to be forgotten
		 */
		private @Nullable Look look(Set<String> open, Map<String, Long> claims, Answers answers) {
			if (this.allowTtl.isZero() && this.denyTtl.isZero()) {
				return null;
			}
			long event = this.events.get();
			if (this.told.get() != event) {
				return null;
			}
			RedisDecisions.this.replicas.used();
			Map<String, String> names = new LinkedHashMap<>();
			open.forEach((capability) -> names.put(capability, name(capability)));
			List<?> reply = RedisDecisions.this.access.ask(
					(store) -> RedisDecisions.this.redis.run(FIND, List.of(this.hash), arguments(names.values())),
					null);
			// What was read before an event that came meanwhile is not used.
			return (reply != null && this.events.get() == event) ? look(names, reply, open, claims, answers) : null;
		}

		private static List<Object> arguments(Collection<String> names) {
			List<Object> arguments = new ArrayList<>(List.of(UUID.randomUUID(), MAX_LIFE.toMillis(), CLAIM.toMillis()));
			arguments.addAll(names);
			return arguments;
		}

		private Look look(Map<String, String> names, List<?> reply, Set<String> open, Map<String, Long> claims,
				Answers answers) {
			long now = (Long) reply.get(0);
			String era = new String((byte[]) reply.get(1), StandardCharsets.UTF_8);
			Set<String> toAsk = new LinkedHashSet<>();
			int at = 2;
			for (Map.Entry<String, String> name : names.entrySet()) {
				byte[] sealed = (byte[]) reply.get(at);
				Long claim = (Long) reply.get(at + 1);
				at += 2;
				if (sealed.length == 0) {
					Long before = (claim < 0) ? claims.putIfAbsent(name.getKey(), claim) : claim;
					// With another claim than before, the first replica had nothing to
					// share.
					if (claim > 0 || (before != null && !before.equals(claim))) {
						toAsk.add(name.getKey());
					}
					continue;
				}
				SharedDecision decision = RedisDecisions.this.seal.openDecision(name.getValue(), sealed);
				Duration age = (decision != null) ? decision.age(now, era, ttl(decision.isAllow())) : null;
				if (decision == null || age == null) {
					toAsk.add(name.getKey());
					continue;
				}
				open.remove(name.getKey());
				RedisDecisions.this.taken.increment();
				answers.accept(name.getKey(), decision.isAllow(), age);
			}
			return new Look(now, era, toAsk);
		}

		private Duration ttl(boolean allowed) {
			return allowed ? this.allowTtl : this.denyTtl;
		}

		/**
		 * Each name of a capability is also the name of its value, which is bound to it.
		 */
		private String name(String capability) {
			return RedisDecisions.this.seal.name(this.identity, "decision", capability);
		}

		/**
		 * Ask LumoAuth, and let the others know.
		 * @param look what Redis said before; {@code null} = the others get to know
		 * nothing
		 */
		private void ask(Set<String> capabilities, @Nullable Look look, WaitForReplica wait, CapabilitySource source,
				Answers answers) {
			Map<String, Boolean> answered = new HashMap<>();
			try {
				wait.thenAsk(() -> {
					source.ask(capabilities, (capability, allowed) -> {
						answered.put(capability, allowed);
						answers.accept(capability, allowed, Duration.ZERO);
					});
					return answered;
				});
			}
			finally {
				if (look != null) {
					save(capabilities, answered, look);
				}
			}
		}

		private void save(Set<String> capabilities, Map<String, Boolean> answered, Look look) {
			List<Object> arguments = new ArrayList<>();
			arguments.add(look.era());
			Duration longest = (this.allowTtl.compareTo(this.denyTtl) > 0) ? this.allowTtl : this.denyTtl;
			arguments.add(longest.toMillis());
			for (String capability : capabilities) {
				String name = name(capability);
				arguments.add(name);
				arguments.add(sealed(name, answered.get(capability), look));
			}
			RedisDecisions.this.access
				.ask((store) -> RedisDecisions.this.redis.run(SAVE, List.of(this.hash), arguments), null);
		}

		private Object sealed(String name, @Nullable Boolean allowed, Look look) {
			if (allowed == null || ttl(allowed).isZero()) {
				return "";
			}
			RedisDecisions.this.given.increment();
			byte[] until = String.valueOf(look.now() + ttl(allowed).toMillis()).getBytes(StandardCharsets.US_ASCII);
			byte[] sealed = RedisDecisions.this.seal.close(name, new SharedDecision(allowed, look.now(), look.era()));
			byte[] value = new byte[until.length + sealed.length];
			System.arraycopy(until, 0, value, 0, until.length);
			System.arraycopy(sealed, 0, value, until.length, sealed.length);
			return value;
		}

	}

	/**
	 * What Redis said.
	 *
	 * @param now the time, in milliseconds since 1970
	 * @param era the era of what is asked now
	 * @param toAsk what this replica has to ask LumoAuth
	 */
	private record Look(long now, String era, Set<String> toAsk) {

	}

}
