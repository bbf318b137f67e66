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

package dev.lumoauth.spring.mcp.server;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import dev.lumoauth.spring.http.LumoAuthAddresses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.security.oauth2.jwt.JwtException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link IssuerDecoder}.
 */
class IssuerDecoderTests {

	private final TokenIssuer lumoAuth = new TokenIssuer();

	private final List<URI> asked = new CopyOnWriteArrayList<>();

	private final JdkClientHttpRequestFactory http = new JdkClientHttpRequestFactory();

	@AfterEach
	void stop() {
		this.lumoAuth.close();
	}

	@Test
	void othersWaitForTheOneWhoReadsTheMetadataAndNoLongerThanTheyMay() throws Exception {
		CountDownLatch reading = new CountDownLatch(1);
		CountDownLatch answered = new CountDownLatch(1);
		IssuerDecoder decoder = decoder(Duration.ofMillis(50), (uri, method) -> {
			reading.countDown();
			try {
				answered.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			return this.http.createRequest(uri, method);
		});
		CompletableFuture<String> leader = CompletableFuture.supplyAsync(() -> subject(decoder));
		reading.await();
		assertThatExceptionOfType(JwtException.class).isThrownBy(() -> subject(decoder))
			.withMessageContaining("is being read, and there is no answer yet")
			.withMessageNotContaining(this.lumoAuth.tokenOf("alice"));
		answered.countDown();
		assertThat(leader.join()).isEqualTo("alice");
		assertThat(subject(decoder)).isEqualTo("alice");
		assertThat(this.asked).as("metadata and keys").hasSize(2);
	}

	@Test
	void theOneWhoReadsGetsTheFailureAndTheNextOneReadsAgain() {
		IssuerDecoder decoder = decoder(Duration.ofSeconds(20), this.http::createRequest);
		this.lumoAuth.open = false;
		assertThatExceptionOfType(JwtException.class).isThrownBy(() -> subject(decoder))
			.withMessageContaining("cannot be read: check lumoauth.url and lumoauth.tenant")
			.withStackTraceContaining("status 500");
		assertThat(this.asked).as("not the other address of a server that fails").hasSize(1);
		this.lumoAuth.open = true;
		assertThat(subject(decoder)).isEqualTo("alice");
	}

	@Test
	void readsTheMetadataOfALumoAuthThatHasOnlyThatOfOpenIdConnect() {
		String known = "/.well-known/oauth-authorization-server";
		IssuerDecoder decoder = decoder(Duration.ofSeconds(20),
				(uri, method) -> this.http.createRequest(URI.create(
						uri.toString().replace(known, "/nowhere").replace("/.well-known/openid-configuration", known)),
						method));
		assertThat(subject(decoder)).isEqualTo("alice");
		assertThat(this.asked).as("metadata twice, and keys").hasSize(3);
	}

	@Test
	void aServerThatIsNotThereIsAskedOnce() {
		IssuerDecoder decoder = decoder(Duration.ofSeconds(20), (uri, method) -> {
			throw new ConnectException("refused");
		});
		assertThatExceptionOfType(JwtException.class).isThrownBy(() -> subject(decoder))
			.withMessageContaining("cannot be read");
		assertThat(this.asked).hasSize(1);
	}

	private IssuerDecoder decoder(Duration maxWait, ClientHttpRequestFactory requests) {
		return new IssuerDecoder(LumoAuthAddresses.forTenant(URI.create(this.lumoAuth.url()), "acme-corp"), null,
				new TokenRules(TokenIssuer.AUDIENCE, Clock.systemUTC()), new ClientHttpRequestFactory() {

					@Override
					public ClientHttpRequest createRequest(URI uri, HttpMethod method) throws IOException {
						IssuerDecoderTests.this.asked.add(uri);
						return requests.createRequest(uri, method);
					}

				}, maxWait);
	}

	private String subject(IssuerDecoder decoder) {
		return decoder.decode(this.lumoAuth.tokenOf("alice")).getSubject();
	}

}
