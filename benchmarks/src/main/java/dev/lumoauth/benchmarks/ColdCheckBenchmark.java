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

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import dev.lumoauth.spring.LumoAuthAgent;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.util.Assert;

/**
 * A check for which LumoAuth is asked each time, 1 ms away, beside a request of the same
 * bytes to the same server with nothing but the JDK's client.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init")
public class ColdCheckBenchmark {

	private LoopbackLumoAuth lumoAuth;

	private ConfigurableApplicationContext context;

	private LumoAuthAgent agent;

	private HttpClient client;

	private HttpRequest request;

	/**
	 * Start the application, and have the agent's token in memory.
	 */
	@Setup
	public void start() {
		this.lumoAuth = new LoopbackLumoAuth(Duration.ofMillis(1));
		this.context = MeasuredApplication.start(this.lumoAuth, Observed.BY_SPRING_AI, Duration.ZERO);
		this.agent = this.context.getBean(LumoAuthAgent.class);
		this.client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
		this.request = HttpRequest.newBuilder(this.lumoAuth.resource("authz/check"))
			.timeout(Duration.ofSeconds(5))
			.header(HttpHeaders.ACCEPT, MediaType.APPLICATION_JSON_VALUE)
			.header(HttpHeaders.AUTHORIZATION, "Bearer " + this.agent.accessToken().getTokenValue())
			.header(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE)
			.POST(HttpRequest.BodyPublishers
				.ofByteArray("{\"permission\":\"read:documents\"}".getBytes(StandardCharsets.UTF_8)))
			.build();
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
	 * Check.
	 * @return whether it is allowed
	 */
	@Benchmark
	public boolean coldCheck() {
		return this.agent.hasCapability("read:documents");
	}

	/**
	 * Send the request.
	 * @return the answer
	 * @throws IOException if there is none
	 * @throws InterruptedException if the thread is to end
	 */
	@Benchmark
	public byte[] barePost() throws IOException, InterruptedException {
		HttpResponse<byte[]> response = this.client.send(this.request, HttpResponse.BodyHandlers.ofByteArray());
		Assert.state(response.statusCode() == 200, "It failed");
		return response.body();
	}

}
