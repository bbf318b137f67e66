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

import java.util.LinkedHashMap;
import java.util.Map;

import dev.lumoauth.spring.capability.SharedDecisions;
import dev.lumoauth.spring.http.RequestLimits;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * What the replicas of an application share by Redis beside their tokens: answers about
 * capabilities, and the requests that LumoAuth allows in a minute. All of it has the key
 * of the tokens and their way to Redis: an outage costs one wait, whoever notices it.
 *
 * @since 0.1.0
 */
public final class RedisSharing {

	private final StoredTokens tokens;

	private final RedisDecisions decisions;

	private final RedisRequestLimits limits;

	private final Replicas replicas;

	/**
	 * Create what is shared.
	 * @param tokens the shared tokens
	 * @param connectionFactory the way to Redis
	 */
	public RedisSharing(StoredTokens tokens, RedisConnectionFactory connectionFactory) {
		RedisCommands redis = new RedisCommands(connectionFactory);
		this.tokens = tokens;
		this.replicas = new Replicas(redis, tokens.access(), tokens.seal());
		this.decisions = new RedisDecisions(redis, tokens.access(), tokens.seal(), tokens.pause(), this.replicas);
		this.limits = new RedisRequestLimits(redis, tokens.access(), tokens.seal(), this.replicas);
	}

	/**
	 * Return the shared answers about capabilities.
	 * @return the answers
	 */
	public SharedDecisions decisions() {
		return this.decisions;
	}

	/**
	 * Return the counts of requests.
	 * @return the counts
	 */
	public RequestLimits requestLimits() {
		return this.limits;
	}

	/**
	 * Return how many replicas have used Redis in the last five minutes with the same
	 * key. Sends no request.
	 * @return the number, as it was when this replica was counted last; {@code null} if
	 * it is not known
	 */
	public @Nullable Long replicas() {
		return (this.tokens.access().answersSince() != null) ? this.replicas.count() : null;
	}

	/**
	 * Return what this replica has taken from the others and given to them since it was
	 * started. Sends no request.
	 * @return for {@code tokens} and {@code decisions}, how many were {@code taken} and
	 * {@code given}; for {@code requests}, how many were {@code held} back
	 */
	public Map<String, Map<String, Long>> counts() {
		Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
		counts.put("tokens", Map.of("taken", this.tokens.taken(), "given", this.tokens.given()));
		counts.put("decisions", Map.of("taken", this.decisions.taken(), "given", this.decisions.given()));
		counts.put("requests", Map.of("held", this.limits.held()));
		return counts;
	}

	/**
	 * Describe this for people who run the application. Sends no request.
	 * @return the number of replicas, since when Redis has answered everything, and the
	 * counts; what is not known is left out
	 */
	public Map<String, Object> describe() {
		Map<String, Object> described = new LinkedHashMap<>();
		described.put("by", "redis");
		putIfKnown(described, "since", this.tokens.access().answersSince());
		putIfKnown(described, "replicas", replicas());
		described.putAll(counts());
		return described;
	}

	private static void putIfKnown(Map<String, Object> described, String name, @Nullable Object value) {
		if (value != null) {
			described.put(name, value);
		}
	}

}
