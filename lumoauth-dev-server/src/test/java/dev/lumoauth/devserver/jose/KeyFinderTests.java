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

package dev.lumoauth.devserver.jose;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.lumoauth.devserver.MovingClock;
import dev.lumoauth.devserver.TestKeys;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link KeyFinder}.
 */
class KeyFinderTests {

	private static final TestKeys FIRST = new TestKeys("first");

	private static final TestKeys SECOND = new TestKeys("second");

	private final MovingClock clock = new MovingClock(Instant.parse("2026-01-01T00:00:00Z"));

	private final KeyFinder finder = new KeyFinder(this.clock);

	private final AtomicInteger requests = new AtomicInteger();

	private HttpServer server;

	private volatile int status = 200;

	private volatile String body = FIRST.jwks();

	@BeforeEach
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", (exchange) -> {
			this.requests.incrementAndGet();
			byte[] bytes = this.body.getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().set("Location", "/elsewhere");
			exchange.sendResponseHeaders(this.status, bytes.length);
			exchange.getResponseBody().write(bytes);
			exchange.close();
		});
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.server.stop(0);
	}

	@Test
	void keepsTheKeysForAMinute() {
		assertThat(find(FIRST)).isTrue();
		assertThat(find(FIRST)).isTrue();
		assertThat(this.requests).hasValue(1);
		this.clock.advance(Duration.ofMinutes(1));
		assertThat(find(FIRST)).isTrue();
		assertThat(this.requests).hasValue(2);
	}

	@Test
	void readsThemAnewForAnIdThatItDoesNotKnow() {
		assertThat(find(FIRST)).isTrue();
		assertThat(find(SECOND)).isFalse();
		this.body = SECOND.jwks();
		assertThat(find(SECOND)).isTrue();
		assertThat(find(FIRST)).isFalse();
	}

	@Test
	void keepsWhatItHasWhenTheKeysCannotBeRead() {
		assertThat(find(FIRST)).isTrue();
		this.status = 503;
		assertThat(find(SECOND)).isFalse();
		assertThat(find(FIRST)).isTrue();
	}

	@Test
	void followsNoRedirectAndReadsNoBodyThatIsTooLong() {
		this.status = 302;
		assertThat(find(FIRST)).isFalse();
		assertThat(this.requests).hasValue(1);
		this.status = 200;
		this.body = FIRST.jwks() + " ".repeat(300_000);
		assertThat(find(FIRST)).isFalse();
		this.body = "no keys";
		assertThat(find(FIRST)).isFalse();
	}

	@Test
	void findsNothingWhereNobodyAnswers() {
		this.server.stop(0);
		assertThat(find(FIRST)).isFalse();
	}

	private boolean find(TestKeys keys) {
		URI uri = URI.create("http://127.0.0.1:%d/jwks.json".formatted(this.server.getAddress().getPort()));
		try {
			return this.finder.find(SignedJWT.parse(keys.sign("ES256", Map.of("sub", "a"))),
					new TrustedKeys(null, uri)) != null;
		}
		catch (ParseException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
