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

package dev.lumoauth.benchmarks;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.TokenTarget;
import dev.lumoauth.spring.user.UserToken;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

import java.util.Set;

/**
 * An exchanged token, from memory, for an audience and a user of many, beside Spring
 * Security's manager with as many good tokens. 10,000 are as many as are kept.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init")
public class ExchangedTokenBenchmark {

	/**
	 * For how many servers, and for how many users each; 0 users is the agent itself.
	 */
	@Param({ "1x0", "100x0", "1x1000", "9x1000" })
	public String audiencesAndUsers;

	private LoopbackLumoAuth lumoAuth;

	private ConfigurableApplicationContext context;

	private LumoAuthTokens tokens;

	private TokenTarget[] targets;

	private UserToken[] users;

	private SpringSecurityTokens springSecurity;

	private int size;

	/**
	 * Start the application, and have each token in memory.
	 */
	@Setup
	public void start() {
		int times = this.audiencesAndUsers.indexOf('x');
		int audiences = Integer.parseInt(this.audiencesAndUsers.substring(0, times));
		int people = Integer.parseInt(this.audiencesAndUsers.substring(times + 1));
		this.lumoAuth = new LoopbackLumoAuth();
		this.context = MeasuredApplication.start(this.lumoAuth, Observed.BY_SPRING_AI, Duration.ofHours(1));
		this.tokens = this.context.getBean(LumoAuthTokens.class);
		this.targets = new TokenTarget[audiences];
		for (int i = 0; i < audiences; i++) {
			this.targets[i] = new TokenTarget("urn:mcp:server-" + i, null, Set.of());
		}
		this.users = new UserToken[people];
		for (int i = 0; i < people; i++) {
			this.users[i] = UserToken.of("an-opaque-token-of-user-" + i);
		}
		this.size = audiences * Math.max(people, 1);
		this.springSecurity = new SpringSecurityTokens(this.size, Instant.now().plus(Duration.ofHours(1)));
		for (int i = 0; i < this.size; i++) {
			token(i);
		}
		this.lumoAuth.reset();
	}

	/**
	 * Stop it, if it has sent no request.
	 */
	@TearDown
	public void stop() {
		if (!this.lumoAuth.requests().isEmpty()) {
			throw new IllegalStateException("Not from memory: " + this.lumoAuth.requests());
		}
		this.context.close();
		this.lumoAuth.close();
	}

	private OAuth2AccessToken token(int index) {
		TokenTarget target = this.targets[index % this.targets.length];
		return this.tokens.exchange(target, (this.users.length > 0) ? this.users[index / this.targets.length] : null);
	}

	/**
	 * Get a token.
	 * @param turn which one
	 * @return the token
	 */
	@Benchmark
	public OAuth2AccessToken exchangedToken(Turn turn) {
		return token(turn.next(this.size));
	}

	/**
	 * Get a token from Spring Security.
	 * @param turn which one
	 * @return the token
	 */
	@Benchmark
	public OAuth2AccessToken springSecurity(Turn turn) {
		return this.springSecurity.token(turn.next(this.size));
	}

	/**
	 * Goes through what there is in strides, so that no two calls in a row are alike.
	 */
	@State(Scope.Thread)
	public static class Turn {

		private int last;

		int next(int size) {
			this.last = (this.last + 7_919) % size;
			return this.last;
		}

	}

}
