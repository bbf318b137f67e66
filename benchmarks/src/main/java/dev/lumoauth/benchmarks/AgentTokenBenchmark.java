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
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * The agent's own token, from memory, beside Spring Security's manager with a token that
 * is good.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init")
public class AgentTokenBenchmark {

	private LoopbackLumoAuth lumoAuth;

	private ConfigurableApplicationContext context;

	private LumoAuthTokens tokens;

	private SpringSecurityTokens springSecurity;

	/**
	 * Start the application, and have each token in memory.
	 */
	@Setup
	public void start() {
		this.lumoAuth = new LoopbackLumoAuth();
		this.context = MeasuredApplication.start(this.lumoAuth, Observed.BY_SPRING_AI, Duration.ofHours(1));
		this.tokens = this.context.getBean(LumoAuthTokens.class);
		this.springSecurity = new SpringSecurityTokens(1, Instant.now().plus(Duration.ofHours(1)));
		this.tokens.agentToken();
	}

	/**
	 * Stop it.
	 */
	@TearDown
	public void stop() {
		this.context.close();
		this.lumoAuth.close();
	}

	/**
	 * Get the token.
	 * @return the token
	 */
	@Benchmark
	public OAuth2AccessToken agentToken() {
		return this.tokens.agentToken();
	}

	/**
	 * Get the token from Spring Security.
	 * @return the token
	 */
	@Benchmark
	public OAuth2AccessToken springSecurity() {
		return this.springSecurity.token(0);
	}

}
